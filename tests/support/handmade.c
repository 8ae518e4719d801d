/* The perfect network, where symbols beyond 1 change nothing, as 0: unit 2 s + c is 1 if the state was s and the symbol is c, which makes the state
 * s xor c; unit 4 is 1 in h_0 alone and tells the other units that there was no symbol yet.         */
#include "handmade.h"

static double *tensor(const struct rg_parity *net, double *values, enum rg_tensor_name name)
{
    return values + rg_parity_tensor(net, name)->offset;
}

void handmade_perfect(struct rg_parity *net, double strength)
{
    enum { UNITS = 5, START = 4 };
    double values[UNITS * (RG_SYMBOLS_MAX + UNITS + 1 + 1 + 2) + 2] = {0};
    const int64_t n_symbols = net->settings->n_symbols;
    double *w_in = tensor(net, values, RG_W_IN), *w_h = tensor(net, values, RG_W_H);
    double *w_out = tensor(net, values, RG_W_OUT), *b_in = tensor(net, values, RG_B_IN);
    for (int to = 0; to < START; to++) {
        const int state = to / 2, symbol = to % 2;
        for (int64_t x = 0; x < n_symbols; x++)
            w_in[to * n_symbols + x] = (x == 1) == symbol;
        b_in[to] = -1;
        for (int from = 0; from < START; from++)
            w_h[to * UNITS + from] = (from / 2 ^ from % 2) == state;
        w_h[to * UNITS + START] =
            state == 0 ? -1 : -3; /* h_0: every unit is 1, the state is even */
        w_out[(state ^ symbol) * UNITS + to] = strength;
    }
    rg_parameters_set(net, values);
}
