/* The strings of a task -> random pairs of them -> their distances at the start, in states and outputs.
 *
 * A string is a node of the binary heap: 1 is the empty string, 2 i and 2 i + 1 what string i becomes. Node
 * i followed by the c-th continuation of length l is then i 2^l + c.                                  */
#include "train/parity/theory_pairs.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "regime/memory.h"
#include "train/parity/automaton.h"
#include "train/parity/weights.h"

enum { PAIR_STREAM = 2 };             /* beside the two sets of strings of validate.h */
static const double CONSTANT_TAU = 4; /* tau_b / tau_y in the authors' program for Fig. 10 */

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int pair_length(const struct rg_parity_settings *settings)
{
    return (int)smaller(settings->analysis_length, settings->max_length);
}

static int length_of(uint32_t node)
{
    return 31 - __builtin_clz(node);
}

/* ---- which strings agree -------------------------------------------------------------------------- */

struct classes { /* the non-empty strings, one class of equal answers after the other */
    int n;
    int64_t n_strings;
    int64_t first[RG_TASK_STATES], size[RG_TASK_STATES];
    uint32_t *nodes; /* [n_strings] */
};

static int task_state(const struct rg_task *task, uint32_t node)
{
    const int length = length_of(node);
    return rg_task_state(task, length, node - (1U << length));
}

static enum rg_status classes_create(const struct rg_parity *net, struct classes *classes)
{
    const struct rg_task *task = rg_parity_task(net);
    const uint32_t end = 2U << pair_length(rg_parity_settings(net));
    uint8_t class_of[RG_TASK_STATES] = {0};
    rg_task_equivalent(task, class_of);
    *classes = (struct classes){.n = task->n_states};
    RG_TRY(rg_alloc(&classes->nodes, end, sizeof *classes->nodes));
    for (int c = 0; c < classes->n; c++) {
        classes->first[c] = classes->n_strings;
        for (uint32_t node = 2; node < end; node++)
            if (class_of[task_state(task, node)] == c)
                classes->nodes[classes->n_strings++] = node;
        classes->size[c] = classes->n_strings - classes->first[c];
    }
    return RG_OK;
}

/* ---- the sample ----------------------------------------------------------------------------------- */

/* Strings that one of class c can be paired with. */
static int64_t n_partners(const struct classes *classes, int c, bool agreeing)
{
    if (classes->size[c] == 0)
        return 0;
    return agreeing ? classes->size[c] - 1 : classes->n_strings - classes->size[c];
}

static int64_t n_pairs(const struct classes *classes, bool agreeing) /* in either order */
{
    int64_t n = 0;
    for (int c = 0; c < classes->n; c++)
        n += classes->size[c] * n_partners(classes, c, agreeing);
    return n;
}

/* The k-th of these pairs. */
static struct rg_theory_pair find_pair(const struct classes *classes, bool agreeing, int64_t k)
{
    int c = 0;
    for (; k >= classes->size[c] * n_partners(classes, c, agreeing); c++)
        k -= classes->size[c] * n_partners(classes, c, agreeing);
    const int64_t partners = n_partners(classes, c, agreeing), first = classes->first[c];
    assert(partners > 0);
    const int64_t i = first + k / partners, j = k % partners;
    const int64_t other =
        agreeing ? first + j + (first + j >= i) : j + (j >= first ? classes->size[c] : 0);
    struct rg_theory_pair pair = {0};
    for (int side = 0; side < 2; side++) {
        const uint32_t node = classes->nodes[side == 0 ? i : other];
        pair.length[side] = length_of(node);
        pair.code[side] = node - (1U << pair.length[side]);
    }
    return pair;
}

static void draw(const struct rg_parity *net, const struct classes *classes, bool agreeing,
                 int64_t n, struct rg_theory_pairs *pairs)
{
    const uint64_t all = (uint64_t)n_pairs(classes, agreeing);
    struct rg_rng rng = rg_rng_make(rg_parity_key(net, RG_STREAM_VALIDATION),
                                    (uint64_t)PAIR_STREAM << 32, agreeing);
    for (int64_t i = 0; i < n && all > 0; i++)
        pairs->pairs[pairs->n++] = find_pair(classes, agreeing, (int64_t)rg_rng_below(&rng, all));
}

enum rg_status rg_theory_pairs_draw(const struct rg_parity *net, int64_t n,
                                    struct rg_theory_pairs *pairs)
{
    const int64_t n_others = RG_N_COURSES_EACH;
    struct classes classes;
    *pairs = (struct rg_theory_pairs){0};
    RG_TRY(rg_alloc(&pairs->pairs, (size_t)(n + n_others), sizeof *pairs->pairs));
    RG_TRY(classes_create(net, &classes));
    draw(net, &classes, true, n, pairs);
    pairs->n_agreeing = pairs->n;
    draw(net, &classes, false, n_others, pairs);
    rg_free(&classes.nodes);
    return RG_OK;
}

void rg_theory_pairs_free(struct rg_theory_pairs *pairs)
{
    rg_free(&pairs->pairs);
}

const struct rg_theory_pair *rg_theory_course(const struct rg_theory_pairs *pairs, int k)
{
    const bool agrees = k < RG_N_COURSES_EACH;
    const int64_t i = agrees ? k : pairs->n_agreeing + k - RG_N_COURSES_EACH;
    const int64_t end = agrees ? pairs->n_agreeing : pairs->n;
    return i < end ? &pairs->pairs[i] : NULL;
}

/* ---- the start of training ------------------------------------------------------------------------ */

struct start {
    struct rg_weights weights;
    double *parameters;
    double *path;         /* [length + 1][hidden] the prefixes of the string at hand */
    double *rows;         /* [rg_automaton_n_rows(analysis_length)][hidden] */
    double (*outputs)[2]; /* [nodes] */
    uint8_t *trained;     /* [nodes] 0: no; else 1 + target */
    int length;           /* of the longest training strings */
    int analysis_length;
};

static size_t n_nodes(const struct rg_parity_settings *settings)
{
    return (size_t)2 << settings->max_length;
}

static enum rg_status start_create(const struct rg_parity *net, struct start *start)
{
    const struct rg_parity_settings *settings = rg_parity_settings(net);
    const struct rg_dataset *data = rg_parity_dataset(net);
    const size_t n_rows = (size_t)rg_automaton_n_rows(2, settings->analysis_length);
    const size_t hidden = (size_t)settings->hidden;
    start->length = (int)settings->max_length;
    start->analysis_length = (int)settings->analysis_length;
    RG_TRY(rg_alloc(&start->parameters, (size_t)rg_parity_n_parameters(net),
                    sizeof *start->parameters));
    RG_TRY(rg_alloc(&start->path, (size_t)(start->length + 1) * hidden, sizeof *start->path));
    RG_TRY(rg_alloc(&start->rows, n_rows * hidden, sizeof *start->rows));
    RG_TRY(rg_alloc(&start->outputs, n_nodes(settings), sizeof *start->outputs));
    RG_TRY(rg_alloc(&start->trained, n_nodes(settings), sizeof *start->trained));
    for (int length = data->min_length; length <= data->max_length; length++)
        for (int64_t i = 0; i < data->n_of[length]; i++)
            start->trained[(1U << length) + data->codes_of[length][i]] =
                (uint8_t)(1 + data->targets_of[length][i]);
    return RG_OK;
}

static void start_free(struct start *start)
{
    rg_free(&start->parameters);
    rg_free(&start->path);
    rg_free(&start->rows);
    rg_free(&start->outputs);
    rg_free(&start->trained);
}

/* All that string `node` goes on to, depth first. */
static enum rg_status read_on(const struct start *start, uint32_t node, const struct rg_tick *tick)
{
    const struct rg_weights *w = &start->weights;
    const int length = length_of(node) + 1;
    double *h = start->path + length * w->n;
    for (uint32_t child = 2 * node; child <= 2 * node + 1; child++) {
        rg_weights_preactivate(w, h - w->n, (int)(child & 1), h);
        rg_weights_activate(w, h, h);
        rg_weights_outputs(w, h, start->outputs[child]);
        if (length <= start->analysis_length)
            memcpy(start->rows + w->n * rg_automaton_row(2, start->analysis_length, length,
                                                         child - (1U << length)),
                   h, (size_t)w->n * sizeof *h);
        if (length < start->length)
            RG_TRY(read_on(start, child, tick));
    }
    RG_TRY(rg_tick(tick));
    return RG_OK;
}

static enum rg_status read_all(const struct rg_parity *net, struct start *start,
                               const struct rg_tick *tick)
{
    rg_parity_initial(net, start->parameters);
    start->weights = rg_weights_view(net, start->parameters);
    for (int i = 0; i < start->weights.n; i++)
        start->path[i] = 1;
    RG_TRY(read_on(start, 1, tick));
    return RG_OK;
}

/* Adds one continuation of both strings, if both are trained with it. */
static void add_continuation(const struct start *start, uint32_t a, uint32_t b,
                             struct rg_theory_pair *pair)
{
    const int target_a = start->trained[a] - 1, target_b = start->trained[b] - 1;
    if (target_a < 0 || target_b < 0)
        return;
    const double *ya = start->outputs[a], *yb = start->outputs[b];
    pair->start.n++;
    for (int o = 0; o < 2; o++) {
        const int ta = target_a == o, tb = target_b == o; /* one-hot targets */
        const double vectors[] = {[RG_MEAN_OUTPUT] = (ya[o] + yb[o]) / 2,
                                  [RG_OUTPUT_STEP] = yb[o] - ya[o],
                                  [RG_MEAN_TARGET] = (ta + tb) / 2.0,
                                  [RG_TARGET_STEP] = tb - ta};
        for (int i = 0; i < RG_N_EXPANSION; i++)
            for (int j = 0; j < RG_N_EXPANSION; j++)
                pair->product[i][j] += vectors[i] * vectors[j];
    }
}

static void find_start(const struct rg_parity *net, const struct start *start,
                       struct rg_theory_pair *pair)
{
    const int longer = pair->length[pair->length[1] > pair->length[0]];
    const uint32_t a = (1U << pair->length[0]) + pair->code[0];
    const uint32_t b = (1U << pair->length[1]) + pair->code[1];
    struct rg_interaction *p = &pair->start;
    *p = (struct rg_interaction){.tau_h = 1.0 / (pair->length[0] + pair->length[1]), .tau_y = 1};
    memset(pair->product, 0, sizeof pair->product);
    for (int length = 0; longer + length <= start->length; length++)
        for (uint32_t c = 0; c < 1U << length; c++)
            add_continuation(start, (a << length) + c, (b << length) + c, pair);
    for (int i = 0; i < RG_N_EXPANSION && p->n > 0; i++)
        for (int j = 0; j < RG_N_EXPANSION; j++)
            pair->product[i][j] /= p->n;
    p->x0 = rg_theory_pair_distance(net, pair, start->rows);
    p->y0 = pair->product[RG_OUTPUT_STEP][RG_OUTPUT_STEP];
    p->w0 = p->y0 - pair->product[RG_OUTPUT_STEP][RG_TARGET_STEP];
    p->d2 = pair->product[RG_TARGET_STEP][RG_TARGET_STEP];
}

enum rg_status rg_theory_pairs_start(const struct rg_parity *net, const struct rg_tick *tick,
                                     struct rg_theory_pairs *pairs)
{
    struct start start = {0};
    enum rg_status status = start_create(net, &start);
    if (status == RG_OK)
        status = read_all(net, &start, tick);
    for (int64_t i = 0; i < pairs->n && status == RG_OK; i++) {
        find_start(net, &start, &pairs->pairs[i]);
        status = rg_tick(tick);
    }
    start_free(&start);
    RG_TRY(status);
    return RG_OK;
}

size_t rg_theory_pairs_memory(const struct rg_parity_settings *settings)
{
    const size_t n = (size_t)settings->theory_pairs;
    const size_t n_rows = (size_t)rg_automaton_n_rows(2, settings->analysis_length);
    const size_t start = n_rows * (size_t)settings->hidden * sizeof(double) +
                         n_nodes(settings) * (2 * sizeof(double) + 1);
    return n > 0 ? (n + RG_N_COURSES_EACH) * sizeof(struct rg_theory_pair) + start : 0;
}

/* ---- what follows for a pair ---------------------------------------------------------------------- */

double rg_theory_pair_distance(const struct rg_parity *net, const struct rg_theory_pair *pair,
                               const double *rows)
{
    const struct rg_parity_settings *settings = rg_parity_settings(net);
    const double *h[2];
    double sum = 0;
    for (int side = 0; side < 2; side++)
        h[side] = rows + settings->hidden * rg_automaton_row(2, settings->analysis_length,
                                                             pair->length[side], pair->code[side]);
    for (int64_t u = 0; u < settings->hidden; u++)
        sum += (h[1][u] - h[0][u]) * (h[1][u] - h[0][u]);
    return sum;
}

struct rg_interaction rg_theory_pair_at(const struct rg_theory_pair *pair, double kappa)
{
    struct rg_interaction interaction = pair->start;
    interaction.tau_h *= kappa;
    return interaction;
}

struct rg_expansion rg_theory_pair_expansion(const struct rg_theory_pair *pair, double kappa)
{
    struct rg_expansion expansion = {.x0 = pair->start.x0,
                                     .n = pair->start.n,
                                     .tau_h = {kappa / pair->length[0], kappa / pair->length[1]},
                                     .tau_y = pair->start.tau_y,
                                     .tau_b = CONSTANT_TAU * pair->start.tau_y};
    memcpy(expansion.product, pair->product, sizeof expansion.product);
    return expansion;
}

double rg_theory_pair_score(const struct rg_theory_pair *pair)
{
    const struct rg_interaction *p = &pair->start;
    if (p->x0 == 0)
        return INFINITY;
    return p->d2 > 0 ? 0 : p->n * p->y0 / (p->tau_h * p->x0 * p->x0);
}
