/* Which strings are trained. */
#pragma once

#include <stdint.h>

#include "regime/status.h"
#include "train/parity/network.h"

/* Chooses the training set; its strings are in codes[dataset->n], free with rg_free.
 * fraction: each string has its own number of the stream, so that a larger fraction contains a smaller
 * one's strings; dataset_size: the beginning of one shuffle of all strings, nested likewise.       */
enum rg_status rg_dataset_choose(const struct rg_parity_settings *settings, uint64_t key,
                                 struct rg_dataset *dataset, uint32_t **codes) RG_MUST_CHECK;

/* Comparison of two uint32_t for qsort and bsearch. */
int rg_codes_ascend(const void *a, const void *b);
