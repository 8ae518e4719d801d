"""The trained network of one point, in NumPy, from the weights that the sweep kept. Here that of
parity_rnn; linear.py has that of linear_net.

h_0 = 1;  h_t = f(W_in x_t + b_in + W_h h_{t-1} + b_h);  y = W_out h_T + b_out, x_t one-hot; with the
activation "discontinuity" f is that of relu, and the readout sees h + 1 where h > 0.
"""

import numpy as np

from .dataset import axes, has_code, select, settings
from .linear import LinearNetwork, trimmed
from .task import PARITY, task_of

WEIGHTS = ("W_in", "W_h", "W_out", "b_in", "b_h", "b_out")
ACTIVATIONS = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh}
ACTIVATIONS["discontinuity"] = ACTIVATIONS["relu"]


class Network:
    """Weights W_in [hidden][symbols], W_h [hidden][hidden], W_out [2][hidden] and their biases; the
    Task that it was trained on.

    Strings are "0101", or sequences of symbols; a list may mix lengths. Everything is computed in
    the precision of the weights.
    """

    def __init__(self, weights, activation="relu", task=PARITY):
        for name in WEIGHTS:
            setattr(self, name, np.asarray(weights[name]))
        self.activation, self.task = activation, task
        self._activate = ACTIVATIONS[activation]

    def hidden(self, strings):
        """The state after the last symbol of each string: [n][hidden]."""
        strings = as_strings(strings)
        state = np.ones((len(strings), len(self.W_h)), self.W_h.dtype)
        lengths = np.array([len(string) for string in strings], int)
        for length in np.unique(lengths):
            members = np.flatnonzero(lengths == length)
            state[members] = self._run(np.array([strings[i] for i in members], int))
        return state

    def output(self, strings):
        """The readout after the last symbol of each string: [n][2]."""
        state = self.hidden(strings)
        if self.activation == "discontinuity":
            state += state > 0
        return state @ self.W_out.T + self.b_out

    def accuracy(self, strings):
        """The share of strings whose larger output is that of the task's class."""
        if self.task is None:
            raise ValueError("the file does not hold its task: it was made by an older program")
        strings = as_strings(strings)
        answers = self.output(strings).argmax(axis=1)
        return float(np.mean(answers == self.task.targets(strings)))

    def _run(self, symbols):
        drive = self.W_in.T + self.b_in + self.b_h  # [symbols][hidden]
        state = np.ones((len(symbols), len(self.W_h)), self.W_h.dtype)
        for column in symbols.T:
            state = self._activate(drive[column] + state @ self.W_h.T)
        return state


def as_strings(strings):
    """Each string as an integer array of its symbols."""
    if isinstance(strings, str):
        strings = [strings]
    return [np.array([int(symbol) for symbol in string], int) for string in strings]


def network(ds, at="end", **point):
    """The network of one point, e.g. network(ds, gain=0.1, fraction=1, replicate=0): a Network, or
    a LinearNetwork of a sweep of linear_net.

    Axes of one value need not be named. `at`: "end", "initial", or the number of a record (the
    latter two where the sweep's `keep` names them).
    """
    chosen = select(ds, **point)
    open_axes = [name for name in axes(chosen) if chosen.sizes[name] > 1]
    if open_axes:
        raise KeyError(f"choose one value of {', '.join(open_axes)}")
    chosen = chosen.isel({name: 0 for name in axes(chosen)})
    if not bool(chosen["finished"]):
        raise ValueError("this point is not finished: it has no weights yet")
    return (_linear if ds.attrs.get("model") == "linear_net" else _recurrent)(chosen, at)


def _recurrent(ds, at):
    n_hidden = int(_knob(ds, "hidden", len(_weight(ds, "W_h", at))))
    weights = {name: _trimmed(name, _weight(ds, name, at), n_hidden) for name in WEIGHTS}
    return Network(weights, str(_knob(ds, "activation", "relu")), task_of(ds))


def _linear(ds, at):
    layers = [trimmed(layer) for layer in _weight(ds, "W", at)]
    weights = [layer for layer in layers if layer.size]
    if not weights:
        raise ValueError("this point has no such weights: " + (
            "it diverged" if bool(has_code(ds["status"], "diverged")) else "it had stopped before"))
    return LinearNetwork(weights)


def _weight(ds, name, at):
    column = {"end": name, "initial": name + "_initial"}.get(at, name + "_history")
    if column not in ds:
        raise KeyError(f"the sweep kept no {column}: see `keep` in its sweep file")
    variable = ds[column]
    return (variable.isel(record=at) if column.endswith("_history") else variable).values


def _trimmed(name, weight, n_hidden):
    """Without the padding of networks smaller than the sweep's largest."""
    parts = {"W_in": np.s_[:n_hidden], "W_h": np.s_[:n_hidden, :n_hidden],
             "W_out": np.s_[:, :n_hidden], "b_in": np.s_[:n_hidden], "b_h": np.s_[:n_hidden]}
    return weight[parts.get(name, np.s_[:])]


def _knob(ds, name, fallback):
    if name in ds.coords:
        return ds[name].item()
    return settings(ds).get(name, fallback)
