/* Ordinary differential equations u' = f(u) that may be stiff. */
#pragma once

#include "regime/status.h"

struct rg_ode {
    int n;
    void (*flow)(const double *u, double *slope, const void *context); /* both [n] */
    const void *context;
    const double *start;      /* [n] u at time 0 */
    const double *negligible; /* [n] errors that are no matter */
};

/* The first of the u at ascending times >= 0, to a relative error of about 1e-8: first[n_times]. NaN from where
 * the integration cannot go on. RG_ERROR_SYSTEM: no memory.                                            */
enum rg_status rg_ode_course(const struct rg_ode *ode, int n_times, const double *times,
                             double *first) RG_MUST_CHECK;
