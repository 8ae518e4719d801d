/* What points take: the model's estimate, and what the points finished so far tell beside it. Station 2: pure.
 *
 * log(seconds / model's cost) = constant + one term for the place on each axis. The terms are fitted by least
 * squares with a penalty, so that a place of which little is known takes after the others.          */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "regime/config.h"

struct rg_costs;

/* The spec must outlive it. Memory grows with the places on the axes up to 2 MiB. Free with rg_costs_destroy. */
enum rg_status rg_costs_create(const struct rg_spec *spec, struct rg_costs **costs) RG_MUST_CHECK;
void rg_costs_destroy(struct rg_costs **costs);

/* These three have the form of struct rg_job's functions: `costs` is a struct rg_costs *.
 *
 * The point took so many seconds. Counts from the next fit on.                                      */
void rg_costs_learn(void *costs, int64_t id, double seconds);
void rg_costs_fit(void *costs);
/* The mean time of such a point in seconds; until that is known, the model's cost. */
double rg_costs_of(void *costs, int64_t id);

/* Has a fit had anything to learn from? */
bool rg_costs_known(const struct rg_costs *costs);

/* The standard deviation of the logarithm of what a sum of such times turns out to be, from the sum and that of
 * the squares; NaN: unknown.                                                                        */
double rg_costs_deviation(const struct rg_costs *costs, double sum, double squares);
