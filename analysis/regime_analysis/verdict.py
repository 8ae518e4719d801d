"""A sweep against the reference numbers of docs/science.md: one Verdict a claim, with what was
measured. Claims are those of the paper; where a sweep differs the verdict says by how much.
"""

from dataclasses import dataclass

import numpy as np

from . import compare, measures, paper
from .dataset import axes, settings

DROP = 490, 580  # epochs in which the training loss of the main run falls below DROP_LOSS
DROP_LOSS = 0.05
STATES_FACTOR = 1.5


@dataclass
class Verdict:
    holds: bool
    text: str

    def __str__(self):
        return f"{'holds' if self.holds else 'FAILS'}  {self.text}"


def verdicts(ds):
    """Those of the main run, or of a sweep on the grid of Figure 9."""
    if settings(ds).get("loss") == "mse" and axes(ds) == ("replicate",):
        return main_run(ds)
    if paper.figure9_like(ds) is not None:
        return figure9(ds)
    raise ValueError("no reference numbers for this sweep: they are for sweeps/parity_main.cfg and "
                     "for gain and fraction on the paper's grid")


def main_run(ds):
    n_seeds = ds.sizes["replicate"]
    lengths = ds["validation_length"]
    right = (ds["validation_accuracy"] == 1).all("validation_length") & measures.done(ds)
    epochs = ds["epoch_train_below"].values
    inside = measures.done(ds).values & (epochs >= DROP[0]) & (epochs <= DROP[1])
    same_loss = settings(ds).get("train_below") == DROP_LOSS
    return [Verdict(bool(right.all()), f"{int(right.sum())} of {n_seeds} seeds are right on all "
                    f"random strings of length {int(lengths.min())} to {int(lengths.max())}"),
            Verdict(bool(inside.all()) and same_loss,
                    f"training loss first below {settings(ds).get('train_below')} at epoch "
                    f"{np.nanmin(epochs):g} to {np.nanmax(epochs):g}; {DROP[0]} to {DROP[1]} "
                    f"expected below {DROP_LOSS}, {int(inside.sum())} of {n_seeds} seeds inside")]


def figure9(ds):
    unfinished = ds["status"].size - int(ds["finished"].sum())
    found = [_of_boundary(band) for band in compare.boundaries(ds)]
    found += [_of_states(band) for band in compare.states_at_full_data(ds)]
    if not found:
        raise ValueError("nothing to judge: no point was stopped by the loss")
    found += [Verdict(False, f"not as in the paper: {text}") for text in paper.differences(ds)]
    return found + ([Verdict(False, f"{unfinished} points are unfinished")] if unfinished else [])


def _of_boundary(band):
    gap = band.ours.p50 - band.paper.p50
    return Verdict(band.ours.overlaps(band.paper),
                   f"gain {compare.span(band.gains)}: half generalise from fraction "
                   f"{compare.interval(band.ours)}, paper {compare.interval(band.paper)}: "
                   f"{abs(gap):.2f} {'higher' if gap > 0 else 'lower'}")


def _of_states(band):
    return Verdict(band.factor <= STATES_FACTOR,
                   f"gain {compare.span(band.gains)}: {band.ours:g} states at fraction 1, paper "
                   f"{band.paper:g}: factor {band.factor:.2f} of {STATES_FACTOR} allowed")
