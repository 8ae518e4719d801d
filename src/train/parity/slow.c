/* The spectral radius of A is the limit of |A^k|^(1/k): k doubles by squaring. */
#include "train/parity/slow.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

#include "regime/memory.h"
#include "train/parity/words.h"

enum { WORDS = 64, LEAD_IN = 500, SQUARINGS = 14 };

struct orbit {
    const struct rg_weights *weights;
    const struct rg_task *task;
    double *h, *z;              /* [n] */
    double *jacobian, *product; /* [n][n] */
};

static int step(const struct orbit *o, int symbol, int state)
{
    rg_weights_preactivate(o->weights, o->h, symbol, o->z);
    rg_weights_activate(o->weights, o->z, o->h);
    return o->task->next[state][symbol];
}

/* jacobian = diag(act'(z)) W_h jacobian */
static void extend(struct orbit *o)
{
    const int n = o->weights->n;
    double *jacobian = o->product;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, o->weights->w_h, n,
                o->jacobian, n, 0, jacobian, n);
    for (int i = 0; i < n; i++) {
        const double slope =
            o->weights->activation == RG_TANH ? 1 - o->h[i] * o->h[i] : o->z[i] > 0;
        cblas_dscal(n, slope, jacobian + i * n, 1);
    }
    o->product = o->jacobian;
    o->jacobian = jacobian;
}

/* The logarithm of the spectral radius of jacobian, which is destroyed. */
static double log_radius(struct orbit *o)
{
    const int n = o->weights->n;
    double sum = 0, share = 1;
    for (int i = 0; i <= SQUARINGS; i++, share /= 2) {
        const double size = cblas_dnrm2(n * n, o->jacobian, 1);
        double *square = o->product;
        sum += share * log(size);
        if (!(size > 0))
            return -INFINITY;
        cblas_dscal(n * n, 1 / size, o->jacobian, 1);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, o->jacobian, n,
                    o->jacobian, n, 0, square, n);
        o->product = o->jacobian;
        o->jacobian = square;
    }
    return sum;
}

/* Word after word until the task is in the same state again. */
static double word_radius(struct orbit *o, const struct rg_strand *word)
{
    const int n = o->weights->n, n_symbols = o->weights->n_symbols, period = word->word_length;
    int state = 0, length = 0;
    for (int i = 0; i < n; i++)
        o->h[i] = 1;
    for (int t = 0; t < LEAD_IN * period; t++)
        state = step(o, rg_strand_symbol(word, n_symbols, t), state);
    const int start = state;
    memset(o->jacobian, 0, (size_t)(n * n) * sizeof *o->jacobian);
    for (int i = 0; i < n; i++)
        o->jacobian[i * (n + 1)] = 1;
    do {
        state = step(o, rg_strand_symbol(word, n_symbols, length), state);
        extend(o);
        length++;
    } while (length % period != 0 || (state != start && length < RG_TASK_STATES * period));
    return exp(log_radius(o) / length);
}

static enum rg_status find(struct orbit *o, struct rg_strand **words, const struct rg_tick *tick,
                           double *radius)
{
    const size_t n = (size_t)o->weights->n;
    int n_words;
    RG_TRY(rg_words_list(o->weights->n_symbols, 0, rg_words_length(o->weights->n_symbols, WORDS),
                         words, &n_words));
    RG_TRY(rg_alloc(&o->h, n, sizeof *o->h));
    RG_TRY(rg_alloc(&o->z, n, sizeof *o->z));
    RG_TRY(rg_alloc(&o->jacobian, n * n, sizeof *o->jacobian));
    RG_TRY(rg_alloc(&o->product, n * n, sizeof *o->product));
    *radius = 0;
    for (int i = 0; i < n_words; i++) {
        const double of_word = word_radius(o, &(*words)[i]);
        if (!(of_word <= *radius))
            *radius = of_word;
        RG_TRY(rg_tick(tick));
    }
    return RG_OK;
}

enum rg_status rg_slow_radius(const struct rg_weights *weights, const struct rg_task *task,
                              const struct rg_tick *tick, double *radius)
{
    struct orbit o = {.weights = weights, .task = task};
    struct rg_strand *words = NULL;
    const enum rg_status code = find(&o, &words, tick, radius);
    rg_free(&o.h);
    rg_free(&o.z);
    rg_free(&o.jacobian);
    rg_free(&o.product);
    rg_free(&words);
    RG_TRY(code);
    return RG_OK;
}
