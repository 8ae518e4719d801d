"""Arrays packed into a page: the smallest type that holds the values, deflate, base64.

Arrays over points are cut into chunks, so that one point is unpacked without all others.
"""

import base64
import zlib

import numpy as np

_FLOAT_LIMITS = (1e-37, 3e38)
_WHOLE_IN_FLOAT = 1 << 24  # whole numbers beyond are not exact in single precision
ROWS = 4096  # points of a chunk
_TYPES = {"f4": "<f4", "f8": "<f8", "u1": "|u1", "u2": "<u2", "i2": "<i2", "i4": "<i4"}


class Blocks:
    """The packed arrays of a page; `left`: bytes that it may hold besides, before compression."""

    def __init__(self, limit):
        self.left = limit
        self._texts = []

    def add(self, values, kind=None, rows=None):
        """{block, chunks, rows, type} of an array, or None where it does not fit. `kind`: one of
        _TYPES; default: the smaller of f4 and f8 that holds the values. `rows`: along the first
        axis in a chunk; default: all."""
        values = np.atleast_1d(values)
        kind = kind or float_kind(values)
        packed = np.ascontiguousarray(values, _TYPES[kind])
        if packed.nbytes > self.left:
            return None
        self.left -= packed.nbytes
        rows, first = rows or max(len(packed), 1), len(self._texts)
        for start in range(0, max(len(packed), 1), rows):
            chunk = zlib.compress(packed[start:start + rows].tobytes(), 6)
            self._texts.append(base64.b64encode(chunk).decode())
        return {"block": first, "chunks": len(self._texts) - first, "rows": rows, "type": kind}

    def add_points(self, values, n_points, kind=None):
        """As `add`, of an array over (axes..., dims...) of `n_points` points."""
        return self.add(np.reshape(values, (n_points, -1)), kind, ROWS)

    def add_all(self, arrays):
        """{name: packed} of {name: (values, kind)}, or None where they do not all fit."""
        arrays = {name: (np.asarray(values), kind) for name, (values, kind) in arrays.items()}
        size = sum(values.size * np.dtype(_TYPES[kind]).itemsize
                   for values, kind in arrays.values())
        if size > self.left:
            return None
        return {name: self.add(*array) for name, array in arrays.items()}

    def elements(self):
        return [f'<script type="text/plain" id="block-{i}">{text}</script>'
                for i, text in enumerate(self._texts)]


def float_kind(values):
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    low, high = sizes.min(initial=1), sizes.max(initial=1)
    whole = high > _WHOLE_IN_FLOAT and bool((sizes == np.round(sizes)).all())
    fits = _FLOAT_LIMITS[0] < low and high < _FLOAT_LIMITS[1] and not whole
    return "f4" if fits else "f8"
