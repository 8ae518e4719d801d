"""Hidden states read as an automaton, as the paper's appendix A does, by greedy leader clustering."""

from itertools import product

import numpy as np

_DIGITS = "01234567"


def strings(longest, n_symbols=2):
    """All of length 1 to `longest` in the order of snapshots and clustering, and the empty one."""
    words = ("".join(word) for length in range(1, longest + 1)
             for word in product(_DIGITS[:n_symbols], repeat=length))
    return sorted(words) + [""]


def groups(hidden, eps, most=None):
    """The leader of each state's group: a state joins the first group whose first member is nearer
    than eps, else it opens one. hidden[n][unit]; None if there are more groups than `most`."""
    leader = np.full(len(hidden), -1)
    n_groups = 0
    while (leader < 0).any():
        if n_groups == most:
            return None
        free = np.flatnonzero(leader < 0)
        near = np.linalg.norm(hidden[free] - hidden[free[0]], axis=1) < eps
        near[0] = True
        leader[free[near]] = free[0]
        n_groups += 1
    return leader


def transitions(strings, leader):
    """{(group, symbol, group)}; where strings of a group disagree, the last one's."""
    place = {string: i for i, string in enumerate(strings)}
    found = {}
    for string, group in zip(strings, leader):
        for symbol in _DIGITS:
            after = place.get(string + symbol)
            if after is not None:
                found[group, symbol] = leader[after]
    return {(before, symbol, after) for (before, symbol), after in found.items()}
