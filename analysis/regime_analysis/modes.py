"""Mode strengths of linear networks over training, with the theory: a panel a point."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from . import figure, grid, measures
from .dataset import axes, has_code, meanings
from .layout import MAX_COLUMNS, ascending, prepared, require_axes, wide_axes

PANEL = 2.5, 2.4  # inches
NARROWEST = 6.8  # inches: the legend
MOST_MODES = 64
N_POINTS = 20  # of the simulation and a mode, where theory is drawn as a line
LINE = dict(linewidth=1.2)
SIMULATED = dict(linestyle="none", marker="o", markersize=3.5, markerfacecolor="white",
                 markeredgewidth=0.8)
ALONE = dict(linestyle="-", linewidth=0.8)  # through the marks of a simulation without theory
END = dict(linestyle="none", marker="D", markersize=4.5)
ASKED_FOR = dict(linewidth=0.8, linestyle=(0, (1, 2)), zorder=0)
KINDS = {  # of what is drawn: the legend
    "theory": dict(label="theory", **LINE),
    "simulation": dict(label="simulation", **SIMULATED),
    "alone": dict(label="simulation without theory", **dict(SIMULATED, **ALONE)),
    "end": dict(label="at the end", **END),
    "asked for": dict(label="what the data ask for, $s/d$", **ASKED_FOR),
}
_COLUMNS = ("mode_strength_history", "mode_strength", "mode_theory_history", "mode_theory_kind",
            "true_s", "true_d", "noncommuting", "exact_deviation")
_INK = "0.15"
_COMMUTE = 1e-6  # at most so far from commuting, the map ends at s/d in every mode
_FAR = 3.0  # times the largest s/d: the end of what is drawn of a point that diverged
_MARGIN = 0.05  # of the height


@figure.styled
def modes(ds, columns=None, selection=None):
    """Mode strengths of linear networks over training, with the theory.

    A panel a point: of the axis `columns`, or of up to two axes with few values. Of further axes
    the first value is shown, unless selection chooses.
    """
    ds = prepared(ds, selection)
    for name in _COLUMNS:
        measures.require_column(ds, name, "mode strengths are measured in linear_net")
    require_axes(ds, [columns] if columns else [])
    names = [columns] if columns else _panel_axes(ds)
    few, notes = _thinned(ascending(ds, *names), names)
    points = _points(few, names)
    norm, colours = _colours(max(len(_asked_for(point)) for point in points.values()))
    shape = [few.sizes[name] for name in names] if len(names) == 2 else _shape(len(points))
    size = max(1.2 + PANEL[0] * shape[1], NARROWEST), 0.3 + PANEL[1] * shape[0]
    drawn, panels = plt.subplots(*shape, sharex=True, sharey=True, squeeze=False, figsize=size,
                                 constrained_layout=True)
    drawn_kinds = set()
    for ax, (title, point) in zip(panels.flat, points.items()):
        drawn_kinds |= _draw(ax, point, colours)
        _label(ax, title, point)
    _set_height(panels.flat[0])
    for ax in panels.flat[len(points):]:
        ax.set_visible(False)
    _bar(drawn, panels, norm)
    figure.explain(drawn, _handles(drawn_kinds), figure.caption(ds, set(axes(ds)), notes))
    return drawn


def _panel_axes(ds):
    """Two axes, the longer to the right, where their values take few panels; else the first."""
    names = sorted(wide_axes(ds)[:2], key=lambda name: ds.sizes[name])
    n_panels = np.prod([ds.sizes[name] for name in names])
    return names if n_panels <= MAX_COLUMNS else wide_axes(ds)[:1]


def _thinned(ds, names):
    """Few values of the panels' axes and one of each other, and what tells which of the sweep's."""
    others = [name for name in axes(ds) if name not in names]
    notes = [f"{name} = {grid.text_of(ds[name].values[0])} (first of {ds.sizes[name]})"
             for name in others if ds.sizes[name] > 1]
    for name in names:
        n_values = ds.sizes[name]
        if n_values > MAX_COLUMNS:
            notes.append(f"{MAX_COLUMNS} of {n_values} values of {name}")
            chosen = np.linspace(0, n_values - 1, MAX_COLUMNS).round().astype(int)
            ds = ds.isel({name: chosen})
    return ds.isel({name: slice(1) for name in others}), notes


def _points(ds, names):
    """{title: point} of the panels, row by row."""
    places = np.ndindex(*(ds.sizes[name] for name in names))
    chosen = [dict.fromkeys(axes(ds), 0) | dict(zip(names, place)) for place in places]
    return {_title(ds, names, at): ds.isel(at) for at in chosen}


def _title(ds, names, at):
    return ", ".join(f"{name.replace('_', ' ')} = {grid.text_of(ds[name].values[at[name]])}"
                     for name in names)


def _asked_for(point):
    """s/d of the modes that are drawn."""
    asked_for = point["true_s"] / point["true_d"]
    return asked_for.values[measures.has_strength(point).values][:MOST_MODES]


def _draw(ax, point, colours):
    """Which of KINDS are seen."""
    asked_for = _asked_for(point)
    shown = slice(1, None) if _is_logarithmic(point) else slice(None)  # epoch 0 has no place
    epochs = point["epoch"].values[shown]
    course, theory = (point[name].transpose("mode", "record").values[:, shown]
                      for name in ("mode_strength_history", "mode_theory_history"))
    last, ends = point["epochs_trained"].item(), point["mode_strength"].values
    if _diverged(point):
        far = _FAR * np.max(asked_for, initial=0.0)
        course, ends = (np.where(np.abs(a) < far, a, np.nan) for a in (course, ends))
    seen = set()
    for mode, target in enumerate(asked_for):
        lines = []
        if _commutes(point):
            lines.append(("asked for", ax.axhline(target, **ASKED_FOR)))
        if has_theory(point):
            lines += [("theory", line) for line in ax.plot(epochs, theory[mode], **LINE)]
        else:
            lines += [("alone", line) for line in ax.plot(epochs, course[mode], **ALONE)]
        few = _along(epochs, course[mode], np.max(asked_for))
        kind = "simulation" if has_theory(point) else "alone"
        lines += [(kind, line) for line in ax.plot(epochs[few], course[mode, few], **SIMULATED)]
        lines += [("end", line) for line in ax.plot(last, ends[mode], **END)]
        for kind, line in lines:
            line.set_color(colours[mode])
            if np.isfinite(line.get_ydata()).any():
                seen.add(kind)
    return seen


def _set_height(ax):
    """Of all panels, by what is seen in them."""
    heights = [np.ravel(line.get_ydata()) for panel in ax.get_shared_y_axes().get_siblings(ax)
               for line in panel.lines]
    heights = np.concatenate([[0.0], *heights])
    heights = heights[np.isfinite(heights)]
    margin = _MARGIN * (np.ptp(heights) or 1.0)
    ax.set_ylim(heights.min() - margin, heights.max() + margin)


def _along(epochs, course, height):
    """Indices of records at steady distances along the drawn curve."""
    known = np.flatnonzero(np.isfinite(course))
    if not known.size:
        return known
    place = np.log(epochs) if epochs[0] > 0 else epochs
    steps = np.hypot(np.diff(place[known]) / place[-1], np.diff(course[known]) / height)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    return known[np.searchsorted(length, np.linspace(0, length[-1], N_POINTS))]


def has_theory(point):
    return bool(np.isfinite(point["mode_theory_history"].values).any())


def _is_logarithmic(point):
    return grid.is_logarithmic(point["epoch"].values[1:])


def _commutes(point):
    return float(point["noncommuting"]) < _COMMUTE


def _diverged(point):
    return bool(has_code(point["status"], "diverged"))


def _why_not(point):
    """In words, why a point has no theory."""
    if not bool(point["finished"]):
        return "unfinished"
    if _diverged(point):
        return "diverged"
    names = {code: name for name, code in meanings(point["mode_theory_kind"]).items()}
    name = names.get(int(point["mode_theory_kind"]), "none").replace("_", " ")
    exact = float(point["exact_deviation"])
    if np.isfinite(exact):
        return f"no theory of modes: {name}\nexact course of $QQ^T$: to {exact:.1g}"
    return f"no theory: {name}"


def _label(ax, title, point):
    lines = [title] if has_theory(point) and not _diverged(point) else [title, _why_not(point)]
    place = ax.get_subplotspec()
    epochs, learning_rate = point["epoch"].values, float(point["learning_rate"])
    if _is_logarithmic(point):
        ax.set_xscale("log")
        ax.set_xlim(epochs[1], 1.2 * epochs[-1])
    else:
        ax.set_xlim(0, 1.03 * epochs[-1])
    time = ax.secondary_xaxis("top", functions=(lambda epoch: epoch * learning_rate,
                                                lambda time: time / learning_rate))
    in_words = r"time $t/\tau$ = epochs $\times$ learning rate"
    time.set_xlabel(in_words if place.is_first_row() else "", fontsize=8)
    time.tick_params(labelsize=8)
    ax.set_title("\n".join(line for line in lines if line))
    ax.set_xlabel("epochs" if place.is_last_row() else "")
    ax.set_ylabel("mode strength $a$" if place.is_first_col() else "")


def _shape(n_panels):
    n_rows = 1 if n_panels <= 3 else 2
    return n_rows, -(-n_panels // n_rows)


def _colours(n_modes):
    """Colours of modes from strong to weak, told apart by lightness too, short of white."""
    shades = plt.get_cmap("viridis")(np.linspace(0, 0.9, max(n_modes, 1)))
    norm = BoundaryNorm(np.arange(len(shades) + 1) - 0.5, len(shades))
    return norm, shades


def _bar(drawn, panels, norm):
    n_modes = norm.Ncmap
    shades = ListedColormap(_colours(n_modes)[1])
    bar = drawn.colorbar(ScalarMappable(norm, shades), ax=panels, aspect=30, pad=0.015,
                         ticks=MaxNLocator(8, integer=True))
    bar.ax.minorticks_off()
    bar.ax.invert_yaxis()
    bar.set_label("mode")
    bar.outline.set_linewidth(0.6)


def _handles(kinds):
    handles = {kind: Line2D([], [], color=_INK, **look) for kind, look in KINDS.items()
               if kind in kinds}
    if "alone" in kinds and "theory" not in kinds:
        handles["alone"].set_label("simulation")
    return list(handles.values())
