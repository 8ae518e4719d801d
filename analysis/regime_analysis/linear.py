"""The linear network of one point, in NumPy: y = W_L ... W_1 x."""

import numpy as np


class LinearNetwork:
    """Weights: a list of W_l [units out][units in], from the layer at the input on.

    Inputs are arrays [n][units in] or [units in]. Everything is computed in the precision of the
    weights.
    """

    def __init__(self, weights):
        self.weights = [np.asarray(weight) for weight in weights]

    @property
    def map(self):
        """The whole map W_L ... W_1, [outputs][inputs]."""
        product = self.weights[0]
        for weight in self.weights[1:]:
            product = weight @ product
        return product

    def hidden(self, inputs, layer=1):
        """The activity after that many layers: [n][units]."""
        activity = np.asarray(inputs)
        for weight in self.weights[:layer]:
            activity = activity @ weight.T
        return activity

    def output(self, inputs):
        """[n][outputs]."""
        return self.hidden(inputs, len(self.weights))

    def mode_strengths(self, Syx):
        """diag(U^T W V) with the whole map W and Syx = U diag(s) V^T, strongest mode first."""
        left, _, right = np.linalg.svd(Syx, full_matrices=False)
        return np.einsum("ik,ij,kj->k", left, self.map, right)


def trimmed(weight):
    """Without the padding of networks smaller than the sweep's largest."""
    known = ~np.isnan(weight)
    return weight[np.ix_(known.any(axis=1), known.any(axis=0))]
