/* Breadth first. */
#include "train/parity/graph.h"

#include <math.h>
#include <string.h>

#include "regime/memory.h"

struct growth {
    const struct rg_weights *weights;
    const struct rg_task *task;
    double eps;
    int n_nodes, most_nodes;
    double *centres; /* [most_nodes][n] */
    int32_t *next;   /* [most_nodes][n_symbols] */
    uint8_t *states; /* [most_nodes] */
    double *image;   /* [n] */
};

static double distance(int n, const double *a, const double *b)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < n; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sqrt(sum);
}

/* The node that stands for the image, n_nodes if none does. */
static int find(const struct growth *g, uint8_t state)
{
    const int n = g->weights->n;
    double least = g->eps;
    int found = g->n_nodes;
    for (int s = 0; s < g->n_nodes; s++) {
        const double d = g->states[s] == state ? distance(n, g->image, g->centres + s * n) : least;
        if (d < least) {
            least = d;
            found = s;
        }
    }
    return found;
}

static void open_node(struct growth *g, const double *centre, uint8_t state)
{
    memcpy(g->centres + g->n_nodes * g->weights->n, centre, (size_t)g->weights->n * sizeof *centre);
    g->states[g->n_nodes++] = state;
}

/* False: there are too many. */
static bool follow(struct growth *g, int node, int symbol)
{
    const int n = g->weights->n;
    const uint8_t state = g->task->next[g->states[node]][symbol];
    rg_weights_preactivate(g->weights, g->centres + node * n, symbol, g->image);
    rg_weights_activate(g->weights, g->image, g->image);
    const int next = find(g, state);
    if (next == g->most_nodes)
        return false;
    if (next == g->n_nodes)
        open_node(g, g->image, state);
    g->next[node * g->weights->n_symbols + symbol] = next;
    return true;
}

static enum rg_status grow(struct growth *g, const struct rg_tick *tick, bool *complete)
{
    *complete = true;
    for (int i = 0; i < g->weights->n; i++)
        g->image[i] = 1;
    open_node(g, g->image, 0);
    for (int s = 0; s < g->n_nodes && *complete; s++) {
        for (int x = 0; x < g->weights->n_symbols; x++)
            *complete = *complete && follow(g, s, x);
        RG_TRY(rg_tick(tick));
    }
    return RG_OK;
}

static enum rg_status hand_over(const struct growth *g, struct rg_certificate *c)
{
    const size_t nodes = (size_t)g->n_nodes;
    RG_TRY(rg_certificate_create(g->weights, g->task, g->n_nodes, c));
    memcpy(c->centres, g->centres, nodes * (size_t)g->weights->n * sizeof *c->centres);
    memcpy(c->next, g->next, nodes * (size_t)g->weights->n_symbols * sizeof *c->next);
    memcpy(c->states, g->states, nodes * sizeof *c->states);
    return RG_OK;
}

static enum rg_status build(struct growth *g, const struct rg_tick *tick, struct rg_certificate *c)
{
    const size_t nodes = (size_t)g->most_nodes, n = (size_t)g->weights->n;
    bool complete;
    RG_TRY(rg_alloc(&g->centres, nodes * n, sizeof *g->centres));
    RG_TRY(rg_alloc(&g->next, nodes * (size_t)g->weights->n_symbols, sizeof *g->next));
    RG_TRY(rg_alloc(&g->states, nodes, sizeof *g->states));
    RG_TRY(rg_alloc(&g->image, n, sizeof *g->image));
    RG_TRY(grow(g, tick, &complete));
    return complete ? hand_over(g, c) : RG_OK;
}

enum rg_status rg_graph_build(const struct rg_weights *weights, const struct rg_task *task,
                              double eps, int most_nodes, const struct rg_tick *tick,
                              struct rg_certificate *c)
{
    struct growth g = {.weights = weights, .task = task, .eps = eps, .most_nodes = most_nodes};
    *c = (struct rg_certificate){.weights = weights, .task = task};
    const enum rg_status code = build(&g, tick, c);
    rg_free(&g.centres);
    rg_free(&g.next);
    rg_free(&g.states);
    rg_free(&g.image);
    RG_TRY(code);
    return RG_OK;
}
