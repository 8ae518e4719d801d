"""The automata of a sweep, packed: of each point and merge distance those that are stored whole."""

import numpy as np

from ..dataset import axes
from . import dimensions

# The table of transitions, that of outputs, the number of states; the examples of the states.
_KINDS = {"as learnt": ("transition", "state_output", "n_states"),
          "reduced": ("reduced_transition", "reduced_output", "n_reduced_states")}
_EXAMPLES = ("state_length", "state_string")
TABLES = tuple(name for kind in _KINDS.values() for name in kind[:2]) + _EXAMPLES
_MOST_STATES = 255


def of(ds, found):
    """Descriptions of the automata in a sweep, none where its model has none."""
    kinds = [_kind(ds, name, found) for name, needed in _KINDS.items() if set(needed) <= set(ds)]
    return [kind for kind in kinds if kind]


def _kind(ds, name, found):
    """Ragged arrays: n_states of each (point, merge distance), then all states in a row."""
    next_name, output_name, count_name = _KINDS[name]
    outputs = _table(ds, output_name, "merge_distance", "state")
    kept = np.isfinite(outputs).sum(axis=-1)
    counts = np.where(kept == _table(ds, count_name, "merge_distance"), kept, 0)
    counts = np.where(counts <= _MOST_STATES, counts, 0).astype(int)
    stored = np.arange(outputs.shape[-1]) < counts[..., None]
    following = _table(ds, next_name, "merge_distance", "state", "symbol")[stored]
    arrays = {"counts": (counts, "u1"), "outputs": (outputs[stored], "u1"),
              "next": (np.nan_to_num(following, nan=-1), "i2")}
    if name == "as learnt" and set(_EXAMPLES) <= set(ds):
        lengths, codes = (_table(ds, example, "merge_distance", "state")[stored]
                          for example in _EXAMPLES)
        arrays.update(lengths=(np.nan_to_num(lengths), "u1"), codes=(np.nan_to_num(codes), "i4"))
    packed = found.blocks.add_all(arrays)
    if packed is None:
        found.left_out.append(f"automata {name}: do not fit")
        return None
    return {"name": name, "symbols": following.shape[-1],
            "distance": dimensions.of(ds, "merge_distance"), **packed}


def _table(ds, name, *dims):
    return ds[name].transpose(*axes(ds), *dims).values.astype(float)
