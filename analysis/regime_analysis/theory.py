"""The effective theory of mergers (van Rossem and Saxe 2025) against a sweep.

Two strings that agree on every continuation merge where A_high = X - (N tau_y / tau_h) Y / X < 0
(eq 7), X and Y the squared distances of their states and outputs before training, N the
continuations that both are trained with. With 1 / tau_h proportional to the sum of their lengths
one constant is left, kappa = tau_h / tau_y of a string of length 1: a pair merges if kappa <
score, score = N (length + length) Y / X^2.

For small weights that is C < N G^(n - m) (eq 9): G the contraction of the map, m and n the lengths
of the shortest prefix and continuation of pairs that have to merge, C unknown. With a part p of
the strings of length up to L, and n = 0, N = p^2 (2^(L - m + 1) - 1).
"""

from dataclasses import dataclass

import numpy as np

from . import boundary, measures, paper
from .dataset import settings

CONTRACTION = "contraction_initial"  # the column, where the sweep has it
SMALL_CONTRACTION = 1 / np.sqrt(2)   # of the gain, in its place: half of the units are active
FAR = 0.2  # below the fitted points' sensitivity + specificity, of the rest's


@dataclass
class Rates:
    sensitivity: float
    specificity: float

    @property
    def sum(self):
        return self.sensitivity + self.specificity


@dataclass
class Condition:
    """kappa fitted on every other point and tried on the rest; areas under the curve by point."""

    kappa: float
    fitted: Rates
    tested: Rates
    area: np.ndarray
    baseline: np.ndarray  # of the length of the shorter string
    ending: np.ndarray    # of the number of last symbols in common
    merged: np.ndarray    # share of each point's pairs
    covered: np.ndarray   # share with a continuation in common; all but `merged` is over these

    @property
    def holds_on_the_rest(self):
        return not self.tested.sum < self.fitted.sum - FAR  # nor where nothing merged there


@dataclass
class Overlay:
    """ln C with its interval as a Boundary, and eq 9's other side, ln(N G^-m), over the axes; the
    share of points on the side of the line on which they belong."""

    m: int
    constant: boundary.Boundary
    field: object
    agreement: float

    @property
    def level(self):
        return self.constant.p50


# ---- eq 7 ---------------------------------------------------------------------------------------


def condition(ds, merge_distance=paper.MERGE_DISTANCE):
    """The Condition at the merge distance nearest to this one."""
    measures.require_column(ds, "theory_x_end", "train with theory_pairs = 10000, say")
    done = measures.done(ds).values.ravel()
    score, merged = _scores(ds)[done], _merged(ds, merge_distance)[done]
    covered = _points(ds, "theory_continuations")[done] > 0
    halves = [(score[k::2][covered[k::2]], merged[k::2][covered[k::2]]) for k in (0, 1)]
    if len(score) < 2:
        raise ValueError("kappa is fitted on some points and tried on others: this sweep has one")
    kappa = _best_threshold(*halves[0])
    part = ds.isel(merge_distance=_nearest(ds, merge_distance))
    endings = [area(ending[known], positive[known])
               for ending, positive, known in zip(_endings(ds)[done], merged, covered)]
    return Condition(kappa, *(rates(*half, kappa) for half in halves),
                     *(part[name].values.ravel()[done] for name in ("theory_auc", "baseline_auc")),
                     np.array(endings), merged.mean(axis=1), covered.mean(axis=1))


def rates(score, positive, threshold):
    said = score > threshold
    return Rates(float(said[positive].mean()), float((~said)[~positive].mean()))


def area(score, positive):
    """The chance that a positive case scores above a negative one; ties count half. NaN without
    either."""
    values, place = np.unique(score, return_inverse=True)
    good = np.bincount(place[positive], minlength=values.size)
    bad = np.bincount(place[~positive], minlength=values.size)
    n_wins, n = (good * (np.cumsum(bad) - bad / 2)).sum(), good.sum() * bad.sum()
    return float(n_wins / n) if n else np.nan


def _best_threshold(score, positive):
    """Between the neighbouring scores where sensitivity and specificity have the largest sum."""
    values, place = np.unique(score, return_inverse=True)
    good = np.cumsum(np.bincount(place[positive], minlength=values.size)) / positive.sum()
    bad = np.cumsum(np.bincount(place[~positive], minlength=values.size)) / (~positive).sum()
    best = min(int(np.argmax(bad - good)), values.size - 2)
    return float(np.sqrt(values[best] * values[best + 1])) or float(values[best + 1] / 2)


def _points(ds, name):
    """A column as [point][pair]..., in double."""
    n_axes = ds["status"].ndim
    values = ds[name].values
    return values.reshape(-1, *values.shape[n_axes:]).astype(float)


def _scores(ds):
    x, y = _points(ds, "theory_x_start"), _points(ds, "theory_y_start")
    n = _points(ds, "theory_continuations") * _points(ds, "theory_length").sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x > 0, n * y / x**2, np.inf)


def _merged(ds, merge_distance):
    """The pairs that are closest in the end, as many as the column says."""
    distance = _points(ds, "theory_x_end")
    share = ds["theory_merged"].isel(merge_distance=_nearest(ds, merge_distance)).values.ravel()
    n_merged = np.rint(np.nan_to_num(share) * distance.shape[1]).astype(int)
    farthest = [np.sort(row)[n - 1] if n else -1.0 for row, n in zip(distance, n_merged)]
    return distance <= np.array(farthest)[:, None]


def _endings(ds):
    """How many last symbols both strings of each pair have in common."""
    strings, lengths = (_points(ds, f"theory_{name}").astype(int) for name in ("string", "length"))
    difference = strings[..., 0] ^ strings[..., 1]
    low = np.where(difference == 0, 64, np.log2(np.maximum(difference & -difference, 1)))
    return np.minimum(low, lengths.min(axis=-1))


def _nearest(ds, merge_distance):
    return int(np.abs(ds["merge_distance"].values - merge_distance).argmin())


# ---- eq 9 ---------------------------------------------------------------------------------------


def overlay(ds, m=None):
    """The Overlay of a sweep over gain and fraction: C by logistic regression of success (26 of 30
    right, as in `compare`) on ln(N G^-m), over the points that the loss stopped. m: the one with
    which the regression is likeliest, unless given.
    """
    success = _success(ds)
    counted = np.isfinite(success.values)
    good = success.values[counted] == 1
    longest = int(settings(ds).get("max_length", 10))
    fields = {k: _field(ds, success, k, longest) for k in ([m] if m else range(1, longest + 1))}
    m = max(fields, key=lambda k: _likelihood(fields[k].values[counted], good))
    x = fields[m].values[counted]
    constant = boundary.locate(x, good)
    return Overlay(m, constant, fields[m], float(np.mean((x > constant.p50) == good)))


def contraction(ds):
    """G over the sweep's axes, measured where the sweep has it."""
    if CONTRACTION in ds.data_vars:
        return ds[CONTRACTION].astype(float)
    return ds["gain"] * SMALL_CONTRACTION


def _success(ds):
    for axis in ("gain", "fraction"):
        if axis not in ds.dims:
            raise ValueError(f"C < N G^(n - m) is a line over gain and fraction: no axis {axis}")
    success = measures.generalises(ds)
    if not np.isfinite(success.values).any():
        raise ValueError("no point was stopped by the loss")
    return success


def _field(ds, like, m, longest):
    """ln(N G^-m) with the dimensions of `like`."""
    n = 2 * np.log(ds["fraction"]) + np.log(2.0 ** (longest - m + 1) - 1)
    return (n - m * np.log(contraction(ds))).broadcast_like(like).transpose(*like.dims)


def _likelihood(x, good):
    """ln L of the logistic model at its fit."""
    ones = np.ones((1, x.size))
    intercept, slope = boundary.fit(x, ones * ~good, ones * good)
    return float(-np.logaddexp(0, np.where(good, -1, 1) * (intercept + slope * x)).sum())


# ---- in words -----------------------------------------------------------------------------------


def report(ds):
    """What both conditions come to in this sweep, as text."""
    lines = []
    if "theory_x_end" in ds.data_vars:
        for distance in ds["merge_distance"].values:
            lines += _condition_lines(condition(ds, distance),
                                      measures.distances_in_words(ds, distance))
    if {"gain", "fraction"} <= set(ds.dims):
        lines += _overlay_lines(overlay(ds))
    if not lines:
        raise ValueError("nothing to try: neither sampled pairs (theory_pairs) nor axes gain and "
                         "fraction")
    return "\n".join(lines)


def _condition_lines(found, distance):
    def spread(values):
        return f"{np.nanmean(values):.3f} (sd {np.nanstd(values):.3f})"

    yield (f"merge distance {distance}: {found.merged.mean():.1%} of agreeing pairs merged, "
           f"{len(found.merged)} points; {found.covered.mean():.1%} have a continuation in common")
    yield f"  kappa {found.kappa:.3g}, fitted on every other point"
    for name, rate in (("fitted", found.fitted), ("the rest", found.tested)):
        yield (f"    {name:10} sensitivity {rate.sensitivity:.3f}, specificity "
               f"{rate.specificity:.3f}")
    if not found.holds_on_the_rest:
        yield (f"    warning: this kappa does not hold on the rest: sensitivity + specificity "
               f"{found.tested.sum:.2f}, {found.fitted.sum:.2f} where it was fitted")
    yield f"  area under the curve: theory {spread(found.area)}"
    yield f"    length of the shorter string {spread(found.baseline)}"
    yield f"    last symbols in common {spread(found.ending)}"


def _overlay_lines(found):
    low, high = np.exp([found.constant.low, found.constant.high])
    yield (f"C < N G^-m: C = {np.exp(found.level):.3g} [{low:.3g}, {high:.3g}] with m = {found.m}; "
           f"{found.agreement:.1%} of {found.constant.n_trials} points on the right side of it")
