/* The loss at a string's last symbol, for the measures; training has it in rnn_real.c, with its gradient. */
#include <math.h>

#include "train/parity/rnn.h"

/* -log softmax(y)[target]; of two classes only the margin between them counts. */
static double cross_entropy(const double y[2], int target)
{
    const double margin = y[target] - y[1 - target];
    return log1p(exp(-fabs(margin))) + (margin > 0 ? 0 : -margin);
}

/* Mean over the two outputs of the squared error to a one-hot target. */
static double mean_square(const double y[2], int target)
{
    const double error[2] = {y[0] - (target == 0), y[1] - (target == 1)};
    return (error[0] * error[0] + error[1] * error[1]) / 2;
}

double rg_string_loss(int64_t loss, const double y[2], int target)
{
    return loss == RG_MSE ? mean_square(y, target) : cross_entropy(y, target);
}
