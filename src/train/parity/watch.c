/* Blocks of parameters, thinned as records come in: while a network trains, a record costs it no more than a
 * copy, and 16 of them take less than a tenth of what all pairs' distances would in a saved state.   */
#include "train/parity/watch.h"

#include <string.h>

#include "regime/memory.h"

struct counts {
    int64_t kept, seen, stride; /* every stride-th of the records seen is kept */
    int64_t last;               /* epoch seen last */
};

struct rg_watch {
    const struct rg_parity *net;
    struct counts counts;
    int64_t most;
    size_t block;
    char *blocks; /* [most][block] */
};

enum rg_status rg_watch_create(const struct rg_parity *net, int64_t most, struct rg_watch **watch)
{
    RG_TRY(rg_alloc(watch, 1, sizeof **watch));
    struct rg_watch *w = *watch;
    w->net = net;
    w->counts = (struct counts){.stride = 1, .last = -1};
    w->most = most;
    w->block = rg_parity_size(net);
    return rg_alloc(&w->blocks, (size_t)most, w->block);
}

void rg_watch_destroy(struct rg_watch **watch)
{
    if (*watch)
        rg_free(&(*watch)->blocks);
    rg_free(watch);
}

int64_t rg_watch_n(const struct rg_watch *watch)
{
    return watch->counts.kept;
}

void *rg_watch_block(const struct rg_watch *watch, int64_t k)
{
    return watch->blocks + (size_t)k * watch->block;
}

static void drop_every_second(struct rg_watch *w)
{
    w->counts.kept = (w->counts.kept + 1) / 2;
    w->counts.stride *= 2;
    for (int64_t k = 1; k < w->counts.kept; k++)
        memcpy(rg_watch_block(w, k), rg_watch_block(w, 2 * k), w->block);
}

void rg_watch_take(struct rg_watch *w, int64_t epoch)
{
    if (epoch == w->counts.last)
        return;
    w->counts.last = epoch;
    const int64_t record = w->counts.seen++;
    if (record % w->counts.stride == 0 && w->counts.kept == w->most)
        drop_every_second(w);
    if (record % w->counts.stride != 0)
        return;
    rg_parity_keep(w->net, rg_watch_block(w, w->counts.kept++));
}

void rg_watch_state(struct rg_watch *w, const struct rg_mover *mover)
{
    mover->move(mover->context, &w->counts, sizeof w->counts);
    mover->move(mover->context, w->blocks, (size_t)w->most * w->block);
}

size_t rg_watch_size(int64_t most, size_t block)
{
    return sizeof(struct counts) + (size_t)most * block;
}
