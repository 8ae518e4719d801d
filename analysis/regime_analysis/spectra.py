"""What observers of linear networks recover of their data: the spectra themselves against the true
ones, and the errors over an axis of the sweep; of further axes only repeats are taken together.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D

from . import figure, grid, measures
from .dataset import axes
from .layout import REPEATS, ascending, first_of, prepared, require_axes, wide_axes

PANEL = 2.6, 2.5  # inches
OBSERVERS = (  # the dimension `observer`; colours of Okabe and Ito
    ("final weights", dict(color="black", marker="s", markersize=6.5)),
    ("final weights and hidden activity", dict(color="#D55E00", marker="^", markersize=5.5)),
    ("whole map at the records", dict(color="#0072B2", marker="o", markersize=4)),
    ("loss at the records", dict(color="#009E73", marker="D", markersize=4)),
)
SPECTRA = {"s": r"singular value $s$ of $\Sigma_{yx}$", "d": "variance $d$ of the inputs"}
ERRORS = {"error_s": "$s$", "error_d": "$d$", "error_v": "the input modes"}
X_CANDIDATES = ("lambda", "gain", "input_angle")
ROOM = 4.0  # panels of spectra reach beyond the true values by this factor
OPAQUE, FAINT, FEW = 0.7, 0.15, 60  # marks of more points than these few are the fainter
APART = 1.05  # observers stand beside one another by this factor
SPREAD = 16, 84  # percentiles


@figure.styled
def spectra(ds, x=None, selection=None):
    """What observers of linear networks recover of the data's spectra.

    recovered_s and recovered_d against true_s and true_d, and error_s, error_d and error_v over the
    axis x, by observer. Of further axes but repeats the first value is shown, unless selection
    chooses.
    """
    ds = prepared(ds, selection)
    for name in ("true_s", "true_d", "recovered_s", "recovered_d", *ERRORS):
        measures.require_column(ds, name, "spectra are recovered from linear_net")
    if not np.isfinite(ds["error_v"].values).any():
        raise ValueError("no point of this sweep was looked at by observers: recovered_kind says "
                         "why; the setting observers = true asks for them")
    require_axes(ds, [x] if x else [])
    x = x or first_of(X_CANDIDATES, wide_axes(ds))
    ds, chosen = _thinned(ascending(ds, x), x)
    shape = (2, 3) if x else (1, 3)
    size = PANEL[0] * shape[1], PANEL[1] * shape[0]
    drawn, panels = plt.subplots(*shape, squeeze=False, figsize=size, constrained_layout=True)
    for row, name in zip(panels.T, SPECTRA):
        _draw_spectrum(row[0], ds, name)
    for ax, name in zip(panels[1:].flat, ERRORS):
        _draw_errors(ax, ds, x, name)
    _legend(panels[0, 2], ds)
    if chosen:
        drawn.suptitle("At " + ", ".join(chosen), x=0.01, ha="left", fontsize=9)
    averaged = "geometric mean and percentiles 16 to 84 of errors over"
    figure.explain(drawn, [], figure.caption(ds, {x}, averaged=averaged))
    return drawn


def _thinned(ds, x):
    """The first value of each axis but x and the repeats, and what tells which of how many."""
    others = [name for name in axes(ds) if name not in (x, *REPEATS) and ds.sizes[name] > 1]
    chosen = [f"{grid.axis_label(name)} = {grid.text_of(ds[name].values[0])} "
              f"(first of {ds.sizes[name]})" for name in others]
    return ds.isel({name: slice(1) for name in others}), chosen


def _draw_spectrum(ax, ds, name):
    """Each mode of each point."""
    recovered = ds[f"recovered_{name}"].where(measures.done(ds))
    like = recovered.isel(observer=0, drop=True)
    true = ds[f"true_{name}"].where(measures.has_strength(ds)).broadcast_like(like)
    limits = float(true.min()) / ROOM, float(true.max()) * ROOM
    alpha = float(np.clip(OPAQUE * FEW / ds["status"].size, FAINT, OPAQUE))
    for i, (_, look) in enumerate(OBSERVERS):
        seen = recovered.isel(observer=i).transpose(*true.dims).values
        _dots(ax, true.values * APART**(i - 1.5), seen, limits, look, alpha=alpha,
              markeredgewidth=0.5)
    ax.plot(limits, limits, color="0.5", linewidth=0.8, zorder=0)
    ax.set(xscale="log", yscale="log", xlim=limits, ylim=limits, xlabel="true",
           ylabel="recovered", title=SPECTRA[name])
    for axis in (ax.xaxis, ax.yaxis):
        grid.tick_decades(axis, *limits)


def _draw_errors(ax, ds, x, name):
    scale, limits, means = grid.Scale(x, ds[x].values), grid.LIMITS[name], []
    for i, (_, look) in enumerate(OBSERVERS):
        errors = ds[name].isel(observer=i).where(measures.done(ds))
        trials = np.maximum(measures.over(errors, x).values, grid.ROUNDING)
        known = np.isfinite(trials).any(axis=1)
        if known.any():
            mean = np.exp(np.nanmean(np.log(trials[known]), axis=1))
            ends = np.clip(np.nanpercentile(trials[known], SPREAD, axis=1), *limits)
            shown = np.clip(mean, *limits)
            reach = np.maximum([shown - ends[0], ends[1] - shown], 0)
            ax.errorbar(scale.values[known], shown, yerr=reach, linewidth=1.1, capsize=2,
                        **dict(look, marker=""))
            _dots(ax, scale.values[known], mean, limits, look, zorder=3)
            means.extend(mean)
    if means and max(means) < limits[0]:
        ax.text(0.5, 0.5, f"all means below {limits[0]:g}", transform=ax.transAxes, ha="center",
                fontsize=8)
    scale.apply(ax.xaxis, ax.set_xscale, ax.set_xlim)
    unit = ds[name].attrs.get("units", "1")
    ax.set(yscale="log", ylim=limits, xlabel=scale.label(), title=grid.column_label(name, unit))


def _dots(ax, x, y, limits, look, **more):
    """Hollow and on the limits where they lie beyond."""
    x, y = np.ravel(x), np.ravel(y)
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    inside = (y >= limits[0]) & (y <= limits[1])
    for chosen, face in ((inside, {}), (~inside, dict(markerfacecolor="white"))):
        if chosen.any():  # an empty line that is not clipped upsets the layout
            ax.plot(x[chosen], np.clip(y[chosen], *limits), linestyle="none", clip_on=False, **look,
                    **face, **more)


def _legend(ax, ds):
    ax.set_axis_off()
    handles = [Line2D([], [], label=label + _untold(ds, i), linewidth=1.1, **look)
               for i, (label, look) in enumerate(OBSERVERS)]
    handles.append(Line2D([], [], label="beyond the edge", linestyle="none", marker="o",
                          markersize=4, color="0.35", markerfacecolor="white"))
    ax.legend(handles=handles, title="What the observer has", loc="center left", frameon=False,
              fontsize=8, title_fontsize=8, alignment="left")


def _untold(ds, observer):
    """What an observer has no error of at any point that is drawn."""
    untold = [what for name, what in ERRORS.items()
              if not ds[name].isel(observer=observer).notnull().any()]
    return f"\n(cannot tell {' or '.join(untold)})" if untold else ""
