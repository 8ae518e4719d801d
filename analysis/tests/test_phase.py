"""The commands `phase` and `compare` on the paper's own numbers and on sweeps with other axes."""

import tempfile
import unittest
from pathlib import Path

from support import command, np, write_phase

import regime_analysis as regime
from regime_analysis import compare, curves, figure, grid, layout, maps, measures, paper

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
        code, out, _ = command("compare", self.path)
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
        code, _, err = command("compare", self.path)
        self.assertEqual((code, err.count("\n")), (2, 1))


class Phase(Folder):
    def column(self):
        ds = self.open()
        return maps.sweep_column(ds, measures.of_phase(ds), "fraction", "gain", "")

    def test_panels_of_the_paper_grid(self):
        status, stopped_by = np.ones((20, 20, 1)), np.ones((20, 20, 1))
        status[0, :3], status[5, 5], stopped_by[19, :4] = PENDING, DIVERGED, MAX_EPOCHS
        self.write_figure9(status=status, stopped_by=stopped_by)
        column = self.column()
        self.assertEqual(column.marks["unfinished"].sum(), 3)
        self.assertEqual(column.marks["diverged"].sum(), 1)
        self.assertEqual(column.marks["doubtful"].sum(), 4)
        expected = paper.figure9()["validation_accuracy"].values
        expected[0, :3] = expected[5, 5] = np.nan
        np.testing.assert_allclose(column.values["accuracy"], expected, rtol=1e-6)
        code, out, _ = command("figure", "phase", self.path, "-o", self.picture)
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
        values = self.column().values
        np.testing.assert_allclose(values["accuracy"], [[0.75, 1], [0.55, 0.9]], rtol=1e-6)
        np.testing.assert_allclose(values["states"], [[100, 2], [3, 4]], rtol=1e-6)

    def test_a_further_dimension_of_one_value_needs_no_choice(self):
        self.write_lengths()
        ds = self.open()
        with self.assertRaisesRegex(ValueError, "--select merge_distance=0.01"):
            measures.column(ds, "n_states")
        alone = measures.column(ds.isel(merge_distance=[1]), "n_states")
        self.assertEqual(alone.dims, layout.axes(ds))
        np.testing.assert_array_equal(alone, ds["n_states"].isel(merge_distance=1))

    def test_other_axes_in_small_multiples(self):
        self.write_lengths()
        ds = self.open()
        chosen = layout.choose_axes(ds)
        self.assertEqual(chosen, ("dataset_size", "gain", "max_length"))
        columns = maps.sweep_columns(ds, measures.of_phase(ds), *chosen)
        self.assertEqual([column.title for column in columns],
                         [f"longest training string = {n}" for n in (6, 8, 10)])
        self.assertTrue(columns[0].x.log)
        for arguments in ([], ["--x", "max_length"], ["--select", "max_length=8"]):
            code, _, err = command("figure", "phase", self.path, "-o", self.picture, *arguments)
            self.assertEqual((code, err), (0, ""))

    def test_wrong_axes_are_answered(self):
        self.write_lengths()
        code, _, err = command("figure", "phase", self.path, "--x", "fraction")
        self.assertEqual(code, 2)
        self.assertIn("fraction is no axis of this sweep: gain, dataset_size, max_length", err)
        for arguments in (["--x", "gain", "--y", "gain"], ["--y", "gain", "--columns", "gain"]):
            code, _, err = command("figure", "phase", self.path, *arguments)
            self.assertEqual((code, "gain can be drawn in one direction only" in err), (2, True))

    def test_files_that_cannot_be_read_or_written_are_answered_in_one_line(self):
        self.write_lengths()
        content = Path(self.path).read_bytes()
        cut, absent = (str(Path(self.path).with_name(name)) for name in ("cut.h5", "absent.h5"))
        Path(cut).write_bytes(content[:len(content) * 3 // 4])
        for arguments, expected in (
                ([cut], f"{cut} is damaged or cut short: regime verify {cut} says where"),
                ([absent], f"{absent}: No such file or directory"),
                ([self.path, "-o", "/nodir/k.png"], "there is no folder /nodir")):
            code, _, err = command("figure", "phase", *arguments)
            self.assertEqual((code, err.count("\n")), (2, 1))
            self.assertIn(expected, err)


class Looks(Folder):
    def draw(self, ds, *chosen):
        drawn, _ = maps.draw(ds, measures.of_phase(ds), *chosen)
        self.addCleanup(figure.plt.close, drawn)
        return drawn.axes

    def test_a_single_column_is_titled_by_its_measures(self):
        self.write_lengths()
        panels = self.draw(regime.select(self.open(), max_length=8), "dataset_size", "gain", None)
        self.assertEqual([ax.get_title(loc="left") or ax.get_title() for ax in panels[:2]],
                         ["validation accuracy",
                          "number of states, merge distance 0.1 of the final spread"])
        self.assertEqual({ax.get_ylabel() for ax in panels[2:]}, {""})

    def test_colours_of_states_end_at_the_number_of_strings(self):
        self.write_lengths()
        ds = self.open()
        self.assertEqual(measures.most_states(ds), 2047)
        longer = ds.assign_coords(analysis_length=12)
        self.assertEqual(measures.most_states(longer), 8191)
        bars = self.draw(longer, "dataset_size", "gain", "max_length")[-1]
        self.assertEqual(bars.get_yticklabels()[-1].get_text(), "8191")
        self.assertEqual(grid.looks(7)["states"]["ticks"], [2, 7])

    def test_ticks_of_a_logarithmic_axis_do_not_crowd(self):
        import matplotlib.pyplot as plt

        for low, high in ((1, 2), (1, 2047), (7, 55), (8, 19), (10.5, 29), (11, 99), (21, 26),
                          (31, 2047), (1e-12, 1)):
            drawn, ax = plt.subplots(figsize=(2, 1.7), constrained_layout=True)  # as in `states`
            ax.set_yscale("log")
            ax.set_ylim(low, high)
            grid.tick_decades(ax.yaxis, low, high)
            drawn.canvas.draw()
            labels = [text.get_window_extent() for text in ax.get_yticklabels() if text.get_text()]
            self.assertGreater(len(labels), 1, (low, high))
            for one, next_ in zip(labels, labels[1:]):
                self.assertLess(one.y1, next_.y0, (low, high))
            plt.close(drawn)

    def test_gain_grows_downwards_but_never_to_the_left(self):
        self.write_lengths()
        ds = self.open()
        upright, lying = (self.draw(ds, *chosen)[0] for chosen in (
            ("dataset_size", "gain", "max_length"), ("gain", "dataset_size", "max_length")))
        self.assertTrue(upright.yaxis_inverted())
        self.assertFalse(lying.xaxis_inverted())


class Axes(Folder):
    """Which axes are drawn where, and that every kind of sweep can be drawn."""

    SWEEPS = (
        (dict(gain=[0.1, 0.5, 1.0]), ("gain", None, None)),
        (dict(fraction=[0.1, 0.5, 1.0], replicate=range(4)), ("fraction", None, None)),
        (dict(replicate=range(4)), ("replicate", None, None)),
        (dict(gain=[0.3], fraction=[0.5, 1.0]), ("fraction", None, None)),
        (dict(gain=[0.1, 1.0], batch=[10, 20, 40]), ("batch", "gain", None)),
        (dict(fraction=[0.1, 1.0], batch=[10, 20, 40]), ("fraction", "batch", None)),
        (dict(gain=[0.1, 1.0], learning_rate=[0.01, 0.1]), ("learning_rate", "gain", None)),
        (dict(fraction=[0.1, 1.0], max_length=[6, 8]), ("fraction", "max_length", None)),
        (dict(activation=["relu", "tanh"], loss=["mse", "cross_entropy"]),
         ("loss", "activation", None)),
        (dict(activation=["tanh", "relu"]), ("activation", None, None)),
        (dict(init_seed=[5, 9, 2]), ("init_seed", None, None)),
        (dict(data_seed=[1, 2], init_seed=[1, 2, 3]), ("init_seed", "data_seed", None)),
        (dict(gain=[0.1, 1.0], init_seed=[1, 2, 3]), ("gain", None, None)),
        (dict(loss=["mse", "cross_entropy"], gain=[0.1, 1.0], fraction=[0.5, 1.0]),
         ("fraction", "gain", "loss")),
    )

    def write(self, axes):
        axes = {name: np.array(values) for name, values in axes.items()}
        shape = tuple(len(values) for values in axes.values())
        generator = np.random.default_rng(1)
        self.path = str(Path(self.picture).with_name("_".join(axes) + f"{sum(shape)}.h5"))
        write_phase(self.path, axes, generator.uniform(0.4, 1, shape),
                    generator.integers(1, 2047, shape))

    def test_every_kind_of_sweep_is_drawn(self):
        for axes, expected in self.SWEEPS:
            with self.subTest(axes=list(axes)):
                self.write(axes)
                with regime.open(self.path) as ds:
                    self.assertEqual(layout.choose_axes(ds), expected)
                code, _, err = command("figure", "phase", self.path, "-o", self.picture)
                self.assertEqual((code, err), (0, ""))
                self.assertGreater(Path(self.picture).stat().st_size, 10000)
                Path(self.picture).unlink()

    def test_one_point_is_answered(self):
        for axes in ({}, dict(gain=[0.1])):
            self.write(axes)
            code, _, err = command("figure", "phase", self.path, "-o", self.picture)
            self.assertEqual((code, err.count("\n")), (2, 1))
            self.assertIn("no axis of more than one value", err)

    def test_a_curve_shows_every_trial_and_their_mean(self):
        accuracy, states = np.array([[0.6, 0.8], [1, 1]]), np.array([[10, 1000], [2, 1]])
        status = np.array([[1, 1], [1, DIVERGED]])
        axes = dict(gain=np.array([0.1, 1.0]), replicate=np.arange(2))
        write_phase(self.path, axes, accuracy, states, status)
        ds = self.open()
        drawn, handles = curves.draw(ds, measures.of_phase(ds), "gain")
        self.addCleanup(figure.plt.close, drawn)
        lines = [[line.get_xydata() for line in ax.lines] for ax in drawn.axes]
        np.testing.assert_allclose(lines[0][0][:3], [[0.1, 0.6], [0.1, 0.8], [1, 1]], rtol=1e-6)
        np.testing.assert_allclose(lines[0][2], [[0.1, 0.7], [1, 1]], rtol=1e-6)
        np.testing.assert_allclose(lines[1][2], [[0.1, 100], [1, 2]], rtol=1e-6)
        self.assertEqual(len(handles), 2)
