"""The notebooks in docs run from their first cell to the last, and keep no output in the files."""

import ast
import contextlib
import io
import json
import os
import tempfile
import unittest
from pathlib import Path

import support

pytestmark = support.needs_program

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "docs" / "notebooks").glob("*.ipynb"))


def cells(path):
    """The texts of its cells of code, and what they keep of a run."""
    found = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
             if cell["cell_type"] == "code"]
    return ["".join(cell["source"]) for cell in found], [cell["outputs"] for cell in found]


def execute(texts):
    """As Jupyter does: one namespace, and the value of a cell's last line is shown."""
    names = {"__name__": "__main__"}
    for text in texts:
        tree = ast.parse(text)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), names)
        if last:
            repr(eval(compile(ast.Expression(last.value), "cell", "eval"), names))


class Notebooks(unittest.TestCase):
    def setUp(self):
        import matplotlib

        matplotlib.use("Agg")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder.name)
        programs = str(Path(support.PROGRAM).resolve().parent)
        os.environ["PATH"] = programs + os.pathsep + os.environ["PATH"]

    def test_they_run(self):
        self.assertGreater(len(NOTEBOOKS), 1)
        for path in NOTEBOOKS:
            with self.subTest(path.name), contextlib.redirect_stdout(io.StringIO()):
                execute(cells(path)[0])

    def test_they_keep_no_output(self):
        for path in NOTEBOOKS:
            with self.subTest(path.name):
                self.assertFalse(any(cells(path)[1]))

    def test_a_cell_that_fails_is_noticed(self):
        with self.assertRaises(NameError):
            execute(["x = 1", "x\ny + x"])
