"""What all figures share: their style, a foot with legend and provenance, and the file."""

import textwrap
from functools import wraps

import matplotlib.pyplot as plt
from matplotlib.animation import PillowWriter

from . import measures
from .dataset import axes, has_code
from .layout import SELECTED

STYLE = {"font.size": 9, "axes.linewidth": 0.6, "axes.titlesize": 9, "axes.titlelocation": "left",
         "xtick.major.width": 0.6, "ytick.major.width": 0.6, "xtick.direction": "out",
         "hatch.linewidth": 0.5, "savefig.dpi": 200, "figure.facecolor": "white"}
MARGIN, LINE, LEGEND = 0.1, 0.125, 0.27  # inches: round the caption, a line of it, the legend
HEAD = 0.22  # inches: a line above the panels
FRAMES_PER_SECOND, FILM_DPI = 8, 110
_LETTERS, _OF_LEGEND = 20, 16  # of the caption and of a legend to an inch
_HANDLE = 6  # letters that an entry is longer than its label
_GAP = "   ·   "


def styled(draw):
    """A function that draws in the style of all figures."""
    @wraps(draw)
    def drawn(*arguments, **options):
        with plt.rc_context(STYLE):
            return draw(*arguments, **options)
    return drawn


def save(figure, path):
    """A path that ends in .gif gets the film of a figure that has one."""
    with plt.rc_context(STYLE):  # hatches and resolution are asked for when it is written
        if str(path).endswith(".gif"):
            _save_film(figure, path)
        else:
            figure.savefig(path)
    plt.close(figure)


def _save_film(figure, path):
    if not hasattr(figure, "film"):
        raise ValueError(f"{path}: this figure does not move: png, pdf or svg")
    film = figure.film()
    film.save(path, writer=PillowWriter(fps=FRAMES_PER_SECOND), dpi=FILM_DPI)
    plt.close(film._fig)


def head(figure, text):
    """Adds a line above the panels, of what holds for all of them."""
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + HEAD)
    figure.suptitle(text, x=MARGIN / width, ha="left", fontsize=STYLE["axes.titlesize"])


def count(n, noun):
    """"1 state", "2 states"."""
    return f"{n} {noun}" + ("" if n == 1 else "s")


def explain(figure, handles, parts):
    """Adds a foot below the panels: the handles of a legend, and the parts of a caption."""
    width, height = figure.get_size_inches()
    lines = _lines(parts, int((width - 2 * MARGIN) * _LETTERS))
    caption = 1.5 * MARGIN + LINE * len(lines)
    n_columns = _columns(handles, width)
    legend = LEGEND * -(-len(handles) // n_columns)
    foot = caption + legend
    figure.set_size_inches(width, height + foot)
    inch = 1 / (height + foot)
    figure.get_layout_engine().set(rect=(0, foot * inch, 1, 1 - foot * inch), w_pad=0.06)
    if handles:
        figure.legend(handles=handles, loc="center left",
                      bbox_to_anchor=(0, (caption + legend / 2) * inch), ncol=n_columns,
                      frameon=False, fontsize=8, columnspacing=1.4, handletextpad=0.6)
    figure.text(MARGIN / width, MARGIN * inch, "\n".join(lines), fontsize=7, color="0.35",
                linespacing=1.25)


def caption(ds, shown, notes=(), averaged="mean over"):
    """The parts of a caption: what the sweep is, how much of it is done, what is selected of it, what
    is averaged over, and who made it. `shown`: axes that the figure does not average over."""
    n_diverged = int(has_code(ds["status"], "diverged").sum())
    done = f"{int(measures.done(ds).sum())} of {ds['status'].size} points done"
    parts = [str(ds.attrs.get("title", "unnamed")),
             done + (f", {n_diverged} diverged" if n_diverged else ""), *ds.attrs.get(SELECTED, ())]
    hidden = [f"{name} ({ds.sizes[name]})" for name in axes(ds)
              if name not in shown and ds.sizes[name] > 1]
    if hidden:
        parts.append(f"{averaged} " + ", ".join(hidden))
    revision = str(ds.attrs.get("git_revision", "unknown"))[:12]
    return parts + [str(ds.attrs.get("source", "regime")), f"git {revision}", *notes]


def _columns(handles, width):
    """Of a legend: one for each entry where the figure is wide enough for a single row."""
    letters = [len(handle.get_label()) + _HANDLE for handle in handles]
    room = int(width * _OF_LEGEND)
    return len(handles) or 1 if sum(letters) <= room else max(room // max(letters), 1)


def _lines(parts, n_letters):
    """Broken between parts where possible."""
    lines = [""]
    for part in parts:
        joined = lines[-1] + _GAP + part if lines[-1] else part
        if len(joined) <= n_letters:
            lines[-1] = joined
        else:
            lines += textwrap.wrap(part, n_letters)
    return [line for line in lines if line]
