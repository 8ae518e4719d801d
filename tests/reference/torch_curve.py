#!/usr/bin/env python3
"""The loss curve of an exported point, trained by PyTorch in double precision.

    regime export tests/reference/ce_relu.cfg -o start.h5 --epochs 50
    torch_curve.py start.h5 > tests/reference/ce_relu.txt

Prints the training loss of each epoch of the export: within an order of strings every batch weighs
the same, orders weigh by their size (see the attribute `legend` of the file). make.sh makes them all.
"""
import sys

import h5py
import torch


def knob(start, name):
    return start.attrs[name].decode() if isinstance(start.attrs[name], bytes) else start.attrs[name]


def load(start, rnn, readout):
    for parameter, name in (
        (rnn.weight_ih_l0, "W_in"), (rnn.weight_hh_l0, "W_h"), (rnn.bias_ih_l0, "b_in"),
        (rnn.bias_hh_l0, "b_h"), (readout.weight, "W_out"), (readout.bias, "b_out"),
    ):
        parameter.data = torch.from_numpy(start[name][...])


def numbers(start, name):
    return torch.from_numpy(start[name][...]).long()


def orders(start):
    """What is shuffled together, in the order of training: ((lengths, codes, targets), order)."""
    present = sorted(int(name.split("_")[1]) for name in start if name.startswith("strings_"))
    lists = []
    for length in present:
        codes = numbers(start, f"strings_{length}")
        lists.append((torch.full_like(codes, length), codes, numbers(start, f"targets_{length}")))
    if "order" in start:
        return [([torch.cat(parts) for parts in zip(*lists)], numbers(start, "order"))]
    return [(strings, numbers(start, f"order_{length}")) for length, strings in zip(present, lists)]


def one_hot(codes, lengths):
    """[string][position][symbol], zero beyond a string's end."""
    x = torch.zeros(len(codes), int(lengths.max()), 2, dtype=torch.float64)
    for i, (code, length) in enumerate(zip(codes.tolist(), lengths.tolist())):
        for t in range(length):
            x[i, t, code >> (length - 1 - t) & 1] = 1
    return x


def loss_of(kind, y, target):
    if kind == "mse":
        return torch.nn.functional.mse_loss(y, torch.nn.functional.one_hot(target, 2).double())
    return torch.nn.functional.cross_entropy(y, target)


def main():
    torch.set_num_threads(1)
    start = h5py.File(sys.argv[1], "r")
    hidden = start["W_h"].shape[0]
    rnn = torch.nn.RNN(2, hidden, nonlinearity=knob(start, "activation").strip('"'), batch_first=True).double()
    readout = torch.nn.Linear(hidden, 2).double()
    load(start, rnn, readout)
    optimiser = torch.optim.SGD([*rnn.parameters(), *readout.parameters()], lr=float(knob(start, "learning_rate")))
    kind = knob(start, "loss").strip('"')
    shuffled = orders(start)
    batch_size = int(knob(start, "batch"))
    n_epochs = len(shuffled[0][1])
    n_strings = sum(order.shape[1] for _, order in shuffled)
    for e in range(n_epochs):
        epoch = 0.0
        for (lengths, codes, targets), order in shuffled:
            batches = order[e].split(batch_size or order.shape[1])
            for batch in batches:
                x = one_hot(codes[batch], lengths[batch])
                h, _ = rnn(x, torch.ones(1, len(batch), hidden, dtype=torch.float64))
                loss = loss_of(kind, readout(h[torch.arange(len(batch)), lengths[batch] - 1]), targets[batch])
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                epoch += loss.item() * order.shape[1] / n_strings / len(batches)
        print(repr(epoch))


if __name__ == "__main__":
    main()
