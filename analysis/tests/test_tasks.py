"""The file's task: networks are scored by it, as the program scored them in training."""

import subprocess
import tempfile
import unittest
from itertools import product
from pathlib import Path

import h5py
from support import PROGRAM, needs_program, np, train

import regime_analysis as regime
from regime_analysis.task import PARITY, Task, agree

pytestmark = needs_program

LENGTH = 4
SWEEP = """
name = "tasks"; model = "parity_rnn"; seed = 3;
axes = {{ {axis} }};
settings = {{ {task} max_length = 4; analysis_length = 4; hidden = 12; learning_rate = 0.3;
             max_epochs = 30; loss = "mse"; precision = "double"; }};
"""
SWEEPS = {
    "choices": dict(axis='task = ("parity", "modulo", "random_automaton");', task=""),
    "seeds": dict(axis="task_seed = [0, 1, 2, 3];", task='task = "random_automaton";'),
    "table": dict(axis="", task='task = "table"; n_symbols = 3; task_transitions = '
                                '[1, 2, 0, 2, 0, 1, 0, 1, 2]; task_outputs = [0, 1, 1];'),
}


def all_strings(n_symbols):
    return ["".join(word) for length in range(1, LENGTH + 1)
            for word in product("0123"[:n_symbols], repeat=length)]


class Scores(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def open(self, name):
        sweep, path = (str(self.folder / f"{name}.{suffix}") for suffix in ("cfg", "h5"))
        Path(sweep).write_text(SWEEP.format(**SWEEPS[name]))
        train(sweep, path, "--quiet")
        ds = regime.open(path)
        self.addCleanup(ds.close)
        return ds, sweep

    def test_are_those_of_training(self):
        for name, n_symbols in (("choices", 2), ("seeds", 2), ("table", 3)):
            ds, _ = self.open(name)
            strings = all_strings(n_symbols)
            for values in product(*(ds[axis].values for axis in regime.axes(ds))):
                point = dict(zip(regime.axes(ds), values))
                net = regime.network(ds, **point)
                measured = float(regime.select(ds, **point)["train_accuracy"])
                self.assertAlmostEqual(net.accuracy(strings), measured, places=6)

    def test_another_task_is_noticed(self):
        ds, _ = self.open("seeds")
        strings = all_strings(2)
        differences = []
        for seed in range(4):
            net = regime.network(ds, task_seed=seed)
            net.task = PARITY
            measured = float(ds["train_accuracy"].sel(task_seed=seed))
            differences.append(abs(net.accuracy(strings) - measured))
        self.assertGreater(max(differences), 0.1)

    def test_task_is_the_one_exported(self):
        ds, sweep = self.open("seeds")
        for seed in range(4):
            path = str(self.folder / f"start{seed}.h5")
            subprocess.run([PROGRAM, "export", sweep, f"task_seed={seed}", "-o", path], check=True,
                           timeout=100, stdout=subprocess.DEVNULL)
            task = regime.network(ds, task_seed=seed).task
            with h5py.File(path) as file:
                np.testing.assert_array_equal(task.transition, file["task_transitions"][...])
                np.testing.assert_array_equal(task.output, file["task_outputs"][...])


class Automata(unittest.TestCase):
    TWICE = Task([[2, 1], [3, 0], [0, 3], [1, 2]], [0, 1, 0, 1])  # parity, each state there twice

    def test_parity(self):
        strings = ["", "0", "1", "0110", "111", [1, 0, 1, 1]]
        self.assertEqual(PARITY.targets(strings).tolist(), [0, 0, 1, 0, 1, 1])

    def test_agreement_is_on_all_but_the_empty_string(self):
        self.assertTrue(agree(self.TWICE, PARITY))
        apart = Task([[1, 2], [1, 2], [2, 1]], [1, 0, 1])  # its initial state answers otherwise
        self.assertTrue(agree(apart, PARITY))
        wrong = Task(self.TWICE.transition, [0, 1, 0, 0])
        self.assertFalse(agree(wrong, PARITY))

    def test_equivalent_states(self):
        classes = self.TWICE.equivalent()
        self.assertEqual([classes[0] == classes[2], classes[1] == classes[3],
                          classes[0] == classes[1]], [True, True, False])
        chain = Task([[1, 1], [2, 2], [3, 3], [3, 3]], [0, 0, 0, 1])  # told apart by length alone
        self.assertEqual(len(set(chain.equivalent().tolist())), 4)
