"""Pairs of strings that the task answers alike: which share merges, and which of those came apart
before, by the lengths of both strings."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import Normalize

from . import figure, grid, measures, paper
from .dataset import axes, settings
from .layout import prepared

PANEL = 3.6, 3.6  # inches
_DARK = 0.55  # of the colours: numbers are white beyond
_LENGTHS = "pair_length", "pair_length2"


@figure.styled
def mergers(ds, selection=None):
    """Which pairs of strings merge, and which of them came apart before, by length."""
    measures.require_column(ds, "merged_by_length", "train with pairs = true")
    ds = prepared(ds, selection)
    ds = measures.at_paper(ds, "merge_distance")
    agreeing, merged, diverged = (
        _total(ds, name).transpose(*_LENGTHS).values
        for name in ("agreeing_by_length", "merged_by_length", "diverged_by_length"))
    drawn, panels = plt.subplots(1, 2, figsize=(2 * PANEL[0], PANEL[1]), constrained_layout=True)
    lengths = ds["pair_length"].values
    for ax, shares, title in ((panels[0], _share(merged, agreeing), "merged, of those that agree"),
                              (panels[1], _share(diverged, merged),
                               "came apart before, of those that merged")):
        _draw(ax, lengths, shares)
        ax.set_title(title)
    figure.head(drawn, f"merge distance {measures.distances_in_words(ds)}")
    figure.explain(drawn, [], figure.caption(ds, set(), _notes(ds), "pairs of"))
    return drawn


def _total(ds, name):
    """Over the points that are done."""
    return ds[name].where(measures.done(ds), 0).sum(axes(ds))


def _share(part, whole):
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)


def _draw(ax, lengths, shares):
    """The number in a cell is its colour's legend."""
    largest = max(np.nanmax(shares, initial=0), 0.01)
    look = dict(cmap="YlGnBu", norm=Normalize(0, largest))
    x, y = (grid.Scale(name, lengths) for name in _LENGTHS)
    grid.draw(ax, x, y, shares, look, {"unfinished": np.isnan(shares)})
    for (j, i), share in np.ndenumerate(shares):
        if np.isfinite(share):
            ax.text(lengths[i], lengths[j], f"{100 * share:.0f}", ha="center", va="center",
                    fontsize=6, color="white" if share > _DARK * largest else "0.2")
    ax.set(xlabel="length of one string", ylabel="length of the other", aspect="equal",
           xticks=lengths, yticks=lengths)


def _notes(ds):
    done = measures.done(ds)
    counts = {name: ds[name].where(done) for name in ("n_merged_agreeing", "n_agreeing_pairs",
                                                      "n_merged_disagreeing")}
    mean = {name: float(values.mean()) for name, values in counts.items()}
    several = " in the mean" if int(done.sum()) > 1 else ""
    n_records = int(settings(ds).get("pair_records", 0))
    return [f"numbers: per cent; {mean['n_merged_agreeing']:,.0f} of {mean['n_agreeing_pairs']:,.0f} "
            f"pairs merged{several}, {mean['n_merged_disagreeing']:,.0f} that disagree{_published(ds)}",
            f"came apart: ten merge distances at one of at most {figure.count(n_records, 'record')}"]


def _published(ds):
    """The paper's counts, where they are of the same settings."""
    distance = float(ds["merge_distance"])
    same = distance == paper.RUN_DISTANCE and measures.is_of_run(ds, distance)
    if not (same and paper.is_main_run(ds)):
        return ""
    return f" (published: {paper.N_MERGED:,} of {paper.N_AGREEING:,}, none, in one run)"
