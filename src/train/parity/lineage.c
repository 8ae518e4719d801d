#include "train/parity/lineage.h"

#include <string.h>

#include "regime/memory.h"
#include "train/parity/partition.h"

struct ancestor {          /* of one automaton: what it was at a record */
    int64_t n_states;      /* 0: there was none */
    struct rg_changes sum; /* from the first record to that one */
};

struct generation {             /* all automata */
    struct ancestor *ancestors; /* [n_automata] */
    int32_t *states;            /* [n_automata][n_strings] */
};

struct rg_lineage {
    int64_t n_automata, n_strings;
    struct generation last, next; /* next: of the record that is being made */
    int32_t *meet;                /* [n_strings] */
    struct rg_partitions *room;
};

static enum rg_status generation_create(size_t n_automata, size_t n_strings,
                                        struct generation *generation)
{
    RG_TRY(rg_alloc(&generation->ancestors, n_automata, sizeof *generation->ancestors));
    return rg_alloc(&generation->states, n_automata * n_strings, sizeof *generation->states);
}

static void generation_destroy(struct generation *generation)
{
    rg_free(&generation->ancestors);
    rg_free(&generation->states);
}

enum rg_status rg_lineage_create(int64_t n_automata, int64_t n_strings, struct rg_lineage **lineage)
{
    struct rg_lineage *l = NULL;
    RG_TRY(rg_alloc(lineage, 1, sizeof **lineage));
    l = *lineage;
    l->n_automata = n_automata;
    l->n_strings = n_strings;
    RG_TRY(generation_create((size_t)n_automata, (size_t)n_strings, &l->last));
    RG_TRY(generation_create((size_t)n_automata, (size_t)n_strings, &l->next));
    RG_TRY(rg_alloc(&l->meet, (size_t)n_strings, sizeof *l->meet));
    return rg_partitions_create(n_strings, &l->room);
}

void rg_lineage_destroy(struct rg_lineage **lineage)
{
    if (!*lineage)
        return;
    generation_destroy(&(*lineage)->last);
    generation_destroy(&(*lineage)->next);
    rg_free(&(*lineage)->meet);
    rg_partitions_destroy(&(*lineage)->room);
    rg_free(lineage);
}

bool rg_lineage_begun(const struct rg_lineage *lineage, int64_t automaton)
{
    return lineage->last.ancestors[automaton].n_states > 0;
}

/* The partition with more classes goes first: its chains are short. */
static int64_t n_common(struct rg_lineage *l, const int32_t *former, int64_t n_former,
                        const int32_t *states, int64_t n_states)
{
    return n_former > n_states
               ? rg_partition_meet(l->room, l->n_strings, former, n_former, states, l->meet)
               : rg_partition_meet(l->room, l->n_strings, states, n_states, former, l->meet);
}

struct rg_changes rg_lineage_changes(struct rg_lineage *l, int64_t automaton, const int32_t *states,
                                     int64_t n_states, bool whole)
{
    const struct ancestor *ancestor = &l->last.ancestors[automaton];
    const struct rg_changes sum = whole ? ancestor->sum : (struct rg_changes){0};
    if (!rg_lineage_begun(l, automaton))
        return sum;
    const int32_t *former = l->last.states + automaton * l->n_strings;
    const int64_t n = n_common(l, former, ancestor->n_states, states, n_states);
    return (struct rg_changes){sum.n_mergers + n - n_states, sum.n_splits + n - ancestor->n_states};
}

void rg_lineage_record(struct rg_lineage *l, int64_t automaton, const int32_t *states,
                       int64_t n_states)
{
    struct ancestor *ancestor = &l->next.ancestors[automaton];
    ancestor->sum = rg_lineage_changes(l, automaton, states, n_states, true);
    ancestor->n_states = n_states;
    memcpy(l->next.states + automaton * l->n_strings, states,
           (size_t)l->n_strings * sizeof *states);
}

void rg_lineage_advance(struct rg_lineage *l)
{
    const struct generation last = l->last;
    l->last = l->next;
    l->next = last;
}

void rg_lineage_move(struct rg_lineage *l, const struct rg_mover *mover)
{
    const size_t n = (size_t)l->n_automata;
    mover->move(mover->context, l->last.ancestors, n * sizeof *l->last.ancestors);
    mover->move(mover->context, l->last.states, n * (size_t)l->n_strings * sizeof *l->last.states);
}

size_t rg_lineage_size(int64_t n_automata, int64_t n_strings)
{
    return (size_t)n_automata * (sizeof(struct ancestor) + (size_t)n_strings * sizeof(int32_t));
}
