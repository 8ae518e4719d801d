#!/usr/bin/env python3
"""The loss curve of an exported point, trained by PyTorch in double precision.

    regime export tests/reference/ce_relu.cfg -o start.h5 --epochs 50
    torch_curve.py start.h5 > tests/reference/ce_relu.txt

Prints the training loss of each epoch of the export: within a group of strings every batch weighs
the same, groups weigh by their size (see the attribute `legend` of the file). make.sh makes them all.
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
    lengths, codes, targets = (torch.from_numpy(start["string_" + k][...]).long() for k in ("length", "code", "target"))
    sizes, groups = start["batch_size"][...].tolist(), start["batch_group"][...].tolist()
    for order in torch.from_numpy(start["order"][...]).long():
        epoch = 0.0
        for batch, group in zip(order.split(sizes), groups):
            x = one_hot(codes[batch], lengths[batch])
            h, _ = rnn(x, torch.ones(1, len(batch), hidden, dtype=torch.float64))
            loss = loss_of(kind, readout(h[torch.arange(len(batch)), lengths[batch] - 1]), targets[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            in_group = sum(size for size, g in zip(sizes, groups) if g == group)
            epoch += loss.item() * in_group / len(order) / groups.count(group)
        print(repr(epoch))


if __name__ == "__main__":
    main()
