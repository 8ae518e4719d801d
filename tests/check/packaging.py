"""packaging.py SOURCE: what other tools read about the program agrees with its own build files."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import yaml

source = Path(sys.argv[1])
version = (source / "analysis/regime_analysis/VERSION").read_text().strip()
needed = re.findall(r'^ *regime_find\(\w+\s+"[^"]*"\s+\S+\s+"?([\w-]+)', (source / "cmake/dependencies.cmake").read_text(), re.M)
wanted = re.search(r"^dependencies = \[(.*?)\]", (source / "analysis/pyproject.toml").read_text(), re.M | re.S)[1]
modules = re.findall(r'"([\w-]+)', wanted)
mistakes = []


def check(claim, message):
    if not claim:
        mistakes.append(message)


# CITATION.cff: the keys that version 1.2.0 of the format asks for, and what each reference needs.
citation = yaml.safe_load((source / "CITATION.cff").read_text())
for key in ("cff-version", "message", "title", "authors"):
    check(citation.get(key), f"CITATION.cff: no {key}")
check(citation["version"] == version, f"CITATION.cff: version is not {version}")
for entry in [citation, *citation["references"]]:
    check(entry.get("type") and entry.get("title") and entry.get("authors"), f"CITATION.cff: {entry.get('title')}")
    for author in entry["authors"]:
        check(author.keys() & {"name", "family-names"}, f"CITATION.cff: an author of {entry['title']} has no name")

# Spack: the recipe is Python, of this version, and asks for what CMake looks for.
spack = source / "packaging/spack/spack_repo/regime"
check(yaml.safe_load((spack / "repo.yaml").read_text())["repo"]["namespace"] == "regime", "repo.yaml: namespace")
recipe = (spack / "packages/regime/package.py").read_text()
calls = [node for node in ast.walk(ast.parse(recipe)) if isinstance(node, ast.Call)]


def first_words(name):
    return [call.args[0].value for call in calls if getattr(call.func, "id", "") == name and call.args]


check(first_words("version") == [version], f"package.py: version is not {version}")
environment = yaml.safe_load((source / "spack.yaml").read_text())["spack"]["specs"]
names = [re.split(r"[@+ ~^]", word)[0] for word in first_words("depends_on")]
for listed, where in ((names, "package.py"), ([re.split(r"[@+ ~^]", spec)[0] for spec in environment], "spack.yaml")):
    for library in needed:
        check(any(library in name for name in listed), f"{where}: {library} is missing")
    for module in modules:
        check(f"py-{module}" in listed, f"{where}: py-{module} is missing")
    check("graphviz" in listed, f"{where}: graphviz is missing, whose program dot the module of that name runs")

# Apptainer: known sections, and commands that a shell can read.
sections = re.split(r"^%(\w+)\n", (source / "packaging/regime.def").read_text(), flags=re.M)
check("Bootstrap: docker" in sections[0] and "From: " in sections[0], "regime.def: where it begins")
bodies = dict(zip(sections[1::2], sections[2::2]))
check(bodies.keys() == {"files", "post", "environment", "runscript", "test", "labels", "help"}, "regime.def: sections")
for name in ("post", "environment", "runscript", "test"):
    check(subprocess.run(["sh", "-n"], input=bodies[name], text=True).returncode == 0, f"regime.def: %{name}")

print("\n".join(mistakes) or "all as expected")
sys.exit(bool(mistakes))
