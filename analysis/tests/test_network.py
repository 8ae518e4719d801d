"""network() against the model's equations written out, string by string."""

import tempfile
import unittest
from pathlib import Path

from support import STATUS, SweepFile, np

import regime_analysis as regime

AXES = {"gain": np.array([0.1, 0.5]), "hidden": np.array([5, 8]), "replicate": np.arange(1)}
N_LARGEST, SYMBOLS, OUTPUTS = 8, 2, 2
SHAPES = {"W_in": ("unit", "symbol"), "W_h": ("unit", "unit_from"), "W_out": ("output", "unit"),
          "b_in": ("unit",), "b_h": ("unit",), "b_out": ("output",)}
SIZES = {"unit": N_LARGEST, "unit_from": N_LARGEST, "symbol": SYMBOLS, "output": OUTPUTS}
STRINGS = ["0", "1", "0110", "10", "111", "0110"]
# Sums of at most 8 products in double precision, 4 steps deep.
TOLERANCE = dict(rtol=1e-12, atol=1e-12)


def naive_state(weights, string, activation):
    """One string, one unit at a time."""
    state = [1.0] * len(weights["W_h"])
    for symbol in map(int, string):
        state = [activation(weights["W_in"][i][symbol] + weights["b_in"][i] + weights["b_h"][i]
                            + sum(w * h for w, h in zip(weights["W_h"][i], state)))
                 for i in range(len(state))]
    return np.array(state)


def relu(z):
    return max(z, 0.0)


def write(path, activation):
    """Random weights for every point, padded with NaN where hidden is 5; returns those arrays."""
    sweep = SweepFile(path, AXES, {"activation": activation})
    for name, size in SIZES.items():
        sweep.dimension(name, np.arange(size))
    sweep.codes("status", np.ones(sweep.shape), STATUS)
    generator, kept = np.random.default_rng(1), {}
    for name, dims in SHAPES.items():
        values = generator.normal(size=sweep.shape + tuple(SIZES[dim] for dim in dims))
        for k, dim in enumerate(dims):
            if dim in ("unit", "unit_from"):
                padded = np.moveaxis(values[:, 0], 2 + k, 0)
                padded[5:] = np.nan
        kept[name] = values
        sweep.column(name, values, dims)
    sweep.close()
    return kept


class NetworkOfAPoint(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = str(Path(folder.name) / "sweep.h5")

    def open(self, activation="relu"):
        kept = write(self.path, activation)
        ds = regime.open(self.path)
        self.addCleanup(ds.close)
        return ds, {name: values[1, 1, 0] for name, values in kept.items()}

    def check(self, name, activation, seen=lambda state: state):
        ds, weights = self.open(name)
        net = regime.network(ds, gain=0.45, hidden=8)
        expected = np.array([naive_state(weights, s, activation) for s in STRINGS])
        np.testing.assert_allclose(net.hidden(STRINGS), expected, **TOLERANCE)
        readout = seen(expected) @ weights["W_out"].T + weights["b_out"]
        np.testing.assert_allclose(net.output(STRINGS), readout, **TOLERANCE)
        right = [int(y[1] > y[0]) == s.count("1") % 2 for y, s in zip(readout, STRINGS)]
        self.assertAlmostEqual(net.accuracy(STRINGS), np.mean(right))

    def test_relu(self):
        self.check("relu", relu)

    def test_tanh(self):
        self.check("tanh", np.tanh)

    def test_discontinuity(self):
        self.check("discontinuity", relu, lambda state: np.where(state > 0, state + 1, 0))

    def test_the_comparison_notices_a_wrong_weight(self):
        ds, weights = self.open()
        net = regime.network(ds, gain=0.5, hidden=8)
        expected = np.array([naive_state(weights, s, relu) for s in STRINGS])
        net.b_h = net.b_h.copy()
        net.b_h[0] += 1e-6
        with self.assertRaises(AssertionError):
            np.testing.assert_allclose(net.hidden(STRINGS), expected, **TOLERANCE)

    def test_arrays_are_strings_too(self):
        net = regime.network(self.open()[0], gain=0.5, hidden=8)
        np.testing.assert_array_equal(net.hidden(np.array([[0, 1, 1, 0]])), net.hidden(["0110"]))
        np.testing.assert_array_equal(net.hidden("0110"), net.hidden(["0110"]))

    def test_padding_is_cut(self):
        net = regime.network(self.open()[0], gain=0.1, hidden=5)
        self.assertEqual(net.W_h.shape, (5, 5))
        self.assertEqual(net.W_out.shape, (2, 5))
        self.assertTrue(np.isfinite(net.output(STRINGS)).all())

    def test_mistakes_are_named(self):
        ds, _ = self.open()
        with self.assertRaisesRegex(KeyError, "choose one value of gain"):
            regime.network(ds, hidden=8)
        with self.assertRaisesRegex(KeyError, "keep"):
            regime.network(ds, gain=0.1, hidden=8, at="initial")
