"""documents.py SOURCE BUILD [DOCUMENT...]: runs the commands of the documents as they stand.

Each document is worked through from top to bottom in a folder like the checkout, in which sweeps are short: see MOST. A
fenced block says by its first word what it is:

    sh python r octave julia    run; blocks of one language follow each other as in one session
    cfg                         a sweep file, which regime plan must understand
    output                      in what the block before it prints; "..." stands for anything
    output like                 the same, with other digits: those that processors round differently, or times
    text c                      not run

and by a second word why it is not run (see NOT_RUN); its commands and files must exist all the same. A second word that
is a path says where the block stands, line by line. A comment
<!-- sh ... --> or <!-- python ... --> is run too: what the text takes for given. Commands that the text names must
exist and take the options that it gives them; files and tests that it names must exist.
"""

import contextlib
import importlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NOT_RUN = {
    "cluster": "needs SLURM or modules",
    "container": "needs a container builder",
    "hours": "takes long",
    "machine": "installs software",
    "build": "builds anew",
    "trained": "needs networks that reached the loss",
}
LANGUAGES = {
    "sh": ["bash", "-e"],
    "python": ["/usr/bin/python3", "-B"],
    "r": ["Rscript"],
    "octave": ["octave", "--no-gui", "--quiet"],
    "julia": ["julia"],
    "cfg": ["regime", "plan", "--no-timing"],
}
SHOWN = {"text", "c", "output"}
MOST = {"max_epochs": 20, "hidden": 16}  # of a sweep that comes along
SECONDS = 600  # for one block, on a busy machine; quiet, all documents take a minute

FENCE = re.compile(
    r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$|^<!-- (?P<hidden>sh|python)\n(?P<given>.*?)^-->$", re.M | re.S
)


class Block:
    def __init__(self, document, match):
        words = (match["info"] or match["hidden"] or "").split()
        source = match.string
        self.place = f"{document.name}:{source.count(chr(10), 0, match.start()) + 1}"
        self.language = words[0] if words else ""
        self.why_not = words[1] if len(words) > 1 else None
        self.text = match["given"] if match["hidden"] else match["text"]


class Program:
    """What regime and its analysis take: names of commands and their options. And which tests there are."""

    def __init__(self, build, environment):
        def says(*words):
            run = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)
            return run.stdout + run.stderr

        names = re.findall(r"^  ([a-z]+) ", says(build / "regime", "--help"), re.M)
        self.options = {name: set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", says(build / "regime", name, "--help")))
                        for name in names}
        self.tests = re.findall(r"Test +#\d+: (\S+)", says("ctest", "--test-dir", build, "-N"))
        self.analysis = importlib.import_module("regime_analysis.__main__")._parser()

    def mistakes(self, text):
        """Commands in a text that name no command, or an option that it does not take."""
        for command, rest in re.findall(r"(?:^|[ `(])regime ([a-z]+)\b([^`|;&#\n]*)", text, re.M):
            if command not in self.options:
                yield f"no command: regime {command}"
                continue
            for option in re.findall(r"(?<=\s)(--?[a-z][\w-]*)", rest):
                if option not in self.options[command] | {"--help"}:
                    yield f"regime {command} has no {option}"
        begins = r"(?:(?<=`)(?=figure |report |compare |theory )|regime[_-]analysis )"
        for words in re.findall(begins + r"([a-z]+[^`|;&#\n]*)", text):
            yield from self.not_drawn(re.sub(r"[][]|\.\.\.", " ", words).split())
        for tests in re.findall(r"ctest [^`\n#]*-R '?([^\s'`]+)", text):
            if not any(re.search(tests, name) for name in self.tests):
                yield f"no test: {tests}"

    def not_drawn(self, words):
        """What regime_analysis does not take of such a command; NAME stands for one of its figures."""
        n = 2 if words[0] == "figure" else 1  # words before the file
        if words[1:2] == ["NAME"]:
            return
        said = io.StringIO()
        try:
            with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
                left = self.analysis.parse_known_args([*words[:n], "FILE", *words[n:]])[1]
            yield from (f"regime_analysis {' '.join(words[:n])} has no {word}" for word in left if word[0] == "-")
        except SystemExit as end:
            if end.code:
                yield f"regime_analysis {' '.join(words)}: {said.getvalue().splitlines()[-1]}"


def make_checkout(source, build, folder):
    """Links to what the checkout holds, and shorter sweeps of its own."""
    folder.mkdir()
    for entry in source.iterdir():
        if entry.name not in ("build", "out", "sweeps") and not entry.name.startswith("."):
            (folder / entry.name).symlink_to(entry)
    (folder / "build").mkdir()
    (folder / "build/release").symlink_to(build)
    (folder / "sweeps").mkdir()
    for sweep in (source / "sweeps").glob("*.cfg"):
        text = re.sub(rf"\b({'|'.join(MOST)})( *= *)(\d+)", lambda m: m[1] + m[2] + str(min(int(m[3]), MOST[m[1]])),
                      sweep.read_text())
        (folder / "sweeps" / sweep.name).write_text(text)


def pattern_of(line, other_digits):
    pattern = re.escape(line.rstrip()).replace(r"\.\.\.", ".*?")
    if other_digits:  # but as many decimals
        pattern = re.sub(r"(?:\\ )*\d+(?:\\\.(\d+))?",
                         lambda m: r" *\d+" + (rf"\.\d{{{len(m[1])}}}" if m[1] else ""), pattern)
    return pattern + r" *\n"


def matches(expected, got, other_digits):
    """Does the output contain these lines one after the other?"""
    lines = expected.splitlines()
    pattern = "".join(r"(?:.*\n)*?" if line.strip() == "..." else pattern_of(line, other_digits) for line in lines)
    return re.search("^" + pattern, got, re.M) is not None


def missing_files(text, folder):
    """Files of the checkout that a text names and that are not there; NAME stands for a part to be filled in."""
    named = re.findall(r"(?<![\w/.-])(?:bench|docs|include|manual|packaging|slurm|src|sweeps|tests)/[\w./*-]*\w", text)
    named += [f"bench/{program}.c" for program in re.findall(r"(?<![\w/])bench_[a-z]+(?![\w.])", text)]
    return [f"no file {path}" for path in named if not re.search(r"[A-Z*]", path) and not (folder / path).exists()]


def session(block, before):
    """The program text that continues the blocks of the same language before it."""
    if block.language == "sh":  # its variables and folder are kept in a file
        return f"[ ! -e .session ] || . ./.session\n{block.text}\nexport -p >.session\n"
    if block.language == "cfg":
        return block.text
    return "\n".join(earlier.text for earlier in before if earlier.language == block.language) + "\n" + block.text


def run(block, before, folder, environment):
    """What the block prints, and what is wrong with it."""
    script = folder / f".block.{block.language}"
    script.write_text(session(block, before))
    try:
        done = subprocess.run([*LANGUAGES[block.language], script.name], cwd=folder, env=environment, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return "", [f"not done after {SECONDS} s:\n{block.text}"]
    wrong = [] if done.returncode == 0 else [f"exit {done.returncode}:\n{block.text}{done.stdout[-3000:]}"]
    return done.stdout, wrong


def only_shown(block, program, folder):
    """What is wrong with a block that is not run."""
    if block.why_not not in NOT_RUN:
        yield f"a block may be left out as {', '.join(NOT_RUN)}: not as {block.why_not}"
    yield from program.mistakes(block.text)
    if block.language == "sh" and subprocess.run(["bash", "-n"], input=block.text, text=True, check=False).returncode:
        yield "no shell command"
    yield from missing_files(block.text, folder)


def not_quoted(block, folder):
    """What is wrong with a block that quotes a file."""
    file = folder / block.why_not
    if not file.is_file():
        return [f"no file {block.why_not}"]
    return [] if "\n" + block.text in "\n" + file.read_text() else [f"not what {block.why_not} says:\n{block.text}"]


def check(document, folder, environment, program):
    """Works through a document; yields its mistakes."""
    source = document.read_text()
    blocks = [Block(document, match) for match in FENCE.finditer(source)]
    done, printed = [], ""
    for block in blocks:
        wrong = []
        if block.language == "output":
            if not matches(block.text, printed, block.why_not == "like"):
                wrong = [f"printed was\n{printed}not\n{block.text}"]
        elif block.why_not and "/" in block.why_not:
            wrong = not_quoted(block, folder)
        elif block.why_not:
            wrong = list(only_shown(block, program, folder))
        elif block.language in LANGUAGES:
            if not shutil.which(LANGUAGES[block.language][0], path=environment["PATH"]):
                print(f"  {block.place}: not run: no {LANGUAGES[block.language][0]} here")
                continue
            printed, wrong = run(block, done, folder, environment)
            done.append(block)
        elif block.language not in SHOWN:
            wrong = ["a block without a word: " + ", ".join([*LANGUAGES, *sorted(SHOWN)])]
        yield from (f"{block.place}: {what}" for what in wrong)
    prose = re.sub(r"`[^`]+`", lambda code: " ".join(code[0].split()), FENCE.sub("", source))
    yield from (f"{document.name}: {what}" for what in [*program.mistakes(prose), *missing_files(prose, folder)])


def main(source, build, *names):
    source, build = Path(source).resolve(), Path(build).resolve()
    sys.path.insert(0, str(source / "analysis"))
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "REGIME_"))}
    environment.update(PATH=f"{build}:/usr/bin:{os.environ['PATH']}", PYTHONPATH=str(source / "analysis"),
                       PYTHONDONTWRITEBYTECODE="1", MPLBACKEND="Agg", MPLCONFIGDIR=tempfile.gettempdir())
    program = Program(build, environment)
    documents = [source / name for name in names] or [
        *source.glob("*.md"), *sorted((source / "docs").glob("*.md")), source / "analysis/README.md",
        source / "tests/check/planted/planted.md"]
    mistakes = []
    for document in documents:
        if document.name == "CHANGELOG.md":
            continue
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "regime"
            make_checkout(source, build, folder)
            found = list(check(document, folder, environment, program))
        if document.name == "planted.md":
            wanted = len(re.findall("FAULT", document.read_text()))
            found = [] if len(found) == wanted else [f"{len(found)} of {wanted} planted faults found: {found}"]
        print(f"{document.relative_to(source)}: {len(found)} mistakes")
        mistakes += found
    print("\n".join(mistakes))
    return bool(mistakes)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
