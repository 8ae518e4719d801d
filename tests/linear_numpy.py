"""An exported point, repeated in NumPy, has the loss history that the file holds; so has a point that is
trained on the exported moments.

linear_numpy.py REGIME. Exits 77 where h5py is missing.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import h5py
    import numpy as np
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

N_STEPS = 100
TOLERANCE = 1e-12  # relative to the first loss, after N_STEPS
RATE = 0.05

SIZES = "n_in = 9; n_hidden = 12; n_out = 7;"
CASES = {
    "depth 1": "depth = 1; input_spectrum = \"power\"; input_angle = 30.0;",
    "depth 2, lambda": "init = \"balanced\"; n_hidden = 7; lambda = 1.5; noise = 0.3;",
    "depth 3, samples": "depth = 3; dataset_size = 60; noise = 0.5; input_spectrum = \"power\";",
    "depth 4, few samples": "depth = 4; dataset_size = 5; input_basis = \"random\";"
                            "input_spectrum = \"power\"; widths = [12, 3, 8];",
    "depth 2, white samples": "dataset_size = 40; noise = 0.4; input_scale = 1.7;",
    "whitened": "dataset_size = 30; noise = 0.5; whiten = true; input_spectrum = \"power\";",
}


def regime(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def write_sweep(path, settings):
    named = dict(part.split("=") for part in (SIZES + settings).replace(" ", "").split(";") if part)
    knobs = "".join(f"{name} = {value}; " for name, value in named.items())
    path.write_text(f"""name = "t"; model = "linear_net"; seed = 3; axes = {{}};
        settings = {{ {knobs} learning_rate = {RATE}; max_epochs = {N_STEPS}; }};
        record = {{ every = 1; }};""")


def history(path):
    """Losses of the epochs 1, 2, ...: each is the loss before the epoch's step."""
    with h5py.File(path) as file:
        return file["train_loss_history"][1:]


def repeat(start, nudge=0.0):
    with h5py.File(start) as file:
        depth = sum(name.startswith("W_") for name in file)
        weights = [file[f"W_{l}"][:] for l in range(1, depth + 1)]
        sxx, syx, tr_syy = file["Sxx"][:], file["Syx"][:], file["tr_Syy"][()]
    weights[0] = weights[0] * (1 + nudge)
    losses = []
    for _ in range(N_STEPS):
        whole = np.linalg.multi_dot(weights[::-1]) if depth > 1 else weights[0]
        error = syx - whole @ sxx
        losses.append((tr_syy - 2 * np.sum(whole * syx) + np.sum(whole @ sxx * whole)) / 2)
        steps = []
        for l in range(depth):
            after, before = np.eye(len(weights[l])), np.eye(len(sxx))
            for w in weights[l + 1:]:
                after = w @ after
            for w in weights[:l]:
                before = w @ before
            steps.append(after.T @ error @ before.T)
        weights = [w + RATE * step for w, step in zip(weights, steps)]
    return np.array(losses)


def without(settings, *knobs):
    return ";".join(part for part in settings.split(";") if part.split("=")[0].strip() not in knobs)


def whole_map(path):
    """The product of the final weights, which lie in the corners of equally large matrices."""
    with h5py.File(path) as file:
        layers = file["W"][:]
    product = np.eye(9)
    for layer in layers:
        inside = ~np.isnan(layer)
        product = layer[inside.any(axis=1)][:, inside.any(axis=0)] @ product
    return product


def check_test_loss(program, folder, case, settings):
    """The loss over the population, whose moments are those of the point without a finite sample."""
    sweep, population = folder / "p.cfg", folder / "p.h5"
    write_sweep(sweep, without(settings, "dataset_size"))
    regime(program, "export", sweep, "-o", population)
    with h5py.File(population) as file:
        sxx, syx, tr_syy = file["Sxx"][:], file["Syx"][:], file["tr_Syy"][()]
    whole = whole_map(folder / "t.h5")
    expected = (tr_syy - 2 * np.sum(whole * syx) + np.sum(whole @ sxx * whole)) / 2
    with h5py.File(folder / "t.h5") as file:
        test, train = file["test_loss"][()], file["train_loss"][()]
    assert abs(test / expected - 1) < 1e-10, (case, "test loss", test, expected)
    assert "dataset_size" not in settings or abs(test / train - 1) > 1e-2, (case, "as on the sample")


def deviation(losses, stored):
    return np.max(np.abs(losses - stored)) / stored[0]


def check(program, folder, case, settings):
    sweep, start = folder / "t.cfg", folder / "start.h5"
    write_sweep(sweep, settings)
    regime(program, "export", sweep, "-o", start)
    regime(program, "run", sweep, "--quiet", "-o", folder / "t.h5")
    stored = history(folder / "t.h5")
    assert len(stored) == N_STEPS and stored[-1] < 0.9 * stored[0], case
    worst = deviation(repeat(start), stored)
    assert worst < TOLERANCE, (case, worst)
    assert deviation(repeat(start, 1e-9), stored) > TOLERANCE, (case, "a fault went unnoticed")

    if "whiten" not in settings:
        check_test_loss(program, folder, case, settings)

    write_sweep(sweep, without(settings, "noise", "dataset_size", "input_spectrum", "input_basis",
                               "input_angle", "input_scale", "whiten"))
    regime(program, "run", sweep, "--quiet", "--set", f"data={start}", "-o",
           folder / "again.h5")
    worst_again = deviation(history(folder / "again.h5"), stored)
    assert worst_again < TOLERANCE, (case, "on the exported moments", worst_again)
    print(f"{case}: {worst:.1e} in NumPy, {worst_again:.1e} on the exported moments")


def main():
    with tempfile.TemporaryDirectory() as folder:
        for number, (case, settings) in enumerate(CASES.items()):
            place = Path(folder) / str(number)
            place.mkdir()
            check(sys.argv[1], place, case, settings)


if __name__ == "__main__":
    main()
