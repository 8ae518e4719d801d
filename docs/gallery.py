#!/usr/bin/python3
"""Makes docs/gallery.md and its pictures by real runs.

    python3 docs/gallery.py [--ranks 2] [--up-to MINUTES] [NAME...]

Entries named are run, whatever they take; without names, those that take no more than so many core-minutes
(default 3). The other sections of the page stay as they are. Sweeps are trained into out/gallery, where a
complete or interrupted file is gone on with. `regime` and regime_analysis have to be found: see README.md.
"""

import argparse
import re
import resource
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import regime_analysis as regime

ROOT = Path(__file__).resolve().parents[1]
PAGE, PICTURES, FILES = (ROOT / part for part in ("docs/gallery.md", "docs/figures/gallery", "out/gallery"))
ANALYSIS = ["-m", "regime_analysis"]
HEAD = """# Gallery

Every figure with the commands that made it and the time that its training took: that of all points together, as
the file keeps it. `python3 docs/gallery.py` makes this page.

<!-- sh
export PATH=$PWD/build/release:$PATH PYTHONPATH=$PWD/analysis
-->
"""


@dataclass
class Entry:
    """`figure`: name and options of the command; `report`: a command whose output stands below."""

    title: str
    sweep: str
    figure: str
    minutes: float  # of all cores together, about
    text: str
    run: str = ""
    report: str = ""
    kind: str = "png"
    not_run: str = ""  # why a test does not run the commands on a sweep of few epochs: a word of tests/documents.py


ENTRIES = {
    "phase": Entry(
        "The phase diagram of streaming parity", "parity_phase", "phase", 20,
        "Accuracy on long strings and number of states over initial weight scale and training fraction, beside the "
        "digitised Figure 9 of van Rossem and Saxe (2025); below, the numbers of both. "
        "[science.md](science.md#where-this-differs-from-the-published-figure) says where they differ.",
        report="compare"),
    "quick": Entry(
        "A slice of it in seconds", "quick", "phase", 2,
        "The first sweep to run: 30 networks on strings of up to 8 symbols in place of 10."),
    "generalisation": Entry(
        "How likely generalisation is", "fig9_subgrid", "generalisation", 8,
        "The share of five networks that answer 26 of 30 strings of length 100 rightly, and the ends of its Wilson "
        "interval: what five trials can tell."),
    "scaling": Entry(
        "How the boundary moves with the gain", "parity_phase", "scaling", 20,
        "The training fraction from which half of the networks generalise, by gain, and the power law fitted to all "
        "points at once. The effective theory has an exponent of m/2 where strings of length m have to merge.",
        not_run="trained"),
    "modes": Entry(
        "The modes of deep linear networks", "linear_modes", "modes", 0.1,
        "Each mode is learnt on its own, strong ones first and deeper networks later. Lines are the closed forms of "
        "Saxe, McClelland and Ganguli (2013), marks the simulation; small random starts follow no closed form."),
    "deviation": Entry(
        "How far theory and simulation lie apart", "linear_accuracy", "deviation", 0.1,
        "Of lambda-balanced networks against their exact course; the deviation falls with the learning rate."),
    "lazy_rich": Entry(
        "From lazy to rich", "lazy_rich", "map --column kernel_distance", 0.1,
        "How far the tangent kernel turns in training, over the balance lambda and the scale of the initial weights: "
        "rich around lambda = 0 and small scales, lazy elsewhere (Domine, Anguita et al. 2024)."),
    "identifiability": Entry(
        "What a network gives away about its data", "identifiability", "spectra", 0.3,
        "Singular values s and input variances d as observers recover them from weights, activity, course and loss. "
        "The course tells all of them where the start is small, ever less as it grows. The input modes themselves are told "
        "exactly here, where they lie along the inputs; `--x input_angle` turns them."),
    "init_by_size": Entry(
        "Test error over weight scale and number of samples", "init_by_size", "map --column test_loss", 0.2,
        "Of linear networks on noisy samples: the peak where there are as many samples as inputs, 16, and below it the "
        "larger the start the worse."),
    "courses": Entry(
        "Pairs of strings over training", "merger_theory", "courses --select gain=0.5 fraction=1", 3,
        "Squared distances of hidden states, as the effective theory has them from their start and as the network had "
        "them."),
    "training": Entry(
        "An algorithm is found", "parity_main", "training", 1.5,
        "Twelve networks on strings of length 1 to 10: loss, accuracy on random strings up to a thousand times as long, and "
        "the states that the network keeps apart. They split as long as it learns, and merge when it generalises."),
    "states": Entry(
        "The automaton forming", "parity_snapshots", "states --select gain=0.1", 0.3,
        "Hidden states of all 2046 strings in the plane of their two largest principal components over all of training. "
        "With `-o forming.gif` all records follow one another."),
    "forming": Entry(
        "And as a film", "parity_snapshots", "states --select gain=0.1", 0.3,
        "The same, record by record.",
        kind="gif"),
    "automaton": Entry(
        "What a network has become", "parity_main", "automaton --select replicate=0", 1.5,
        "The automaton read off a network in the end, in layers of the shortest string that leads to a state; what it "
        "reduces to, and the task."),
    "mergers": Entry(
        "Which pairs of strings merge", "parity_mergers", "mergers", 1.5,
        "Over the lengths of both strings, as in Figures 7 and 14 of van Rossem and Saxe (2025). Strings of one or two "
        "symbols merge with no other. More pairs merge than in the published run, which has 103 460; "
        "[science.md](science.md#measured) has the counts of all seeds."),
    "pairs": Entry(
        "Apart, and together again", "parity_mergers", "courses", 1.5,
        "Five pairs of strings, as in Figure 10. Two come apart and merge again as the network learns the task; the other "
        "blue ones agree too, but stay two states; the red one must stay apart."),
    "tasks": Entry(
        "Other tasks than parity", "random_tasks", "learned", 4,
        "Fifty random automata of up to seven states, as in Figure 16: what share of the networks learned theirs depends "
        "on what is asked of them."),
    "variants": Entry(
        "Larger weights, tanh, a readout with a jump", "parity_variants", "learned", 1.5,
        "The variants of the main run, the jump as in Figure 20."),
    "tanh": Entry(
        "The phase diagram with tanh", "parity_tanh", "phase", 6,
        "Over initial weight scale and training fraction, as with ReLU above."),
}


def main():
    options = read_options()
    names = options.names or [name for name, entry in ENTRIES.items() if entry.minutes <= options.up_to]
    FILES.mkdir(parents=True, exist_ok=True)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name in names:
        sections = dict(kept_sections(), **{ENTRIES[name].title: make(name, ENTRIES[name], options.ranks)})
        order = [entry.title for entry in ENTRIES.values() if entry.title in sections]
        PAGE.write_text(HEAD + "".join(f"\n## {title}\n{sections[title]}" for title in order))
        print(f"{name}: {PAGE}")


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=" ".join(ENTRIES))
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--up-to", type=float, default=3, metavar="MINUTES")
    options = parser.parse_args()
    if unknown := set(options.names) - set(ENTRIES):
        parser.error(f"no entry {', '.join(sorted(unknown))}: there are {', '.join(ENTRIES)}")
    return options


def kept_sections():
    """{title: text} of the page as it is."""
    parts = re.split(r"^## (.*)\n", PAGE.read_text() if PAGE.exists() else "", flags=re.MULTILINE)[1:]
    return {title: text.rstrip("\n") + "\n" for title, text in zip(parts[::2], parts[1::2])}


def make(name, entry, n_ranks):
    """Trains and draws; the section's text."""
    file, picture = f"{entry.sweep}.h5", f"{name}.{entry.kind}"
    train = ["regime", "run", f"sweeps/{entry.sweep}.cfg", *entry.run.split()]
    run(["mpirun", "-q", "-n", str(n_ranks), *train, "-o", FILES / file, "--quiet"])
    figure, *rest = entry.figure.split()
    draw = [*ANALYSIS, "figure", figure]
    spent = cpu_seconds()
    run([sys.executable, *draw, FILES / file, *rest, "-o", PICTURES / picture])
    commands = [["mpirun", "-q", "-n", str(n_ranks), *train],
                ["python3", *draw, file, *rest, "-o", picture]]
    text = textwrap.fill(entry.text, 118, break_on_hyphens=False)
    parts = [f"![{entry.title}](figures/gallery/{picture})", text]
    tail = [f"*{cost(FILES / file)}; {cpu_seconds() - spent:.0f} s to draw.*"]
    if entry.report:
        commands.append(["python3", *ANALYSIS, entry.report, file])
        tail.append(f"```text\n{run([sys.executable, *ANALYSIS, entry.report, FILES / file]).rstrip()}\n```")
    shell = "\n".join(" ".join(words) for words in commands)
    return "\n" + "\n\n".join([*parts, f"```{' '.join(['sh', entry.not_run]).strip()}\n{shell}\n```", *tail]) + "\n"


def cost(path):
    """In words, how many points took how long."""
    with regime.open(path) as ds:
        seconds = float(ds["provenance_wall_seconds"].sum())
        n_points = int(ds["finished"].sum())
    took = f"{seconds:.2g} core-seconds" if seconds < 100 else f"{seconds / 60:.2g} core-minutes"
    return f"{n_points} points, {took} of training"


def cpu_seconds():
    """Of all children so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run(words):
    return subprocess.run([str(word) for word in words], cwd=ROOT, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


if __name__ == "__main__":
    main()
