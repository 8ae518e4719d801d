"""The commands `phase` and `compare` on the paper's own numbers and on sweeps with other axes."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

from support import main, np, write_phase

import regime_analysis as regime
from regime_analysis import __main__, compare, paper
from regime_analysis import phase as phases

GAIN_SUBGRID, FRACTION_SUBGRID = [0, 4, 9, 14, 19], [2, 5, 9, 14, 19]
PENDING, DIVERGED, MAX_EPOCHS = 0, 2, 2


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = str(Path(folder.name) / "sweep.h5")
        self.picture = str(Path(folder.name) / "sweep.png")

    def write_figure9(self, **changes):
        figure9 = paper.figure9()
        axes = {"gain": figure9["gain"].values, "fraction": figure9["fraction"].values,
                "replicate": np.arange(1)}
        write_phase(self.path, axes, figure9["validation_accuracy"].values[..., None],
                    figure9["n_states"].values[..., None], **changes)

    def write_subgrid(self):
        figure9 = paper.figure9().isel(gain=GAIN_SUBGRID, fraction=FRACTION_SUBGRID)
        axes = {"gain": figure9["gain"].values, "fraction": figure9["fraction"].values,
                "replicate": np.arange(5)}
        repeated = [np.repeat(figure9[name].values[..., None], 5, -1)
                    for name in ("validation_accuracy", "n_states")]
        write_phase(self.path, axes, *repeated)

    def write_lengths(self):
        axes = {"gain": np.array([0.1, 0.3, 1.0]), "dataset_size": np.array([16, 64, 256, 1024]),
                "max_length": np.array([6, 8, 10])}
        generator = np.random.default_rng(0)
        write_phase(self.path, axes, generator.uniform(0.5, 1, (3, 4, 3)),
                    generator.integers(2, 2047, (3, 4, 3)))

    def open(self):
        ds = regime.open(self.path)
        self.addCleanup(ds.close)
        return ds

    def command(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = __main__.main(list(arguments))
        return code, out.getvalue(), err.getvalue()


class Compare(Folder):
    def test_the_paper_agrees_with_itself(self):
        self.write_figure9()
        bands, states = compare.boundaries(self.open()), compare.states_at_full_data(self.open())
        self.assertEqual([len(bands), len(states)], [6, 9])
        for band in bands:
            self.assertAlmostEqual(band.ours.p50, band.paper.p50, places=6)
            self.assertTrue(band.ours.overlaps(band.same_cells))
        for band in states:
            self.assertEqual(band.factor, 1)

    def test_shares(self):
        self.write_figure9()
        code, out, _ = self.command("compare", self.path)
        self.assertEqual(code, 0)
        self.assertRegex(out, r"right on all strings +6[56]% +6[56]%")
        self.assertRegex(out, r"accuracy below 0.75 +28% +28%")
        self.assertIn("0.22 [", out)

    def test_subgrid_with_replicates(self):
        self.write_subgrid()
        bands = compare.boundaries(self.open())
        self.assertEqual([band.gains for band in bands],
                         [b for b in paper.BOUNDARY_BANDS if b[1] in (0.289, 0.574, 0.763, 1.0)])
        self.assertEqual({band.ours.n_trials for band in bands}, {25})
        self.assertEqual({band.same_cells.n_trials for band in bands}, {5})
        self.assertEqual(len(compare.states_at_full_data(self.open())), 4)

    def test_trials_not_stopped_by_the_loss_do_not_count(self):
        stopped_by = np.ones((20, 20, 1))
        stopped_by[:, :10] = MAX_EPOCHS
        self.write_figure9(stopped_by=stopped_by)
        self.assertEqual(compare.boundaries(self.open())[0].ours.n_trials, 20)
        self.assertIn("200 of them stopped by the loss", compare.report(self.open()))

    def test_other_settings_than_the_paper_are_named(self):
        self.write_figure9()
        ds = self.open()
        self.assertNotIn("note:", compare.report(ds))
        ds.attrs["setting_hidden"] = 64
        self.assertIn("note: hidden = 64 (paper: 100)", compare.report(ds))

    def test_a_shifted_diagram_does_not_overlap(self):
        figure9 = paper.figure9()
        shifted = np.roll(figure9["validation_accuracy"].values, 5, axis=1)
        shifted[:, :5] = 0.5
        axes = {name: figure9[name].values for name in ("gain", "fraction")}
        write_phase(self.path, axes, shifted, figure9["n_states"].values * 2)
        self.assertFalse(any(b.ours.overlaps(b.paper) for b in compare.boundaries(self.open())))
        self.assertTrue(all(b.factor == 2 for b in compare.states_at_full_data(self.open())))

    def test_another_grid_is_refused_in_one_line(self):
        self.write_lengths()
        code, _, err = self.command("compare", self.path)
        self.assertEqual((code, err.count("\n")), (2, 1))


class Phase(Folder):
    def test_panels_of_the_paper_grid(self):
        status, stopped_by = np.ones((20, 20, 1)), np.ones((20, 20, 1))
        status[0, :3], status[5, 5], stopped_by[19, :4] = PENDING, DIVERGED, MAX_EPOCHS
        self.write_figure9(status=status, stopped_by=stopped_by)
        column = phases._sweep_column(self.open(), "fraction", "gain", "")
        self.assertEqual(column.marks["unfinished"].sum(), 3)
        self.assertEqual(column.marks["diverged"].sum(), 1)
        self.assertEqual(column.marks["doubtful"].sum(), 4)
        expected = paper.figure9()["validation_accuracy"].values
        expected[0, :3] = expected[5, 5] = np.nan
        np.testing.assert_allclose(column.values["accuracy"], expected, rtol=1e-6)
        code, out, _ = self.command("phase", self.path, "-o", self.picture)
        self.assertEqual((code, out.strip()), (0, self.picture))
        self.assertGreater(Path(self.picture).stat().st_size, 20000)

    def test_means_over_replicates(self):
        axes = {"gain": [0.1, 1.0], "fraction": [0.1, 1.0], "replicate": np.arange(2)}
        axes = {name: np.array(values) for name, values in axes.items()}
        accuracy = np.array([[[0.5, 1.0], [1, 1]], [[0.5, 0.6], [0.9, 0.1]]])
        states = np.array([[[10, 1000], [2, 2]], [[3, 3], [4, 2047]]])
        status = np.ones((2, 2, 2))
        status[1, 1, 1] = PENDING
        write_phase(self.path, axes, accuracy, states, status)
        values = phases._sweep_column(self.open(), "fraction", "gain", "").values
        np.testing.assert_allclose(values["accuracy"], [[0.75, 1], [0.55, 0.9]], rtol=1e-6)
        np.testing.assert_allclose(values["states"], [[100, 2], [3, 4]], rtol=1e-6)

    def test_other_axes_in_small_multiples(self):
        self.write_lengths()
        ds = self.open()
        third = phases._third_axis(ds, "dataset_size", "gain")
        columns = phases._sweep_columns(ds, "dataset_size", "gain", third)
        self.assertEqual([column.title for column in columns],
                         [f"longest training string = {n}" for n in (6, 8, 10)])
        self.assertTrue(columns[0].x.log)
        for arguments in ([], ["--x", "max_length"], ["--select", "max_length=8"]):
            code, _, err = self.command("phase", self.path, "-o", self.picture, *arguments)
            self.assertEqual((code, err), (0, ""))

    def test_wrong_axes_are_answered(self):
        self.write_lengths()
        code, _, err = self.command("phase", self.path, "--x", "fraction")
        self.assertEqual(code, 2)
        self.assertIn("fraction is no axis of this sweep: gain, dataset_size, max_length", err)


if __name__ == "__main__":
    main()
