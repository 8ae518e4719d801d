/* Certificates of trained networks, recomputed in long double by other means: bounds are bounds, and tight; every claim
 * of a certificate that passes is true; one with a planted fault does not pass.                     */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "parity.h"
#include "regime/memory.h"
#include "train/parity/check.h"
#include "train/parity/graph.h"
#include "train/parity/norms.h"
#include "weighed.h"

const char *const test_suite = "train_certificate";

enum { UNITS = 20, NETWORKS = 4, NODES_MAX = 500 };
static const double tight =
    1e-6; /* relative: bounds are in double, what they bound is of order 1 */

typedef long double wide;

/* ---- making ------------------------------------------------------------------------------------------ */

static bool make(uint64_t seed, struct weighed *net, struct rg_certificate *c)
{
    bool found = false;
    weighed_trained(UNITS, 0.1, seed, net);
    TEST_OK(rg_graph_build(&net->weights, &test_parity_task, 3e-4, NODES_MAX, NULL, c));
    if (c->n_nodes > 0)
        TEST_OK(rg_norms_search(c, 1.5, 1.1, NULL, &found));
    return found;
}

static bool passes(const struct rg_certificate *c)
{
    struct rg_check *check = NULL;
    struct rg_checked checked = {0};
    TEST_OK(rg_check_create(c, &check));
    TEST_OK(rg_check_all(check, NULL, &checked));
    rg_check_destroy(&check);
    return checked.holds && checked.from == 1;
}

static void unmake(struct weighed *net, struct rg_certificate *c)
{
    rg_certificate_free(c);
    weighed_free(net);
}

/* ---- long double ---------------------------------------------------------------------------------------- */

/* a = l l^T in the lower triangle; false: a is not positive. */
static bool factor(int n, wide *a)
{
    for (int j = 0; j < n; j++) {
        for (int k = 0; k < j; k++)
            a[j * n + j] -= a[j * n + k] * a[j * n + k];
        if (!(a[j * n + j] > 0))
            return false;
        a[j * n + j] = sqrtl(a[j * n + j]);
        for (int i = j + 1; i < n; i++) {
            for (int k = 0; k < j; k++)
                a[i * n + j] -= a[i * n + k] * a[j * n + k];
            a[i * n + j] /= a[j * n + j];
        }
    }
    return true;
}

/* sqrt(v^T P^-1 v), P = l l^T */
static wide dual_length(int n, const wide *l, const wide *v)
{
    wide y[UNITS], sum = 0;
    for (int i = 0; i < n; i++) {
        y[i] = v[i];
        for (int k = 0; k < i; k++)
            y[i] -= l[i * n + k] * y[k];
        y[i] /= l[i * n + i];
        sum += y[i] * y[i];
    }
    return sqrtl(sum);
}

static wide square_length(int n, const double *norm, const wide *v)
{
    wide sum = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            sum += v[i] * norm[i * n + j] * v[j];
    return sum;
}

/* By the power method, from below. */
static wide largest_value(int n, const double *norm)
{
    wide v[UNITS], next[UNITS], value = 0;
    for (int i = 0; i < n; i++)
        v[i] = 1 + i;
    for (int step = 0; step < 200; step++) {
        wide square = 0;
        for (int i = 0; i < n; i++) {
            next[i] = 0;
            for (int j = 0; j < n; j++)
                next[i] += norm[i * n + j] * v[j];
            square += next[i] * next[i];
        }
        value = sqrtl(square);
        for (int i = 0; i < n; i++)
            v[i] = next[i] / value;
    }
    return value;
}

struct node { /* what is true of one */
    wide lower[UNITS * UNITS];
    wide reach[UNITS + 1];
    wide margin;
};

static const double *norm_of(const struct rg_certificate *c, int node)
{
    return c->norms + (int64_t)node * UNITS * UNITS;
}

static bool look_at_node(const struct rg_certificate *c, int s, struct node *node)
{
    const struct rg_weights *w = c->weights;
    wide v[UNITS], above[UNITS * UNITS];
    for (int i = 0; i < UNITS * UNITS; i++) {
        node->lower[i] = norm_of(c, s)[i];
        above[i] = node->lower[i] - (i % (UNITS + 1) == 0 ? (wide)RG_NORM_LEAST : 0);
    }
    if (!factor(UNITS, above) || !factor(UNITS, node->lower))
        return false;
    node->margin = (wide)w->b_out[1] - w->b_out[0];
    for (int i = 0; i < UNITS; i++)
        node->margin += ((wide)w->w_out[UNITS + i] - w->w_out[i]) * c->centres[s * UNITS + i];
    if (c->task->output[c->states[s]] == 0)
        node->margin = -node->margin;
    for (int i = 0; i <= UNITS; i++) {
        for (int j = 0; j < UNITS; j++)
            v[j] =
                i < UNITS ? (wide)w->w_h[i * UNITS + j] : (wide)w->w_out[UNITS + j] - w->w_out[j];
        node->reach[i] = dual_length(UNITS, node->lower, v);
    }
    return true;
}

struct edge {
    wide z[UNITS];
    wide offset; /* without delta */
};

static void look_at_edge(const struct rg_certificate *c, int s, int x, struct edge *edge)
{
    const struct rg_weights *w = c->weights;
    const int to = c->next[2 * s + x];
    wide off[UNITS];
    for (int i = 0; i < UNITS; i++) {
        edge->z[i] = (wide)w->w_in[2 * i + x] + w->b_in[i] + w->b_h[i];
        for (int j = 0; j < UNITS; j++)
            edge->z[i] += (wide)w->w_h[i * UNITS + j] * c->centres[s * UNITS + j];
        off[i] = fmaxl(edge->z[i], 0) - c->centres[to * UNITS + i];
    }
    edge->offset = sqrtl(square_length(UNITS, norm_of(c, to), off));
}

/* The form of all units at once: each is active (v_i = (W d)_i), silent (v_i = 0) or free between. Its free ones get
 * the multipliers. form[(UNITS + n_free)^2] = gain P_s - outcome, which must be positive.            */
static bool contracts(const struct rg_certificate *c, int s, int x, const struct edge *edge)
{
    const int e = 2 * s + x, to = c->next[e];
    const bool *may = c->switching + (int64_t)e * UNITS;
    static wide map[UNITS][2 * UNITS], form[4 * UNITS * UNITS];
    int n_free = 0, place[UNITS];
    memset(map, 0, sizeof map);
    for (int i = 0; i < UNITS; i++) { /* outcome = map (d, v) */
        place[i] = may[i] ? UNITS + n_free++ : -1;
        for (int j = 0; j < UNITS && !may[i] && edge->z[i] > 0; j++)
            map[i][j] = c->weights->w_h[i * UNITS + j];
        if (may[i])
            map[i][place[i]] = 1;
    }
    const int n = UNITS + n_free;
    for (int a = 0; a < n; a++)
        for (int b = 0; b < n; b++) {
            wide sum =
                a < UNITS && b < UNITS ? (wide)c->gains[e] * norm_of(c, s)[a * UNITS + b] : 0;
            for (int i = 0; i < UNITS; i++)
                for (int j = 0; j < UNITS; j++)
                    if (map[i][a] != 0 && map[j][b] != 0)
                        sum -= map[i][a] * norm_of(c, to)[i * UNITS + j] * map[j][b];
            form[a * n + b] = sum;
        }
    for (int i = 0; i < UNITS; i++) { /* - 2 m v (W d - v) */
        const wide m = c->multipliers[(int64_t)e * UNITS + i];
        if (!may[i])
            continue;
        form[place[i] * n + place[i]] += 2 * m;
        for (int j = 0; j < UNITS; j++) {
            form[place[i] * n + j] -= m * c->weights->w_h[i * UNITS + j];
            form[j * n + place[i]] -= m * c->weights->w_h[i * UNITS + j];
        }
    }
    return factor(n, form);
}

static bool is_true_of(const struct rg_certificate *c, int s, const struct node *node)
{
    bool is_true = node->margin > c->radii[s] * node->reach[UNITS] + c->delta;
    for (int x = 0; x < 2 && is_true; x++) {
        struct edge edge;
        const int e = 2 * s + x, to = c->next[e];
        look_at_edge(c, s, x, &edge);
        for (int i = 0; i < UNITS; i++)
            is_true &= c->switching[(int64_t)e * UNITS + i] ||
                       fabsl(edge.z[i]) > c->radii[s] * node->reach[i];
        const wide error = c->delta * sqrtl(largest_value(UNITS, norm_of(c, to)));
        is_true &= c->radii[to] >= sqrtl(c->gains[e]) * c->radii[s] + edge.offset + error;
        is_true &= c->states[to] == c->task->next[c->states[s]][x] && contracts(c, s, x, &edge);
    }
    return is_true;
}

static bool is_true(const struct rg_certificate *c)
{
    bool so = c->states[0] == 0;
    for (int i = 0; i < UNITS; i++)
        so &= c->centres[i] == 1;
    for (int i = 0; i < UNITS * UNITS; i++)
        for (int s = 0; s < c->n_nodes && so; s++)
            so = norm_of(c, s)[i] == norm_of(c, s)[i % UNITS * UNITS + i / UNITS];
    for (int s = 0; s < c->n_nodes && so; s++) {
        struct node node;
        so = look_at_node(c, s, &node) && is_true_of(c, s, &node);
    }
    return so;
}

/* ---- claims ------------------------------------------------------------------------------------------- */

static void certificates_are_true(void)
{
    int n_found = 0;
    for (uint64_t seed = 0; seed < NETWORKS; seed++) {
        struct weighed net;
        struct rg_certificate c = {0};
        if (make(seed, &net, &c)) {
            n_found++;
            CU_ASSERT(passes(&c));
            CU_ASSERT(is_true(&c));
        }
        unmake(&net, &c);
    }
    CU_ASSERT(n_found > NETWORKS / 2);
}

struct spread { /* of bound / truth - 1, signed so that below 0 it bounds nothing */
    double least, most;
};

static void spread_add(struct spread *spread, wide excess)
{
    spread->least = fmin(spread->least, (double)excess);
    spread->most = test_worst(spread->most, (double)excess);
}

static void compare_node(struct rg_check *check, const struct rg_certificate *c, int s,
                         struct spread *spread)
{
    double reach[UNITS + 1], z[UNITS], error[UNITS];
    struct node node;
    CU_ASSERT(look_at_node(c, s, &node));
    CU_ASSERT(rg_check_reach(check, s, reach));
    for (int i = 0; i <= UNITS; i++)
        spread_add(spread, reach[i] / node.reach[i] - 1);
    spread_add(spread, (node.margin - rg_check_margin(check, s)) / fabsl(node.margin));
    for (int x = 0; x < 2; x++) {
        struct edge edge;
        look_at_edge(c, s, x, &edge);
        spread_add(spread, rg_check_offset(check, s, x, z, error) - edge.offset);
        for (int i = 0; i < UNITS; i++)
            spread_add(spread, error[i] - fabsl(edge.z[i] - z[i]));
    }
}

static void bounds_are_bounds(void)
{
    struct weighed net;
    struct rg_certificate c = {0};
    struct rg_check *check = NULL;
    struct spread spread = {1, 0};
    CU_ASSERT(make(1, &net, &c));
    c.delta = 0;
    TEST_OK(rg_check_create(&c, &check));
    for (int s = 0; s < c.n_nodes; s++)
        compare_node(check, &c, s, &spread);
    CU_ASSERT(spread.least > 0);
    CU_ASSERT(spread.most < tight);
    rg_check_destroy(&check);
    unmake(&net, &c);
}

/* Where solving with a norm loses most digits, its bounds are still bounds. */
static void bounds_of_a_bad_norm(void)
{
    struct weighed net;
    struct rg_certificate c = {0};
    struct rg_check *check = NULL;
    double reach[UNITS + 1];
    struct node node;
    CU_ASSERT(make(1, &net, &c));
    for (int i = 0; i < UNITS; i++)
        for (int j = 0; j < UNITS; j++)
            c.norms[i * UNITS + j] = (i == j) + 1e7 * (cos(i * i) * cos(j * j));
    TEST_OK(rg_check_create(&c, &check));
    CU_ASSERT(look_at_node(&c, 0, &node));
    CU_ASSERT(rg_check_reach(check, 0, reach));
    for (int i = 0; i <= UNITS; i++)
        CU_ASSERT(reach[i] > node.reach[i]);
    rg_check_destroy(&check);
    unmake(&net, &c);
}

/* ---- planted faults ----------------------------------------------------------------------------------- */

/* The edge that most contracts least. */
static int slowest(const struct rg_certificate *c)
{
    int slow = 0;
    for (int e = 0; e < 2 * c->n_nodes; e++)
        if (c->gains[e] > c->gains[slow])
            slow = e;
    return slow;
}

static void small_radius(struct rg_certificate *c)
{
    c->radii[c->next[slowest(c)]] *= 0.99;
}

static void small_gain(struct rg_certificate *c)
{
    c->gains[slowest(c)] *= 0.95;
}

static void lopsided_norm(struct rg_certificate *c)
{
    c->norms[1] = nextafter(c->norms[1], 10);
}

/* Of h_0, which no symbol leads back to: all else stays true. */
static void small_norm(struct rg_certificate *c)
{
    for (int i = 0; i < UNITS * UNITS; i++)
        c->norms[i] *= 0.4;
    for (int x = 0; x < 2; x++)
        c->gains[x] /= 0.4;
}

/* The readout moves until a centre is still on the right side, and a part of its set is not. */
static void narrow_margin(struct rg_certificate *c)
{
    double *b_out = (double *)c->weights->b_out; /* the test's own memory */
    double least = INFINITY;
    int output = 0;
    for (int s = 1; s < c->n_nodes; s++) {
        struct node node;
        CU_ASSERT(look_at_node(c, s, &node));
        const double change = (double)(node.margin - c->radii[s] * node.reach[UNITS] / 2);
        if (change < least) {
            least = change;
            output = c->task->output[c->states[s]];
        }
    }
    b_out[output] -= least;
    c->delta = 0;
}

static void other_task(struct rg_certificate *c)
{
    static struct rg_task other;
    other = *c->task;
    other.next[0][1] = 0;
    c->task = &other;
}

static void large_delta(struct rg_certificate *c)
{
    c->delta *= 1.5;
}

static void no_switching(struct rg_certificate *c)
{
    memset(c->switching, 0, (size_t)(2 * c->n_nodes * UNITS) * sizeof *c->switching);
}

static void other_node(struct rg_certificate *c)
{
    const int e = slowest(c);
    c->next[e] = c->next[e] == c->n_nodes - 1 ? 1 : c->n_nodes - 1;
}

static void other_state(struct rg_certificate *c)
{
    c->states[c->next[slowest(c)]] ^= 1;
}

static void moved_centre(struct rg_certificate *c)
{
    c->centres[c->next[slowest(c)] * UNITS] += 0.01;
}

static void moved_start(struct rg_certificate *c)
{
    c->centres[3] = nextafter(1, 2);
}

static void other_weights(struct rg_certificate *c)
{
    double *b_h = (double *)c->weights->b_h; /* the test's own memory */
    for (int i = 0; i < UNITS; i++)
        b_h[i] += 0.05;
}

static void not_a_number(struct rg_certificate *c)
{
    c->radii[c->next[slowest(c)]] = NAN;
}

static const struct fault {
    const char *name;
    void (*plant)(struct rg_certificate *c);
} faults[] = {
    {"a radius too small", small_radius}, {"a gain too small", small_gain},
    {"a lopsided norm", lopsided_norm},   {"a small norm", small_norm},
    {"a large delta", large_delta},       {"no switching", no_switching},
    {"another node", other_node},         {"another state", other_state},
    {"a moved centre", moved_centre},     {"another start", moved_start},
    {"other weights", other_weights},     {"not a number", not_a_number},
    {"a narrow margin", narrow_margin},   {"another task", other_task},
};

static void faults_are_caught(void)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct weighed net;
        struct rg_certificate c = {0};
        CU_ASSERT(make(1, &net, &c));
        CU_ASSERT(passes(&c));
        faults[i].plant(&c);
        const bool passed = passes(&c), was_true = is_true(&c);
        if (passed || was_true)
            printf("not caught: %s (%d %d)\n", faults[i].name, passed, was_true);
        CU_ASSERT_FALSE(passed);
        CU_ASSERT_FALSE(was_true);
        unmake(&net, &c);
    }
}

const struct test_case test_cases[] = {
    {"certificates of trained networks are true", certificates_are_true},
    {"bounds are bounds, and tight", bounds_are_bounds},
    {"so are those of a bad norm", bounds_of_a_bad_norm},
    {"planted faults are caught", faults_are_caught},
    {0},
};
