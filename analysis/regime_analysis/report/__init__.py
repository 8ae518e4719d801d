"""One sweep as one HTML page without network: summary, maps, curves, automata, cost, provenance.

The page is template.html with the tables that tables.py writes, style.css, the scripts and the
numbers, which contents.py chooses and blocks.py packs. What does not fit is left out, and named.
"""

import html
import json
from importlib import resources
from string import Template

from . import contents, tables

SCRIPTS = ("data.js", "scale.js", "chart.js", "automaton.js", "map.js", "point.js", "page.js")
MIB = 1 << 20
LIMIT = 64  # MiB of numbers before compression: what a telephone opens, and a laptop at once


def write(path, output, limit=LIMIT):
    """Writes the page of the sweep file at `path`; `limit`: MiB of numbers that it may hold."""
    with contents.opened(path) as ds:
        text = page(ds, path, limit)
    with open(output, "w", encoding="utf-8") as file:
        file.write(text)


def page(ds, path, limit=LIMIT):
    """The page as text."""
    found = contents.of(ds, str(path), int(limit * MIB))
    return Template(_part("template.html")).substitute(
        tables.sections(ds, found), style=_part("style.css"), script="".join(map(_part, SCRIPTS)),
        contents=_script_text(found.description), blocks="\n".join(found.blocks.elements()),
        title=html.escape(str(ds.attrs.get("title", "unnamed"))))


def _part(name):
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _script_text(description):
    """JSON in which no `<` can end the element around it; NaN, which JSON lacks, is refused."""
    return json.dumps(description, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
