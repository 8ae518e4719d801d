/* Moore's refinement: classes of equal output are divided by the classes of the successors, symbol after symbol,
 * until nothing divides any more. Hopcroft's algorithm gives the same classes in fewer steps, which do not count
 * for the few thousand states that there are.                                                        */
#include "train/parity/reduce.h"

#include <stdbool.h>

#include "regime/memory.h"
#include "train/parity/partition.h"

struct rg_reducer {
    struct rg_partitions *room;
    int n_symbols;
    int32_t *found; /* [n_states] by number in the search: the state */
    int32_t *place; /* [n_states] its number in the search; -1: not found */
    int32_t *class; /* [n_states] of found states */
    int32_t *image; /* [n_states] class of a successor */
    int32_t *next;  /* [n_states][n_symbols] the result */
    uint8_t *output;
};

enum rg_status rg_reducer_create(int64_t n_states_max, int n_symbols, struct rg_reducer **reducer)
{
    const size_t n = (size_t)n_states_max;
    struct rg_reducer *r = NULL;
    RG_TRY(rg_alloc(reducer, 1, sizeof **reducer));
    r = *reducer;
    r->n_symbols = n_symbols;
    RG_TRY(rg_partitions_create(n_states_max, &r->room));
    RG_TRY(rg_alloc(&r->found, n, sizeof *r->found));
    RG_TRY(rg_alloc(&r->place, n, sizeof *r->place));
    RG_TRY(rg_alloc(&r->class, n, sizeof *r->class));
    RG_TRY(rg_alloc(&r->image, n, sizeof *r->image));
    RG_TRY(rg_alloc(&r->next, n * (size_t)n_symbols, sizeof *r->next));
    return rg_alloc(&r->output, n, sizeof *r->output);
}

void rg_reducer_destroy(struct rg_reducer **reducer)
{
    struct rg_reducer *r = *reducer;
    if (!r)
        return;
    rg_partitions_destroy(&r->room);
    rg_free(&r->found);
    rg_free(&r->place);
    rg_free(&r->class);
    rg_free(&r->image);
    rg_free(&r->next);
    rg_free(&r->output);
    rg_free(reducer);
}

/* Breadth first. Returns the number of states found; 0: a transition is missing. */
static int64_t search(struct rg_reducer *r, const struct rg_dfa *dfa)
{
    int64_t n = 1;
    for (int64_t s = 0; s < dfa->n_states; s++)
        r->place[s] = -1;
    r->found[0] = (int32_t)dfa->initial;
    r->place[dfa->initial] = 0;
    for (int64_t i = 0; i < n; i++)
        for (int symbol = 0; symbol < dfa->n_symbols; symbol++) {
            const int32_t to = dfa->next[r->found[i] * dfa->n_symbols + symbol];
            if (to < 0)
                return 0;
            if (r->place[to] < 0) {
                r->place[to] = (int32_t)n;
                r->found[n++] = to;
            }
        }
    return n;
}

static int32_t successor(const struct rg_reducer *r, const struct rg_dfa *dfa, int64_t i,
                         int symbol)
{
    return r->place[dfa->next[r->found[i] * dfa->n_symbols + symbol]];
}

/* One division by all symbols. The images are those of the classes before it. */
static int64_t divide(struct rg_reducer *r, const struct rg_dfa *dfa, int64_t n, int64_t n_classes,
                      const int32_t *before, int32_t *after)
{
    for (int symbol = 0; symbol < dfa->n_symbols; symbol++) {
        for (int64_t i = 0; i < n; i++)
            r->image[i] = before[successor(r, dfa, i, symbol)];
        n_classes =
            rg_partition_meet(r->room, n, symbol ? after : before, n_classes, r->image, after);
    }
    return n_classes;
}

/* The classes of the states found, numbered in the order of the search. */
static int64_t classify(struct rg_reducer *r, const struct rg_dfa *dfa, int64_t n)
{
    int32_t *before = r->class, *after = r->next; /* which is free until the result is written */
    int64_t n_classes = 0, n_before;
    for (int64_t i = 0; i < n; i++) {
        before[i] = 0;
        r->image[i] = dfa->output[r->found[i]];
    }
    n_classes = rg_partition_meet(r->room, n, before, 1, r->image, before);
    do {
        n_before = n_classes;
        n_classes = divide(r, dfa, n, n_classes, before, after);
        for (int64_t i = 0; i < n; i++)
            before[i] = after[i];
    } while (n_classes > n_before);
    return n_classes;
}

static bool is_entered(const struct rg_reducer *r, const struct rg_dfa *dfa, int64_t n)
{
    bool entered = false;
    for (int64_t i = 0; i < n; i++)
        for (int symbol = 0; symbol < dfa->n_symbols; symbol++)
            entered |= successor(r, dfa, i, symbol) == 0;
    return entered;
}

static bool goes_on_alike(const struct rg_reducer *r, const struct rg_dfa *dfa, int64_t i)
{
    bool alike = true;
    for (int symbol = 0; symbol < dfa->n_symbols; symbol++)
        alike &= r->class[successor(r, dfa, i, symbol)] == r->class[successor(r, dfa, 0, symbol)];
    return alike;
}

/* Gives the initial state, that nothing leads to, a class by its transitions alone. */
static int64_t place_initial(struct rg_reducer *r, const struct rg_dfa *dfa, int64_t n,
                             int64_t n_classes)
{
    int64_t like = 1;
    while (like < n && !goes_on_alike(r, dfa, like))
        like++;
    if (like == n) /* then it is alone in its class, too */
        return n_classes;
    r->class[0] = r->class[like];
    return rg_partition_meet(r->room, n, r->class, n_classes, r->class, r->class);
}

/* A class is what its first member is, but the initial state's by another one where there is one: the others are
 * passed over by going backwards.                                                                   */
struct rg_dfa rg_reduce(struct rg_reducer *r, const struct rg_dfa *dfa)
{
    const int64_t n = search(r, dfa);
    int64_t n_classes = n > 0 ? classify(r, dfa, n) : 0;
    const bool entered = is_entered(r, dfa, n);
    if (n > 0 && !entered)
        n_classes = place_initial(r, dfa, n, n_classes);
    r->output[0] = dfa->output[dfa->initial];
    for (int64_t i = n - 1; i >= 0; i--) {
        const int32_t class = r->class[i];
        if (i > 0 || entered)
            r->output[class] = dfa->output[r->found[i]];
        for (int symbol = 0; symbol < dfa->n_symbols; symbol++)
            r->next[class * dfa->n_symbols + symbol] = r->class[successor(r, dfa, i, symbol)];
    }
    return (struct rg_dfa){
        .n_states = n_classes, .n_symbols = dfa->n_symbols, .next = r->next, .output = r->output};
}
