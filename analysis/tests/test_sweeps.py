"""Every sweep file says what it is in one form, runs, and names commands that the package has."""

import contextlib
import io
import re
import shlex
import subprocess
import tempfile
import unittest
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import support

import regime_analysis as regime
from regime_analysis import __main__, dataset

ROOT = Path(__file__).resolve().parents[2]
SWEEPS = ROOT / "sweeps"
LINEAR = 'model = "linear_net"'


def understood(words):
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            __main__._parser().parse_args(words)
        except SystemExit:
            return False
    return True


def named(text):
    """The commands in a sweep's header."""
    return [shlex.split(found, comments=True)
            for found in re.findall(r"^//\s+python3 -m regime_analysis (.*)$", text, re.MULTILINE)]


def asked_for(name, text):
    """What a run of the sweep ends with."""
    asked = re.findall(r'^draw += "(.*)";$', text, re.MULTILINE) or ["modes"]
    command, *options = asked[0].split()
    return ["figure", command, f"{name}.h5", *options]


def missing(name, text):
    """What a sweep's header lacks of the form of all: what it maps, its source, what to expect of
    it, the command."""
    header = text[:text.index("\nname")]
    parts = {"what": r"\A// [A-Z0-9].*", "source": r"^// Source: ",
             "outcome": r"^// (Expected|Seen): .*",
             "command": rf"^//   .*mpirun -q -n \w+ regime run sweeps/{name}.cfg"}
    lost = [part for part, form in parts.items() if not re.search(form, header, re.MULTILINE)]
    return lost + [line for line in header.splitlines() if not line.startswith("//")]


def first_point(path):
    """Options that leave one point of a sweep: the first value of each axis, as `plan` prints it."""
    plan = subprocess.run([support.PROGRAM, "plan", path, "--no-timing"], check=True, timeout=100,
                          stdout=subprocess.PIPE, text=True).stdout
    listed = plan[plan.index("axes"):plan.index("points")].splitlines()[1:]
    axes = [line.split() for line in listed if "together" not in line and line.strip()]
    return [word for name, _, first, *_ in axes for word in ("--only", f"{name}={first}")]


class InSmall(unittest.TestCase):
    """One point and two epochs of each; of one for a team of ranks, the plan."""

    @unittest.skipIf(support.PROGRAM is None, "REGIME_PROGRAM names no program")
    def test_every_sweep_runs(self):
        paths = sorted(SWEEPS.glob("*.cfg"))
        self.assertGreater(len(paths), 10)
        for path in paths:
            only = first_point(path)
            if not re.search(r"^team", path.read_text(), re.MULTILINE):
                with self.subTest(path.name):
                    self.run_in_small(path, only)

    def run_in_small(self, path, only):
        with tempfile.TemporaryDirectory() as folder:
            file = str(Path(folder) / "small.h5")
            support.train(str(path), file, "--quiet", "--set", "max_epochs=2", *only)
            with regime.open(file) as ds:
                done = dataset.has_code(ds["status"], "done")
                self.assertEqual(int(done.sum()), 1)
                trained = ds["epochs_trained"].values[done.values]
                self.assertEqual(trained.tolist(), [2])


class Headers(unittest.TestCase):
    def test_are_of_one_form(self):
        for path in SWEEPS.glob("*.cfg"):
            self.assertEqual(missing(path.stem, path.read_text()), [], path.name)

    def test_a_part_that_lacks_is_noticed(self):
        text = (SWEEPS / "parity_main.cfg").read_text()
        for part, line in (("what", 0), ("source", 2), ("outcome", 3), ("command", 4)):
            lines = text.splitlines()
            lines[line] = "// "
            self.assertEqual(missing("parity_main", "\n".join(lines)), [part])

    def test_name_the_figure_that_a_run_ends_with(self):
        texts = {path.stem: path.read_text() for path in SWEEPS.glob("*.cfg")}
        drawing = {name: text for name, text in texts.items() if named(text)}
        self.assertLess({name for name, text in texts.items() if LINEAR in text}, {*drawing})
        for name, text in drawing.items():
            self.assertEqual(named(text)[:1], [asked_for(name, text)])
            for words in named(text):
                self.assertTrue(understood(words), words)

    def test_a_wrong_command_is_noticed(self):
        text = '//   python3 -m regime_analysis figure maps x.h5\ndraw  = "map --column s";\n'
        self.assertNotEqual(named(text), [asked_for("x", text)])
        self.assertFalse(understood(named(text)[0]))
        self.assertFalse(understood(["figure", "map", "x.h5", "--colum"]))


class Gallery(unittest.TestCase):
    def setUp(self):
        spec = spec_from_file_location("gallery", ROOT / "docs" / "gallery.py")
        self.gallery = module_from_spec(spec)
        spec.loader.exec_module(self.gallery)

    def test_its_sweeps_and_figures_exist(self):
        for name, entry in self.gallery.ENTRIES.items():
            with self.subTest(name):
                self.assertTrue((SWEEPS / f"{entry.sweep}.cfg").is_file())
                figure, *options = entry.figure.split()
                self.assertTrue(understood(["figure", figure, "x.h5", *options]))
                self.assertFalse(entry.report and not understood([entry.report, "x.h5"]))

    def test_the_page_shows_what_is_there(self):
        titles = [entry.title for entry in self.gallery.ENTRIES.values()]
        sections = self.gallery.kept_sections()
        self.assertEqual(list(sections), [title for title in titles if title in sections])
        self.assertGreater(len(sections), 4)
        for text in sections.values():
            picture = re.search(r"^!\[.*\]\((.*)\)$", text, re.MULTILINE)[1]
            self.assertTrue((ROOT / "docs" / picture).is_file())
