"""Figure 9 of van Rossem and Saxe (ICML 2025, arXiv 2507.09897), digitised: one trial per cell.

Correct answers of 30 are good to one string, numbers of states to about ten.
"""

from pathlib import Path

import numpy as np
import xarray as xr

from .dataset import settings

CITATION = "van Rossem & Saxe (2025), Fig. 9, digitised"
N_STRINGS = 30
VALIDATION_LENGTH = 100
MERGE_DISTANCE = 0.1

# Rows (values of gain) that are pooled for the boundary, and those that share a number of states.
BOUNDARY_BANDS = ((0.147, 0.195), (0.242, 0.289), (0.337, 0.432), (0.479, 0.574), (0.621, 0.763),
                  (0.811, 1.0))
STATE_BANDS = ((0.1, 0.289), (0.337, 0.432), (0.479, 0.621), (0.668, 0.716), (0.763, 0.811),
               (0.858, 0.858), (0.905, 0.905), (0.953, 0.953), (1.0, 1.0))

# The knobs behind the figure.
_EVERYWHERE = {"min_length": 1, "max_length": 10, "hidden": 100, "activation": "relu",
               "learning_rate": 0.02, "batching": "by_length", "batch": 128, "analysis_length": 10}
SETTINGS = {**_EVERYWHERE, "loss": "cross_entropy", "stop_loss": 1e-3,
            "validation_strings": N_STRINGS}

# Those of the main run, and the pairs of strings that it counts; none merged that disagree.
MAIN_RUN = {**_EVERYWHERE, "loss": "mse", "stop_loss": 0, "max_epochs": 1000, "gain": 0.1,
            "fraction": 1, "dataset_size": 0, "data": "", "task": "parity", "n_symbols": 2}
RUN_DISTANCE = 0.01  # of the spread over the run
N_MERGED, N_AGREEING = 103460, 1045506

_AXIS_TOLERANCE = 1e-3  # the digitised axes are given to three digits
_DATA = Path(__file__).parent / "data"


def figure9():
    """validation_accuracy and n_states over (gain, fraction), 20 x 20."""
    accuracy = _grid("fig9_correct_of_30.csv") / N_STRINGS
    return xr.Dataset({"validation_accuracy": accuracy, "n_states": _grid("fig9_states.csv")})


def figure9_like(ds):
    """Figure 9 at this Dataset's values of gain and fraction; None where one is not on its axes."""
    paper = figure9()
    chosen = {}
    for axis in paper.dims:
        if axis not in ds.dims or ds[axis].dtype.kind not in "iuf":
            return None
        distance = np.abs(ds[axis].values[:, None] - paper[axis].values[None, :])
        if distance.min(axis=1).max() > _AXIS_TOLERANCE:
            return None
        chosen[axis] = distance.argmin(axis=1)
    return paper.isel(chosen).assign_coords({axis: ds[axis].values for axis in chosen})


def differences(ds):
    """What is not as in the paper: "max_length = 8 (paper: 10)"."""
    used = settings(ds)
    return [f"{name} = {used[name]} (paper: {value})" for name, value in SETTINGS.items()
            if name in used and used[name] != value]


def is_main_run(ds):
    """Whether all of it is trained like the paper's main run."""
    used = settings(ds)
    return all(np.all((ds[name].values if name in ds.coords else used.get(name)) == value)
               for name, value in MAIN_RUN.items())


def in_band(gain, band):
    """Which values of gain lie in a band."""
    low, high = band
    return (gain >= low - _AXIS_TOLERANCE) & (gain <= high + _AXIS_TOLERANCE)


def _grid(file):
    table = np.genfromtxt(_DATA / file, delimiter=",", skip_header=1)
    n_rows, n_columns = len(table), table.shape[1] - 1
    return xr.DataArray(table[:, 1:], dims=("gain", "fraction"),
                        coords={"gain": np.linspace(0.1, 1.0, n_rows),
                                "fraction": np.linspace(0.1, 1.0, n_columns)})
