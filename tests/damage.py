"""A small finished and a small half-finished file, damaged in every region: cut, a byte changed, a block
zeroed. After each, status, verify and point answer in good order, verify --repair leaves bad points
pending, and a run either makes the bytes of an undamaged file or leaves the file alone and names it.

damage.py REGIME BLANK_PROVENANCE [SECONDS]: tries thousands in so many seconds in place of a sample, and
random bytes anywhere besides. Exits 77 where h5py is missing.
"""
import collections
import concurrent.futures
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

try:
    import h5py
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

SWEEP = """
name = "small"; model = "parity_rnn"; seed = 5;
axes = { gain = [0.1, 1.0]; fraction = [0.5, 1.0]; replicate = { count = 2; }; };
settings = { hidden = 3; max_length = 3; max_epochs = 4; stop_loss = 0.0; learning_rate = 0.05;
             validation_strings = 3; validation_lengths = [4]; test_strings = 3; test_length = 5; };
"""
POINT = ("gain=0.1", "fraction=0.5", "replicate=1")
BLOCK = 8192
SUPERBLOCK = 96
HEADER = 48  # bytes of an object header that are surely its own
ROWS = ("data", "status", "checksum", "provenance")
DAMAGED = 3
LIMIT = 90  # seconds: a reader that never ends is ended after 10 s of processor time
ENVIRONMENT = dict(os.environ, ASAN_OPTIONS="detect_leaks=0:allocator_may_return_null=1")
Damage = collections.namedtuple("Damage", "region kind first change")  # change(bytearray)
Answer = collections.namedtuple("Answer", "code out err")


class Broken(Exception):
    """What must not happen did."""


# ---- the file's regions -----------------------------------------------------------------------------


def stretch(dataset):
    first = dataset.id.get_offset()
    return None if first is None else (first, first + dataset.id.get_storage_size())


def regions(path):
    """Name -> stretches of bytes. `other`: names, attributes and their indices."""
    found = collections.defaultdict(list, superblock=[(0, SUPERBLOCK)])
    with h5py.File(path) as file:
        covered = file["checksum"].attrs["covers"]
        covered = (covered.decode() if isinstance(covered, bytes) else covered).split()

        def visit(name, item):
            address = h5py.h5o.get_info(item.id).addr
            found["object headers"].append((address, address + HEADER))
            place = stretch(item) if isinstance(item, h5py.Dataset) else None
            if place:
                found[region_of(name, covered)].append(place)

        visit("/", file)
        file.visititems(visit)
    known = sorted(place for places in found.values() for place in places)
    at = 0
    for first, end in known + [(os.path.getsize(path),) * 2]:
        if first > at:
            found["other"].append((at, first))
        at = max(at, end)
    return found


def region_of(name, covered):
    if name in ("status", "checksum"):
        return name
    if name.split("/")[-1] in ("host", "rank", "start", "wall_seconds"):
        return "provenance"
    return "data" if name in covered else "axes"


# ---- damage -----------------------------------------------------------------------------------------


def cut(length):
    return Damage("whole file", "cut", length, lambda data: data.__delitem__(slice(length, None)))


def zeroed(region, first, end):
    def change(data):
        data[first:end] = bytes(end - first)
    return Damage(region, "block zeroed", first, change)


def changed(region, place, mask):
    def change(data):
        data[place] ^= mask
    return Damage(region, "byte changed", place, change)


def scattered(rng, size):
    places = [(rng.randrange(size), rng.randrange(256)) for _ in range(rng.randint(1, 4))]

    def change(data):
        for place, value in places:
            data[place] = value
    return Damage("anywhere", "1 to 4 random bytes", places[0][0], change)


def spread(places, n):
    """n of them, evenly, the first and the last among them."""
    return places if len(places) <= n else [places[i * (len(places) - 1) // (n - 1)] for i in range(n)]


def damages(path, everything, rng):
    size = os.path.getsize(path)
    for length in spread(range(1, size), 300 if everything else 6):
        yield cut(length)
    for first in range(0, size, 1024 if everything else BLOCK):
        yield zeroed("whole file", first, min(first + BLOCK, size))
    for region, stretches in regions(path).items():
        places = [place for first, end in stretches for place in range(first, end)]
        for place in spread(places, 300 if everything else 5):
            yield changed(region, place, rng.randint(1, 255))
        for first, end in spread(stretches, 100 if everything else 2) if region in ROWS else ():
            yield zeroed(region, first, min(first + BLOCK, end))
    for _ in range(3000 if everything else 0):
        yield scattered(rng, size)


# ---- the answers ------------------------------------------------------------------------------------


def in_hdf5(report):
    """Is what a sanitizer reports HDF5's own? Then the innermost frame of its or our code is."""
    places = re.findall(r"^ *#\d+ .*(libhdf5|src/\w+/.*\.c:\d)", report, re.MULTILINE)
    return bool(places) and places[0] == "libhdf5"


class Lab:
    """A folder to damage files in: the whole file, and the command's answers about it."""

    def __init__(self, regime, blank, folder):
        self.regime, self.blank, self.folder = regime, blank, Path(folder)
        self.crashes = collections.Counter()
        (self.folder / "small.cfg").write_text(SWEEP)

    def call(self, *words):
        try:
            run = subprocess.run([self.regime, *words], cwd=self.folder, env=ENVIRONMENT, timeout=LIMIT,
                                 stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
        except subprocess.TimeoutExpired:
            raise Broken(f"{' '.join(words)}: no end after {LIMIT} s") from None
        return Answer(run.returncode, run.stdout, run.stderr)

    def ask(self, *words):
        """The answer of a command that must be 0 in silence, or 3 in one line that names the file."""
        answer = self.call(*words)
        if answer.code == 1 and "Sanitizer" in answer.err and in_hdf5(answer.err):
            self.crashes["in HDF5, seen by a sanitizer"] += 1
            return answer._replace(code=DAMAGED)
        lines = answer.err.splitlines()
        for caught in re.findall("HDF5 crashes where it reads it .*|has not ended", answer.err):
            self.crashes[caught] += 1
            lines = lines[-1:]  # the C library may have said something before
        refused = answer.code == DAMAGED and len(lines) == 1 and "small.h5" in lines[0]
        if not (refused and lines[0].startswith("regime: ")) and (answer.code != 0 or lines):
            raise Broken(f"{' '.join(words)}: exit {answer.code}\n{answer.out}{answer.err}")
        return answer

    def read(self, name="small.h5"):
        return (self.folder / name).read_bytes()

    def blanked(self):
        copy = self.folder / "blank.h5"
        shutil.copy(self.folder / "small.h5", copy)
        subprocess.run([self.blank, copy], check=True)
        return copy.read_bytes()

    def pending(self):
        answer = self.call("status", "--json", "small.h5")
        if answer.code != 0:
            raise Broken("status of a repaired file:\n" + answer.err)
        return int(re.search(r'"pending": (\d+)', answer.out)[1])

    # ---- one damage

    def repair(self, verdict):
        """Bad points become pending, or nothing at all is touched."""
        before, n_bad = self.read(), verdict.out.count("bad: point ")
        answer = self.ask("verify", "--repair", "small.h5")
        if answer.code == DAMAGED:
            if self.read() != before:
                raise Broken("a refused repair changed the file")
            return
        statuses = self.read()
        if answer.out.count("bad: point ") != n_bad or n_bad == 0:
            raise Broken(f"verify --repair, with {n_bad} bad points before:\n{answer.out}")
        if self.ask("verify", "small.h5").code != 0 or self.pending() < n_bad:
            raise Broken("bad points are left after a repair")
        if len(statuses) != len(before):
            raise Broken("a repair changed the file's size")

    def resume(self, whole, spoil):
        before = self.read()
        answer = self.ask("run", "small.cfg", "-q")
        if answer.code == DAMAGED:
            if self.read() != before:
                raise Broken("a refused run changed the file")
            return "refused"
        spoil(self.folder / "small.h5")
        if self.blanked() != whole:
            raise Broken("other bytes than those of an undamaged file")
        return "made whole"

    def attempt(self, original, whole, damage, spoil):
        data = bytearray(original)
        damage.change(data)
        (self.folder / "small.h5").write_bytes(data)
        status = self.ask("status", "small.h5")
        self.ask("point", "small.h5", *POINT)
        verdict = self.ask("verify", "small.h5")
        records_only = verdict.code == 0 or ("bad: point " in verdict.out and "(unknown status)" not in verdict.out
                                             and "--repair" in verdict.err)
        if (status.code == 0) != records_only:
            raise Broken(f"status: exit {status.code}, verify:\n{verdict.out}{verdict.err}")
        if verdict.code == DAMAGED:
            self.repair(verdict)
        (self.folder / "small.h5.lock").unlink(missing_ok=True)  # of a repair that HDF5 crashed in
        end = self.resume(whole, spoil)
        if verdict.code == 0 and end == "refused":
            raise Broken("a run refuses what verify finds in order")
        return ("noticed" if verdict.code else "no harm") + ", " + end


# ---- all of it --------------------------------------------------------------------------------------


def make(lab, *options):
    (lab.folder / "small.h5").unlink(missing_ok=True)
    answer = lab.call("run", "small.cfg", "-q", *options)
    if answer.code != 0:
        sys.exit(answer.err)
    return lab.read()


class Survey:
    """Tries damages, in as many folders as there are processors, and counts their ends."""

    def __init__(self, regime, blank, folder, seconds):
        self.arguments, self.folder = (regime, blank), Path(folder)
        self.end = time.monotonic() + seconds
        self.local, self.lock, self.labs = threading.local(), threading.Lock(), []
        self.ends, self.failures = collections.Counter(), []

    def lab(self):
        if not hasattr(self.local, "lab"):
            with self.lock:
                folder = self.folder / f"lab{len(self.labs)}"
                folder.mkdir()
                self.local.lab = Lab(*self.arguments, folder)
                self.labs.append(self.local.lab)
        return self.local.lab

    def try_one(self, state, original, whole, damage, spoil=lambda path: None):
        if time.monotonic() > self.end:
            return None
        try:
            end = self.lab().attempt(original, whole, damage, spoil)
        except Broken as broken:
            return f"{state} file, {damage.region}, {damage.kind} at {damage.first}: {broken}"
        with self.lock:
            self.ends[state, damage.region, damage.kind, end] += 1
        return None

    def try_all(self, originals, whole, everything):
        """In any order, so that also a part of them tells of all."""
        rng, path, calls = random.Random(1), self.folder / "original.h5", []
        for state, original in originals.items():
            path.write_bytes(original)
            calls += [(state, original, whole, damage) for damage in damages(path, everything, rng)]
        rng.shuffle(calls)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            calls = [pool.submit(self.try_one, *call) for call in calls]
        self.failures += [call.result() for call in calls if call.result()]

    def report(self):
        for row, n in sorted(self.ends.items()):
            print("%6d  %-9s %-15s %-20s %s" % (n, *row))
        crashes = sum((lab.crashes for lab in self.labs), collections.Counter())
        print(f"{sum(self.ends.values())} damages; of the commands' readers, "
              + (", ".join(f"{n} x {what}" for what, n in crashes.items()) or "none crashed"))
        print("".join(f"FAILED: {failure}\n" for failure in self.failures[:20]), end="")


def flip_last(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def main(regime, blank, seconds=None):
    with tempfile.TemporaryDirectory() as folder:
        survey = Survey(regime, blank, folder, float(seconds or "inf"))
        lab = survey.lab()
        finished = make(lab)
        whole = lab.blanked()
        half = make(lab, "--only", "gain=0.1")
        survey.try_all({"finished": finished, "half": half}, whole, seconds is not None)
        survey.report()
        survey.end = float("inf")
        # The planted fault: a resumed file with one other bit must not pass for the whole one.
        place = regions(survey.folder / "original.h5")["data"][0][0]
        if not survey.try_one("half", half, whole, changed("data", place, 1), flip_last):
            survey.failures.append("a changed bit went unnoticed")
            print("FAILED: a changed bit went unnoticed")
        return 1 if survey.failures or not survey.ends else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
