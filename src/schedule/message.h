/* What the ranks say to each other. Every message is one struct of 64-bit integers. */
#pragma once

#include <mpi.h>
#include <stdint.h>

enum rg_tag {
    RG_TAG_ASK,  /* first rank of a team -> rank 0: struct rg_ask */
    RG_TAG_ORDER /* rank 0 -> first rank of a team, or a left-over rank: struct rg_order */
};

struct rg_ask {
    int64_t finished; /* id of a point just worked on to the end, or -1 */
    int64_t wants;    /* 1: asks for one more point, besides those asked for and not yet given */
    int64_t idle;     /* 1: has nothing to do until it comes */
    int64_t wish;     /* enum rg_wish */
};

enum rg_order_kind { RG_ORDER_POINT, RG_ORDER_FLUSH, RG_ORDER_STOP };

struct rg_order {
    int64_t kind;
    int64_t id; /* of the point; of a stop 1: before the end */
};

enum {
    RG_ASK_WORDS = sizeof(struct rg_ask) / sizeof(int64_t),
    RG_ORDER_WORDS = sizeof(struct rg_order) / sizeof(int64_t)
};
