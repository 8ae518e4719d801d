/* One step and one readout, in double. */
#include "train/parity/weights.h"

#include <cblas.h>
#include <math.h>

struct rg_weights rg_weights_view(const struct rg_parity *net, const double *parameters)
{
    const double *of[RG_N_TENSORS];
    for (int name = 0; name < RG_N_TENSORS; name++)
        of[name] = parameters + rg_parity_tensor(net, (enum rg_tensor_name)name)->offset;
    const struct rg_tensor *w_in = rg_parity_tensor(net, RG_W_IN);
    return (struct rg_weights){
        .n = (int)w_in->rows,
        .n_symbols = (int)w_in->cols,
        .activation = (enum rg_activation)rg_parity_settings(net)->activation,
        .w_in = of[RG_W_IN],
        .w_h = of[RG_W_H],
        .b_in = of[RG_B_IN],
        .b_h = of[RG_B_H],
        .w_out = of[RG_W_OUT],
        .b_out = of[RG_B_OUT],
    };
}

void rg_weights_preactivate(const struct rg_weights *w, const double *h, int symbol, double *z)
{
    for (int i = 0; i < w->n; i++)
        z[i] = w->w_in[i * w->n_symbols + symbol] + w->b_in[i] + w->b_h[i];
    cblas_dgemv(CblasRowMajor, CblasNoTrans, w->n, w->n, 1, w->w_h, w->n, h, 1, 1, z, 1);
}

void rg_weights_activate(const struct rg_weights *w, const double *z, double *h)
{
    for (int i = 0; i < w->n; i++)
        h[i] = w->activation == RG_TANH ? tanh(z[i]) : fmax(z[i], 0);
}

void rg_weights_outputs(const struct rg_weights *w, const double *h, double *y)
{
    for (int o = 0; o < 2; o++)
        y[o] = w->b_out[o] + cblas_ddot(w->n, w->w_out + o * w->n, 1, h, 1);
    for (int i = 0; w->activation == RG_DISCONTINUITY && i < w->n; i++)
        for (int o = 0; o < 2; o++)
            y[o] += h[i] > 0 ? w->w_out[o * w->n + i] : 0;
}

double rg_weights_output(const struct rg_weights *w, const double *h)
{
    double y[2];
    rg_weights_outputs(w, h, y);
    return y[1] - y[0];
}
