"""What the networks of parity_rnn are to learn: a finite automaton."""

import numpy as np


class Task:
    """A string's target is the class, output[state], of the state that it ends in; it begins in
    state 0, and transition[state][symbol] is where a symbol leads."""

    def __init__(self, transition, output):
        self.transition = np.asarray(transition, int)
        self.output = np.asarray(output, int)

    def states(self, strings):
        """The state after the last symbol of each string: [n]."""
        return np.array([self._end(string) for string in strings], int)

    def targets(self, strings):
        """The class of each string: [n]."""
        return self.output[self.states(strings)]

    def equivalent(self):
        """A number for each state: the same where every continuation, the empty one too, has the
        same class."""
        classes = self.output
        while True:
            rows = np.column_stack([classes, classes[self.transition]])
            finer = np.unique(rows, axis=0, return_inverse=True)[1].ravel()
            if finer.max() == classes.max():
                return finer
            classes = finer

    def _end(self, string):
        state = 0
        for symbol in string:
            state = self.transition[state, int(symbol)]
        return state


def agree(one, other):
    """Do two automata, as Tasks, answer alike after every string but the empty one?"""
    seen, wave = set(), [(0, 0)]
    while wave:
        pair = wave.pop()
        for after in zip(one.transition[pair[0]].tolist(), other.transition[pair[1]].tolist()):
            if one.output[after[0]] != other.output[after[1]]:
                return False
            if after not in seen:
                seen.add(after)
                wave.append(after)
    return True


def reduced_of(point):
    """What the learned automaton of a Dataset of one point and merge distance reduces to, as a Task;
    None where that is not kept, or a state lacks a transition."""
    n_states = int(np.nan_to_num(float(point["n_reduced_states"])))
    if not 0 < n_states <= point.sizes["state"]:
        return None
    return Task(*(np.nan_to_num(point[f"reduced_{name}"].values[:n_states], nan=-1)
                  for name in ("transition", "output")))


PARITY = Task([[0, 1], [1, 0]], [0, 1])


def task_of(point):
    """The Task of a Dataset of one point; None where neither the file nor its settings tell it."""
    if "task_output" in point:
        output = np.nan_to_num(point["task_output"].values, nan=-1)
        n_states = int((output >= 0).sum())
        transition = np.nan_to_num(point["task_transition"].values[:n_states], nan=0)
        return Task(transition, output[:n_states])
    name = point["task"].item() if "task" in point.coords else \
        point.attrs.get("setting_task", "parity")
    return PARITY if name == "parity" else None
