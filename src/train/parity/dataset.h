/* Which strings there are, and which of them are trained. */
#pragma once

#include <stdint.h>

#include "regime/status.h"
#include "train/parity/network.h"

/* All strings of length min_length to max_length with the task's targets, or those of the file with its
 * targets. Free with rg_dataset_free.                                                               */
enum rg_status rg_dataset_all(const struct rg_parity_settings *settings, const struct rg_task *task,
                              struct rg_dataset *universe) RG_MUST_CHECK;

/* Chooses the training set out of them; free with rg_dataset_free.
 * fraction: each string has its own number of the stream, so that a larger fraction contains a smaller
 * one's strings; dataset_size: the beginning of one shuffle of all strings, nested likewise.       */
enum rg_status rg_dataset_choose(const struct rg_parity_settings *settings, uint64_t key,
                                 const struct rg_dataset *universe,
                                 struct rg_dataset *dataset) RG_MUST_CHECK;
void rg_dataset_free(struct rg_dataset *dataset);

/* Place in `codes` of a string that is in the dataset. */
int64_t rg_dataset_place(const struct rg_dataset *dataset, int length, uint32_t code);

/* Comparison of two uint32_t for qsort and bsearch. */
int rg_codes_ascend(const void *a, const void *b);
