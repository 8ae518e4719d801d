"""open() and select() on files of every state."""

import tempfile
import unittest
from pathlib import Path

from support import STATUS, SweepFile, np, write_phase

import regime_analysis as regime
from regime_analysis.dataset import has_code

AXES = {"gain": np.linspace(0.1, 1, 4), "activation": np.array(["relu", "tanh"]),
        "replicate": np.arange(3)}
SHAPE = (4, 2, 3)
PENDING, DONE, DIVERGED, FAILED = range(4)


class OpenedFile(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = str(Path(self.folder.name) / "sweep.h5")
        self.addCleanup(self.folder.cleanup)
        self.status = np.full(SHAPE, DONE)

    def write(self):
        write_phase(self.path, AXES, np.full(SHAPE, 0.9), np.full(SHAPE, 13), self.status)
        ds = regime.open(self.path)
        self.addCleanup(ds.close)
        return ds

    def test_axes_and_their_labels(self):
        ds = self.write()
        self.assertEqual(regime.axes(ds), ("gain", "activation", "replicate"))
        self.assertEqual(ds["activation"].values.tolist(), ["relu", "tanh"])
        self.assertNotIn("activation_name", ds)
        np.testing.assert_array_equal(ds["gain"], AXES["gain"])

    def test_attributes_settings_and_provenance(self):
        ds = self.write()
        self.assertEqual(ds.attrs["model"], "parity_rnn")
        self.assertEqual(ds["n_states"].attrs["long_name"], "n_states")
        self.assertEqual(regime.settings(ds)["hidden"], 100)
        self.assertEqual(regime.settings(ds)["activation"], "relu")
        self.assertEqual(ds["provenance_host"].values[0, 0, 0], "node01")
        self.assertEqual(ds["provenance_wall_seconds"].dims, regime.axes(ds))
        self.assertEqual(float(ds["provenance_wall_seconds"].sel(activation="tanh").sum()), 30)

    def test_finished_file_keeps_every_value(self):
        ds = self.write()
        self.assertTrue(ds["finished"].all())
        self.assertTrue((ds["n_states"].sel(merge_distance=0.1) == 13).all())
        self.assertEqual(ds["is_finite"].dtype, bool)
        self.assertEqual(ds["stopped_by"].dtype, np.uint8)

    def test_only_finished_points_have_values(self):
        self.status[0, 0], self.status[1, 0, 0], self.status[2, 0, 0] = PENDING, FAILED, DIVERGED
        ds = self.write()
        unfinished = np.isin(self.status, (PENDING, FAILED))
        np.testing.assert_array_equal(ds["finished"], ~unfinished)
        accuracy = ds["validation_accuracy"].sel(validation_length=100)
        np.testing.assert_array_equal(np.isnan(accuracy), unfinished)
        np.testing.assert_array_equal(np.isnan(ds["n_states"].isel(merge_distance=0)), unfinished)
        self.assertEqual(ds["stopped_by"].dtype, np.uint8)
        np.testing.assert_array_equal(ds["stopped_by"] == 0, unfinished)
        self.assertEqual(ds["is_finite"].dtype, bool)
        self.assertFalse(ds["is_finite"].values[unfinished].any())
        np.testing.assert_array_equal(ds["status"], self.status)
        self.assertTrue((ds["checksum"] == 1).all())
        np.testing.assert_array_equal(np.isnan(ds["provenance_start"]), unfinished)
        self.assertTrue(has_code(ds["status"], "diverged")[2, 0, 0])

    def test_selection_by_value(self):
        ds = self.write()
        point = regime.select(ds, gain=0.3, activation="tanh", replicate=2)
        self.assertEqual(float(point["gain"]), AXES["gain"][1])
        self.assertEqual(point["status"].ndim, 0)
        self.assertEqual(float(regime.select(ds, gain=1.14)["gain"]), 1.0)
        for wrong in ({"gain": 1.2}, {"gain": -0.1}, {"gain": "small"}, {"gain": np.nan},
                      {"activation": "gelu"}, {"fraction": 1}):
            with self.assertRaises(KeyError):
                regime.select(ds, **wrong)

    def test_members_of_an_axis(self):
        pair = SweepFile(self.path, {"pair": np.arange(3)}, {})
        pair.codes("status", [DONE] * 3, STATUS)
        pair.column("gain", np.array([0.1, 0.1, 0.7]), fill=False)
        pair.column("activation", np.array([1, 0, 1], "i4"), fill=False)
        pair.names("activation", "pair", np.array([b"tanh", b"relu", b"tanh"]))
        pair.file["status"].attrs["coordinates"] = "gain activation activation_name"
        pair.close()
        ds = regime.open(self.path)
        self.addCleanup(ds.close)
        self.assertEqual(ds["activation"].values.tolist(), ["tanh", "relu", "tanh"])
        self.assertEqual(int(regime.select(ds, gain=0.7)["pair"]), 2)

    def test_a_foreign_file_is_refused(self):
        sweep = SweepFile(self.path, {"gain": np.ones(1)}, {})
        sweep.close()
        with self.assertRaisesRegex(ValueError, "not a sweep file"):
            regime.open(self.path)
        with self.assertRaisesRegex(ValueError, "not an HDF5 file"):
            regime.open(__file__)
        with self.assertRaises(FileNotFoundError):
            regime.open(self.path + ".none")

    def test_one_point(self):
        write_phase(self.path, {}, 0.5, 13)
        ds = regime.open(self.path)
        self.addCleanup(ds.close)
        self.assertEqual(regime.axes(ds), ())
        self.assertTrue(bool(ds["finished"]))
