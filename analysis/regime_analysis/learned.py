"""Which share of the points learned their task, by what one asks of them, and their training losses:
random tasks, or variants of the network side by side."""

import matplotlib.pyplot as plt
import numpy as np

from . import figure, grid, measures
from .dataset import axes, has_code, settings
from .layout import REPEATS, prepared, wide_axes
from .repeats import LEVEL, wilson
from .task import agree, reduced_of, task_of
from .training import trials

PANEL = 3.6, 0.23  # inches: width; height of a bar
LEAST = 2.6  # inches
_BAR = 0.8  # of the place between two questions


@figure.styled
def learned(ds, selection=None):
    """Shares of the points that learned their task, by what is asked of them, and their losses."""
    measures.require_column(ds, "learned_task", "it is one of linear_net")
    ds = prepared(ds, selection)
    axis, groups = _groups(ds)
    answers = {name: questions(part) for name, part in groups.items()}
    labels = list(next(iter(answers.values())))
    height = max(LEAST, PANEL[1] * len(labels) * len(groups) ** 0.5 + 0.6)
    drawn, (left, right) = plt.subplots(1, 2, figsize=(2 * PANEL[0] + 1.6, height),
                                        constrained_layout=True)
    colours = dict(zip(groups, plt.get_cmap("viridis")(np.linspace(0.1, 0.8, len(groups)))))
    handles = [_draw_losses(left, part, colours[name], name) for name, part in groups.items()]
    for i, (name, given) in enumerate(answers.items()):
        _draw_shares(right, given.values(), colours[name], (i + 0.5) / len(groups) - 0.5,
                     _BAR / len(groups))
    _label(left, right, ds, labels)
    figure.head(drawn, f"merge distances (in brackets): {measures.distances_in_words(ds)}")
    note = (f"bars: share, and Wilson's interval of {LEVEL} %; a point that diverged counts as one "
            "that learned nothing")
    figure.explain(drawn, handles if axis else [], figure.caption(ds, {axis}, [note], "shares of"))
    return drawn


def _groups(ds):
    """The axis that is told apart by colour, and {value: part}; repeats are trials of one value."""
    names = [name for name in wide_axes(ds) if name not in REPEATS]
    if not names:
        return None, {"": ds}
    titles = [f"{grid.axis_label(names[0])} = {grid.text_of(value)}" for value in ds[names[0]].values]
    return names[0], {title: ds.isel({names[0]: [i]}) for i, title in enumerate(titles)}


def questions(ds):
    """{question: answers[trial]} of the points that ended."""
    ended = has_code(ds["status"], "done", "diverged").values.ravel()
    done = measures.done(ds).values.ravel()
    found = {}

    def ask(label, yes, dimension=None):
        yes = yes.transpose(*axes(ds), ...).values
        yes = yes.reshape(len(done), -1)
        values = np.atleast_1d(ds[dimension].values) if dimension else [0]
        for i in np.argsort(values):
            found[label.format(values[i])] = (yes[:, i] & done)[ended]

    ask(f"training loss below {float(ds['train_below']):g}", ds["epoch_train_below"] >= 0)
    ask("right on all training strings", ds["train_accuracy"] == 1)
    ask("right on random strings of length {:g}", ds["validation_accuracy"] == 1,
        "validation_length")
    ask("right on structured strings", ds["structured_accuracy"] == 1)
    if settings(ds).get("prove", "no") != "no":
        ask("proved right on every length", ds["proved"].astype(bool))
    ask("automaton is finite ({:g})", ds["is_finite"].astype(bool), "merge_distance")
    ask("reduced, it answers like the task ({:g})", _answers_alike(ds), "merge_distance")
    ask("and is finite, free of conflicts ({:g})", ds["learned_task"].astype(bool), "merge_distance")
    return found


def _answers_alike(ds):
    """Where the automaton, whatever strings of one state do, answers as the task on all strings."""
    alike = np.zeros(ds["learned_task"].shape, bool)
    for place in np.ndindex(alike.shape):
        point = ds.isel(dict(zip(ds["learned_task"].dims, place)))
        one, other = reduced_of(point), task_of(point)
        alike[place] = one is not None and other is not None and agree(one, other)
    return ds["learned_task"].copy(data=alike)


def _draw_losses(ax, part, colour, name):
    values = trials(part, "train_loss_history")
    lines = ax.plot(part["epoch"].values, values.T, color=colour, linewidth=0.7, alpha=0.7)
    lines[0].set_label(name)
    return lines[0]


def _draw_shares(ax, given, colour, place, height):
    for row, answers in enumerate(given):
        n = len(answers)
        if not n:
            continue
        share, low, high = wilson(answers.sum(), n)
        ax.barh(row + place, share, height, color=colour, alpha=0.75)
        ax.plot([low, high], 2 * [row + place], color="0.15", linewidth=0.9)
        ax.text(1.02, row + place, f"{answers.sum()} of {n}", va="center", fontsize=6.5,
                color="0.35", transform=ax.get_yaxis_transform())


def _label(left, right, ds, labels):
    epochs = ds["epoch"].values
    if len(epochs) > 2 and grid.is_logarithmic(epochs[1:]):
        left.set_xscale("log")
    left.set(xlabel="epoch", ylabel="training loss", yscale="log")
    right.set(xlim=(0, 1), yticks=range(len(labels)), ylim=(len(labels) - 0.5, -0.5), xlabel="share")
    right.set_yticklabels(labels, fontsize=8)
    for row in range(1, len(labels)):
        right.axhline(row - 0.5, color="0.85", linewidth=0.6, zorder=0)
