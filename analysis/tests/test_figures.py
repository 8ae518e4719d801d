"""Every figure is a command whose options are the parameters of its function, and names the sweep
and the program's revision."""

import inspect
import re
import tempfile
import unittest
from pathlib import Path

from support import command, needs_program, train, write_phase

import regime_analysis as regime
from matplotlib import rcParams
from regime_analysis import figures, paper

pytestmark = needs_program

SWEEPS = {
    "parity": """model = "parity_rnn"; axes = { gain = [0.1, 1.0]; };
        settings = { max_length = 4; analysis_length = 4; hidden = 8; max_epochs = 20;
                     theory_pairs = 100; pairs = true; };
        record = { every = 5; }; snapshots = ( { gain = 0.1; } );""",
    "linear": """model = "linear_net";
        axes = { lambda = [0.0, 1.0]; learning_rate = [0.002, 0.005]; };
        settings = { n_in = 3; n_hidden = 3; n_out = 3; spectrum = "list"; init = "aligned";
                     singular_values = [3.0, 1.5, 0.6]; max_epochs = 2000; observers = true; };
        record = { every = 10; };""",
}
DRAWN = {  # which sweep each figure is tried on, and the options that it cannot do without
    "phase": ("phase", {}),
    "map": ("linear", {"column": "kernel_distance"}),
    "generalisation": ("phase", {}),
    "scaling": ("phase", {}),
    "modes": ("linear", {}),
    "deviation": ("linear", {}),
    "spectra": ("linear", {}),
    "courses": ("parity", {}),
    "training": ("parity", {}),
    "mergers": ("parity", {}),
    "learned": ("parity", {}),
    "automaton": ("parity", {}),
    "states": ("parity", {}),
}


class Every(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        rcParams["svg.fonttype"] = "none"  # texts as texts
        for name, text in SWEEPS.items():
            sweep, path = (str(cls.folder / (name + end)) for end in (".cfg", ".h5"))
            Path(sweep).write_text(f'name = "{name}_of_this_test"; seed = 3; {text}')
            train(sweep, path, "--quiet")
        figure9 = paper.figure9()
        axes = {name: figure9[name].values for name in ("gain", "fraction")}
        write_phase(str(cls.folder / "phase.h5"), axes, figure9["validation_accuracy"].values,
                    figure9["n_states"].values, title="phase_of_this_test")

    def test_every_figure_is_tried(self):
        self.assertEqual({*DRAWN}, {*figures.FIGURES})

    def test_it_names_the_sweep_and_the_revision(self):
        for name, (sweep, options) in DRAWN.items():
            with self.subTest(name):
                picture = self.folder / f"{name}.svg"
                words = [f"--{option}={value}" for option, value in options.items()]
                code, out, err = command("figure", name, str(self.folder / f"{sweep}.h5"), *words,
                                         "-o", str(picture))
                self.assertEqual((code, err, out.strip()), (0, "", str(picture)))
                texts = re.findall(">([^<]*)</text>", picture.read_text(encoding="utf-8"))
                said = " ".join(texts)
                self.assertIn(f"{sweep}_of_this_test", said)
                with regime.open(self.folder / f"{sweep}.h5") as ds:
                    self.assertIn(f"git {ds.attrs['git_revision'][:12]}", said)

    def test_a_model_without_loss_and_epochs(self):
        examples = Path(__file__).resolve().parents[2] / "docs" / "examples"
        walk = str(self.folder / "walk.h5")
        train(str(examples / "walk.cfg"), walk, "--quiet", "--only", "replicate=0",
              "--set", f'command="python3 {examples}/walk.py"')
        for words in (["final"], ["positive"], ["course", "--select", "step=100"]):
            picture = str(self.folder / "walk.svg")
            code, _, err = command("figure", "map", walk, "-o", picture, "--column", *words)
            self.assertEqual((code, err), (0, ""))

    def test_the_help_is_the_first_line_and_a_selection_is_possible(self):
        for name, draw in figures.FIGURES.items():
            with self.subTest(name):
                first, *rest = inspect.getdoc(draw).split("\n")
                self.assertTrue(first.endswith(".") and (not rest or rest[0] == ""))
                self.assertIn("selection", inspect.signature(draw).parameters)
