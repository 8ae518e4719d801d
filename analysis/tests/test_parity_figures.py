"""Figures of how an automaton forms, on a small sweep that the program trained: what is drawn is
what the file holds, or follows from it by the definitions of the paper."""

import tempfile
import unittest
from itertools import product
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import xarray as xr  # noqa: E402
from matplotlib.patches import PathPatch  # noqa: E402
from matplotlib.text import Text  # noqa: E402
from support import needs_program, np, train  # noqa: E402

import regime_analysis as regime  # noqa: E402
from regime_analysis import (automaton, clusters, dataset, figure, figures, measures,  # noqa: E402
                             paper)

pytestmark = needs_program

LENGTH = 4
SWEEP = """
name = "forming"; model = "parity_rnn"; seed = 5;
axes = { gain = [0.3, 0.6]; replicate = { count = 3; }; };
settings = { max_length = 4; analysis_length = 4; hidden = 12; learning_rate = 0.3; loss = "mse";
             max_epochs = 120; precision = "double"; merge_distances = [0.1, 0.5];
             validation_lengths = [20, 5, 1500]; validation_strings = 20; pairs = true;
             pair_records = 64; track_pairs = "0 1, 0 00, 01 10"; theory_pairs = 50; };
record = { every = 10; };
snapshots = ( { gain = 0.6; replicate = 1; } );
"""
STRINGS = clusters.strings(LENGTH)
try:
    import graphviz

    graphviz.version()
    NO_GRAPHVIZ = None
except (ImportError, OSError) as absent:
    NO_GRAPHVIZ = str(absent)


def setUpModule():
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    sweep, path = (str(Path(folder.name) / name) for name in ("s.cfg", "s.h5"))
    Path(sweep).write_text(SWEEP)
    train(sweep, path, "--quiet")
    Forming.folder, Forming.ds = folder, regime.open(path)
    unittest.addModuleCleanup(Forming.ds.close)


class Forming(unittest.TestCase):
    def save(self, drawn, name="picture.png"):
        """What a reader gets, with the sweep's name and the program's revision below."""
        path = Path(self.folder.name) / name
        foot = " ".join(text.get_text() for text in drawn.texts)
        self.assertIn("forming", foot)
        self.assertIn("git ", foot)
        figure.save(drawn, str(path))
        self.assertGreater(path.stat().st_size, 10000)
        return path


class Training(Forming):
    def test_thick_lines_are_medians(self):
        drawn = figures.training(self.ds)
        panels = np.array(drawn.axes).reshape(4, 2)
        for column, gain in enumerate((0.3, 0.6)):
            part = self.ds.sel(gain=gain)
            for row, name in ((0, "train_loss_history"), (1, "train_accuracy_history")):
                line = self.line(panels[row, column], "trained strings")
                median = part[name].median("replicate").dropna("record")
                np.testing.assert_allclose(line.get_ydata(), median)
                epochs = part["epoch"].sel(record=median["record"])
                np.testing.assert_array_equal(line.get_xdata(), epochs)
            counts = part["n_states_history"].isel(merge_distance=1).median("replicate")
            line = self.line(panels[2, column], "0.5 of the final spread")
            np.testing.assert_allclose(line.get_ydata(), counts)
        self.save(drawn)

    def test_what_is_read_at_the_end_alone_is_a_mark(self):
        ax = figures.training(self.ds, selection={"gain": 0.3}).axes[1]
        mark = self.line(ax, "length 1500")
        end = self.ds["validation_accuracy"].sel(gain=0.3, validation_length=1500).median()
        self.assertEqual(mark.get_xydata().tolist(), [[120, float(end)]])
        self.assertEqual(len(self.line(ax, "length 20").get_xdata()), 13)

    def line(self, ax, label):
        found, = [line for line in ax.lines if line.get_label() == label]
        return found


class Mergers(Forming):
    def naive(self, eps_of):
        """Agreeing and merged pairs by lengths, from the final networks, pair by pair."""
        agreeing, merged = np.zeros((2, LENGTH, LENGTH))
        words = [s for s in STRINGS if s]
        for gain, replicate in product((0.3, 0.6), range(3)):
            net = regime.network(self.ds, gain=gain, replicate=replicate)
            hidden = net.hidden(words)
            eps = eps_of(self.ds.sel(gain=gain, replicate=replicate))
            for i, j in product(range(len(words)), repeat=2):
                a, b = words[i], words[j]
                if i == j or (a.count("1") - b.count("1")) % 2:
                    continue
                share = 0.5 if len(a) == len(b) else 1.0  # of equal lengths each is met twice
                agreeing[len(a) - 1, len(b) - 1] += share
                near = np.linalg.norm(hidden[i] - hidden[j]) < eps
                merged[len(a) - 1, len(b) - 1] += share * near
        return agreeing, merged

    def test_shares_are_those_of_all_pairs(self):
        drawn = figures.mergers(self.ds, selection={"merge_distance": 0.5})
        agreeing, merged = self.naive(
            lambda point: 0.5 * float(point["state_spread"].sel(merge_distance=0.5)))
        mesh = drawn.axes[0].collections[0].get_array()
        shares = np.ma.filled(mesh.reshape(LENGTH, LENGTH), np.nan)
        expected = np.where(agreeing > 0, merged / np.maximum(agreeing, 1), np.nan)
        np.testing.assert_allclose(shares, expected)
        self.assertGreater(np.nanmax(shares), 0)
        self.save(drawn)

    def test_the_published_counts_stand_beside_the_same_run_alone(self):
        alone = {"gain": 0.3, "replicate": 1}
        self.assertNotIn("published", self.notes(figures.mergers(self.ds)))
        self.assertIn("pairs merged in the mean", self.notes(figures.mergers(self.ds)))
        self.assertIn("pairs merged, ", self.notes(figures.mergers(self.ds, selection=alone)))
        same = {dataset.SETTING + name: value for name, value in paper.MAIN_RUN.items()}
        same = self.ds.drop_vars([name for name in paper.MAIN_RUN if name in self.ds.coords
                                  and name not in self.ds.dims]).assign_attrs(same)
        same = same.assign_coords(gain=[0.1, 0.6], merge_distance=[0.01, 0.5])
        of_run = same.assign_attrs({dataset.SETTING + "spread": "run"})
        self.assertNotIn("published", self.notes(figures.mergers(same, {"gain": 0.1})))
        at = {"merge_distance": 0.01}
        self.assertNotIn("published", self.notes(figures.mergers(of_run, at)))  # gain 0.6 too
        self.assertIn("published: 103,460", self.notes(figures.mergers(of_run, {"gain": 0.1, **at})))

    def notes(self, drawn):
        return " ".join(text.get_text().replace("\n", " ") for text in drawn.texts)


class MergeDistance(Forming):
    """Every picture that one goes into says which it is, and of which spread."""

    DRAWN = {"phase": dict(x="gain"), "map": dict(column="n_states", x="gain"), "training": {},
             "mergers": {}, "learned": {}, "automaton": {}, "states": {}}

    def said(self, name, ds, selection=None):
        """All that is written in a figure but its foot."""
        drawn = figures.FIGURES[name](ds, **self.DRAWN[name], selection=selection)
        words = {text.get_text() for text in drawn.findobj(Text)} - \
            {text.get_text() for text in drawn.texts if text is not drawn._suptitle}
        plt.close(drawn)
        return " ".join(" ".join(words).split())

    def test_the_distance_is_said(self):
        of_run = self.ds.assign_attrs({dataset.SETTING + "run_distances": np.array([0.5])})
        for name in self.DRAWN:
            if name == "automaton" and NO_GRAPHVIZ:
                continue
            with self.subTest(name):
                at = {"merge_distance": 0.5}
                self.assertIn("0.5 of the final spread", self.said(name, self.ds, at))
                self.assertIn("0.5 of the run's spread", self.said(name, of_run, at))

    def test_all_figures_choose_the_one_nearest_to_the_papers(self):
        for name in self.DRAWN:
            if name in ("map", "learned") or name == "automaton" and NO_GRAPHVIZ:
                continue  # one wants to be told, the other has all
            with self.subTest(name):
                last = self.said(name, self.ds.assign_coords(merge_distance=[0.4, 0.11]))
                self.assertIn("0.11 of the final spread", last)
                first = self.said(name, self.ds.assign_coords(merge_distance=[0.09, 0.4]))
                self.assertIn("0.09 of the final spread", first)

    def test_a_column_without_one_does_not_say_it(self):
        drawn = figures.column_map(self.ds, "hidden_std", x="gain",
                                   selection={"merge_distance": 0.5})
        self.assertNotIn("spread", drawn.axes[0].get_ylabel())

    def test_in_words(self):
        part = self.ds.assign_attrs({dataset.SETTING + "run_distances": np.array([0.01, 0.02])})
        part = part.isel(merge_distance=[0, 1, 1]).assign_coords(merge_distance=[0.1, 0.01, 0.02])
        self.assertEqual(measures.distances_in_words(part),
                         "0.1 of the final spread, 0.01, 0.02 of the run's spread")
        whole = self.ds.assign_attrs({dataset.SETTING + "spread": "run"})
        self.assertEqual(measures.distances_in_words(whole), "0.1, 0.5 of the run's spread")


class Learned(Forming):
    def test_shares_are_counted(self):
        drawn = figures.learned(self.ds)
        bars = {ax.get_xlabel(): ax for ax in drawn.axes}["share"]
        labels = [text.get_text() for text in bars.get_yticklabels()]
        counts = [text.get_text() for text in bars.texts]
        right, finite = self.ds["validation_accuracy"] == 1, self.ds["is_finite"] == 1
        asked = {f"right on random strings of length {n}": right.sel(validation_length=n)
                 for n in (5, 20, 1500)}
        asked |= {f"automaton is finite ({d})": finite.sel(merge_distance=d) for d in (0.1, 0.5)}
        for label, yes in asked.items():
            for k, gain in enumerate((0.3, 0.6)):
                self.assertEqual(counts[k * len(labels) + labels.index(label)],
                                 f"{int(yes.sel(gain=gain).sum())} of 3")
        self.assertGreater(len({tuple(yes.values.ravel()) for yes in asked.values()}), 1)
        self.save(drawn)

    def test_a_long_legend_stays_in_the_picture(self):
        parts = [self.ds.sel(gain=[0.3]).assign_coords(gain=[gain]) for gain in (0.1, 0.2, 0.4)]
        drawn = figures.learned(xr.concat([*parts, self.ds], "gain", data_vars="minimal"))
        drawn.canvas.draw()
        legend = drawn.legends[0].get_window_extent()
        self.assertEqual(len(drawn.legends[0].get_texts()), 5)
        self.assertLess(legend.x1, drawn.bbox.x1)
        foot, = (text for text in drawn.texts if "forming" in text.get_text())
        self.assertGreater(legend.y0, foot.get_window_extent().y1)
        self.assertLess(legend.y1, min(ax.get_tightbbox().y0 for ax in drawn.axes))


class Courses(Forming):
    def test_named_pairs(self):
        drawn = figures.courses(self.ds, selection={"gain": 0.6, "replicate": 2})
        panels = {ax.get_title(loc): ax for ax in drawn.axes for loc in ("left", "center")}
        self.assertIn("fixed expansion", panels)
        lines = panels["named pairs"].lines
        self.assertEqual([line.get_label() for line in lines], ["0, 1", "0, 00", "01, 10"])
        self.assertEqual(lines[1].get_color(), lines[2].get_color())
        self.assertNotEqual(lines[0].get_color(), lines[1].get_color())
        net = regime.network(self.ds, gain=0.6, replicate=2)
        for line, pair in zip(lines, (("0", "1"), ("0", "00"), ("01", "10"))):
            distance = np.square(np.subtract(*net.hidden(pair))).sum()
            self.assertAlmostEqual(line.get_ydata()[-1] / distance, 1, places=9)
        self.save(drawn)

    def test_names_of_pairs_stand_beside_their_curves(self):
        drawn = figures.courses(self.ds, selection={"gain": 0.6, "replicate": 2})
        drawn.canvas.draw()
        panel, = (ax for ax in drawn.axes if ax.get_title("left") == "named pairs")
        names, frame = panel.get_legend().get_window_extent(), panel.get_window_extent()
        loss, = (ax for ax in drawn.axes if ax.get_ylabel() == "training loss")
        self.assertGreater(names.x0, loss.yaxis.get_tightbbox().x1)
        self.assertLess(names.x1, drawn.bbox.x1)
        self.assertGreater(frame.width, 0.7 * names.width)
        self.assertEqual(len({line.get_marker() for line in panel.lines}), len(panel.lines))


@unittest.skipIf(NO_GRAPHVIZ, NO_GRAPHVIZ)
class Automaton(Forming):
    POINT = {"gain": 0.6, "replicate": 1, "merge_distance": 0.5}

    def test_no_line_runs_through_the_label_of_a_loop(self):
        machine = automaton.Machine("", np.array([[0, 1], [-1, -1]]), np.array([0, 1]), ["a", "b"],
                                    np.array([0, 0]))
        drawn = automaton._draw([machine], [automaton._place(machine)])
        drawn.canvas.draw()
        ax, = drawn.axes
        label, = [text.get_window_extent() for text in ax.texts if text.get_text() == "0"]
        curves = [patch for patch in ax.patches if isinstance(patch, PathPatch)]
        self.assertEqual(len(curves), 2)
        for curve in curves:
            path = curve.get_path().transformed(curve.get_transform())
            self.assertFalse(path.intersects_bbox(label, filled=False))

    def test_numbers_agree_with_their_nouns(self):
        self.assertEqual([figure.count(n, "state") for n in (0, 1, 2)],
                         ["0 states", "1 state", "2 states"])
        one = self.ds.assign(n_conflicts=self.ds["n_conflicts"] * 0 + 1)
        drawn = figures.automaton(one, selection=self.POINT)
        foot = " ".join(" ".join(text.get_text() for text in drawn.texts).split())
        self.assertIn("1 transition on which", foot)

    def test_every_state_is_drawn_in_the_layer_of_its_string(self):
        point = regime.select(self.ds, **self.POINT)
        drawn = figures.automaton(self.ds, selection=self.POINT)
        circles = [patch for patch in drawn.axes[0].patches if hasattr(patch, "center")]
        self.assertEqual(len(circles), int(point["n_states"]))
        depth = point["state_length"].values[:len(circles)]
        height = np.array([circle.center[1] for circle in circles])
        for a, b in product(range(len(circles)), repeat=2):
            self.assertEqual(np.sign(round(height[a] - height[b], 3)), np.sign(depth[b] - depth[a]))
        words = {text.get_text() for text in drawn.axes[0].texts}
        self.assertIn("ε", words)
        self.save(drawn)

    def test_an_edge_for_every_transition(self):
        point = regime.select(self.ds, **self.POINT)
        drawn = figures.automaton(self.ds, selection=self.POINT)
        labels = [text.get_text() for text in drawn.axes[0].texts if text.get_color() != "black"]
        n_drawn = sum(len(label.split(",")) for label in labels)
        self.assertEqual(n_drawn, int((point["transition"] >= 0).sum()))


class States(Forming):
    POINT = {"gain": 0.6, "replicate": 1}

    def snapshot(self):
        point = regime.select(self.ds, **self.POINT)
        return point, self.ds["snapshot_hidden"].isel(snapshot=0).values

    def test_clusters_are_the_states_of_the_file(self):
        point, hidden = self.snapshot()
        for k, distance in enumerate(point["merge_distance"].values):
            for record in range(point.sizes["record"]):
                eps = distance * float(point["state_spread_history"][record, k])
                leader = clusters.groups(hidden[record], eps)
                self.assertEqual(len(set(leader)), int(point["n_states_history"][record, k]))
                self.assertIsNone(clusters.groups(hidden[record], eps, len(set(leader)) - 1))

    def test_transitions_are_those_of_the_file(self):
        point, hidden = self.snapshot()
        stored = point.sel(merge_distance=0.5)
        leader = clusters.groups(hidden[-1], 0.5 * float(stored["state_spread"]))
        number = {group: k for k, group in enumerate(dict.fromkeys(leader))}  # by first string
        expected = {(state, str(symbol), int(after)) for (state, symbol), after
                    in np.ndenumerate(stored["transition"].values) if after >= 0}
        found = {(number[before], symbol, number[after])
                 for before, symbol, after in clusters.transitions(STRINGS, leader)}
        self.assertEqual(found, expected)

    def test_where_strings_of_a_state_disagree_the_last_wins(self):
        words = clusters.strings(2)
        self.assertEqual(words, ["0", "00", "01", "1", "10", "11", ""])
        leader = np.array([0, 1, 2, 0, 4, 5, 6])  # 0 and 1 are one state
        self.assertEqual(clusters.transitions(words, leader),
                         {(0, "0", 4), (0, "1", 5), (6, "0", 0), (6, "1", 0)})

    def test_order_of_strings_is_that_of_snapshots(self):
        net = regime.network(self.ds, **self.POINT)
        stored = self.snapshot()[1][-1]  # in single precision
        np.testing.assert_allclose(net.hidden(STRINGS), stored, rtol=1e-5, atol=1e-6)

    def test_figure_and_film(self):
        from PIL import Image

        drawn = figures.states(self.ds)
        titles = [ax.get_title("left") for ax in drawn.axes if ax.get_title("left")]
        self.assertTrue(titles[0].startswith("epoch 0: "))
        last = int(self.snapshot()[0]["n_states_history"].sel(merge_distance=0.1)[-1])
        self.assertEqual(titles[-1], f"epoch 120: {last} states")
        film = self.save(drawn, "film.gif")
        with Image.open(film) as image:
            self.assertEqual(image.n_frames, self.ds.sizes["record"])

    def test_points_without_snapshots_are_named(self):
        with self.assertRaisesRegex(ValueError, "snapshots"):
            figures.states(self.ds, selection={"gain": 0.3})
        with self.assertRaisesRegex(ValueError, "does not move"):
            figure.save(figures.mergers(self.ds), "x.gif")
