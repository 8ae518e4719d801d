#!/usr/bin/env python3
"""What a user would write instead: gradient descent of a deep linear network in NumPy, tuned by hand.

Same work as a step of linear_net: all layers n x n, inputs that are not white, double precision; partial
products from both ends, every result into a buffer that is there, transposed views made once, the loss of each
step. Prints one line of JSON: microseconds per step, median and least of runs of a millisecond or one step.
    OMP_NUM_THREADS=1 peer_numpy_linear.py --n 64 --depth 3 --seconds 0.3
"""
import argparse
import json
import statistics
import time

import numpy as np


def make_step(n, depth, rate, rng):
    """A function that takes one step and returns the loss before it."""
    weights = [rng.standard_normal((n, n)) * 0.3 / np.sqrt(n) for _ in range(depth)]
    sxx = np.diag(1 / np.arange(1.0, n + 1))
    best = rng.standard_normal((n, n)) / n
    syx = best @ sxx
    maps = [weights[0]] + [np.empty((n, n)) for _ in weights[1:]]  # W_l ... W_1
    slopes = [np.empty((n, n)) for _ in weights]
    move, missing = np.empty((n, n)), np.empty((n, n))
    forward = [(weights[l], maps[l - 1], maps[l]) for l in range(1, depth)]
    backward = [(weights[l].T, slopes[l], maps[l - 1].T, slopes[l - 1], weights[l])
                for l in range(depth - 1, 0, -1)]
    dot, add, subtract, multiply, vdot = np.dot, np.add, np.subtract, np.multiply, np.vdot
    whole, error, first, first_slope = maps[-1], slopes[-1], weights[0], slopes[0]

    def step():
        for w, below, above in forward:
            dot(w, below, out=above)
        dot(whole, sxx, out=error)
        subtract(syx, error, out=error)
        subtract(best, whole, out=missing)
        loss = 0.5 * vdot(error, missing)
        multiply(error, rate, out=error)
        for w_t, slope, below_t, slope_below, w in backward:
            dot(w_t, slope, out=slope_below)
            dot(slope, below_t, out=move)
            add(w, move, out=w)
        add(first, first_slope, out=first)
        return loss

    return step


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--n", type=int, default=64)
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.3)
    parser.add_argument("--rate", type=float, default=1e-4)
    args = parser.parse_args()
    step = make_step(args.n, args.depth, args.rate, np.random.default_rng(1))

    def turn(steps):
        start = time.perf_counter()
        for _ in range(steps):
            loss = step()
        return (time.perf_counter() - start) / steps, loss

    steps = max(1, int(0.001 / turn(20)[0]))
    times, begun = [], time.perf_counter()
    while len(times) < 3 or time.perf_counter() - begun < args.seconds:
        seconds, loss = turn(steps)
        times.append(seconds)
    print(json.dumps({"us_per_step": 1e6 * statistics.median(times), "fastest": 1e6 * min(times),
                      "loss": float(loss)}))


if __name__ == "__main__":
    main()
