/* The losses at a string's last symbol. */
#include <math.h>

#include "train/parity/rnn.h"

/* -log softmax(y)[target]; of two classes only the margin between them counts. */
static double cross_entropy(const double y[2], int target, double dy[2])
{
    const double margin = y[target] - y[1 - target];
    const double e = exp(-fabs(margin));
    const double wrong =
        margin > 0 ? e / (1 + e) : 1 / (1 + e); /* probability of the other class */
    dy[target] = -wrong;
    dy[1 - target] = wrong;
    return log1p(e) + (margin > 0 ? 0 : -margin);
}

/* Mean over the two outputs of the squared error to a one-hot target. */
static double mean_square(const double y[2], int target, double dy[2])
{
    double sum = 0;
    for (int o = 0; o < 2; o++) {
        dy[o] = y[o] - (o == target);
        sum += dy[o] * dy[o];
    }
    return sum / 2;
}

double rg_string_loss(int64_t loss, const double y[2], int target, double dy[2])
{
    return loss == RG_MSE ? mean_square(y, target, dy) : cross_entropy(y, target, dy);
}
