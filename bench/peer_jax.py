#!/usr/bin/env python3
"""What a user would write instead: the streaming-parity RNN in JAX, compiled as a whole epoch.

Same work as peer_torch.py: every string through every step, no prefix shared. One jitted call trains an
epoch: lengths in turn, a scan over the batches of 128, the steps of a string unrolled, loss and gradient
by value_and_grad. --replicates N trains N networks side by side by vmap, and the time is that of
one; 1 leaves vmap out. Of several N the fastest counts. On one core, as the bench starts it:

    taskset -c 0 peer_jax.py --gain 0.1 --fraction 1.0 --max-length 10 --epochs 30 --threads 1

Prints one line of JSON: milliseconds per epoch and network (min, median) and how many replicates were
the fastest by the median, epochs, loss.
"""
import argparse
import json
import os
import statistics
import time

arguments = argparse.ArgumentParser()
arguments.add_argument("--gain", type=float, default=0.1)
arguments.add_argument("--fraction", type=float, default=1.0)
arguments.add_argument("--max-length", type=int, default=10)
arguments.add_argument("--hidden", type=int, default=100)
arguments.add_argument("--lr", type=float, default=0.02)
arguments.add_argument("--batch", type=int, default=128, help="0: all strings of a length")
arguments.add_argument("--epochs", type=int, default=30)
arguments.add_argument("--threads", type=int, default=1)
arguments.add_argument("--seed", type=int, default=0)
arguments.add_argument("--replicates", type=int, nargs="+", default=[1, 4, 16, 64])
a = arguments.parse_args()

if a.threads == 1:  # before JAX is loaded
    os.environ["XLA_FLAGS"] = (os.environ.get("XLA_FLAGS", "")
                               + " --xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ["JAX_PLATFORMS"] = "cpu"
import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402


def dataset(rng):
    """Per length: symbols [n][length] and classes [n] of a Binomial(2^L, fraction) of its strings."""
    groups = []
    for length in range(1, a.max_length + 1):
        count = rng.binomial(2**length, a.fraction)
        if count:
            codes = rng.choice(2**length, size=count, replace=False)
            bits = (codes[:, None] >> np.arange(length - 1, -1, -1)) & 1
            groups.append((jnp.asarray(bits, jnp.int32), jnp.asarray(bits.sum(1) % 2, jnp.int32)))
    return groups


def initial(key):
    def xavier(key, shape):
        return a.gain * np.sqrt(2 / sum(shape)) * jax.random.normal(key, shape, jnp.float32)
    k = jax.random.split(key, 3)
    def zeros(n):
        return jnp.zeros(n, jnp.float32)
    return {"w_in": xavier(k[0], (2, a.hidden)), "w_h": xavier(k[1], (a.hidden, a.hidden)),
            "w_out": xavier(k[2], (a.hidden, 2)), "b": zeros(a.hidden), "b_h": zeros(a.hidden),
            "b_out": zeros(2)}


def loss_of(p, x, y):
    inputs = (p["w_in"] + p["b"] + p["b_h"])[x]  # [batch][length][hidden]
    h = jnp.ones((x.shape[0], a.hidden), jnp.float32)
    for step in range(x.shape[1]):
        h = jax.nn.relu(h @ p["w_h"] + inputs[:, step])
    logits = jax.nn.log_softmax(h @ p["w_out"] + p["b_out"])
    return -jnp.take_along_axis(logits, y[:, None], 1).mean()


def descend(p, batch):
    loss, slope = jax.value_and_grad(loss_of)(p, *batch)
    return jax.tree.map(lambda w, g: w - a.lr * g, p, slope), loss


def epoch(p, key, groups):
    """Parameters after an epoch, and its mean loss."""
    mean, n_data = 0.0, sum(len(y) for _, y in groups)
    for i, (x, y) in enumerate(groups):
        n = len(y)
        size = min(a.batch or n, n)
        order = jax.random.permutation(jax.random.fold_in(key, i), n)
        whole = n // size * size
        batches = order[:whole].reshape(-1, size)
        p, losses = jax.lax.scan(descend, p, (x[batches], y[batches]))
        losses = losses.sum()
        if whole < n:
            p, last = descend(p, (x[order[whole:]], y[order[whole:]]))
            losses += last
        mean += losses / -(-n // size) * n / n_data
    return p, mean


def time_epochs(groups, n_replicates):
    """Milliseconds per epoch and network, and the mean loss after the last one."""
    def step(p, key):
        return epoch(p, key, groups)

    keys = jax.random.split(jax.random.key(a.seed), n_replicates)
    many = n_replicates > 1
    params = jax.vmap(initial)(keys) if many else initial(keys[0])
    train = jax.jit(jax.vmap(step) if many else step, donate_argnums=0)
    times = []
    for i in range(a.epochs + 2):  # the first compiles, the second warms up
        folded = jax.vmap(lambda k, i=i: jax.random.fold_in(k, i))(keys)
        start = time.perf_counter()
        params, loss = train(params, folded if many else folded[0])
        loss = np.asarray(loss.block_until_ready())
        times.append(1e3 * (time.perf_counter() - start) / n_replicates)
    return times[2:], float(loss.mean())


def main():
    groups = dataset(np.random.default_rng(a.seed))
    timed = {n: time_epochs(groups, n) for n in a.replicates}
    best = min(timed, key=lambda n: statistics.median(timed[n][0]))
    times, loss = timed[best]
    print(json.dumps({
        "peer": f"jax {jax.__version__}", "threads": a.threads, "replicates": best,
        "epochs": len(times), "ms_per_epoch_min": min(times),
        "ms_per_epoch_median": statistics.median(times), "train_loss": loss,
    }))


if __name__ == "__main__":
    main()
