"""pip installs the package with its data, the program's version and the command regime-analysis."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from importlib.util import find_spec
from pathlib import Path

import pytest
import support

MISSING = [name for name in ("pip", "setuptools", "wheel") if find_spec(name) is None]
pytestmark = [support.needs_program, pytest.mark.skipif(MISSING, reason=f"no {MISSING}")]
SOURCES = Path(__file__).resolve().parents[1]


def run(*arguments, **variables):
    return subprocess.run(arguments, check=True, timeout=200, text=True, stdout=subprocess.PIPE,
                          env={**os.environ, **variables}).stdout


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.site, copy = (str(Path(folder.name) / name) for name in ("site", "sources"))
        shutil.copytree(SOURCES, copy, ignore=shutil.ignore_patterns("tests", "build"))
        run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
            "--no-build-isolation", "--target", cls.site, copy)

    def test_version_is_that_of_the_program(self):
        said = run(support.PROGRAM, "--version").split()
        installed = run(sys.executable, "-c", "import regime_analysis as r; print(r.__version__, "
                        "r.__file__)", PYTHONPATH=self.site).split()
        self.assertIn(installed[0], said)
        self.assertTrue(installed[1].startswith(self.site))
        self.assertEqual([path.name for path in Path(self.site).glob("*.dist-info")],
                         [f"regime_analysis-{installed[0]}.dist-info"])

    def test_the_command_and_the_data_come_along(self):
        run(sys.executable, "-c", "from regime_analysis import paper; paper.figure9()",
            PYTHONPATH=self.site)
        said = run(str(Path(self.site) / "bin" / "regime-analysis"), "figure", "--help",
                   PYTHONPATH=self.site)
        self.assertIn("regime-analysis figure [-h] NAME", said)
