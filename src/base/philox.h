/* Random123's Philox4x64-10 behind a plain C signature, so that one file meets its headers. */
#pragma once

#include <stdint.h>

/* out = Philox4x64-10 of the counter under the key. in and out may be the same array. */
void rg_philox(const uint64_t counter[4], const uint64_t key[2], uint64_t out[4]);
