"""A real sweep, trained by the program: its file opens, and its networks are those it measured."""

import subprocess
import tempfile
import time
import unittest
from itertools import product
from pathlib import Path

from support import PROGRAM, command, needs_program, np, train

import regime_analysis as regime

pytestmark = needs_program

MAX_LENGTH = 4
SWEEP = f"""
name = "analysis_test"; model = "parity_rnn"; seed = 7;
axes = {{ gain = [0.1, 0.5]; fraction = [0.5, 1.0]; activation = ("relu", "tanh"); }};
settings = {{ max_length = {MAX_LENGTH}; analysis_length = {MAX_LENGTH}; hidden = 12;
             max_epochs = 40; learning_rate = 0.5; precision = "double";
             merge_distances = [0.1, 0.5]; }};
"""
MANY = """
name = "live"; model = "parity_rnn"; keep = ();
axes = { gain = { from = 0.1; to = 1.0; count = 20; }; replicate = { count = 200; }; };
settings = { max_length = 6; analysis_length = 6; hidden = 16; max_epochs = 300; };
"""
STRINGS = ["".join(symbols) for length in range(1, MAX_LENGTH + 1)
           for symbols in product("01", repeat=length)]


def count_states(net, merge_distance):
    """Appendix A of the paper: greedy leader clustering in lexicographic order, h_0 last."""
    start = np.ones(len(net.W_h))
    states = [*net.hidden(sorted(STRINGS)), start]
    eps = merge_distance * np.linalg.norm(np.std(states, axis=0, ddof=1))
    leaders = []
    for state in states:
        if all(np.linalg.norm(state - leader) >= eps for leader in leaders):
            leaders.append(state)
    return len(leaders)


class RealFile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.sweep, cls.path = (str(Path(cls.folder.name) / name) for name in ("s.cfg", "s.h5"))
        Path(cls.sweep).write_text(SWEEP)
        train(cls.sweep, cls.path, "--quiet", "--only", "gain=0.1")
        cls.half = regime.open(cls.path).load()
        cls.half.close()
        train(cls.sweep, cls.path, "--quiet")
        cls.ds = regime.open(cls.path)
        cls.addClassCleanup(cls.ds.close)

    def points(self):
        names = regime.axes(self.ds)
        for values in product(*(self.ds[name].values for name in names)):
            yield dict(zip(names, values))

    def test_a_slice_leaves_the_rest_masked(self):
        np.testing.assert_array_equal(self.half["finished"].values[:, 0, 0], [True, False])
        self.assertTrue(np.isnan(self.half["train_loss"].sel(gain=0.5)).all())
        self.assertTrue(np.isnan(self.half["W_h"].sel(gain=0.5)).all())
        self.assertTrue((self.half["provenance_rank"].sel(gain=0.1) == 0).all())

    def test_labels_and_settings(self):
        self.assertEqual(regime.axes(self.ds), ("gain", "fraction", "activation"))
        self.assertEqual(self.ds["activation"].values.tolist(), ["relu", "tanh"])
        self.assertEqual(regime.settings(self.ds)["hidden"], 12)
        self.assertEqual(self.ds.attrs["title"], "analysis_test")
        self.assertTrue(self.ds["finished"].all())

    def right_answers(self, point):
        """On all strings to MAX_LENGTH: as measured in training."""
        stored = regime.select(self.ds, **point)
        n_train = float(stored["n_train"])
        right = n_train * float(stored["train_accuracy"])
        if n_train < len(STRINGS):
            right += (len(STRINGS) - n_train) * float(stored["heldout_accuracy"])
        return right

    def test_networks_answer_as_measured(self):
        for point in self.points():
            net = regime.network(self.ds, **point)
            self.assertAlmostEqual(net.accuracy(STRINGS) * len(STRINGS), self.right_answers(point),
                                   places=4)

    def test_a_wrong_network_is_noticed(self):
        differences = []
        for point in self.points():
            net = regime.network(self.ds, **point)
            net.W_out = net.W_out[::-1]
            differences.append(net.accuracy(STRINGS) * len(STRINGS) - self.right_answers(point))
        self.assertGreater(np.abs(differences).max(), 1)

    def test_states_are_counted_as_in_the_paper(self):
        for point in self.points():
            stored = regime.select(self.ds, **point)
            net = regime.network(self.ds, **point)
            for distance in (0.1, 0.5):
                self.assertEqual(count_states(net, distance),
                                 int(stored["n_states"].sel(merge_distance=distance)))

    def test_phase(self):
        picture = str(Path(self.folder.name) / "s.png")
        self.assertEqual(command("figure", "phase", self.path, "-o", picture)[0], 0)
        self.assertGreater(Path(picture).stat().st_size, 10000)


class LiveFile(unittest.TestCase):
    def test_a_running_and_a_killed_file_open(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        sweep, path = (str(Path(folder.name) / name) for name in ("s.cfg", "s.h5"))
        Path(sweep).write_text(MANY)
        program = subprocess.Popen([PROGRAM, "run", sweep, "-o", path, "--quiet",
                                    "--flush-interval", "0.1s"])
        self.addCleanup(program.wait)
        self.addCleanup(program.kill)
        n_live = self.first_points(path)
        self.assertIsNone(program.poll(), "it was to run while the file was read")
        program.kill()
        program.wait()
        self.assertGreaterEqual(self.n_points(path), n_live)

    def first_points(self, path):
        """How many there are, as soon as there are any."""
        for _ in range(1000):
            n_points = self.n_points(path) if Path(path).exists() else 0
            if n_points:
                return n_points
            time.sleep(0.1)
        self.fail("no point was committed")

    def n_points(self, path):
        """Finished points: all of them have values, and nothing else has."""
        with regime.open(path) as ds:
            table, records = regime.frame(ds), regime.records(ds)
        known = table["train_loss"].notna()
        np.testing.assert_array_equal(known, table["status"] == "done")
        self.assertEqual(records.groupby(["gain", "replicate"]).ngroups, known.sum())
        return int(known.sum())


class FailedPoints(unittest.TestCase):
    """Of model `command`: why a point failed can be read, though it has no result."""

    def test_reason(self):
        with tempfile.TemporaryDirectory() as folder:
            sweep, path = (str(Path(folder) / name) for name in ("f.cfg", "f.h5"))
            Path(sweep).write_text('name = "f"; model = "command"; command = "false"; axes = { replicate = { count = 2; }; };'
                                   'columns = ( { name = "loss"; } );')
            train(sweep, path, "--quiet")
            with regime.open(path) as ds:
                self.assertTrue(regime.dataset.has_code(ds["failure"], "exit_status").all())
                self.assertFalse(ds["finished"].any())
                self.assertEqual(list(regime.frame(ds)["failure"]), ["exit_status"] * 2)
