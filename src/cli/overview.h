/* How far a sweep is, from its file and the lock beside it. */
#pragma once

#include <stdio.h>

#include "cli/cli.h"
#include "cli/stored.h"
#include "regime/lock.h"

/* Those of the JSON object. */
extern const struct rg_term rg_overview_keys[];

struct rg_overview {
    struct rg_stored stored;
    bool readable; /* is its sweep? Else stored has a store alone */
    char why_not[4096];
    struct rg_summary summary;
    struct rg_lock_info lock;
    const char *state; /* running, stopping, stopped or complete */
    bool asked_to_stop;
    int64_t in_flight, pending;
    int64_t workers;  /* points that are trained at a time: by a rank each, or a team */
    int64_t saved;    /* amid their training, of a sweep at which nobody works */
    double rate, eta; /* points a second, seconds; NAN: unknown */
};

/* Opens the file and looks. Free with rg_overview_close, also after an error. Errors: RG_ERROR_DAMAGED; rows of the
 * points themselves are not checked, but for their status.                                          */
enum rg_status rg_overview_open(const char *path, struct rg_overview *overview) RG_MUST_CHECK;
void rg_overview_close(struct rg_overview *overview);

/* A few lines, with the last points that failed, or one JSON object. Errors: RG_ERROR_DAMAGED. */
enum rg_status rg_overview_print(FILE *out, const char *path,
                                 const struct rg_overview *overview) RG_MUST_CHECK;
void rg_overview_print_json(FILE *out, const struct rg_overview *overview);

/* Errors: RG_ERROR_DAMAGED where points have a status that is none. */
enum rg_status rg_overview_judge(const char *path,
                                 const struct rg_overview *overview) RG_MUST_CHECK;
