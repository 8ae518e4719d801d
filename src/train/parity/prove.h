/* Is a network right on every string, from some length on? Proved; refuted, by a string longer than those that are all
 * read; or open: a wrong string among those tells nothing of longer ones.                            */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "regime/model.h"
#include "regime/status.h"
#include "train/parity/refute.h"
#include "train/parity/task.h"
#include "train/parity/weights.h"

enum rg_verdict { RG_UNTRIED, RG_PROVED, RG_REFUTED, RG_OPEN };

struct rg_proof {
    enum rg_verdict verdict;
    int64_t from; /* proved: every string of at least this length is read rightly; else 0 */
    double
        delta; /* proved: so does every evaluation with errors up to this: see check.h; else NaN */
    double float_error; /* proved: and no step in float32 errs by more than this; else NaN */
    int n_nodes;        /* of the last graph that was built; 0: none, or too large a one */
    double slow_radius; /* see slow.h; NaN if refuted */
    int64_t
        generalisation_length; /* every tested string to this length, from `from` on, is read rightly */
    int64_t
        refuted_length; /* refuted: of the shortest wrong string beyond the short ones; else 0 */
    struct rg_runs counterexample; /* the shortest of all, beside another verdict too */
};

/* The claim is about the weights as they stand, in real arithmetic; delta widens it to arithmetics that round. Only
 * ReLU networks can be proved. key: of the random strings.                                          */
enum rg_status rg_prove(const struct rg_weights *weights, const struct rg_task *task, uint64_t key,
                        const struct rg_tick *tick, struct rg_proof *proof) RG_MUST_CHECK;

size_t rg_prove_memory(int64_t hidden, int64_t n_symbols); /* bytes that it allocates at the most */
