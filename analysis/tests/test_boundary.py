"""The logistic p50: the paper's own values from its digitised figure, and cases without a fit."""

import unittest

from support import np

from regime_analysis import boundary, compare, paper

# The published statistic: p50 and 68 % interval by band of gain.
PUBLISHED = ((0.22, 0.19, 0.27), (0.27, 0.22, 0.29), (0.31, 0.27, 0.36), (0.36, 0.34, 0.39),
             (0.41, 0.39, 0.43), (0.45, 0.43, 0.47))
ROUNDED = 0.005 + 1e-9
INTERVAL_TOLERANCE = 0.025  # the ends are single order statistics of few trials at steps of 0.047
PUBLISHED_STATES = (13, 17, 25, 50, 65, 80, 137, 184, 249)
STATES_TOLERANCE = 0.05  # two of them are given as "about"


class Statistic(unittest.TestCase):
    def setUp(self):
        self.accuracy = paper.figure9()["validation_accuracy"]

    def boundary_of(self, accuracy, gains):
        return compare._boundary(accuracy, gains)

    def test_published_boundaries(self):
        for gains, (p50, low, high) in zip(paper.BOUNDARY_BANDS, PUBLISHED):
            with self.subTest(gains=gains):
                found = self.boundary_of(self.accuracy, gains)
                self.assertAlmostEqual(found.p50, p50, delta=ROUNDED)
                self.assertAlmostEqual(found.low, low, delta=INTERVAL_TOLERANCE)
                self.assertAlmostEqual(found.high, high, delta=INTERVAL_TOLERANCE)

    def test_published_states(self):
        states = paper.figure9()["n_states"].isel(fraction=-1)
        for gains, published in zip(paper.STATE_BANDS, PUBLISHED_STATES):
            median = np.median(compare._in_band(states, gains))
            self.assertAlmostEqual(median / published, 1, delta=STATES_TOLERANCE)

    def test_a_shifted_boundary_is_noticed(self):
        shifted = self.accuracy.shift(fraction=4, fill_value=0.5)
        for gains in paper.BOUNDARY_BANDS[2:]:
            ours, theirs = (self.boundary_of(a, gains) for a in (shifted, self.accuracy))
            self.assertFalse(ours.overlaps(theirs))


class Fit(unittest.TestCase):
    def test_recovers_a_known_curve(self):
        values, n = np.linspace(0.1, 1, 20), 2000
        rate = 1 / (1 + np.exp(-(values - 0.37) / 0.05))
        n_good = np.random.default_rng(3).binomial(n, rate)[None]
        intercept, slope = boundary.fit(values, n - n_good, n_good)
        self.assertAlmostEqual(-intercept[0] / slope[0], 0.37, delta=0.005)
        self.assertAlmostEqual(slope[0], 20, delta=1.0)

    def test_two_values_have_a_closed_form(self):
        # With as many parameters as values, Firth's penalty adds one half to every count.
        intercept, slope = boundary.fit(np.array([0.0, 1.0]), np.array([[8, 3], [10, 0]]),
                                        np.array([[2, 7], [0, 10]]))
        np.testing.assert_allclose(intercept, np.log([2.5 / 8.5, 0.5 / 10.5]), atol=1e-5)
        np.testing.assert_allclose(intercept + slope, np.log([7.5 / 3.5, 10.5 / 0.5]), atol=1e-5)

    def test_separable_trials_claim_no_more_than_the_gap(self):
        p = np.tile([0.1, 0.3, 0.5, 0.7], 10)
        found = boundary.locate(p, p > 0.4)
        self.assertAlmostEqual(found.p50, 0.4)
        self.assertAlmostEqual(found.low, 0.3 + 0.2 * 0.16, delta=0.02)
        self.assertAlmostEqual(found.high, 0.5 - 0.2 * 0.16, delta=0.02)

    def test_no_boundary_in_range(self):
        p = np.linspace(0.1, 1, 20)
        self.assertEqual(boundary.locate(p, p > 0).p50, 0.1)
        self.assertEqual(boundary.locate(p, p > 2).p50, 1.0)
        self.assertIsNone(boundary.locate([], []))
