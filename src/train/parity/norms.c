/* Norms are swept from the last node to the first, and only where a successor's has changed: most nodes lie on the
 * way into a small core, and come by once.                                                          */
#include "train/parity/norms.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

#include "regime/memory.h"
#include "train/num/lapack.h"
#include "train/parity/check.h"
#include "train/parity/motion.h"

enum { SWEEPS = 200, ROUNDS = 30, RADIUS_SWEEPS = 5000, POWER_STEPS = 16, BUMPS = 30 };
static const double settled = 1e-4; /* relative change of a norm's trace */
static const double largest = 1e9;  /* trace of a norm that grows without end */
static const double spare = 1.05;   /* units this much out of reach may switch too */
static const double least_gain = 1e-4;

struct search {
    struct rg_certificate *c;
    int n, n_edges;
    double beta;
    struct rg_check *check;
    struct rg_motion motion;
    double *z, *error;                  /* [n_edges][n] */
    double *offsets;                    /* [n_edges] */
    double *reach;                      /* [n_nodes][n + 1] */
    int64_t clock, *changed, *computed; /* [n_nodes] */
    int32_t *depths;                    /* [n_nodes] */
    double *matrix, *lower;             /* [n][n] */
    double *vector, *image;             /* [n] */
};

static enum rg_status allocate(struct search *s)
{
    const size_t n = (size_t)s->n, nodes = (size_t)s->c->n_nodes, edges = (size_t)s->n_edges;
    const struct {
        void *at;
        size_t count, size;
    } arrays[] = {
        {&s->z, edges * n, sizeof(double)},    {&s->error, edges * n, sizeof(double)},
        {&s->offsets, edges, sizeof(double)},  {&s->reach, nodes * (n + 1), sizeof(double)},
        {&s->changed, nodes, sizeof(int64_t)}, {&s->computed, nodes, sizeof(int64_t)},
        {&s->depths, nodes, sizeof(int32_t)},  {&s->matrix, n * n, sizeof(double)},
        {&s->lower, n * n, sizeof(double)},    {&s->vector, n, sizeof(double)},
        {&s->image, n, sizeof(double)}};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        RG_TRY(rg_alloc(arrays[i].at, arrays[i].count, arrays[i].size));
    RG_TRY(rg_motion_create(s->n, &s->motion));
    return rg_check_create(s->c, &s->check);
}

static void release(struct search *s)
{
    void *const arrays[] = {&s->z,       &s->error,    &s->offsets, &s->reach,
                            &s->changed, &s->computed, &s->depths,  &s->matrix,
                            &s->lower,   &s->vector,   &s->image};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        rg_free(arrays[i]);
    rg_motion_free(&s->motion);
    rg_check_destroy(&s->check);
}

static double *norm_of(const struct search *s, int node)
{
    return s->c->norms + (int64_t)node * s->n * s->n;
}

static int next_of(const struct search *s, int edge)
{
    return s->c->next[edge];
}

/* ---- norms ------------------------------------------------------------------------------------------ */

/* Of a symmetric, positive matrix, by the power method: a lower bound that is close. */
static double largest_value(struct search *s, int n, const double *a)
{
    double value = 0;
    for (int i = 0; i < n; i++)
        s->vector[i] = 1 + 0.1 * (i % 3);
    for (int step = 0; step < POWER_STEPS; step++) {
        cblas_dsymv(CblasRowMajor, CblasUpper, n, 1, a, n, s->vector, 1, 0, s->image, 1);
        value = cblas_dnrm2(n, s->image, 1) / cblas_dnrm2(n, s->vector, 1);
        memcpy(s->vector, s->image, (size_t)n * sizeof *s->image);
        cblas_dscal(n, 1 / cblas_dnrm2(n, s->vector, 1), s->vector, 1);
    }
    return value;
}

/* diag P_ss times the largest eigenvalue of P_ss scaled to a unit diagonal: then 2 multipliers - P_ss is positive. */
static void set_multipliers(struct search *s, int edge)
{
    const double *norm = norm_of(s, next_of(s, edge));
    const bool *switching = s->c->switching + (int64_t)edge * s->n;
    double *multipliers = s->c->multipliers + (int64_t)edge * s->n;
    int *units = s->motion.units, m = 0;
    for (int i = 0; i < s->n; i++)
        if (switching[i])
            units[m++] = i;
    if (m == 0)
        return;
    for (int i = 0; i < m; i++)
        for (int j = 0; j < m; j++)
            s->lower[i * m + j] = norm[units[i] * s->n + units[j]] /
                                  sqrt(norm[units[i] * (s->n + 1)] * norm[units[j] * (s->n + 1)]);
    const double value = 1.02 * largest_value(s, m, s->lower);
    for (int i = 0; i < m; i++)
        multipliers[units[i]] = value * norm[units[i] * (s->n + 1)];
}

/* Adds to the upper triangle of matrix[n][n] the motion's square + cross^T corner^-1 cross. */
static bool add_motion(struct search *s, int edge, double factor, double *matrix)
{
    struct rg_motion *m = &s->motion;
    const int n = s->n;
    int info = 0;
    set_multipliers(s, edge);
    rg_motion_load(m, s->c->weights, s->z + (int64_t)edge * n, s->c->switching + (int64_t)edge * n,
                   s->c->multipliers + (int64_t)edge * n, norm_of(s, next_of(s, edge)));
    cblas_daxpy(n * n, factor, m->square, 1, matrix, 1);
    if (m->n_switching == 0)
        return true;
    dpotrf_("L", &m->n_switching, m->corner, &m->n_switching, &info, 1);
    if (info != 0)
        return false;
    cblas_dtrsm(CblasRowMajor, CblasLeft, CblasUpper, CblasTrans, CblasNonUnit, m->n_switching, n,
                1, m->corner, m->n_switching, m->cross, n);
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, n, m->n_switching, factor, m->cross, n, 1,
                matrix, n);
    return true;
}

static double trace(int n, const double *a)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += a[i * (n + 1)];
    return sum;
}

static bool update_norm(struct search *s, int node)
{
    const int n = s->n, n_symbols = s->c->weights->n_symbols;
    double *norm = norm_of(s, node), *fresh = s->matrix;
    const double before = trace(n, norm);
    memset(fresh, 0, (size_t)(n * n) * sizeof *fresh);
    for (int i = 0; i < n; i++)
        fresh[i * (n + 1)] = 1;
    for (int x = 0; x < n_symbols; x++)
        if (!add_motion(s, node * n_symbols + x, s->beta, fresh))
            return false;
    const double after = trace(n, fresh);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            norm[i * n + j] = i <= j ? fresh[i * n + j] : fresh[j * n + i];
    s->computed[node] = ++s->clock;
    if (!(fabs(after - before) <= settled * after))
        s->changed[node] = s->clock;
    return after < largest;
}

static bool is_stale(const struct search *s, int node)
{
    const int n_symbols = s->c->weights->n_symbols;
    bool stale = s->computed[node] == 0;
    for (int x = 0; x < n_symbols; x++)
        stale |= s->changed[next_of(s, node * n_symbols + x)] > s->computed[node];
    return stale;
}

static enum rg_status settle_norms(struct search *s, const struct rg_tick *tick, bool *done)
{
    *done = false;
    memset(s->computed, 0, (size_t)s->c->n_nodes * sizeof *s->computed);
    for (int sweep = 0; sweep < SWEEPS && !*done; sweep++) {
        *done = true;
        for (int node = s->c->n_nodes - 1; node >= 0; node--) {
            if (!is_stale(s, node))
                continue;
            *done = false;
            if (!update_norm(s, node))
                return RG_OK;
            RG_TRY(rg_tick(tick));
        }
    }
    return RG_OK;
}

/* ---- gains ------------------------------------------------------------------------------------------ */

/* lower^-1 motion lower^-T, P_s = lower lower^T. */
static double estimate_gain(struct search *s, int node, int edge)
{
    const int n = s->n;
    int info;
    double *motion = s->matrix;
    memset(motion, 0, (size_t)(n * n) * sizeof *motion);
    if (!add_motion(s, edge, 1, motion))
        return NAN;
    memcpy(s->lower, norm_of(s, node), (size_t)(n * n) * sizeof *s->lower);
    dpotrf_("U", &n, s->lower, &n, &info, 1); /* rows: lower triangle */
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            motion[i * n + j] = motion[j * n + i];
    cblas_dtrsm(CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, n, n, 1, s->lower,
                n, motion, n);
    cblas_dtrsm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, n, n, 1, s->lower,
                n, motion, n);
    return largest_value(s, n, motion);
}

static enum rg_status find_gains(struct search *s, const struct rg_tick *tick)
{
    const int n_symbols = s->c->weights->n_symbols;
    for (int edge = 0; edge < s->n_edges; edge++) {
        s->c->gains[edge] = 1.01 * estimate_gain(s, edge / n_symbols, edge) + least_gain;
        RG_TRY(rg_tick(tick));
    }
    return RG_OK;
}

static enum rg_status raise_gains(struct search *s, const struct rg_tick *tick, bool *done)
{
    const int n_symbols = s->c->weights->n_symbols;
    *done = true;
    for (int edge = 0; edge < s->n_edges && *done; edge++) {
        int bump = 0;
        while (bump < BUMPS && !rg_check_gain(s->check, edge / n_symbols, edge % n_symbols,
                                              s->z + (int64_t)edge * s->n)) {
            s->c->gains[edge] *= 1.02;
            bump++;
        }
        *done = bump < BUMPS;
        RG_TRY(rg_tick(tick));
    }
    return RG_OK;
}

/* ---- radii ------------------------------------------------------------------------------------------ */

/* The least ones, and a little more; false: they grow without end. */
static bool find_radii(struct search *s)
{
    const int n_symbols = s->c->weights->n_symbols;
    double *radii = s->c->radii;
    bool changed = true;
    memset(radii, 0, (size_t)s->c->n_nodes * sizeof *radii);
    for (int sweep = 0; sweep < RADIUS_SWEEPS && changed; sweep++) {
        changed = false;
        for (int edge = 0; edge < s->n_edges; edge++) {
            const double r = sqrt(s->c->gains[edge]) * radii[edge / n_symbols] + s->offsets[edge];
            const int to = next_of(s, edge);
            if (r * (1 + 1e-9) <= radii[to])
                continue;
            radii[to] = r * (1 + 1e-6);
            changed = true;
        }
    }
    return !changed && isfinite(cblas_dasum(s->c->n_nodes, radii, 1));
}

/* Is the readout right all over the sets that unbounded walks come to? */
static bool reads_rightly(const struct search *s)
{
    bool right = true;
    for (int node = 0; node < s->c->n_nodes; node++) {
        const double wanted = s->c->radii[node] * s->reach[(int64_t)node * (s->n + 1) + s->n];
        right &= s->depths[node] < s->c->n_nodes ||
                 rg_check_margin(s->check, node) > wanted + s->c->delta;
    }
    return right;
}

static int add_switching(struct search *s)
{
    const int n = s->n, n_symbols = s->c->weights->n_symbols;
    int added = 0;
    for (int edge = 0; edge < s->n_edges; edge++) {
        const int node = edge / n_symbols;
        const double *z = s->z + (int64_t)edge * n, *reach = s->reach + (int64_t)node * (n + 1);
        const double *error = s->error + (int64_t)edge * n, radius = s->c->radii[node];
        bool *switching = s->c->switching + (int64_t)edge * n;
        for (int i = 0; i < n; i++) {
            const bool may = !(fabs(z[i]) > spare * radius * reach[i] + error[i]);
            added += may && !switching[i];
            switching[i] |= may;
        }
    }
    return added;
}

static bool measure(struct search *s)
{
    const int n = s->n, n_symbols = s->c->weights->n_symbols;
    for (int node = 0; node < s->c->n_nodes; node++)
        if (!rg_check_reach(s->check, node, s->reach + (int64_t)node * (n + 1)))
            return false;
    for (int edge = 0; edge < s->n_edges; edge++)
        s->offsets[edge] =
            1.0001 * rg_check_offset(s->check, edge / n_symbols, edge % n_symbols,
                                     s->z + (int64_t)edge * n, s->error + (int64_t)edge * n);
    return true;
}

/* ---- rounds ----------------------------------------------------------------------------------------- */

enum outcome { GOES_ON, FOUND, FAILED };

static enum rg_status take_round(struct search *s, const struct rg_tick *tick,
                                 enum outcome *outcome)
{
    bool done;
    *outcome = FAILED;
    RG_TRY(settle_norms(s, tick, &done));
    if (!done || !measure(s))
        return RG_OK;
    RG_TRY(find_gains(s, tick));
    if (!find_radii(s) || !reads_rightly(s))
        return RG_OK;
    *outcome = GOES_ON;
    if (add_switching(s) > 0)
        return RG_OK;
    RG_TRY(raise_gains(s, tick, &done));
    if (!done || !find_radii(s))
        *outcome = FAILED;
    else if (add_switching(s) == 0)
        *outcome = FOUND;
    return RG_OK;
}

static void start(struct search *s, double share)
{
    const int n = s->n, n_symbols = s->c->weights->n_symbols;
    for (int node = 0; node < s->c->n_nodes; node++)
        for (int i = 0; i < n; i++)
            norm_of(s, node)[i * (n + 1)] = 1;
    for (int edge = 0; edge < s->n_edges; edge++)
        rg_check_offset(s->check, edge / n_symbols, edge % n_symbols, s->z + (int64_t)edge * n,
                        s->error + (int64_t)edge * n);
    for (int node = 0; node < s->c->n_nodes; node++)
        rg_check_margin(s->check, node);
    s->c->delta = share * rg_check_float_error(s->check);
    rg_certificate_depths(s->c, s->depths);
}

static enum rg_status search(struct search *s, double share, const struct rg_tick *tick,
                             bool *found)
{
    enum outcome outcome = GOES_ON;
    RG_TRY(allocate(s));
    start(s, share);
    for (int round = 0; round < ROUNDS && outcome == GOES_ON; round++)
        RG_TRY(take_round(s, tick, &outcome));
    *found = outcome == FOUND;
    return RG_OK;
}

enum rg_status rg_norms_search(struct rg_certificate *c, double beta, double share,
                               const struct rg_tick *tick, bool *found)
{
    struct search s = {.c = c, .n = c->weights->n, .beta = beta};
    s.n_edges = c->n_nodes * c->weights->n_symbols;
    const enum rg_status code = search(&s, share, tick, found);
    release(&s);
    RG_TRY(code);
    return RG_OK;
}
