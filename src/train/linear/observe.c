/* Final weights give V and the ratios s/d; activity, the course of the map and the loss curve each give s and
 * d: see train/linear/identify.h for how. The first three tell a mode only if the records show it at rest. What
 * is found is then given to the true modes in the order of s, and of s/d where s agree.             */
#include "train/linear/observe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "regime/memory.h"
#include "train/linear/identify.h"
#include "train/linear/svd.h"

struct rg_observation {
    const struct rg_linear_settings *settings;
    const struct rg_linear_task *task;
    enum rg_observed kind;
    int64_t n_modes, n_map; /* n_map elements of the map */
    double *state;          /* counters, then [RG_OBSERVED_MAX] of times, losses and maps */
};

enum { N_KEPT, N_SEEN, STRIDE, LAST, N_COUNTERS }; /* every STRIDE-th of the records seen is kept */

static double *times_of(const struct rg_observation *o)
{
    return o->state + N_COUNTERS;
}

static double *losses_of(const struct rg_observation *o)
{
    return times_of(o) + RG_OBSERVED_MAX;
}

static double *map_of(const struct rg_observation *o, int64_t record)
{
    return losses_of(o) + RG_OBSERVED_MAX + record * o->n_map;
}

static int64_t n_kept(const struct rg_observation *o)
{
    return (int64_t)o->state[N_KEPT];
}

/* ---- life ---------------------------------------------------------------------------------------- */

static enum rg_observed kind_of(const struct rg_linear_settings *settings)
{
    if (!settings->observers)
        return RG_OBSERVED_NOT;
    if (settings->depth != 2)
        return RG_OBSERVED_DEPTH;
    return rg_linear_widest(settings) > RG_OBSERVED_WIDTH ? RG_OBSERVED_SIZE : RG_OBSERVED;
}

static int64_t size_of_state(const struct rg_linear_settings *settings)
{
    const int64_t n_map = settings->n_in * settings->n_out;
    return kind_of(settings) == RG_OBSERVED ? N_COUNTERS + RG_OBSERVED_MAX * (2 + n_map) : 0;
}

enum rg_status rg_observation_create(const struct rg_linear_settings *settings,
                                     const struct rg_linear_task *task, struct rg_observation **out)
{
    struct rg_observation *o;
    RG_TRY(rg_alloc(&o, 1, sizeof *o));
    *out = o;
    *o = (struct rg_observation){.settings = settings,
                                 .task = task,
                                 .kind = kind_of(settings),
                                 .n_modes = rg_linear_n_modes(settings),
                                 .n_map = settings->n_in * settings->n_out};
    if (o->kind != RG_OBSERVED)
        return RG_OK;
    RG_TRY(rg_alloc(&o->state, (size_t)size_of_state(settings), sizeof *o->state));
    o->state[STRIDE] = 1;
    o->state[LAST] = -1;
    return RG_OK;
}

void rg_observation_destroy(struct rg_observation **out)
{
    if (!*out)
        return;
    rg_free(&(*out)->state);
    rg_free(out);
}

enum rg_observed rg_observation_kind(const struct rg_observation *observation)
{
    return observation->kind;
}

int64_t rg_observation_state_max(const struct rg_linear_settings *largest)
{
    const int64_t width = RG_OBSERVED_WIDTH, n_in = largest->n_in, n_out = largest->n_out;
    const int64_t n_map = (n_in < width ? n_in : width) * (n_out < width ? n_out : width);
    return largest->observers ? N_COUNTERS + RG_OBSERVED_MAX * (2 + n_map) : 0;
}

int64_t rg_observation_n_state(const struct rg_observation *observation)
{
    return size_of_state(observation->settings);
}

double *rg_observation_state(struct rg_observation *observation)
{
    return observation->state;
}

size_t rg_observation_memory(const struct rg_linear_settings *settings)
{
    return sizeof(double) * (size_t)size_of_state(settings);
}

/* ---- records ------------------------------------------------------------------------------------- */

static void drop_every_second(struct rg_observation *o)
{
    const int64_t n = n_kept(o) / 2;
    for (int64_t i = 1; i < n; i++) {
        times_of(o)[i] = times_of(o)[2 * i];
        losses_of(o)[i] = losses_of(o)[2 * i];
        memcpy(map_of(o, i), map_of(o, 2 * i), (size_t)o->n_map * sizeof *o->state);
    }
    o->state[N_KEPT] = (double)n;
    o->state[STRIDE] *= 2;
}

void rg_observation_take(struct rg_observation *o, double epoch, double loss,
                         const struct rg_matrix *map)
{
    if (o->kind != RG_OBSERVED || epoch == o->state[LAST])
        return;
    o->state[LAST] = epoch;
    if (n_kept(o) == RG_OBSERVED_MAX)
        drop_every_second(o);
    if (fmod(o->state[N_SEEN]++, o->state[STRIDE]) != 0)
        return;
    const int64_t i = n_kept(o);
    times_of(o)[i] = epoch * o->settings->learning_rate;
    losses_of(o)[i] = loss;
    rg_matrix_read(map, map_of(o, i));
    o->state[N_KEPT]++;
}

/* ---- the truth ----------------------------------------------------------------------------------- */

struct inquiry { /* whole matrices, row-major */
    const struct rg_observation *of;
    const struct rg_tick *tick;
    struct rg_svd final;       /* of the map, [n_out][n_in] */
    bool *told;                /* [n_modes] of the final weights: they have it, and it is at rest */
    struct rg_estimate *truth; /* [n_modes] */
    struct rg_estimate *found; /* [n_modes] */
    int64_t *match;            /* [n_modes] */
    double *scratch;           /* [RG_OBSERVED_MAX][n_modes] */
};

/* What the final weights tell is about the data only where training has ended. */
static void find_told(struct inquiry *q)
{
    const struct rg_observation *o = q->of;
    const int64_t n = o->n_modes, records = n_kept(o);
    double strengths[RG_OBSERVED_MAX];
    for (int64_t i = 0; i < records; i++)
        rg_mode_strengths(n, q->final.rows, q->final.cols, map_of(o, i), q->final.u, q->final.vt,
                          q->scratch + i * n);
    for (int64_t k = 0; k < n; k++) {
        for (int64_t i = 0; i < records; i++)
            strengths[i] = q->scratch[i * n + k];
        q->told[k] = rg_identify_has_mode(q->final.s[k], q->final.s[0]) &&
                     rg_identify_rests(records, times_of(o), strengths, q->final.s[k]);
    }
}

static void find_truth(struct inquiry *q)
{
    const struct rg_linear_task *task = q->of->task;
    for (int64_t k = 0; k < q->of->n_modes; k++)
        q->truth[k] = (struct rg_estimate){task->s[k], task->d[k]};
}

struct ordered { /* the true modes by descending ratio, and the final weights' */
    struct ratio {
        double a;
        int64_t mode;
    } * order;                         /* [n_modes] */
    struct rg_estimate *truth, *found; /* [n_modes] ratios, in the place of s */
    double *v;                         /* [n_in][n_modes] scratch */
    double *a, *vt, *angles;           /* [n_modes], [n_modes][n_in], [n_modes] */
};

static int descending(const void *x, const void *y)
{
    const double a = ((const struct ratio *)x)->a, b = ((const struct ratio *)y)->a;
    return (a < b) - (a > b);
}

static void put_in_order(const struct inquiry *q, struct ordered *x)
{
    const int64_t n = q->of->n_modes, n_in = q->of->settings->n_in;
    for (int64_t k = 0; k < n; k++)
        x->order[k] = (struct ratio){q->truth[k].d > 0 ? q->truth[k].s / q->truth[k].d : 0, k};
    qsort(x->order, (size_t)n, sizeof *x->order, descending);
    rg_matrix_read(&q->of->task->v, x->v);
    for (int64_t k = 0; k < n; k++) {
        x->a[k] = x->order[k].a;
        for (int64_t i = 0; i < n_in; i++)
            x->vt[k * n_in + i] = x->v[i * n + x->order[k].mode];
        const bool is_mode = rg_identify_has_mode(x->a[k], x->a[0]);
        x->truth[k] = (struct rg_estimate){is_mode ? x->a[k] : NAN, 1};
        x->found[k] = (struct rg_estimate){q->told[k] ? q->final.s[k] : NAN, 1};
    }
}

static enum rg_status prepare_order(const struct inquiry *q, struct ordered *x)
{
    const size_t n = (size_t)q->of->n_modes, n_in = (size_t)q->of->settings->n_in;
    RG_TRY(rg_alloc(&x->order, n, sizeof *x->order));
    RG_TRY(rg_alloc(&x->truth, 2 * n, sizeof *x->truth));
    RG_TRY(rg_alloc(&x->v, 2 * n * (n_in + 1), sizeof *x->v));
    x->found = x->truth + n;
    x->vt = x->v + n * n_in;
    x->a = x->vt + n * n_in;
    x->angles = x->a + n;
    return RG_OK;
}

/* The largest principal angle of the final weights' input modes. */
static enum rg_status find_angle(const struct inquiry *q, double *largest)
{
    const int64_t n = q->of->n_modes;
    struct ordered x = {0};
    enum rg_status status = prepare_order(q, &x);
    *largest = NAN;
    if (status == RG_OK) {
        put_in_order(q, &x);
        status = rg_identify_match(n, x.found, n, x.truth, q->match);
    }
    if (status == RG_OK) {
        const struct rg_directions directions = {n,    q->of->settings->n_in, x.a,
                                                 x.vt, q->final.vt,           q->match};
        status = rg_identify_angles(&directions, x.angles);
    }
    for (int64_t k = 0; k < n && status == RG_OK; k++)
        *largest = fmax(*largest, x.angles[k]);
    rg_free(&x.order);
    rg_free(&x.truth);
    rg_free(&x.v);
    return status;
}

static double relative_error(double found, double truth)
{
    return truth > 0 ? fabs(found / truth - 1) : NAN;
}

/* What was found, given to the true modes. */
static enum rg_status judge(struct inquiry *q, int64_t n_found, struct rg_finding *finding)
{
    RG_TRY(rg_identify_match(n_found, q->found, q->of->n_modes, q->truth, q->match));
    for (int64_t k = 0; k < q->of->n_modes; k++) {
        if (q->match[k] < 0)
            continue;
        const struct rg_estimate *found = &q->found[q->match[k]];
        finding->s[k] = found->s;
        finding->d[k] = found->d;
        finding->n_modes++;
        finding->error_s = fmax(finding->error_s, relative_error(found->s, q->truth[k].s));
        finding->error_d = fmax(finding->error_d, relative_error(found->d, q->truth[k].d));
    }
    return rg_tick(q->tick);
}

/* ---- observers ----------------------------------------------------------------------------------- */

/* covariance = W1 Sxx W1^T */
static enum rg_status read_activity(const struct inquiry *q, const struct rg_matrix *w1,
                                    double *covariance)
{
    struct rg_matrix sxx = {0}, part = {0}, whole = {0};
    enum rg_status status = rg_linear_task_sxx(q->of->task, &sxx);
    if (status == RG_OK)
        status = rg_matrix_init(&part, w1->team, w1->number, w1->rows, w1->cols);
    if (status == RG_OK)
        status = rg_matrix_init(&whole, w1->team, w1->number, w1->rows, w1->rows);
    if (status == RG_OK) {
        rg_matrix_multiply(1, RG_PLAIN, w1, RG_PLAIN, &sxx, 0, &part);
        rg_matrix_multiply(1, RG_PLAIN, &part, RG_TRANSPOSED, w1, 0, &whole);
        rg_matrix_read(&whole, covariance);
    }
    rg_matrix_free(&sxx);
    rg_matrix_free(&part);
    rg_matrix_free(&whole);
    return status;
}

static enum rg_status by_activity(struct inquiry *q, const struct rg_matrix *w1,
                                  struct rg_finding *finding)
{
    const int64_t h = w1->rows, n = q->of->n_modes < h ? q->of->n_modes : h;
    double *dense;
    RG_TRY(rg_alloc(&dense, (size_t)(h * (h + w1->cols)), sizeof *dense));
    double *covariance = dense + h * w1->cols;
    const struct rg_activity activity = {.n_modes = n,
                                         .n_in = w1->cols,
                                         .n_hidden = h,
                                         .a = q->final.s,
                                         .vt = q->final.vt,
                                         .W1 = dense,
                                         .covariance = covariance};
    rg_matrix_read(w1, dense);
    enum rg_status status = read_activity(q, w1, covariance);
    if (status == RG_OK)
        status = rg_identify_activity(&activity, q->found);
    for (int64_t k = 0; k < n && status == RG_OK; k++)
        if (!q->told[k])
            q->found[k] = (struct rg_estimate){NAN, NAN};
    if (status == RG_OK)
        status = judge(q, n, finding);
    rg_free(&dense);
    return status;
}

static enum rg_status by_course(struct inquiry *q, struct rg_finding *finding)
{
    const struct rg_observation *o = q->of;
    const struct rg_course course = {.n_records = n_kept(o),
                                     .times = times_of(o),
                                     .W = map_of(o, 0),
                                     .n_modes = o->n_modes,
                                     .n_out = q->final.rows,
                                     .n_in = q->final.cols,
                                     .a = q->final.s,
                                     .u = q->final.u,
                                     .vt = q->final.vt,
                                     .told = q->told};
    RG_TRY(rg_identify_course(&course, q->found));
    return judge(q, o->n_modes, finding);
}

static enum rg_status by_loss(struct inquiry *q, struct rg_finding *finding)
{
    const struct rg_observation *o = q->of;
    const int64_t n_max = o->n_modes < RG_STAGES_MAX ? o->n_modes : RG_STAGES_MAX;
    struct rg_stage stage[RG_STAGES_MAX];
    struct rg_stages stages = {.stage = stage};
    RG_TRY(rg_identify_stages(n_kept(o), times_of(o), losses_of(o), n_max, &stages));
    for (int64_t i = 0; i < stages.n; i++)
        q->found[i] = rg_stage_estimate(&stage[i]);
    return judge(q, stages.n, finding);
}

static enum rg_status inquire(struct inquiry *q, const struct rg_matrix *weights,
                              const struct rg_matrix *map,
                              struct rg_finding findings[RG_N_OBSERVERS])
{
    bool failed = false;
    double angle;
    rg_matrix_read(map, q->final.a);
    RG_TRY(rg_svd(&q->final, &failed));
    if (failed)
        return RG_OK;
    find_truth(q);
    find_told(q);
    RG_TRY(find_angle(q, &angle));
    for (int observer = RG_SEES_WEIGHTS; observer <= RG_SEES_COURSE; observer++)
        findings[observer].error_v = angle;
    RG_TRY(by_activity(q, &weights[0], &findings[RG_SEES_ACTIVITY]));
    if (rg_linear_width(q->of->settings, 1) < q->of->n_modes)
        return RG_OK; /* a bottleneck comes to rest off Syx = W Sxx, on which both others rely */
    RG_TRY(by_course(q, &findings[RG_SEES_COURSE]));
    RG_TRY(by_loss(q, &findings[RG_SEES_LOSS]));
    return RG_OK;
}

/* ---- the end ------------------------------------------------------------------------------------- */

static enum rg_status make_findings(int64_t n, struct rg_finding findings[RG_N_OBSERVERS])
{
    for (int i = 0; i < RG_N_OBSERVERS; i++)
        findings[i] = (struct rg_finding){.error_s = NAN, .error_d = NAN, .error_v = NAN};
    for (int i = 0; i < RG_N_OBSERVERS; i++) {
        RG_TRY(rg_alloc(&findings[i].s, (size_t)n, sizeof *findings[i].s));
        RG_TRY(rg_alloc(&findings[i].d, (size_t)n, sizeof *findings[i].d));
        for (int64_t k = 0; k < n; k++)
            findings[i].s[k] = findings[i].d[k] = NAN;
    }
    return RG_OK;
}

void rg_findings_free(struct rg_finding findings[RG_N_OBSERVERS])
{
    for (int i = 0; i < RG_N_OBSERVERS; i++) {
        rg_free(&findings[i].s);
        rg_free(&findings[i].d);
    }
}

static enum rg_status prepare(struct inquiry *q)
{
    const size_t n = (size_t)q->of->n_modes;
    RG_TRY(rg_svd_init(q->of->settings->n_out, q->of->settings->n_in, &q->final));
    RG_TRY(rg_alloc(&q->told, n, sizeof *q->told));
    RG_TRY(rg_alloc(&q->truth, n, sizeof *q->truth));
    RG_TRY(rg_alloc(&q->found, n, sizeof *q->found));
    RG_TRY(rg_alloc(&q->match, n, sizeof *q->match));
    RG_TRY(rg_alloc(&q->scratch, RG_OBSERVED_MAX * n, sizeof *q->scratch));
    return RG_OK;
}

enum rg_status rg_observation_end(const struct rg_observation *observation,
                                  const struct rg_matrix *weights, const struct rg_matrix *map,
                                  const struct rg_tick *tick,
                                  struct rg_finding findings[RG_N_OBSERVERS])
{
    struct inquiry q = {.of = observation, .tick = tick};
    enum rg_status status = make_findings(observation->n_modes, findings);
    if (status != RG_OK || observation->kind != RG_OBSERVED)
        return status;
    status = prepare(&q);
    if (status == RG_OK)
        status = inquire(&q, weights, map, findings);
    rg_svd_free(&q.final);
    rg_free(&q.told);
    rg_free(&q.truth);
    rg_free(&q.found);
    rg_free(&q.match);
    rg_free(&q.scratch);
    return status;
}
