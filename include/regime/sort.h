/* Sorting of keys in place. */
#pragma once

#include <stdint.h>

/* Ascending. Takes no memory beside the keys'. */
void rg_sort_keys(uint64_t *keys, int64_t n);
