"""Figures and networks of linear_net, on small sweeps trained by the program."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from support import PROGRAM, command, h5py, needs_program, np, train

import regime_analysis as regime
from regime_analysis import figure, figures, maps, measures
from regime_analysis.deviation import excess_deviation, loss_deviation

pytestmark = needs_program

S, A0, RATE = [3.0, 1.5, 0.6], 0.01, 0.002
SHAPE = "n_in = 5; n_hidden = 4; n_out = 4;"
TEACHER = f'{SHAPE} spectrum = "list"; singular_values = {S}; teacher_rank = 3;'
SWEEPS = {
    "modes": f"""axes = {{ init = ("aligned", "gaussian"); replicate = {{ count = 2; }}; }};
        settings = {{ {TEACHER} a0 = {A0}; gain = 0.1; learning_rate = {RATE};
                      max_epochs = 2000; }};
        record = {{ spacing = "linear"; count = 40; }};""",
    "regimes": f"""axes = {{ lambda = [-2.0, 0.0, 2.0]; replicate = {{ count = 2; }};
                              scale = {{ sigma = [0.3, 1.0]; noise = [0.1, 0.2]; }}; }};
        settings = {{ {SHAPE} init = "balanced"; max_epochs = 200; }};
        draw = "map --column kernel_distance --select lambda=2";""",
    "rates": f"""axes = {{ depth = [2, 3]; learning_rate = [0.001, 0.002, 0.004, 10.0];
                           replicate = {{ count = 3; }}; }};
        settings = {{ {SHAPE} init = "balanced"; max_epochs = 100; }};
        record = {{ every = 10; }}; keep = ("initial", "final");""",
    "observed": f"""axes = {{ lambda = [0.0, 1.0]; input_angle = [0.0, 20.0];
                              replicate = {{ count = 2; }}; }};
        settings = {{ {TEACHER} input_spectrum = "list";
                      input_variances = [2.0, 1.0, 0.5, 1.0, 1.0]; init = "aligned"; a0 = {A0};
                      max_epochs = 3000; observers = true; }};
        record = {{ every = 10; }}; keep = ();""",
}
# Steps of size RATE instead of the flow: errors of the order of RATE * S[0] of a strength.
FLOW = 5 * RATE * S[0]
SAME = dict(rtol=1e-9, atol=1e-12)  # the same sums in another order


def setUpModule():
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    Sweeps.folder = Path(folder.name)
    for name, text in SWEEPS.items():
        sweep, path = (str(Sweeps.folder / (name + end)) for end in (".cfg", ".h5"))
        Path(sweep).write_text(f'name = "{name}"; model = "linear_net"; seed = 3; {text}')
        Sweeps.paths[name], Sweeps.said[name] = path, train(sweep, path)


def inside(made):
    """Whether all titles, labels and legends lie on the picture."""
    panels = [ax for ax in made.axes if ax.get_visible()]
    texts = [text for ax in panels for text in (ax.xaxis.label, ax.yaxis.label, ax._left_title)]
    legends = [ax.get_legend() for ax in panels if ax.get_legend()]
    boxes = [item.get_window_extent() for item in [*texts, *legends, *made.texts, *made.legends]]
    return all(made.bbox.contains(*box.min) and made.bbox.contains(*box.max) for box in boxes
               if box.width > 0)


def legend(made):
    return [text.get_text() for text in made.legends[0].get_texts()]


class Sweeps(unittest.TestCase):
    folder, paths, said = None, {}, {}

    def open(self, name):
        ds = regime.open(self.paths[name])
        self.addCleanup(ds.close)
        return ds

    def drawn(self, draw, name, *arguments, change=None, **options):
        """The Figure of a sweep, perhaps of one that change() has made of it."""
        ds = self.open(name)
        made = draw(change(ds) if change else ds, *arguments, **options)
        self.addCleanup(figure.plt.close, made)
        made.canvas.draw()
        self.assertTrue(inside(made))
        return made

    def refused(self, expected, *arguments):
        code, _, err = command(*arguments)
        self.assertEqual((code, err.count("\n")), (2, 1))
        self.assertIn(expected, err)


class Modes(Sweeps):
    def test_the_lines_are_the_closed_form_and_the_marks_the_simulation(self):
        aligned = self.drawn(figures.modes, "modes").axes[0]
        lines = {(line.get_linestyle(), line.get_marker()): [] for line in aligned.lines}
        for line in aligned.lines:
            lines[line.get_linestyle(), line.get_marker()].append(line.get_xydata())
        for s, theory, marks in zip(S, lines["-", "None"], lines["None", "o"]):
            growth = np.exp(2 * s * RATE * theory[:, 0])
            np.testing.assert_allclose(theory[:, 1], s * growth / (growth - 1 + s / A0), rtol=1e-6)
            beside = np.interp(marks[:, 0], *theory.T)
            np.testing.assert_allclose(marks[:, 1], beside, atol=FLOW * s)
        self.assertEqual([len(of) for of in lines.values()], [3, 3, 3, 3])

    def test_the_legend_tells_apart_what_is_in_the_plot(self):
        made = self.drawn(figures.modes, "modes")
        self.assertEqual(legend(made)[:3], ["theory", "simulation", "simulation without theory"])
        looks = {(line.get_linestyle(), line.get_marker()) for line in made.legends[0].get_lines()}
        self.assertEqual(len(looks), len(made.legends[0].get_lines()))
        gaussian = {"init": "gaussian"}
        self.assertEqual(legend(self.drawn(figures.modes, "modes", selection=gaussian))[0],
                         "simulation")
        diverged = self.drawn(figures.modes, "rates", selection={"learning_rate": 10})
        self.assertNotIn("at the end", legend(diverged))

    def test_the_exact_course_is_named_where_it_holds(self):
        made = self.drawn(figures.modes, "rates", selection={"learning_rate": 0.001})
        deviation = float(regime.select(self.open("rates"), depth=2, learning_rate=0.001,
                                        replicate=0)["exact_deviation"])
        self.assertEqual([ax.get_title(loc="left") for ax in made.axes[:2]],
                         ["depth = 2\nno theory of modes: not aligned\n"
                          f"exact course of $QQ^T$: to {deviation:.1g}",
                          "depth = 3\nno theory: not aligned"])

    def test_what_is_not_seen_takes_no_height(self):
        def change(ds):  # at epoch 0, which a logarithmic axis does not show
            strength = ds["mode_strength_history"]
            return ds.assign(mode_strength_history=strength.where(ds["record"] > 0, 100.0))

        made = self.drawn(figures.modes, "regimes", change=change)
        self.assertEqual(made.axes[0].get_xscale(), "log")
        self.assertLess(made.axes[0].get_ylim()[1], 3)
        with self.assertRaises(AssertionError):
            self.assertLess(self.drawn(figures.modes, "modes", change=change).axes[0].get_ylim()[1],
                            3)

    def test_time_is_epochs_times_learning_rate(self):
        aligned = self.drawn(figures.modes, "modes").axes[0]
        np.testing.assert_allclose(aligned.child_axes[0].get_xlim(),
                                   RATE * np.array(aligned.get_xlim()))

    def test_where_there_is_no_theory_the_panel_says_why(self):
        made = self.drawn(figures.modes, "modes")
        self.assertEqual([ax.get_title(loc="left") for ax in made.axes[:2]],
                         ["init = aligned", "init = gaussian\nno theory: not balanced"])
        self.assertIn("replicate = 0 (first of 2)", made.texts[-1].get_text())

    def test_a_point_that_diverged_is_named_and_bounded(self):
        made = self.drawn(figures.modes, "rates", columns="learning_rate")
        self.assertIn("diverged", made.axes[3].get_title(loc="left"))
        self.assertLess(made.axes[3].get_ylim()[1], 10)

    def test_the_command_that_a_run_ends_with_draws(self):
        words = self.said["modes"].split("regime_analysis ")[1].split()
        self.assertEqual(words, ["figure", "modes", self.paths["modes"]])
        code, out, _ = command(*words)
        self.assertEqual((code, out.strip()), (0, str(self.folder / "modes_modes.png")))
        self.assertGreater(Path(out.strip()).stat().st_size, 20000)

    def test_a_sweep_may_choose_the_command(self):
        words = self.said["regimes"].split("regime_analysis ")[1].split()
        self.assertEqual(words, ["figure", "map", self.paths["regimes"], "--column",
                                 "kernel_distance", "--select", "lambda=2"])
        self.assertEqual(command(*words)[0], 0)


class Maps(Sweeps):
    def test_kernel_distance_over_lambda_and_scale(self):
        ds = self.open("regimes").swap_dims(scale="sigma")
        diagram = measures.of_column(ds, "kernel_distance")
        cells = maps.sweep_column(ds, diagram, "lambda", "sigma", "").values["kernel_distance"]
        by_hand = np.log10(ds["kernel_distance"]).mean("replicate").T
        np.testing.assert_allclose(np.log10(cells), by_hand, **SAME)
        with self.assertRaises(AssertionError):
            np.testing.assert_allclose(np.log10(cells), by_hand[::-1], **SAME)

    def test_an_offset_is_added_to_small_values_only(self):
        ds = self.open("regimes")
        small = ds.assign(kernel_distance=ds["kernel_distance"] * 1e-5)
        for part, offset in ((ds, 0), (small, 1e-6)):
            measure = measures.of_column(part, "kernel_distance").measures["kernel_distance"]
            np.testing.assert_allclose(measure.of(part), part["kernel_distance"] + offset, **SAME)
            self.assertEqual("10^{-6}" in measure.look["label"], offset > 0)

    def test_long_labels_are_on_the_picture(self):
        for selection in ({"lambda": 2}, {}):
            self.drawn(figures.column_map, "regimes", "kernel_distance", selection=selection,
                       change=lambda ds: ds.assign(kernel_distance=ds["kernel_distance"] * 1e-5))
        made = self.drawn(figures.column_map, "regimes", "kernel_distance",
                          selection={"lambda": 2})
        made.axes[0].set_ylabel("a label longer than the picture is high " * 3)
        made.canvas.draw()
        self.assertFalse(inside(made))

    def test_errors_are_averaged_before_they_are_cut(self):
        errors = [1e-12, 1e-2]
        ds = self.open("observed").isel(observer=0)
        ds = ds.assign(error_v=ds["error_v"].copy(data=np.broadcast_to(errors, (2, 2, 2))))
        mean = measures.of_column(ds, "error_v").measures["error_v"]
        np.testing.assert_allclose(mean.mean(mean.of(ds).values), 1e-7, **SAME)

    def test_any_column_over_any_axes(self):
        for arguments in (["test_loss"], ["kernel_distance", "--x", "sigma", "--y", "lambda"],
                          ["balancedness", "--select", "lambda=2"],
                          ["mode_strength", "--select", "mode=1"]):
            code, out, err = command("figure", "map", self.paths["regimes"], "--column", *arguments)
            self.assertEqual((code, err), (0, ""))
            self.assertTrue(out.strip().endswith(f"regimes_map_{arguments[0]}.png"))

    def test_points_without_a_stop_loss_are_in_no_doubt(self):
        ds = self.open("regimes")
        self.assertFalse(measures.short_of_stop_loss(ds).any())
        self.assertTrue(measures.short_of_stop_loss(ds.assign_coords(stop_loss=1e-9)).all())

    def test_mistakes_are_answered(self):
        path = self.paths["regimes"]
        self.refused("mode_strength has a value for each mode too: choose one, --select mode=0",
                     "figure", "map", path, "--column", "mode_strength")
        self.refused("no column kernel: it has", "figure", "map", path, "--column", "kernel")


class Deviation(Sweeps):
    def test_of_the_loss_is_the_mean_over_the_records(self):
        ds = regime.select(self.open("rates"), depth=2, learning_rate=0.004)
        for i in range(3):
            loss, theory, floor = (ds[name].values[i] for name in (
                "excess_loss_history", "excess_loss_theory_history", "loss_floor"))
            by_hand = sum(abs(a / b - 1) for a, b in zip(loss[1:], theory[1:])) / 10
            self.assertAlmostEqual(float(excess_deviation(ds)[i]), by_hand, places=12)
            by_hand = sum(abs((a + floor) / (b + floor) - 1) for a, b in zip(loss[1:], theory[1:])) / 10
            self.assertAlmostEqual(float(loss_deviation(ds)[i]), by_hand, places=12)

    def test_the_published_bound_is_of_the_whole_loss(self):
        ax = self.drawn(figures.deviation, "rates", column="excess_deviation").axes[0]
        self.assertIn("above its floor", ax.get_ylabel())
        self.assertNotIn(0.05, [line.get_ydata()[0] for line in ax.lines])

    def test_lines_are_means_with_standard_errors(self):
        ax = self.drawn(figures.deviation, "rates").axes[0]
        depth2, = ax.containers  # there is no theory for the other
        trials = loss_deviation(regime.select(self.open("rates"), depth=2)).values[:3]
        np.testing.assert_allclose(depth2[0].get_ydata(), trials.mean(axis=1), **SAME)
        ends = depth2[2][0].get_segments()[1][:, 1]
        self.assertAlmostEqual(ends[1] - ends[0], 2 * trials[1].std(ddof=1) / np.sqrt(3))
        self.assertIn(0.05, [line.get_ydata()[0] for line in ax.lines])
        self.assertRegex(depth2.get_label(), "2, slope ")

    def test_what_most_points_have_is_drawn(self):
        def change(ds):  # the exact course at one point, closed forms at two
            course = ds["excess_loss_theory_history"]
            return ds.assign(excess_loss_theory_history=course.where(ds["replicate"] == 0))

        made = self.drawn(figures.deviation, "modes", x="replicate", change=change)
        self.assertIn("mode strengths", made.axes[0].get_ylabel())
        self.assertIn("2 of 4 points have this theory", made.texts[-1].get_text())
        made = self.drawn(figures.deviation, "modes", x="replicate")
        self.assertIn("loss", made.axes[0].get_ylabel())

    def test_a_sweep_without_theory_is_answered(self):
        self.refused("no point of this sweep has loss_deviation", "figure", "deviation",
                     self.paths["rates"], "--select", "depth=3", "--column", "loss_deviation")
        self.refused("loss is no deviation from theory", "figure", "deviation", self.paths["rates"],
                     "--column", "loss")


class Spectra(Sweeps):
    def test_recovered_values_stand_above_the_true_ones(self):
        point = {"lambda": 0, "replicate": 0, "input_angle": 0}
        ax = self.drawn(figures.spectra, "observed", selection=point).axes[0]
        activity = ax.lines[0].get_xydata()  # the first observer to tell s
        # At lambda = 0 the activity tells s; marks of observers stand apart by a factor.
        np.testing.assert_allclose(activity[:, 1], [6, 1.5, 0.3], rtol=1e-3)
        np.testing.assert_allclose(activity[:, 0] / activity[:, 1], 1, rtol=0.1)

    def test_errors_are_drawn_over_the_swept_axis(self):
        ds = regime.select(self.open("observed"), input_angle=0)
        made = self.drawn(figures.spectra, "observed")
        self.assertEqual([ax.get_title(loc="left") for ax in made.axes[3:]],
                         ["relative error of $s$", "relative error of $d$",
                          "error of the input modes (radian)"])
        activity = ds["error_s"].isel(observer=1)  # tells all modes of every point
        drawn = {tuple(line[0].get_ydata()) for line in made.axes[3].containers}
        expected = np.exp(np.log(activity).mean("replicate")).values.clip(1e-4, 10)
        self.assertTrue(any(np.allclose(found, expected) for found in drawn if len(found) == 2))
        angle = self.drawn(figures.spectra, "observed", selection={"input_angle": 19})
        self.assertIn("of 4 points done   ·   input_angle = 20   ·", angle.texts[-1].get_text())
        self.assertEqual(made.texts[0].get_text(), "At input angle (degrees) = 0 (first of 2)")

    def test_errors_beyond_the_edge_are_hollow_and_none_is_cut_in_the_mean(self):
        def change(ds):
            errors = ds["error_v"].copy(data=np.broadcast_to(values, ds["error_v"].shape))
            return ds.assign(error_v=errors.transpose(..., "replicate", "observer"))

        for trials, mean in (([1e-12, 1e-14], 1e-13), ([1e-12, 1e12], 1.0), ([1e3, 1e7], 1e5)):
            values = np.array(trials)[:, None]
            ax = self.drawn(figures.spectra, "observed", change=change).axes[5]
            marks = [line for line in ax.lines if line.get_marker() == "s"]
            hollow = [line.get_markerfacecolor() == "white" for line in marks]
            self.assertEqual(hollow, [not 1e-4 <= mean <= 10])
            np.testing.assert_allclose(marks[0].get_ydata(), np.clip(mean, 1e-4, 10))
            self.assertEqual([text.get_text() for text in ax.texts],
                             ["all means below 0.0001"] if mean < 1e-4 else [])

    def test_what_an_observer_cannot_tell_is_said(self):
        made = self.drawn(figures.spectra, "observed")
        said = [text.get_text() for text in made.axes[2].get_legend().get_texts()]
        self.assertEqual(said[:2], ["final weights\n(cannot tell $s$ or $d$)",
                                    "final weights and hidden activity"])
        self.assertTrue(said[3].endswith("(cannot tell the input modes)"))

    def test_without_observers_the_setting_is_named(self):
        self.refused("observers = true", "figure", "spectra", self.paths["regimes"])


class Networks(Sweeps):
    def exported(self, name, *point):
        path = self.folder / f"{name}_start.h5"
        subprocess.run([PROGRAM, "export", self.folder / f"{name}.cfg", *point, "-o", path],
                       check=True, timeout=60)
        with h5py.File(path) as file:
            return {array: file[array][...] for array in file}

    def test_mode_strengths_are_those_measured(self):
        ds, point = self.open("modes"), dict(init="gaussian", replicate=1)
        net = regime.network(ds, **point)
        Syx = self.exported("modes", "init=gaussian", "replicate=1")["Syx"]
        measured = regime.select(ds, **point)["mode_strength"].values
        np.testing.assert_allclose(net.mode_strengths(Syx)[:3], measured[:3], **SAME)
        net.weights[0] = net.weights[0] + 1e-6
        with self.assertRaises(AssertionError):
            np.testing.assert_allclose(net.mode_strengths(Syx)[:3], measured[:3], **SAME)

    def test_initial_weights_are_those_exported(self):
        start = self.exported("rates", "depth=2", "learning_rate=0.002", "replicate=2")
        net = regime.network(self.open("rates"), at="initial", depth=2, learning_rate=0.002,
                             replicate=2)
        self.assertEqual([weight.shape for weight in net.weights], [(4, 5), (4, 4)])
        for layer, weight in enumerate(net.weights):
            np.testing.assert_array_equal(weight, start[f"W_{layer + 1}"])

    def test_the_map_is_what_layers_do_one_after_another(self):
        net = regime.network(self.open("rates"), depth=3, learning_rate=0.001, replicate=0)
        x = np.random.default_rng(0).normal(size=(7, 5))
        by_hand = [net.weights[2] @ (net.weights[1] @ (net.weights[0] @ row)) for row in x]
        np.testing.assert_allclose(net.output(x), by_hand, **SAME)
        np.testing.assert_allclose(net.output(x), x @ net.map.T, **SAME)
        np.testing.assert_allclose(net.hidden(x), x @ net.weights[0].T, **SAME)

    def test_what_was_not_kept_is_named(self):
        with self.assertRaisesRegex(KeyError, "kept no W: see `keep`"):
            regime.network(self.open("observed"), **{"lambda": 0, "replicate": 0, "input_angle": 0})
        with self.assertRaisesRegex(ValueError, "no such weights: it diverged"):
            regime.network(self.open("rates"), depth=2, learning_rate=10, replicate=0)
