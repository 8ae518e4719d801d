"""Verdicts hold on the paper's own numbers, and fail on others."""

from support import command, np, write_phase
from test_phase import Folder

from regime_analysis import paper


class Check(Folder):
    def write(self, shift, **changes):
        figure9 = paper.figure9()
        accuracy = np.roll(figure9["validation_accuracy"].values, shift, axis=1)
        accuracy[:, :shift] = 0.5
        axes = {name: figure9[name].values for name in ("gain", "fraction")}
        write_phase(self.path, axes, accuracy, figure9["n_states"].values, **changes)

    def test_the_paper_holds_against_itself(self):
        self.write(0)
        code, out, err = command("check", self.path)
        self.assertEqual((code, err, out.count("holds"), out.count("FAILS")), (0, "", 15, 0))

    def test_a_shifted_boundary_fails(self):
        self.write(5)
        code, out, _ = command("check", self.path)
        self.assertEqual((code, out.count("FAILS"), out.count("higher")), (1, 6, 6))

    def test_nothing_to_judge_is_no_success(self):
        self.write(0, stopped_by=np.full((20, 20), 2))
        self.assertEqual(command("check", self.path)[0], 2)

    def test_other_sweeps_have_no_verdict(self):
        self.write_lengths()
        self.assertEqual(command("check", self.path)[0], 2)


del Folder
