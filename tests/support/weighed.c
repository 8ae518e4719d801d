/* Handmade ones, and trained ones of which the parameters are kept. */
#include "weighed.h"

#include <math.h>
#include <stdio.h>

#include "regime/memory.h"
#include "train/parity/parity.h"

static void take(const struct rg_parity *net, struct weighed *weighed)
{
    weighed->n_parameters = rg_parity_n_parameters(net);
    TEST_OK(rg_alloc(&weighed->parameters, (size_t)weighed->n_parameters, sizeof(double)));
    rg_parity_parameters(net, weighed->parameters);
    weighed->weights = rg_weights_view(net, weighed->parameters);
}

void weighed_free(struct weighed *weighed)
{
    rg_free(&weighed->parameters);
}

/* Unit 2 e and 2 e + 1 of event e, symbol c in state s: relu(z) and relu(z - 1), the difference of which is 1 if the
 * event came by, and 0 if not, whatever z in detail.                                                */
enum { EVENTS = 4, START = 2 * EVENTS, COUNTER, UNITS };

static void set_event(int event, double *w_in, double *w_h, double *b_in)
{
    const int state = event / 2, symbol = event % 2;
    for (int shift = 0; shift < 2; shift++) {
        const int unit = 2 * event + shift;
        w_in[2 * unit + symbol] = 4;
        b_in[unit] = -5 - shift;
        for (int from = 0; from < EVENTS; from++)
            if ((from / 2 ^ from % 2) == state) {
                w_h[unit * UNITS + 2 * from] = 4;
                w_h[unit * UNITS + 2 * from + 1] = -4;
            }
        w_h[unit * UNITS + START] = state == 0 ? 4 : 0;
    }
}

void weighed_counting(double keep, double leak, struct weighed *weighed)
{
    weighed->n_parameters = UNITS * (2 + UNITS + 1 + 1 + 2) + 2;
    TEST_OK(rg_alloc(&weighed->parameters, (size_t)weighed->n_parameters, sizeof(double)));
    double *w_in = weighed->parameters, *w_h = w_in + 2 * UNITS, *b_in = w_h + UNITS * UNITS;
    double *b_h = b_in + UNITS, *w_out = b_h + UNITS, *b_out = w_out + 2 * UNITS;
    for (int event = 0; event < EVENTS; event++) {
        const int state = event / 2 ^ event % 2;
        set_event(event, w_in, w_h, b_in);
        w_out[state * UNITS + 2 * event] = 1;
        w_out[state * UNITS + 2 * event + 1] = -1;
    }
    b_in[START] = -1;
    w_in[2 * COUNTER] = leak;
    w_in[2 * COUNTER + 1] = -1000;
    w_h[COUNTER * UNITS + COUNTER] = keep;
    w_out[COUNTER] = 1;
    weighed->weights = (struct rg_weights){.n = UNITS,
                                           .n_symbols = 2,
                                           .w_in = w_in,
                                           .w_h = w_h,
                                           .b_in = b_in,
                                           .b_h = b_h,
                                           .w_out = w_out,
                                           .b_out = b_out};
}

void weighed_fading(struct weighed *weighed)
{
    weighed_counting(1, 1 / 71.5, weighed);
}

void weighed_trained(int hidden, double gain, uint64_t seed, struct weighed *weighed)
{
    struct rg_parity_settings settings = test_parity_settings();
    double loss = 1;
    settings.hidden = hidden;
    settings.gain = gain;
    settings.max_length = 7;
    settings.loss = RG_MSE;
    settings.learning_rate = 0.05;
    struct rg_parity *net = test_parity_create(&settings, seed);
    for (int epoch = 0; epoch < 3000 && !(loss < 1e-5);) {
        struct rg_step step = {0};
        TEST_OK(rg_parity_step(net, &step));
        if (step.epoch_end) {
            loss = step.train_loss;
            epoch++;
        }
    }
    take(net, weighed);
    test_parity_destroy(net);
}

static long double readout(const struct rg_weights *w, int output, const long double *h)
{
    long double y = w->b_out[output];
    for (int i = 0; i < w->n; i++)
        y += (long double)w->w_out[output * w->n + i] * h[i];
    return y;
}

int weighed_answer(const struct rg_weights *w, int64_t length, const uint8_t *symbols)
{
    long double h[256], next[256];
    for (int i = 0; i < w->n; i++)
        h[i] = 1;
    for (int64_t t = 0; t < length; t++) {
        for (int i = 0; i < w->n; i++) {
            next[i] = (long double)w->w_in[i * w->n_symbols + symbols[t]] + w->b_in[i] + w->b_h[i];
            for (int j = 0; j < w->n; j++)
                next[i] += (long double)w->w_h[i * w->n + j] * h[j];
        }
        for (int i = 0; i < w->n; i++)
            h[i] = fmaxl(next[i], 0);
    }
    return readout(w, 1, h) > readout(w, 0, h);
}

void weighed_print(const struct rg_runs *runs, char *text, size_t size)
{
    size_t used = 0;
    if (size > 0)
        *text = '\0';
    for (int i = 0; i < runs->n && used < size; i++) {
        const char *gap = i > 0 ? " " : "";
        const int more = runs->counts[i] > 1
                             ? snprintf(text + used, size - used, "%s%d^%d", gap, runs->symbols[i],
                                        runs->counts[i])
                             : snprintf(text + used, size - used, "%s%d", gap, runs->symbols[i]);
        used += (size_t)more;
    }
}
