/* First counterexamples are looked for. One beyond the short strings refutes the network; else certificates are searched
 * for: coarser graphs have fewer nodes, but wider sets; the first that passes the check is a proof.      */
#include "train/parity/prove.h"

#include <math.h>

#include "train/parity/check.h"
#include "train/parity/graph.h"
#include "train/parity/norms.h"
#include "train/parity/slow.h"

enum { NODES_MAX = 1024 };

static const struct trial {
    double eps;   /* of the graph */
    double beta;  /* of the norms */
    double share; /* of the largest error of a step in float32 that is borne */
} trials[] = {
    {3e-4, 1.5, 1.1},  {3e-4, 1.5, 1e-2}, {3e-4, 1.1, 1e-2}, {3e-5, 1.1, 1e-4},
    {3e-3, 1.5, 1e-4}, {3e-3, 1.1, 1e-4}, {3e-2, 1.5, 1e-4}, {3e-2, 1.1, 1e-4},
};

static enum rg_status check(const struct rg_certificate *c, const struct rg_tick *tick,
                            struct rg_checked *checked)
{
    struct rg_check *check = NULL;
    enum rg_status code = rg_check_create(c, &check);
    if (code == RG_OK)
        code = rg_check_all(check, tick, checked);
    rg_check_destroy(&check);
    RG_TRY(code);
    return RG_OK;
}

static enum rg_status try_certificate(struct rg_certificate *c, const struct trial *trial,
                                      const struct rg_tick *tick, struct rg_proof *proof)
{
    struct rg_checked checked = {0};
    bool found;
    proof->n_nodes = c->n_nodes;
    if (c->n_nodes == 0)
        return RG_OK;
    RG_TRY(rg_norms_search(c, trial->beta, trial->share, tick, &found));
    if (found)
        RG_TRY(check(c, tick, &checked));
    if (!checked.holds)
        return RG_OK;
    proof->verdict = RG_PROVED;
    proof->from = checked.from;
    proof->delta = c->delta;
    proof->float_error = checked.float_error;
    return RG_OK;
}

static enum rg_status try_all(const struct rg_weights *weights, const struct rg_task *task,
                              const struct rg_tick *tick, struct rg_proof *proof)
{
    for (size_t i = 0; i < sizeof trials / sizeof *trials && proof->verdict != RG_PROVED; i++) {
        struct rg_certificate c = {0};
        enum rg_status code = rg_graph_build(weights, task, trials[i].eps, NODES_MAX, tick, &c);
        if (code == RG_OK)
            code = try_certificate(&c, &trials[i], tick, proof);
        rg_certificate_free(&c);
        RG_TRY(code);
    }
    return RG_OK;
}

/* Wrong strings shorter than `from` count for nothing. */
static int64_t tested_length(const struct rg_refutation *refutation, int64_t from)
{
    const int64_t shortest = refutation->shortest.length, random = refutation->first_random;
    int64_t wrong = RG_TESTED_LENGTH + 1;
    if (shortest >= from && shortest > 0)
        wrong = shortest;
    if (random >= from && random > 0 && random < wrong)
        wrong = random;
    return wrong - 1;
}

enum rg_status rg_prove(const struct rg_weights *weights, const struct rg_task *task, uint64_t key,
                        const struct rg_tick *tick, struct rg_proof *proof)
{
    struct rg_refutation refutation;
    *proof =
        (struct rg_proof){.verdict = RG_OPEN, .delta = NAN, .float_error = NAN, .slow_radius = NAN};
    RG_TRY(rg_refute(weights, task, key, tick, &refutation));
    proof->counterexample = refutation.shortest;
    proof->refuted_length = refutation.beyond;
    if (refutation.beyond > 0)
        proof->verdict = RG_REFUTED;
    else if (weights->activation == RG_RELU)
        RG_TRY(try_all(weights, task, tick, proof));
    RG_REQUIRE(proof->verdict != RG_PROVED || refutation.longest < proof->from, RG_ERROR_SYSTEM,
               "a string of %lld symbols contradicts a proof", (long long)refutation.longest);
    if (proof->verdict != RG_REFUTED)
        RG_TRY(rg_slow_radius(weights, task, tick, &proof->slow_radius));
    proof->generalisation_length = tested_length(&refutation, proof->from);
    return RG_OK;
}

/* Graph and certificate; all else is small beside them. */
size_t rg_prove_memory(int64_t hidden, int64_t n_symbols)
{
    const size_t n = (size_t)hidden, edges = NODES_MAX * (size_t)n_symbols;
    return sizeof(double) * (NODES_MAX * n * (n + 3) + edges * (4 * n + 2) + 32 * n * n + 1000 * n);
}
