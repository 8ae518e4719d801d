"""The boundary of generalisation and its power law, found again in sweeps made with one."""

import unittest

from support import command, np, write_phase, xarray
from test_phase import Folder

from regime_analysis import figure, figures, measures, transition

EXPONENT, COEFFICIENT = 0.5, 0.45
GAINS, FRACTIONS = np.geomspace(0.1, 1, 8), np.linspace(0.05, 1, 12)
WIDTH, N_TRIALS = 0.1, 30  # of the transition, in ln fraction
PENDING, MAX_EPOCHS = 0, 2


def made(width=WIDTH, n_trials=N_TRIALS, seed=0):
    """Successes that follow the logistic model; a step where the width is 0."""
    distance = np.log(FRACTIONS / (COEFFICIENT * GAINS[:, None]**EXPONENT))
    rate = 1 / (1 + np.exp(-distance / width)) if width else (distance > 0).astype(float)
    drawn = np.random.default_rng(seed).random((*distance.shape, n_trials)) < rate[..., None]
    return xarray.DataArray(drawn.astype(float), dims=("gain", "fraction", "replicate"),
                            coords={"gain": GAINS, "fraction": FRACTIONS})


class Statistics(unittest.TestCase):
    def test_the_power_law_is_found_again(self):
        law = transition.scaling(made(), "fraction", "gain")
        self.assertLess(law.high - law.low, 0.06)
        self.assertLess(abs(law.exponent - EXPONENT), law.high - law.low)  # two standard errors
        np.testing.assert_allclose(law.at(GAINS), COEFFICIENT * GAINS**EXPONENT, rtol=0.05)
        low, high = law.band(GAINS)
        self.assertTrue(np.all((low < law.at(GAINS)) & (law.at(GAINS) < high)))

    def test_intervals_hold_the_exponent_as_often_as_they_say(self):
        laws = [transition.scaling(made(0.3, 1, seed), "fraction", "gain", n_resamples=200)
                for seed in range(20)]
        n_inside = sum(law.low <= EXPONENT <= law.high for law in laws)
        self.assertTrue(8 <= n_inside <= 19)  # 68 % of 20, within three standard deviations

    def test_separable_trials_have_a_finite_law(self):
        law = transition.scaling(made(width=0, n_trials=1), "fraction", "gain")
        self.assertLess(abs(law.exponent - EXPONENT), 0.1)
        self.assertLess(law.low, law.high)

    def test_another_unit_of_either_axis_changes_no_exponent(self):
        success = made()
        other = success.assign_coords(gain=100 * success["gain"], fraction=7 * success["fraction"])
        laws = [transition.scaling(s, "fraction", "gain") for s in (success, other)]
        self.assertAlmostEqual(laws[0].exponent, laws[1].exponent, places=5)

    def test_boundaries_of_the_rows(self):
        success = made()
        success[0], success[1], success[2, :, 5:] = 1, 0, np.nan
        found = transition.boundaries(success, "fraction", "gain")
        self.assertEqual(found["inside"].values.tolist(), [False, False] + 6 * [True])
        self.assertEqual(found["p50"].values[:2].tolist(), [FRACTIONS[0], FRACTIONS[-1]])
        self.assertEqual(found["n_trials"].values.tolist(), [360, 360, 60] + 5 * [360])
        np.testing.assert_allclose(found["p50"][2:], COEFFICIENT * GAINS[2:]**EXPONENT, rtol=0.15)

    def test_what_has_no_boundary_is_refused(self):
        success = made()
        for value, said in ((0, "no trial"), (1, "every trial"), (np.nan, "no point was stopped")):
            with self.assertRaisesRegex(ValueError, said):
                transition.scaling(xarray.full_like(success, value), "fraction", "gain")
        with self.assertRaisesRegex(ValueError, "above zero"):
            transition.scaling(success.assign_coords(gain=success["gain"] - 0.1), "fraction",
                               "gain")


class Figures(Folder):
    def write(self, **changes):
        success = made(n_trials=10).transpose("replicate", "gain", "fraction")
        self.success = success.values
        axes = {"replicate": np.arange(10), "gain": GAINS, "fraction": FRACTIONS}
        write_phase(self.path, axes, np.where(self.success, 26 / 30, 25 / 30),
                    np.full(self.success.shape, 13), **changes)
        return self.open()

    def test_cells_are_shares_of_the_trials_that_the_loss_stopped(self):
        status, stopped_by = np.ones((10, 8, 12)), np.ones((10, 8, 12))
        status[:, 0, 0], status[:5, 1, 1], stopped_by[0, 2, :] = PENDING, PENDING, MAX_EPOCHS
        ds = self.write(status=status, stopped_by=stopped_by)
        found = transition.p_generalise(ds)
        counted = (status == 1) & (stopped_by == 1)
        np.testing.assert_array_equal(found["n"], counted.sum(axis=0))
        np.testing.assert_array_equal(found["n_uncounted"][2], 1)
        known = counted.any(axis=0)
        by_hand = (self.success * counted).sum(axis=0)[known] / counted.sum(axis=0)[known]
        np.testing.assert_allclose(found["p"].values[known], by_hand)
        drawn = figures.generalisation(ds)
        self.addCleanup(figure.plt.close, drawn)
        for ax, name in zip(drawn.axes, ("p", "low", "high")):
            cells = ax.collections[0].get_array().reshape(8, 12)
            np.testing.assert_array_equal(np.ma.getmaskarray(cells), ~known)
            np.testing.assert_allclose(cells[known], found[name].values[known])
        self.assertIn("not stopped by the loss",
                      [text.get_text() for text in drawn.legends[0].get_texts()])

    def test_one_axis_makes_curves(self):
        ds = self.write()
        drawn = figures.generalisation(ds, selection={"gain": 1.0})
        self.addCleanup(figure.plt.close, drawn)
        mean = drawn.axes[0].lines[2].get_ydata()
        np.testing.assert_allclose(mean, self.success[:, -1].mean(axis=0))
        self.assertIn("Wilson", drawn.legends[0].get_texts()[-1].get_text())

    def test_the_law_is_drawn_and_told(self):
        ds = self.write()
        law = transition.scaling(measures.generalises(ds), "fraction", "gain")
        drawn = figures.scaling(ds)
        self.addCleanup(figure.plt.close, drawn)
        x, y = drawn.axes[0].lines[0].get_data()
        np.testing.assert_allclose(y, law.at(x))
        self.assertEqual(drawn.legends[0].get_texts()[0].get_text(),
                         f"power law, exponent {law.exponent:.2f} [{law.low:.2f}, {law.high:.2f}]")
        code, _, err = command("figure", "scaling", self.path, "-o", self.picture, "--select",
                               "gain=1")
        self.assertEqual((code, err.count("\n")), (2, 1))


del Folder
