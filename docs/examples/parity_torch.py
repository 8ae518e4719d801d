"""One point of streaming parity in PyTorch, for model command: see parity_torch.cfg and docs/command_model.md.

A recurrent network with ReLU units reads strings of zeros and ones and is to tell, after the last symbol, whether the
number of ones is odd (van Rossem and Saxe, ICML 2025). Strings of one length make a pass, in batches of 128.
"""
import json
import sys

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)  # one core a rank; and two threads would give other bits

BATCH = 128


class ParityNet(nn.Module):
    """h_t = relu(W_in x_t + b_in + W_h h_(t-1) + b_h) from h_0 = 1; a linear readout of the last."""

    def __init__(self, hidden, gain, generator):
        super().__init__()
        self.cell = nn.RNN(2, hidden, nonlinearity="relu", batch_first=True)
        self.readout = nn.Linear(hidden, 2)
        for parameter in self.parameters():
            if parameter.dim() == 2:  # Xavier normal times the gain
                std = gain * (2 / sum(parameter.shape)) ** 0.5
                parameter.data = std * torch.randn(parameter.shape, generator=generator)
            else:
                nn.init.zeros_(parameter)

    def forward(self, bits):
        start = torch.ones(1, len(bits), self.cell.hidden_size)
        states, _ = self.cell(F.one_hot(bits, 2).float(), start)
        return self.readout(states[:, -1])


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def choose_strings(max_length, fraction, generator):
    """{length: strings [n][length]}: each string is there with this probability; empty lengths are left out."""
    strings = {}
    for length in range(1, max_length + 1):
        codes = torch.arange(2**length)[torch.rand(2**length, generator=generator) < fraction]
        if len(codes):
            strings[length] = codes[:, None] >> torch.arange(length - 1, -1, -1) & 1
    return strings


def parity(bits):
    return bits.sum(1) % 2


def train_epoch(net, optimizer, strings, generator):
    """The mean loss: over the batches of a length, then over the lengths by the number of their strings."""
    total = 0.0
    for bits in strings.values():
        batches = torch.randperm(len(bits), generator=generator).split(BATCH)
        for batch in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(net(bits[batch]), parity(bits[batch]))
            loss.backward()
            optimizer.step()
            total += loss.item() / len(batches) * len(bits)
    return total / sum(map(len, strings.values()))


def accuracy(net, bits):
    with torch.no_grad():
        return (net(bits).argmax(1) == parity(bits)).double().mean().item()


def main():
    point = json.load(sys.stdin)
    knobs, seeds = point["knobs"], point["seeds"]
    net = ParityNet(knobs["hidden"], knobs["gain"], seeded(seeds["init"]))
    strings = choose_strings(knobs["max_length"], knobs["fraction"], seeded(seeds["data"]))
    if not strings:
        sys.exit("no string was chosen: the fraction is too small")
    order = seeded(seeds["order"])
    optimizer = torch.optim.SGD(net.parameters(), lr=knobs["learning_rate"])

    checkpoints = point["dimensions"]["epoch_seen"]
    course = [None] * len(checkpoints)  # null where training has stopped before
    for epoch in range(1, knobs["max_epochs"] + 1):
        loss = train_epoch(net, optimizer, strings, order)
        if epoch in checkpoints:
            course[checkpoints.index(epoch)] = loss
        if not loss < 1e6 or loss < knobs["stop_loss"]:
            break

    lengthy = torch.randint(2, (1000, 100), generator=seeded(seeds["validation"]))
    print(json.dumps({
        "diverged": not loss < 1e6,
        "loss": loss,
        "epochs": epoch,
        "stopped": "loss" if loss < knobs["stop_loss"] else "max_epochs",
        "accuracy": accuracy(net, lengthy),
        "course": course,
    }))


if __name__ == "__main__":
    main()
