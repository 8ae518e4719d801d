/* What the ranks say to each other. Every message is one struct of 64-bit integers, of which the list at its end is
 * sent as far as it is filled.                                                                      */
#pragma once

#include <mpi.h>
#include <stddef.h>
#include <stdint.h>

#include "regime/schedule.h"

enum rg_tag {
    RG_TAG_ASK,  /* first rank of a team -> rank 0: struct rg_ask */
    RG_TAG_ORDER /* rank 0 -> first rank of a team, or a left-over rank: struct rg_order */
};

struct rg_finished { /* a point worked on to the end */
    int64_t id, nanoseconds;
};

struct rg_ask {
    int64_t wants; /* > 0: asks for so many more points, or fewer; one such question at a time */
    int64_t idle;  /* 1: has nothing to do until they come */
    int64_t wish;  /* enum rg_wish */
    int64_t n_finished;
    struct rg_finished finished[RG_BLOCK_MAX];
};

enum rg_order_kind { RG_ORDER_POINTS, RG_ORDER_FLUSH, RG_ORDER_STOP };

struct rg_order {
    int64_t kind;
    int64_t early; /* 1: a stop before the end */
    int64_t n_points;
    int64_t points[RG_BLOCK_MAX]; /* ids */
};

enum {
    RG_ASK_WORDS = sizeof(struct rg_ask) / sizeof(int64_t),
    RG_ORDER_WORDS = sizeof(struct rg_order) / sizeof(int64_t)
};

static inline int rg_ask_words(const struct rg_ask *ask)
{
    return (int)(offsetof(struct rg_ask, finished) / sizeof(int64_t) +
                 (size_t)ask->n_finished * sizeof *ask->finished / sizeof(int64_t));
}

static inline int rg_order_words(const struct rg_order *order)
{
    return (int)(offsetof(struct rg_order, points) / sizeof(int64_t) + (size_t)order->n_points);
}
