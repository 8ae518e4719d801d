#!/usr/bin/env python3
"""What a user would write instead: the streaming-parity RNN in PyTorch, tuned by hand.

Same work as one grid point of the paper's phase diagram (docs/science.md): ReLU RNN,
100 hidden units, h0 = 1, Xavier-normal weights times `gain`, zero biases, plain SGD, mini-batches
of 128 sequences of one length, cross-entropy (or squared error) at the last symbol only.
No DataLoader, no trackers: index tensors only, so that PyTorch is seen at its best.

Prints one line of JSON: milliseconds per epoch (min, median), epochs, loss, validation accuracy.
    peer_torch.py --gain 0.1 --fraction 1.0 --max-length 10 --epochs 30 --threads 1
"""
import argparse
import json
import statistics
import time

import numpy as np
import torch


def dataset(rng, max_length, fraction):
    """Per length: a random subset of all 2^L binary sequences, Binomial(2^L, fraction) of them."""
    out = []
    for length in range(1, max_length + 1):
        count = rng.binomial(2**length, fraction)
        if count:
            codes = rng.choice(2**length, size=count, replace=False)
            bits = (codes[:, None] >> np.arange(length - 1, -1, -1)) & 1
            out.append(torch.from_numpy(bits))
    return out


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--gain", type=float, default=0.1)
    ap.add_argument("--fraction", type=float, default=1.0)
    ap.add_argument("--max-length", type=int, default=10)
    ap.add_argument("--hidden", type=int, default=100)
    ap.add_argument("--lr", type=float, default=0.02)
    ap.add_argument("--batch", type=int, default=128)
    ap.add_argument("--epochs", type=int, default=30)
    ap.add_argument("--loss", choices=("ce", "mse"), default="ce")
    ap.add_argument("--stop-loss", type=float, default=0.0)
    ap.add_argument("--threads", type=int, default=1)
    ap.add_argument("--seed", type=int, default=0)
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    rng = np.random.default_rng(a.seed)

    data = [(torch.nn.functional.one_hot(b, 2).float(), b.sum(1) % 2) for b in dataset(rng, a.max_length, a.fraction)]
    rnn = torch.nn.RNN(2, a.hidden, nonlinearity="relu", batch_first=True)
    out = torch.nn.Linear(a.hidden, 2)
    params = [*rnn.parameters(), *out.parameters()]
    for p in params:
        torch.nn.init.xavier_normal_(p, gain=a.gain) if p.dim() == 2 else torch.nn.init.zeros_(p)
    opt = torch.optim.SGD(params, lr=a.lr)

    def forward(x):
        h, _ = rnn(x, torch.ones(1, x.shape[0], a.hidden))
        return out(h[:, -1])

    def loss_of(x, y):
        if a.loss == "ce":
            return torch.nn.functional.cross_entropy(forward(x), y)
        return torch.nn.functional.mse_loss(forward(x), torch.nn.functional.one_hot(y, 2).float())

    times, mean = [], float("nan")
    n_data = sum(len(y) for _, y in data)
    for _ in range(a.epochs):
        start, mean = time.perf_counter(), 0.0
        for x, y in data:
            order = torch.randperm(len(y))
            batches = order.split(a.batch or len(y))
            for idx in batches:
                opt.zero_grad(set_to_none=True)
                loss = loss_of(x[idx], y[idx])
                loss.backward()
                opt.step()
                mean += loss.item() / len(batches) * len(y) / n_data
        times.append(1e3 * (time.perf_counter() - start))
        if mean < a.stop_loss:
            break

    bits = torch.from_numpy(rng.integers(0, 2, size=(200, 100)))
    with torch.no_grad():
        guess = forward(torch.nn.functional.one_hot(bits, 2).float()).argmax(1)
    print(json.dumps({
        "peer": f"torch {torch.__version__}", "threads": a.threads, "epochs": len(times),
        "ms_per_epoch_min": min(times), "ms_per_epoch_median": statistics.median(times),
        "train_loss": mean, "val_accuracy_length_100": (guess == bits.sum(1) % 2).float().mean().item(),
    }))


if __name__ == "__main__":
    main()
