/* Partitions of the numbers 0 .. n - 1 into classes: part[i] is the class of i. */
#pragma once

#include <stdint.h>

#include "regime/status.h"

struct rg_partitions; /* room to work in */

enum rg_status rg_partitions_create(int64_t n_max, struct rg_partitions **room) RG_MUST_CHECK;
void rg_partitions_destroy(struct rg_partitions **room);

/* Numbers of one class in both a and b are of one class in `meet`, which may be either of them. Its classes are
 * numbered in the order of their first members. Classes of a: 0 .. n_a - 1. Returns their number.     */
int64_t rg_partition_meet(struct rg_partitions *room, int64_t n, const int32_t *a, int64_t n_a,
                          const int32_t *b, int32_t *meet);
