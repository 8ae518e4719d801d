/* The search for a string on which a network is wrong, where random strings are right: in double, from the
 * weights as they stand.                                                                            */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "regime/model.h"
#include "regime/status.h"
#include "train/parity/task.h"
#include "train/parity/weights.h"

enum { RG_RUNS_MAX = 512, RG_TESTED_LENGTH = 10000 };

/* A string as runs of one symbol each: 1 0^72 has two. */
struct rg_runs {
    int64_t length; /* of the string; 0: there is none */
    int n;          /* runs; those beyond RG_RUNS_MAX are left out */
    uint8_t symbols[RG_RUNS_MAX];
    int32_t counts[RG_RUNS_MAX];
};

struct rg_refutation {
    struct rg_runs shortest; /* wrong string that was found, and replayed symbol by symbol */
    int64_t short_length;    /* all strings to this length were read: 9 for two symbols */
    int64_t beyond;  /* length of the shortest longer one that is wrong, replayed too; 0: none */
    int64_t longest; /* length of the longest wrong string that was found */
    int64_t first_random; /* least length at which a random string was wrong; 0: none */
};

/* Is the network right after every symbol of: all strings of 9 symbols; each primitive word of up to 6 symbols (and
 * so, with what follows, all its rotations) again and again, from the start and after each string of up to 3
 * symbols, for 500 symbols in all; 16 random strings of RG_TESTED_LENGTH, until one is wrong? Over more
 * symbols than two: shorter ones, as many in number.                                                */
enum rg_status rg_refute(const struct rg_weights *weights, const struct rg_task *task, uint64_t key,
                         const struct rg_tick *tick,
                         struct rg_refutation *refutation) RG_MUST_CHECK;
