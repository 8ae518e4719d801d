"""Tidy frames: every value of the file at its row, codes by name, nothing of what is unfinished."""

from support import STATUS, SweepFile, np
from test_phase import Folder

import regime_analysis as regime

GAINS, LENGTHS = np.array([0.1, 0.3, 1.0]), np.array([50, 100], "i8")
EPOCHS = np.array([0, 1, 10, 100])
DONE, DIVERGED, PENDING = 1, 2, 0


class Frames(Folder):
    def write(self):
        """x = 10 gain number + replicate; one point diverged at epoch 10, one is pending."""
        shape = (3, 2)
        self.x = 10.0 * np.arange(3)[:, None] + np.arange(2)
        status = np.full(shape, DONE)
        status[1, 0], status[2, 1] = DIVERGED, PENDING
        sweep = SweepFile(self.path, {"pair": np.arange(3), "replicate": np.arange(2)},
                          {"hidden": np.int64(100)})
        sweep.scalars += ["gain"]
        sweep.file.create_dataset("gain", data=GAINS)
        sweep.file["gain"].dims[0].attach_scale(sweep.file["pair"])
        sweep.dimension("validation_length", LENGTHS)
        sweep.dimension("record", np.arange(4))
        sweep.dimension("unit", np.arange(40))
        sweep.codes("status", status, STATUS)
        sweep.column("x", self.x)
        sweep.column("epochs_trained", np.where(status == DIVERGED, 10, 100).astype("i8"))
        sweep.column("accuracy", self.x[..., None] + LENGTHS / 1000, ["validation_length"])
        sweep.column("weights", np.zeros((*shape, 40)), ["unit"])
        sweep.column("x_history", self.x[..., None] + EPOCHS / 1000, ["record"])
        sweep.file.create_dataset("epoch", data=EPOCHS).dims[0].attach_scale(sweep.file["record"])
        sweep.file["status"].attrs["coordinates"] = "gain hidden"
        sweep.close()
        return self.open()

    def test_a_row_a_point(self):
        table = regime.frame(self.write())
        self.assertEqual(list(table.columns[:4]), ["pair", "gain", "replicate", "status"])
        self.assertEqual(len(table), 6)
        self.assertTrue({"x", "accuracy_50", "accuracy_100", "provenance_host"} <= {*table.columns})
        self.assertFalse({"hidden", "x_history", "weights", "finished"} & {*table.columns})
        for (place, replicate), row in zip(np.ndindex(3, 2), table.itertuples()):
            self.assertEqual((row.pair, row.gain, row.replicate),
                             (place, GAINS[place], replicate))
        row = table[(table.gain == 0.3) & (table.replicate == 1)].iloc[0]
        self.assertEqual((row["x"], row["accuracy_100"], row["status"]), (11, 11.1, "done"))
        self.assertEqual(table.status.tolist(), ["done", "done", "diverged", "done", "done",
                                                 "pending"])
        self.assertTrue(np.isnan(table.x.iloc[-1]))
        self.assertEqual(table.groupby("gain").x.mean().tolist(), [0.5, 10.5, 20])

    def test_a_row_a_point_and_record(self):
        table = regime.records(self.write())
        self.assertEqual(list(table.columns), ["pair", "gain", "replicate", "record", "epoch", "x"])
        self.assertEqual(len(table), 4 * 4 + 3)  # of the diverged point three, of the pending none
        np.testing.assert_allclose(table.x, 10 * table.pair + table.replicate + table.epoch / 1000)
        diverged = table[(table.pair == 1) & (table.replicate == 0)]
        self.assertEqual(diverged.epoch.tolist(), [0, 1, 10])

    def test_a_model_without_records(self):
        sweep = SweepFile(self.path, {"gain": GAINS}, {})
        sweep.codes("status", np.full(3, DONE), STATUS)
        sweep.column("x", GAINS)
        sweep.close()
        table = regime.records(self.open())
        self.assertEqual((list(table.columns), len(table)), (["gain", "record", "epoch"], 0))


del Folder
