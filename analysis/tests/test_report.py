"""The report without a browser: a page holds what the file holds, and what it lacks is named."""

import base64
import json
import re
import tempfile
import unittest
import zlib
from pathlib import Path

from support import STATUS, STOPPED_BY, SweepFile, command, h5py, np, write_phase

import regime_analysis as regime
from regime_analysis import report
from regime_analysis.report import cost

AXES = {"gain": np.linspace(0.1, 1, 4), "activation": np.array(["relu", "tanh"]),
        "replicate": np.arange(3)}
SHAPE = (4, 2, 3)
PENDING, DONE, DIVERGED, FAILED = range(4)
N_RECORDS = 8


def contents(page):
    return json.loads(element(page, "contents"))


def element(page, name):
    return re.search(rf'id="{name}">([^<]*)</script>', page).group(1)


def values(page, part):
    chunks = [zlib.decompress(base64.b64decode(element(page, f"block-{part['block'] + c}")))
              for c in range(part["chunks"])]
    return np.frombuffer(b"".join(chunks), "<" + part["type"])


def named(parts, name):
    return next(part for part in parts if part["name"] == name)


class Page(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = str(Path(self.folder.name) / "sweep.h5")
        self.accuracy = np.random.default_rng(1).random(SHAPE).astype("f4")

    def phase(self, status=None, title="synthetic"):
        write_phase(self.path, AXES, self.accuracy, np.full(SHAPE, 13), status, title=title)

    def curves(self):
        """A sweep with two curves, of which the second has no value beyond record 4."""
        sweep = SweepFile(self.path, {"gain": np.arange(5) / 4}, {})
        sweep.codes("status", np.ones(5), STATUS)
        sweep.codes("stopped_by", np.ones(5), STOPPED_BY)
        sweep.dimension("record", np.arange(N_RECORDS, dtype="i4"))
        sweep.file["epoch"] = 10 * np.arange(N_RECORDS)
        sweep.file["epoch"].dims[0].attach_scale(sweep.file["record"])
        loss = np.exp(-np.arange(5 * N_RECORDS).reshape(5, -1) / 7)
        sweep.column("train_loss_history", loss, ["record"])
        stopped = np.where(np.arange(N_RECORDS) > 4, np.nan, loss)
        sweep.column("hidden_std_history", stopped, ["record"])
        sweep.close()
        return loss

    def test_a_merge_distance_is_told_with_its_spread(self):
        self.phase()
        with h5py.File(self.path, "r+") as file:
            file["merge_distance"][...] = [0.1, 0.01]
            file["settings"].attrs["run_distances"] = [0.01]
        dim, = named(contents(self.page())["columns"], "n_states")["dims"]
        self.assertEqual(dim["texts"], ["0.1 of the final spread", "0.01 of the run's spread"])
        self.assertEqual(dim["start"], 0)  # as in all figures, nearest to the paper's

    def page(self, limit=report.LIMIT):
        output = Path(self.folder.name) / "page.html"
        report.write(self.path, output, limit)
        return output.read_text(encoding="utf-8")

    def test_columns_are_those_of_the_file(self):
        self.phase()
        page = self.page()
        column = named(contents(page)["columns"], "validation_accuracy")
        self.assertEqual([dim["values"] for dim in column["dims"]], [[50, 100]])
        self.assertEqual([dim["start"] for dim in column["dims"]], [1])  # the longest strings
        held = values(page, column).reshape(*SHAPE, 2)
        np.testing.assert_array_equal(held[..., 1], self.accuracy)
        self.assertTrue((held[..., 0] == np.float32(0.1)).all())
        axes = contents(page)["axes"]
        self.assertEqual([axis["name"] for axis in axes], list(AXES))
        self.assertEqual(axes[0]["values"], AXES["gain"].tolist())
        self.assertEqual(axes[1]["values"], ["relu", "tanh"])

    def test_whole_numbers_that_single_precision_lacks(self):
        sweep = SweepFile(self.path, {"gain": np.arange(2.0)}, {})
        sweep.codes("status", np.ones(2), STATUS)
        sweep.codes("stopped_by", np.ones(2), STOPPED_BY)
        sweep.column("epochs_trained", np.array([2**24 + 1, 2**40 + 1], "i8"))
        sweep.column("theory_deviation", np.array([1e-60, 0.1]))
        sweep.close()
        page = self.page()
        for name, expected in (("epochs_trained", [2**24 + 1, 2**40 + 1]),
                               ("theory_deviation", [1e-60, 0.1])):
            held = values(page, named(contents(page)["columns"], name))
            np.testing.assert_array_equal(held, expected)

    def test_curves_are_those_of_the_file(self):
        loss = self.curves()
        page = self.page()
        self.assertEqual(contents(page)["epochs"], [10 * i for i in range(N_RECORDS)])
        held = values(page, named(contents(page)["curves"], "train_loss")).reshape(5, N_RECORDS)
        np.testing.assert_array_equal(held, loss.astype("f4"))
        held = values(page, named(contents(page)["curves"], "hidden_std")).reshape(5, N_RECORDS)
        self.assertTrue(np.isnan(held[:, 5:]).all())

    def test_chunks_are_whole_points(self):
        points = np.arange(report.blocks.ROWS + 10.0)
        sweep = SweepFile(self.path, {"gain": points}, {})
        sweep.codes("status", np.ones(points.size), STATUS)
        sweep.codes("stopped_by", np.ones(points.size), STOPPED_BY)
        sweep.dimension("mode", np.arange(3))
        sweep.column("mode_strength", points[:, None] + np.arange(3) / 4, ["mode"])
        sweep.close()
        page = self.page()
        part = named(contents(page)["columns"], "mode_strength")
        self.assertEqual((part["chunks"], part["rows"]), (2, report.blocks.ROWS))
        last = zlib.decompress(base64.b64decode(element(page, f"block-{part['block'] + 1}")))
        np.testing.assert_array_equal(np.frombuffer(last, "<f4")[:3],
                                      report.blocks.ROWS + np.arange(3) / 4)
        np.testing.assert_array_equal(values(page, part).reshape(-1, 3)[:, 0], points)

    def test_what_does_not_fit_is_named(self):
        loss = self.curves()
        page = self.page()
        held = contents(page)
        room = sum(values(page, part).nbytes for part in (held["doubtful"], *held["columns"]))
        full = 5 * N_RECORDS * 4
        page = self.page((full + room) / report.MIB)
        self.assertEqual([curve["name"] for curve in contents(page)["curves"]], ["train_loss"])
        self.assertTrue("hidden_std_history: does not fit" in page)
        page = self.page((full * 5 / 8 + room) / report.MIB)
        self.assertTrue("of 2 records all but one" in page)
        self.assertEqual(contents(page)["epochs"], [0, 20, 40, 60, 70])
        held = values(page, named(contents(page)["curves"], "train_loss")).reshape(5, 5)
        np.testing.assert_array_equal(held, loss[:, [0, 2, 4, 6, 7]].astype("f4"))
        with self.assertRaisesRegex(ValueError, "--limit"):
            self.page(0)

    def test_every_state_is_counted_and_explained(self):
        status = np.full(SHAPE, DONE)
        status[0, 0], status[1, 1, 2], status[2, 0, 0] = PENDING, DIVERGED, FAILED
        self.phase(status)
        page = self.page()
        np.testing.assert_array_equal(values(page, contents(page)["status"]), status.ravel())
        for words in ("19 done", "1 diverged", "1 failed", "3 pending", "20 of 24 points finished"):
            self.assertTrue(words in page, words)
        failures = page[page.index('id="failures-title"'):page.index('id="cost-title"')]
        self.assertRegex(failures, "gain=0.4 activation=tanh replicate=2.*no longer a finite")
        self.assertRegex(failures, "gain=0.7 activation=relu replicate=0.*tries it again")

    def test_stands_alone_and_escapes_what_it_quotes(self):
        self.phase(title="</script><b>bold</b>")
        page = self.page()
        self.assertNotIn("<b>bold", page)
        self.assertEqual(contents(page)["title"], "</script><b>bold</b>")
        self.assertEqual(re.findall(r'\s(?:src|href)="([^#][^"]*)"', page), [])
        self.assertEqual(re.findall(r"https?:|@import|url\((?!#)", page), [])

    def test_all_attributes_and_settings(self):
        self.phase()
        with h5py.File(self.path, "r+") as file:
            file.attrs["sweep_file"] = 'name = "synthetic";'
            file.attrs["arithmetic"] = "avx2 <fma>"
        page = self.page()
        for words in ("0123456789abcdef", "avx2 &lt;fma&gt;", "name = &quot;synthetic&quot;;",
                      "hidden"):
            self.assertTrue(words in page, words)

    def test_cost_by_hand(self):
        """Two ranks: points at 0-4 and 1-3, a pause, then one at 10-12: 8 of 2 x 6 seconds."""
        self.phase()
        ds = regime.open(self.path)
        self.addCleanup(ds.close)
        flat = {"start": [0, 1, 10], "wall_seconds": [4, 2, 2], "rank": [0, 1, 0]}
        for name, some in flat.items():
            ds["provenance_" + name] = ds["status"].dims, np.append(
                some, np.full(21, np.nan)).reshape(SHAPE)
        took = cost.of(ds)
        self.assertEqual((took.n_points, took.n_ranks, took.core_seconds), (3, 2, 8))
        self.assertEqual((took.working, took.busy, took.median), (6, 8 / 12, 2))
        self.assertEqual(took.longest[0], (0, 4))
        self.assertAlmostEqual(took.at_work.mean() * 12, 8)
        self.assertEqual(cost.of(ds, ranks_per_point=4).core_seconds, 32)

    def test_the_column_that_the_sweep_asks_for_comes_first(self):
        self.phase()
        self.assertEqual(contents(self.page())["first"]["column"], "validation_accuracy")
        with h5py.File(self.path, "r+") as file:
            file.attrs["sweep_file"] = 'model = "x";\ndraw  = "map --column n_states --x gain";\n'
        self.assertEqual(contents(self.page())["first"]["column"], "n_states")

    def test_command_of_teams(self):
        self.phase()
        with h5py.File(self.path, "r+") as file:
            file.attrs["sweep_resolved"] = "model = parity_rnn\nteam = 2 2\n"
            file.attrs["overrides"] = "hidden=8"
        rerun = contents(self.page())["rerun"]
        self.assertEqual(rerun["before"], "mpirun -q -n 4 regime run SWEEP.cfg --set hidden=8")
        self.assertEqual(rerun["each"], "--only ")

    def declared(self, status):
        """A sweep of model `command`: columns as its sweep declares them, no loss and no epochs."""
        sweep = SweepFile(self.path, {"drift": np.arange(4.0)}, {})
        sweep.codes("status", status, STATUS)
        sweep.codes("failure", np.where(np.array(status) == FAILED, 2, 0),
                    ("none", "not_started", "exit_status"))
        sweep.column("train_loss", np.arange(4.0))
        sweep.column("final", np.arange(4.0))
        sweep.file.attrs.update(model="command", sweep_resolved='model = command\n'
                                'columns: name = "final"; type = "float";\n'
                                'columns: name = "train_loss"; type = "float";\n')
        sweep.close()
        return self.page()

    def test_a_model_that_does_not_stop_by_a_loss(self):
        page = self.declared([DONE, DONE, DONE, DONE])
        held = contents(page)
        self.assertEqual(held["first"]["column"], "final")
        self.assertEqual(held["rerun"]["before"], "regime run SWEEP.cfg")
        self.assertEqual((held["rerun"]["each"], held["curves"]), ("--only ", []))
        self.assertFalse(values(page, held["doubtful"]).any())
        self.assertNotIn("failure", [column["name"] for column in held["columns"]])

    def test_failures_of_a_command_by_name(self):
        page = self.declared([DONE, DIVERGED, FAILED, PENDING])
        column = named(contents(page)["columns"], "failure")
        self.assertEqual(values(page, column).tolist(), [0, 0, 2, 0])
        failures = page[page.index('id="failures-title"'):page.index('id="cost-title"')]
        self.assertRegex(failures, "drift=2.*exit_status; the next run tries it again")
        self.assertRegex(failures, "drift=1.*its program said so")

    def test_the_command_line(self):
        self.phase()
        code, out, _ = command("report", self.path)
        self.assertEqual((code, out.strip()), (0, self.path.replace(".h5", ".html")))
        self.assertTrue(Path(out.strip()).is_file())
        self.assertEqual(command("report", self.path + ".none")[0], 2)
        self.assertEqual(command("report", self.path, "-o", "/nowhere/page.html")[0], 2)

    def test_one_point(self):
        write_phase(self.path, {}, 0.5, 13)
        page = self.page()
        self.assertEqual(contents(page)["axes"], [])
        self.assertEqual(contents(page)["first"]["x"], None)
