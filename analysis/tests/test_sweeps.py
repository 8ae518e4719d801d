"""The commands that the sweep files name for their figures are commands of the package."""

import contextlib
import io
import re
import shlex
import unittest
from pathlib import Path

import support

from regime_analysis import __main__

SWEEPS = Path(__file__).resolve().parents[2] / "sweeps"
LINEAR = 'model = "linear_net"'


def understood(words):
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            __main__._parser().parse_args(words)
        except SystemExit:
            return False
    return True


def named(text):
    """The commands in a sweep's header."""
    return [shlex.split(found, comments=True)
            for found in re.findall(r"^//\s+python3 -m regime_analysis (.*)$", text, re.MULTILINE)]


def asked_for(name, text):
    """What a run of the sweep ends with."""
    asked = re.findall(r'^draw += "(.*)";$', text, re.MULTILINE) or ["modes"]
    command, *options = asked[0].split()
    return ["figure", command, f"{name}.h5", *options]


class Headers(unittest.TestCase):
    def test_of_linear_networks_name_the_figure_that_a_run_ends_with(self):
        texts = {path.stem: path.read_text() for path in SWEEPS.glob("*.cfg")}
        linear = {name: text for name, text in texts.items() if LINEAR in text}
        self.assertGreater(len(linear), 4)
        for name, text in linear.items():
            self.assertEqual(named(text)[:1], [asked_for(name, text)])
            for words in named(text):
                self.assertTrue(understood(words), words)

    def test_a_wrong_command_is_noticed(self):
        text = '//   python3 -m regime_analysis figure maps x.h5\ndraw  = "map --column s";\n'
        self.assertNotEqual(named(text), [asked_for("x", text)])
        self.assertFalse(understood(named(text)[0]))
        self.assertFalse(understood(["figure", "map", "x.h5", "--colum"]))


if __name__ == "__main__":
    support.main()
