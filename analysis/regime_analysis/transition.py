"""Where learning turns into generalisation: P(generalise) of each cell, the boundary of each row,
and how the boundary moves along an axis. Networks that the loss did not stop are no trials.
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from . import boundary, measures, repeats

_ENDS = 50 - boundary.LEVEL / 2, 50 + boundary.LEVEL / 2


def p_generalise(ds, level=95):
    """p over the axes but the repeats, with Wilson's interval low, high, from n trials; n_uncounted
    tells how many were not stopped by the loss."""
    success = measures.generalises(ds)
    dims = repeats.repeats_of(ds)
    if not dims:
        success, dims = success.expand_dims("trial"), ["trial"]
    found = repeats.share(success, dims, level)
    uncounted = measures.not_stopped_by_loss(ds)
    return found.assign(n_uncounted=uncounted.sum([dim for dim in dims if dim in uncounted.dims]))


def boundaries(success, x, y):
    """Where along x half of the trials succeed, for each value of y: p50 with its 68 % interval
    low, high, from n_trials, over y; `inside`: whether within the range of x.

    success: a DataArray of 1, 0 and NaN (no trial), as measures.generalises(ds) is; all axes but x
    and y are trials. boundary.py has the method, and what p50 is of rows without a boundary.
    """
    rows = _trials(success, x, y)
    grid = success[x].values
    places = np.broadcast_to(grid[:, None], rows.shape[1:])
    found = [boundary.locate(places[np.isfinite(row)], row[np.isfinite(row)] == 1) for row in rows]
    columns = {"p50": np.nan, "low": np.nan, "high": np.nan, "n_trials": 0}
    table = xr.Dataset({name: (y, [getattr(row, name) if row else none for row in found])
                        for name, none in columns.items()}, {y: success[y].values})
    return table.assign(inside=(table["p50"] > grid.min()) & (table["p50"] < grid.max()))


@dataclass
class PowerLaw:
    """x50 = coefficient * y^exponent, with the 68 % interval [low, high] of the exponent."""

    exponent: float
    low: float
    high: float
    coefficient: float
    n_trials: int
    draws: np.ndarray  # [resample][2]: ln coefficient and exponent

    def at(self, y):
        return self.coefficient * np.asarray(y)**self.exponent

    def band(self, y):
        """The 68 % interval of x50 at each y: [2][y]."""
        lines = self.draws @ np.stack([np.ones(len(y)), np.log(y)])
        return np.exp(np.percentile(lines, _ENDS, axis=0))


def scaling(success, x, y, seed=0, n_resamples=boundary.N_BOOTSTRAP):
    """The PowerLaw of the boundary: where logit P = a + b ln x + c ln y is 0, x goes as y^(-c/b).

    Firth's penalised likelihood over all trials at once, so that a row without a boundary in its
    range counts for what it says; the interval by bootstrap over the trials. success: as for
    boundaries().
    """
    rows = _trials(success, x, y)
    grid = np.stack(np.meshgrid(success[x].values, success[y].values), axis=-1)  # [y][x][2]
    if not np.all(grid > 0):
        raise ValueError(f"a power law needs values of {x} and {y} above zero")
    n_good = np.nansum(rows, axis=-1).ravel()
    n_bad = np.isfinite(rows).sum(axis=-1).ravel() - n_good
    n_trials = int(n_good.sum() + n_bad.sum())
    if not n_good.any() or not n_bad.any():
        raise ValueError(f"{'no' if not n_good.any() else 'every'} trial generalises: there is no "
                         "boundary to scale")
    shares = np.concatenate([n_bad, n_good]) / n_trials
    drawn = np.random.default_rng(seed).multinomial(n_trials, shares, n_resamples)
    bad, good = np.split(np.vstack([np.concatenate([n_bad, n_good]), drawn]), 2, axis=1)
    beta = boundary.fit_plane(np.log(grid.reshape(-1, 2)), bad, good)
    lines = -beta[:, [0, 2]] / beta[:, [1]]
    low, high = np.percentile(lines[1:, 1], _ENDS)
    return PowerLaw(float(lines[0, 1]), float(low), float(high), float(np.exp(lines[0, 0])),
                    n_trials, lines[1:])


def _trials(success, x, y):
    """[y][x][trial]."""
    for name in (x, y):
        if success[name].dtype.kind not in "iuf":
            raise ValueError(f"{name} has names in place of numbers")
    trials = measures.over(success, y, x).values
    if not np.isfinite(trials).any():
        raise ValueError("no point was stopped by the loss")
    return trials
