"""Where a phase boundary lies: p50 of a logistic model of success against p, and its interval.

Near a sharp boundary trials are often separable: all fail below some p, all succeed above. Maximum
likelihood then has an infinite slope and says nothing of where in the gap the boundary is. So
  * slopes are finite by Firth's penalty (Jeffreys prior, Biometrika 80:27, 1993), and the p50 of
    separable trials is the middle of the gap;
  * in the bootstrap (over trials, with replacement) a separable resample draws its p50 uniformly
    from the gap, where its likelihood is flat: a coarse grid of p cannot feign a narrow interval.
Without a boundary in range (all fail, all succeed, or success falls with p) p50 is the end of the
range on the side of the rarer outcome.
"""

from dataclasses import dataclass

import numpy as np

N_BOOTSTRAP = 1000
LEVEL = 68  # per cent
_MAX_STEPS = 100
_LONGEST_STEP = 5.0
_CONVERGED = 1e-6
_LARGEST_LOGIT = 500.0


@dataclass
class Boundary:
    """p50 and its interval [low, high]; n_trials it rests on."""

    p50: float
    low: float
    high: float
    n_trials: int

    def overlaps(self, other):
        return self.low <= other.high and other.low <= self.high


def locate(p, success, seed=0):
    """The Boundary of trials at p[n] with outcomes success[n]; None without trials."""
    p, success = np.asarray(p, float).ravel(), np.asarray(success, bool).ravel()
    if not p.size:
        return None
    values, place = np.unique(p, return_inverse=True)
    n_good = np.bincount(place[success], minlength=values.size)
    n_bad = np.bincount(place[~success], minlength=values.size)
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(p.size, np.concatenate([n_bad, n_good]) / p.size, N_BOOTSTRAP)
    draws = _p50(values, *np.split(drawn, 2, axis=1), generator.uniform(size=N_BOOTSTRAP))
    low, high = np.percentile(draws, [50 - LEVEL / 2, 50 + LEVEL / 2])
    p50 = _p50(values, n_bad[None], n_good[None], np.array([0.5]))
    return Boundary(float(p50[0]), float(low), float(high), p.size)


def fit(values, n_bad, n_good):
    """Intercepts[s] and slopes[s] of logit P(good) = a + b p, by Firth's penalised likelihood.

    n_bad[s][k] and n_good[s][k] count the outcomes at values[k] in sample s.
    """
    beta = fit_plane(values[:, None], n_bad, n_good)
    return beta[:, 0], beta[:, 1]


def fit_plane(values, n_bad, n_good):
    """beta[s] of logit P(good) = beta_0 + sum_i beta_i x_i, likewise, at values[k][i]."""
    centre, spread = values.mean(axis=0), values.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    design = np.column_stack([np.ones(len(values)), (values - centre) / spread])
    beta, active = np.zeros((len(n_good), design.shape[1])), np.arange(len(n_good))
    for _ in range(_MAX_STEPS):
        good = n_good[active]
        step = _newton_step(design, n_bad[active] + good, good, beta[active])
        longest = np.abs(step).max(axis=1)
        beta[active] += step * (_LONGEST_STEP / np.maximum(longest, _LONGEST_STEP))[:, None]
        active = active[longest > _CONVERGED]
        if not active.size:
            break
    beta[:, 1:] /= spread
    beta[:, 0] -= beta[:, 1:] @ centre
    return beta


def _newton_step(design, n_trials, n_good, beta):
    mean = 1 / (1 + np.exp(-np.clip(beta @ design.T, -_LARGEST_LOGIT, _LARGEST_LOGIT)))
    variance = mean * (1 - mean)
    inverse = np.linalg.inv(np.einsum("sk,ki,kj->sij", n_trials * variance, design, design))
    leverage = variance * np.einsum("ki,sij,kj->sk", design, inverse, design)
    score = n_good - n_trials * mean + n_trials * leverage * (0.5 - mean)
    return np.einsum("sij,kj,sk->si", inverse, design, score)


def _p50(values, n_bad, n_good, place):
    """p50[s] of each sample; place[s] in [0, 1] says where in the gap of a separable one."""
    last_bad = np.where(n_bad > 0, values, -np.inf).max(axis=1)
    first_good = np.where(n_good > 0, values, np.inf).min(axis=1)
    mixed = np.isfinite(last_bad) & np.isfinite(first_good)
    mostly_good = n_good.sum(axis=1) >= n_bad.sum(axis=1)
    p50 = np.where(mostly_good, values[0], values[-1])
    gap = mixed & (last_bad < first_good)
    p50[gap] = last_bad[gap] + place[gap] * (first_good[gap] - last_bad[gap])
    spread = ((n_bad + n_good) > 0).sum(axis=1) > 1
    fitted = np.flatnonzero(mixed & ~gap & spread)
    intercept, slope = fit(values, n_bad[fitted], n_good[fitted])
    rising = slope > 0
    p50[fitted[rising]] = np.clip(-intercept[rising] / slope[rising], values[0], values[-1])
    return p50
