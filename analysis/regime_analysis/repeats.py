"""Statistics over repeats: mean, spread and bootstrap interval of numbers, share and Wilson
interval of successes. Everything is a function of the values and the seed.
"""

from statistics import NormalDist

import numpy as np
import xarray as xr

from .dataset import axes
from .layout import REPEATS

LEVEL = 68  # per cent of an interval, where none is given: one standard deviation of a normal
N_RESAMPLES = 1000
_BLOCK = 4096  # cells at a time: 32 MB of resampled means


def over_repeats(values, dim=None, level=LEVEL, n_resamples=N_RESAMPLES, seed=0):
    """Of a DataArray, over its repeats: a Dataset of mean, std (n - 1), n, and the ends low and
    high of the interval of the mean, by percentiles of a bootstrap.

    dim: what is repeated, a name or several; default: replicate and the seeds that are axes. NaN
    are no trials. All cells share the resamples, each of as many trials as there are; with fewer
    than two trials there is no std and no interval.
    """
    trials, rest = _stacked(values, dim)
    known = np.isfinite(trials)
    n = known.sum(axis=-1)
    filled = np.where(known, trials, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = filled.sum(axis=-1) / n
        square = np.where(known, trials - mean[..., None], 0.0)**2
        std = np.where(n > 1, np.sqrt(square.sum(axis=-1) / (n - 1)), np.nan)
    low, high = _bootstrap(filled, known, level, n_resamples, seed)
    few = n < 2
    return _dataset(values, rest, mean=mean, std=std, low=np.where(few, np.nan, low),
                    high=np.where(few, np.nan, high), n=n)


def share(success, dim=None, level=LEVEL):
    """Of a DataArray of 1, 0 and NaN (no trial), over its repeats: a Dataset of p, the share of
    successes, n trials, and the ends low and high of Wilson's interval (JASA 22:209, 1927)."""
    trials, rest = _stacked(success, dim)
    n = np.isfinite(trials).sum(axis=-1)
    p, low, high = wilson(np.nansum(trials, axis=-1), n, level)
    return _dataset(success, rest, p=p, low=low, high=high, n=n)


def wilson(n_good, n, level=LEVEL):
    """The share and Wilson's interval: p, low, high; NaN, 0, 1 without a trial."""
    n_good, n = np.asarray(n_good, float), np.asarray(n, float)
    z = NormalDist().inv_cdf(0.5 + level / 200)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = n_good / n
        half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    return (p, np.where(n > 0, np.clip(middle - half, 0, 1), 0.0),
            np.where(n > 0, np.clip(middle + half, 0, 1), 1.0))


def repeats_of(ds):
    """The axes of a sweep that repeat the same thing."""
    return [name for name in axes(ds) if name in REPEATS]


def _bootstrap(filled, known, level, n_resamples, seed):
    """Percentiles [2][cell...] of the means of resamples."""
    shape, n_trials = filled.shape[:-1], filled.shape[-1]
    drawn = np.random.default_rng(seed).multinomial(n_trials, np.full(n_trials, 1 / n_trials),
                                                    n_resamples).T.astype(float)
    filled, known = filled.reshape(-1, n_trials), known.reshape(-1, n_trials).astype(float)
    ends = [np.empty((2, 0))]
    for first in range(0, len(filled), _BLOCK):
        part = slice(first, first + _BLOCK)
        ends.append(_ends_of(filled[part] @ drawn, known[part] @ drawn, level))
    return np.concatenate(ends, axis=1).reshape(2, *shape)


def _ends_of(sums, counts, level):
    """Of sums[cell][resample] of so many trials; resamples without any do not count."""
    empty = counts == 0
    means = sums / np.where(empty, 1, counts)
    ends = [50 - level / 2, 50 + level / 2]
    if not empty.any():
        return np.percentile(means, ends, axis=1)
    means[empty & (counts > 0).any(axis=1, keepdims=True)] = np.nan
    return np.nanpercentile(means, ends, axis=1)


def _stacked(values, dim):
    """values[cell...][trial] in double, and the names of the dimensions of cells."""
    dims = [name for name in REPEATS if name in values.dims] if dim is None else \
        [dim] if isinstance(dim, str) else list(dim)
    missing = [name for name in dims if name not in values.dims]
    if missing or not dims:
        raise ValueError(f"no axis {missing[0] if missing else 'of repeats'} here: "
                         f"{', '.join(map(str, values.dims)) or 'there is none'}")
    rest = [name for name in values.dims if name not in dims]
    array = values.transpose(*rest, *dims).values.astype(float)
    return array.reshape(*array.shape[:len(rest)], -1), rest


def _dataset(values, rest, **statistics):
    coords = {name: coord for name, coord in values.coords.items() if set(coord.dims) <= set(rest)}
    return xr.Dataset({name: (rest, array) for name, array in statistics.items()}, coords,
                      {"of": str(values.name or "")})
