"""Statistics over repeats, against closed forms and the coverage that intervals promise."""

import unittest

from support import np, xarray

from regime_analysis import repeats


def sweep(values):
    dims = ("gain", "replicate")
    return xarray.DataArray(values, dims=dims, coords={"gain": 0.1 * np.arange(len(values))})


class OfNumbers(unittest.TestCase):
    def test_mean_and_spread_are_those_of_the_trials_that_there_are(self):
        found = repeats.over_repeats(sweep([[1, 2, 6], [1, np.nan, 3], [np.nan, 5, np.nan],
                                            [np.nan] * 3]))
        np.testing.assert_allclose(found["mean"], [3, 2, 5, np.nan])
        np.testing.assert_allclose(found["std"], [np.sqrt(7), np.sqrt(2), np.nan, np.nan])
        self.assertEqual(found["n"].values.tolist(), [3, 2, 1, 0])
        for end in ("low", "high"):
            np.testing.assert_array_equal(np.isfinite(found[end]), [True, True, False, False])
        np.testing.assert_allclose(found["gain"], [0, 0.1, 0.2, 0.3])

    def test_intervals_hold_the_mean_as_often_as_they_say(self):
        n_trials, cells = 20, 2000
        trials = sweep(np.random.default_rng(5).normal(3, 2, (cells, n_trials)))
        for level in (68, 95):
            found = repeats.over_repeats(trials, level=level)
            inside = float(((found["low"] < 3) & (3 < found["high"])).mean())
            # Percentiles of so few trials are narrow by sqrt(1 - 1/n), and then by the missing t.
            self.assertAlmostEqual(100 * inside, level, delta=4)

    def test_the_seed_fixes_the_interval_and_others_differ(self):
        trials = sweep(np.random.default_rng(5).normal(size=(4, 6)))
        first, again, other = (repeats.over_repeats(trials, seed=seed) for seed in (1, 1, 2))
        self.assertTrue(first.identical(again))
        self.assertFalse(first.identical(other))

    def test_the_cells_do_not_depend_on_how_many_there_are(self):
        trials = sweep(np.random.default_rng(5).normal(size=(repeats._BLOCK + 3, 3)))
        whole, end = repeats.over_repeats(trials), repeats.over_repeats(trials[-2:])
        np.testing.assert_allclose(whole["high"][-2:], end["high"])

    def test_what_is_repeated_can_be_named(self):
        trials = sweep([[1, 2, 6], [1, 2, 3]])
        self.assertEqual(repeats.over_repeats(trials, "gain")["mean"].values.tolist(), [1, 2, 4.5])
        self.assertEqual(float(repeats.over_repeats(trials, ("gain", "replicate"))["mean"]), 2.5)
        for dim in ("init_seed", ()):
            with self.assertRaisesRegex(ValueError, "no axis"):
                repeats.over_repeats(trials, dim)


class OfSuccesses(unittest.TestCase):
    def test_published_intervals(self):
        # Newcombe, Statistics in Medicine 17:857 (1998), Table I, method 3, 95 %.
        for n_good, n, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605),
                                     (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)):
            found = repeats.wilson(n_good, n, level=95)
            np.testing.assert_allclose(found, (n_good / n, low, high), atol=5e-5)

    def test_no_trial_says_nothing(self):
        found = repeats.share(sweep([[1, 0, np.nan], [np.nan] * 3]))
        np.testing.assert_allclose(found["p"], [0.5, np.nan])
        self.assertEqual(found["n"].values.tolist(), [2, 0])
        self.assertEqual((float(found["low"][1]), float(found["high"][1])), (0, 1))
