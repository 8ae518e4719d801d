"""The effective theory: its constants are found again in sweeps that were made to obey it."""

from support import STATUS, STOPPED_BY, SweepFile, command, np, write_phase
from test_phase import Folder

from regime_analysis import figures, theory

KAPPA, N_POINTS, N_PAIRS, N_ALONE = 50.0, 6, 400, 30
M, C = 2, 300.0


class Mergers(Folder):
    def write_pairs(self, n_wrong=0, factor=1.0):
        """Pairs that merge where their score is above KAPPA, in every second point `factor` times it;
        `n_wrong` of each point do not."""
        generator = np.random.default_rng(1)
        shape = (N_POINTS, N_PAIRS)
        lengths = generator.integers(1, 11, (*shape, 2)).astype("i4")
        n = generator.integers(1, 30, shape).astype("i4")
        n[:, -N_ALONE:] = 0  # of these the theory says nothing
        x, y = (10.0 ** generator.uniform(-4, -1, shape) for _ in range(2))
        self.score = n * lengths.sum(-1) * y / x**2
        self.merged = self.score > KAPPA * np.where(np.arange(N_POINTS) % 2, factor, 1)[:, None]
        self.merged[:, :n_wrong] ^= True
        self.merged[:, -N_ALONE:] = generator.random((N_POINTS, N_ALONE)) < 0.5
        end = np.where(self.merged, 0.1, 2.0) * generator.uniform(0.1, 1, shape)
        strings = generator.integers(0, 1024, (*shape, 2)).astype("i4") % 2**lengths
        replicates = {"replicate": np.arange(N_POINTS)}
        sweep = SweepFile(self.path, replicates, {"max_length": np.int64(10)})
        for name, values in (("theory_pair", np.arange(N_PAIRS)), ("member", np.arange(2)),
                             ("merge_distance", [0.1])):
            sweep.dimension(name, values)
        sweep.codes("status", np.ones(N_POINTS), STATUS)
        sweep.codes("stopped_by", np.ones(N_POINTS), STOPPED_BY)
        for name, values, dims in (
                ("theory_length", lengths, ["theory_pair", "member"]),
                ("theory_string", strings, ["theory_pair", "member"]),
                ("theory_continuations", n, ["theory_pair"]),
                ("theory_x_start", x, ["theory_pair"]),
                ("theory_y_start", y, ["theory_pair"]), ("theory_x_end", end, ["theory_pair"]),
                ("theory_merged", self.merged.mean(1, keepdims=True), ["merge_distance"]),
                ("theory_auc", np.full((N_POINTS, 1), 0.9), ["merge_distance"]),
                ("baseline_auc", np.full((N_POINTS, 1), 0.5), ["merge_distance"])):
            sweep.column(name, values, dims)
        sweep.close()
        return lengths, strings

    def test_kappa_is_found_again(self):
        self.write_pairs()
        found = theory.condition(self.open())
        near = np.sort(self.score[::2, :-N_ALONE].ravel())
        below, above = near[near <= KAPPA].max(), near[near > KAPPA].min()
        self.assertTrue(below <= found.kappa <= above)
        self.assertEqual((found.fitted.sensitivity, found.fitted.specificity), (1, 1))
        self.assertGreater(found.tested.sum, 1.98)
        np.testing.assert_allclose(found.merged, self.merged.mean(1))
        np.testing.assert_allclose(found.covered, 1 - N_ALONE / N_PAIRS)

    def test_what_does_not_obey_is_counted(self):
        self.write_pairs(n_wrong=40)
        found = theory.condition(self.open())
        said, known = self.score > found.kappa, np.s_[:, :-N_ALONE]
        for k, rates in enumerate((found.fitted, found.tested)):
            merged, rule = self.merged[k::2][known], said[k::2][known]
            self.assertAlmostEqual(rates.sensitivity, rule[merged].mean())
            self.assertAlmostEqual(rates.specificity, 1 - rule[~merged].mean())
            self.assertTrue(0.2 < rates.sensitivity < 1 and 0.2 < rates.specificity < 1)

    def test_a_kappa_of_some_points_alone_is_told(self):
        for factor, told in ((1.0, False), (1e4, True)):
            self.write_pairs(factor=factor)
            code, out, _ = command("theory", self.path)
            self.assertEqual((code, "warning: this kappa does not hold on the rest" in out), (0, told))

    def test_area(self):
        generator = np.random.default_rng(2)
        positive = generator.random(200) < 0.3
        score = generator.integers(0, 9, 200) + 2 * positive
        wins = np.sign(score[positive][:, None] - score[~positive][None]) / 2 + 0.5
        self.assertAlmostEqual(theory.area(score, positive), wins.mean())

    def test_endings(self):
        lengths, strings = self.write_pairs()
        ends = theory._endings(self.open())
        for i in range(50):
            words = [format(strings[0, i, k], f"0{lengths[0, i, k]}b")[::-1] for k in (0, 1)]
            same = [a == b for a, b in zip(*words)] + [False]
            self.assertEqual(ends[0, i], same.index(False))

    def test_a_sweep_without_pairs_says_how(self):
        write_phase(self.path, {"replicate": np.arange(2)}, np.ones(2), np.ones(2))
        code, _, errors = command("theory", self.path)
        self.assertEqual(code, 2)
        self.assertIn("theory_pairs", errors)


class Courses(Folder):
    def write_courses(self):
        sweep = SweepFile(self.path, {"replicate": np.arange(2)}, {"theory_kappa": 400.0})
        for name, values in (("course", np.arange(3)), ("theory_time", [1.0, 10.0]),
                             ("record", np.arange(4))):
            sweep.dimension(name, values)
        sweep.file["epoch"] = np.array([0, 5, 10, 20])
        sweep.file["epoch"].dims[0].attach_scale(sweep.file["record"])
        for name, meanings in (("status", STATUS), ("stopped_by", STOPPED_BY)):
            sweep.codes(name, np.ones(2), meanings)
        sweep.column("course_agrees", np.tile([1, 0, 0], (2, 1)).astype("i1"), ["course"],
                     fill=False, dtype="bool")
        sweep.column("course_theory", np.full((2, 3, 2), 0.5), ["course", "theory_time"])
        sweep.column("course_fixed", np.arange(1.0, 13).reshape(2, 3, 2), ["course", "theory_time"])
        measured = np.arange(1.0, 13).reshape(4, 3)
        sweep.column("course_distance_history", np.stack([measured, 2 * measured]),
                     ["record", "course"])
        sweep.close()

    def test_theory_stands_beside_the_network(self):
        self.write_courses()
        figure = figures.courses(self.open(), selection={"replicate": 1})
        theory_panel, fixed_panel, network_panel = figure.axes
        colours = [line.get_color() for line in network_panel.lines]
        self.assertEqual(colours, [line.get_color() for line in theory_panel.lines])
        self.assertEqual([colour == colours[0] for colour in colours], [True, False, False])
        np.testing.assert_array_equal(fixed_panel.lines[2].get_xydata(), [[1, 11], [10, 12]])
        np.testing.assert_array_equal(network_panel.lines[1].get_xydata(),
                                      [[0, 4], [5, 10], [10, 16], [20, 22]])
        code, _, errors = command("figure", "courses", self.path, "-o", self.picture)
        self.assertEqual((code, errors), (0, ""))


class Line(Folder):
    def write_line(self):
        """Networks succeed where C < N G^-M, and by chance near the line."""
        gain, fraction = np.linspace(0.1, 1, 12), np.linspace(0.1, 1, 30)
        side = 2 * np.log(fraction) + np.log(2.0**(11 - M) - 1) - \
            M * np.log(gain[:, None] / np.sqrt(2)) - np.log(C)
        chance = np.random.default_rng(3).logistic(scale=0.1, size=side.shape)
        axes = {"gain": gain, "fraction": fraction}
        write_phase(self.path, axes, np.where(side > chance, 1.0, 0.5), np.full(side.shape, 20))

    def test_constant_and_length_are_found_again(self):
        self.write_line()
        found = theory.overlay(self.open())
        self.assertEqual(found.m, M)
        self.assertLess(found.constant.low, np.log(C))
        self.assertGreater(found.constant.high, np.log(C))
        self.assertLess(found.constant.high - found.constant.low, 0.3)
        self.assertGreater(found.agreement, 0.95)
        self.assertLess(theory.overlay(self.open(), m=5).agreement, found.agreement)

    def test_it_is_drawn(self):
        self.write_line()
        figure = figures.phase(self.open(), theory=True)
        legends = [text.get_text() for text in figure.legends[0].get_texts()]
        self.assertTrue(any("G^{-2}" in text for text in legends))
        code, _, errors = command("figure", "phase", self.path, "--theory", "-o", self.picture)
        self.assertEqual((code, errors), (0, ""))

    def test_other_axes_have_no_line(self):
        self.write_lengths()
        code, _, errors = command("figure", "phase", self.path, "--theory", "-o", self.picture)
        self.assertEqual(code, 2)
        self.assertIn("gain and fraction", errors)
