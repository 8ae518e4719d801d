/* Only the memory: making a certificate is norms.c's, checking it check.c's. */
#include "train/parity/certificate.h"

#include "regime/memory.h"

enum rg_status rg_certificate_create(const struct rg_weights *weights, const struct rg_task *task,
                                     int n_nodes, struct rg_certificate *c)
{
    const size_t nodes = (size_t)n_nodes, n = (size_t)weights->n;
    const size_t edges = nodes * (size_t)weights->n_symbols;
    *c = (struct rg_certificate){.weights = weights, .task = task, .n_nodes = n_nodes};
    RG_TRY(rg_alloc(&c->centres, nodes * n, sizeof *c->centres));
    RG_TRY(rg_alloc(&c->next, edges, sizeof *c->next));
    RG_TRY(rg_alloc(&c->states, nodes, sizeof *c->states));
    RG_TRY(rg_alloc(&c->norms, nodes * n * n, sizeof *c->norms));
    RG_TRY(rg_alloc(&c->radii, nodes, sizeof *c->radii));
    RG_TRY(rg_alloc(&c->gains, edges, sizeof *c->gains));
    RG_TRY(rg_alloc(&c->switching, edges * n, sizeof *c->switching));
    RG_TRY(rg_alloc(&c->multipliers, edges * n, sizeof *c->multipliers));
    return RG_OK;
}

void rg_certificate_free(struct rg_certificate *c)
{
    rg_free(&c->centres);
    rg_free(&c->next);
    rg_free(&c->states);
    rg_free(&c->norms);
    rg_free(&c->radii);
    rg_free(&c->gains);
    rg_free(&c->switching);
    rg_free(&c->multipliers);
}
