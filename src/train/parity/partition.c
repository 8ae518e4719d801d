#include "train/parity/partition.h"

#include "regime/memory.h"

struct rg_partitions { /* the classes of the meet, chained by their class of a */
    int32_t *last;     /* [n_max] newest class of the chain; -1: none */
    int32_t *before;   /* [n_max] the class before it in its chain */
    int32_t *b;        /* [n_max] its class of b */
};

enum rg_status rg_partitions_create(int64_t n_max, struct rg_partitions **room)
{
    const size_t n = (size_t)n_max;
    RG_TRY(rg_alloc(room, 1, sizeof **room));
    RG_TRY(rg_alloc(&(*room)->last, n, sizeof(int32_t)));
    RG_TRY(rg_alloc(&(*room)->before, n, sizeof(int32_t)));
    return rg_alloc(&(*room)->b, n, sizeof(int32_t));
}

void rg_partitions_destroy(struct rg_partitions **room)
{
    if (!*room)
        return;
    rg_free(&(*room)->last);
    rg_free(&(*room)->before);
    rg_free(&(*room)->b);
    rg_free(room);
}

int64_t rg_partition_meet(struct rg_partitions *room, int64_t n, const int32_t *a, int64_t n_a,
                          const int32_t *b, int32_t *meet)
{
    int32_t n_classes = 0;
    for (int64_t c = 0; c < n_a; c++)
        room->last[c] = -1;
    for (int64_t i = 0; i < n; i++) {
        const int32_t from = a[i];
        int32_t class = room->last[from];
        while (class >= 0 && room->b[class] != b[i])
            class = room->before[class];
        if (class < 0) {
            class = n_classes++;
            room->b[class] = b[i];
            room->before[class] = room->last[from];
            room->last[from] = class;
        }
        meet[i] = class;
    }
    return n_classes;
}
