/* How many points one message hands out: as many as last so long that rank 0 can answer all teams, where points are
 * short or teams many.                                                                              */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "regime/schedule.h"

/* Seconds of work that a block should hold. Rank 0 takes a few microseconds for a message, from each team one a
 * block: with ten for each team it is half idle.                                                     */
static inline double rg_block_seconds(int64_t n_teams)
{
    static const double least = 2e-3, each = 1e-5;
    return each * (double)n_teams > least ? each * (double)n_teams : least;
}

/* Points that last this long each; 0: nobody knows yet. From 1 to most. */
static inline int64_t rg_block_size(int64_t n_teams, double point_seconds, int64_t most)
{
    const double n = point_seconds > 0 ? rg_block_seconds(n_teams) / point_seconds : 1;
    return n < 1 ? 1 : n > (double)most ? most : (int64_t)n;
}

/* Should a team tell now what it has finished since it last said something? */
static inline bool rg_block_is_due(int64_t n_teams, int64_t n_finished, double since)
{
    return n_finished == RG_BLOCK_MAX || (n_finished > 0 && since >= rg_block_seconds(n_teams));
}
