"""The automaton that a network has become, what it reduces to, and its task: placed by Graphviz, in
layers from the initial state on."""

from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, PathPatch, Polygon
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from . import figure, measures
from .dataset import axes
from .layout import prepared
from .task import reduced_of, task_of

NODE = 0.42  # inches: the diameter of a state
SCALE = 0.75  # of what Graphviz lays out
ARROW = 0.11  # inches
BESIDE = 0.01, 0.11  # inches: from the end of a loop to its label, off a line that goes on from there
HALO = [withStroke(linewidth=1.8, foreground="white")]  # of labels: lines may run below them
CLASSES = ("#d7e6f4", "#f8d9b0")  # of states, by what the network answers there
SYMBOLS = ("tab:blue", "tab:red", "tab:green", "tab:purple", "tab:brown", "tab:pink", "tab:olive",
           "tab:cyan")
SEVERAL = "0.25"  # symbols on one edge
GAP, TITLE = 0.35, 0.3  # inches
NARROWEST = 5.2  # inches: the legend


@dataclass
class Machine:
    """transition[state][symbol], -1: none; output[state], depth[state]: its layer."""

    title: str
    transition: np.ndarray
    output: np.ndarray
    labels: list
    depth: np.ndarray


@figure.styled
def automaton(ds, selection=None):
    """The automaton of one point in the end, beside its reduced form and its task."""
    measures.require_column(ds, "transition", "it is one of linear_net")
    ds = prepared(ds, selection)
    point = ds.isel({axis: 0 for axis in axes(ds)})
    if not bool(measures.done(point)):
        raise ValueError("this point has no automaton: it is not finished, or diverged")
    point = measures.at_paper(point, "merge_distance")
    machines = _learned(point) + _references(point)
    layouts = [_place(machine) for machine in machines]
    drawn = _draw(machines, layouts)
    figure.head(drawn, f"merge distance {measures.distances_in_words(point)}")
    parts = figure.caption(ds, set(), _notes(point), "the first of")
    figure.explain(drawn, _handles(machines), parts)
    return drawn


# ---- what is drawn ------------------------------------------------------------------------------


def _learned(point):
    """The automaton, where the file has it all."""
    if bool(point["automaton_overflow"]):
        return []
    n_states = int(point["n_states"])
    transition, output, length, string = (
        _whole(point, name)[:n_states]
        for name in ("transition", "state_output", "state_length", "state_string"))
    words = [_word(n, code, transition.shape[1]) for n, code in zip(length, string)]
    return [Machine(f"learned: {figure.count(n_states, 'state')}", transition, output, words, length)]


def _references(point):
    """The reduced form, where there is one, and the task."""
    found = {"reduced": reduced_of(point), "task": task_of(point)}
    return [Machine(f"{name}: {len(task.output)}", task.transition, task.output,
                    [str(i) for i in range(len(task.output))], _depths(task.transition))
            for name, task in found.items() if task is not None]


def _whole(point, name):
    return np.nan_to_num(point[name].values, nan=-1).astype(int)


def _word(length, code, base):
    """The symbols of a string, of which the code has the first as its highest digit."""
    digits = [str(code // base**place % base) for place in reversed(range(length))]
    return "".join(digits) or "ε"


def _depths(transition):
    """Steps from state 0, breadth first; a state that none leads to lies with it."""
    depth, wave = np.zeros(len(transition), int), [0]
    seen = set(wave)
    while wave:
        wave, before = [], wave
        for state in before:
            for after in set(transition[state].tolist()) - seen - {-1}:
                depth[after] = depth[state] + 1
                seen.add(after)
                wave.append(after)
    return depth


def _edges(machine):
    """{(from, to): [symbols]}."""
    edges = {}
    for (state, symbol), after in np.ndenumerate(machine.transition):
        if after >= 0:
            edges.setdefault((state, int(after)), []).append(symbol)
    return edges


# ---- Graphviz -----------------------------------------------------------------------------------


def _place(machine):
    """Graphviz's plain layout: (width, height), {state: (x, y)}, [(ends, points, label's place)]."""
    try:
        import graphviz
    except ImportError as error:
        raise ValueError("automata are placed by Graphviz: install Debian's python3-graphviz, or "
                         "Graphviz and pip install graphviz") from error
    circle = dict(shape="circle", fixedsize="true", width=str(NODE), label="")
    graph = graphviz.Digraph(graph_attr=dict(nodesep="0.35", ranksep="0.5"), node_attr=circle)
    for depth in np.unique(machine.depth):
        with graph.subgraph(graph_attr=dict(rank="same")) as layer:
            for state in np.flatnonzero(machine.depth == depth):
                layer.node(str(state))
    for (state, after), symbols in _edges(machine).items():
        graph.edge(str(state), str(after), label=",".join(map(str, symbols)))
    try:
        return _read(graph.pipe(format="plain", encoding="utf-8"))
    except graphviz.ExecutableNotFound as error:
        raise ValueError("Graphviz's program dot is not on the path: install graphviz") from error


def _read(plain):
    size, places, edges = (0.0, 0.0), {}, []
    for line in plain.replace("\\\n", "").splitlines():
        kind, *words = line.split()
        if kind == "graph":
            size = float(words[1]), float(words[2])
        elif kind == "node":
            places[int(words[0])] = float(words[1]), float(words[2])
        elif kind == "edge":
            n = int(words[2])
            points = np.array(words[3:3 + 2 * n], float).reshape(n, 2)
            label = words[3 + 2 * n:6 + 2 * n]
            edges.append(((int(words[0]), int(words[1])), points, tuple(map(float, label[1:]))))
    return size, places, edges


# ---- matplotlib ---------------------------------------------------------------------------------


def _draw(machines, layouts):
    widths = [max(size[0], 1.2) + GAP for size, *_ in layouts]
    height = max(size[1] for size, *_ in layouts) + TITLE
    drawn, panels = plt.subplots(
        1, len(machines), figsize=(max(SCALE * sum(widths), NARROWEST), SCALE * height),
        squeeze=False, gridspec_kw=dict(width_ratios=widths), constrained_layout=True)
    for ax, machine, layout, width in zip(panels.flat, machines, layouts, widths):
        (x, y), places, edges = layout
        ax.set(xlim=((x - width) / 2, (x + width) / 2), ylim=(y - height + TITLE / 2, y + TITLE / 2),
               aspect="equal")
        ax.set_title(machine.title, pad=0)
        ax.axis("off")
        for ends, points, label in edges:
            _draw_edge(ax, points, _edges(machine)[ends])
            place, side = _beside(points) if ends[0] == ends[1] else (label, "center")
            _draw_label(ax, place, side, _edges(machine)[ends])
        for state, place in sorted(places.items()):
            _draw_state(ax, machine, state, place)
    return drawn


def _colour(symbols):
    return SYMBOLS[symbols[0]] if len(symbols) == 1 else SEVERAL


def _beside(points):
    """Where the label of a loop begins, and at which side: off the knot that is farthest out."""
    knots = points[::3]
    return knots[knots[:, 0].argmax()] + BESIDE, "left"


def _draw_label(ax, place, side, symbols):
    ax.text(*place, ",".join(map(str, symbols)), color=_colour(symbols), fontsize=7, ha=side,
            va="center", path_effects=HALO)


def _draw_edge(ax, points, symbols):
    colour = _colour(symbols)
    codes = [Path.MOVETO] + [Path.CURVE4] * (len(points) - 1)
    ax.add_patch(PathPatch(Path(points, codes), facecolor="none", edgecolor=colour, linewidth=0.9))
    along = points[-1] - points[-2]
    along = along / (np.hypot(*along) or 1) * ARROW
    across = np.array([-along[1], along[0]]) / 3
    ax.add_patch(Polygon([points[-1] + along, points[-1] + across, points[-1] - across],
                         color=colour, linewidth=0))


def _draw_state(ax, machine, state, place):
    initial = machine.depth[state] == 0
    ax.add_patch(Circle(place, NODE / 2, facecolor=CLASSES[int(machine.output[state] == 1)],
                        edgecolor="0.15", linewidth=2 if initial else 0.8))
    text = machine.labels[state]
    ax.text(*place, text, fontsize=min(8, 26 / max(len(text), 3)), ha="center", va="center")


def _handles(machines):
    dot = dict(linestyle="none", marker="o", markersize=8, markeredgecolor="0.15")
    handles = [Line2D([], [], markerfacecolor=colour, label=f"answers {k}", **dot)
               for k, colour in enumerate(CLASSES)]
    handles.append(Line2D([], [], markerfacecolor="white", markeredgewidth=2, label="initial", **dot))
    n_symbols = max(machine.transition.shape[1] for machine in machines)
    return handles + [Line2D([], [], color=SYMBOLS[k], label=f"on {k}") for k in range(n_symbols)]


def _notes(point):
    verdict = "yes" if bool(point["learned_task"]) else "no"
    kept = [] if not bool(point["automaton_overflow"]) else \
        [f"{figure.count(int(point['n_states']), 'state')}, more than the file keeps (max_states)"]
    conflicts = figure.count(int(point["n_conflicts"]), "transition")
    return [*kept, f"learned the task: {verdict}",
            f"{conflicts} on which strings of a state disagree",
            "in states: a shortest string that leads there"]
