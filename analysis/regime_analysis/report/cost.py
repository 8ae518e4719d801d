"""What a run took, as far as its file tells: who trained which point when."""

from dataclasses import dataclass

import numpy as np

from ..dataset import PROVENANCE

_BINS = 160


@dataclass
class Cost:
    """Of the points that a file has times of; seconds. `working` is the time during which some
    point was in training, without the pauses between runs; `busy` the share of ranks x working
    that training took."""

    n_points: int
    n_ranks: int
    hosts: dict  # {host: (points, ranks, seconds)}
    core_seconds: float
    first_start: float
    last_end: float
    working: float
    busy: float
    median: float
    longest: list  # (point, seconds), five at most
    at_work: np.ndarray  # mean number of points in training in equal parts of the time from
    # the first start to the last end


def of(ds, ranks_per_point=1):
    """The Cost of a sweep, or None where no point of it has a time yet."""
    if PROVENANCE + "wall_seconds" not in ds:
        return None
    wall, start = _flat(ds, "wall_seconds"), _flat(ds, "start")
    known = np.flatnonzero(np.isfinite(wall) & np.isfinite(start))
    if not known.size:
        return None
    wall, start = wall[known], start[known]
    host, rank = _flat(ds, "host")[known].astype(str), _flat(ds, "rank")[known]
    n_ranks = _n_pairs(host, rank) * ranks_per_point
    working, total = _covered(start, start + wall), float(wall.sum())
    longest = np.argsort(-wall, kind="stable")[:5]
    return Cost(
        n_points=known.size, n_ranks=n_ranks, core_seconds=total * ranks_per_point,
        hosts={name: (int(there.sum()), _n_pairs(host[there], rank[there]) * ranks_per_point,
                      float(wall[there].sum()) * ranks_per_point)
               for name in np.unique(host) for there in [host == name]},
        first_start=float(start.min()), last_end=float((start + wall).max()), working=working,
        busy=min(total * ranks_per_point / (n_ranks * working), 1.0) if working > 0 else 1.0,
        median=float(np.median(wall)), at_work=_at_work(start, wall),
        longest=[(int(known[i]), float(wall[i])) for i in longest])


def _flat(ds, name):
    return ds[PROVENANCE + name].values.ravel()


def _n_pairs(host, rank):
    return len(np.unique(np.char.add(host, np.char.mod(" %g", rank))))


def _covered(start, end):
    """Length of the union of intervals."""
    order = np.argsort(start)
    start, end = start[order], np.maximum.accumulate(end[order])
    gaps = np.maximum(start[1:] - end[:-1], 0).sum()
    return float(end[-1] - start[0] - gaps)


def _at_work(start, wall):
    edges = np.linspace(start.min(), (start + wall).max(), _BINS + 1)
    done = np.array([np.clip(edge - start, 0, wall).sum() for edge in edges])
    width = edges[1] - edges[0]
    return np.diff(done) / width if width > 0 else np.zeros(_BINS)
