"""Dimensions beyond the axes, as a page shows them."""

import numpy as np

from .. import measures


def of(ds, name):
    """Its values, where some are only named along with something else their names, and the place
    that is shown first: the longest strings, the figures' merge distance."""
    known = name in ds.coords
    values = plain(ds[name].values) if known else list(range(ds.sizes[name]))
    about = {"name": name, "values": values, "start": len(values) - 1}
    if known and name == "merge_distance":
        about.update(start=measures.paper_index(ds, name),
                     texts=[measures.distances_in_words(ds, value) for value in values])
    return about


def plain(values):
    """A list for JSON, in which there is no NaN."""
    return [None if isinstance(value, float) and not np.isfinite(value) else value
            for value in np.asarray(values).tolist()]
