/* Registers of the kernel's number type, and halves of them. For kernel files only: they start where whole multiples
 * of their size do. Arithmetic and comparisons go element by element.                                */
#pragma once

#include "train/num/real.h"

#define RG_BYTES_base    16
#define RG_BYTES_avx2    32
#define RG_BYTES_avx512  64
#define RG_BYTES_(isa)   RG_BYTES_##isa
#define RG_BYTES_OF(isa) RG_BYTES_(isa)
#define RG_BYTES         RG_BYTES_OF(RG_ISA)

typedef real whole __attribute__((vector_size(RG_BYTES)));
typedef real half __attribute__((vector_size(RG_BYTES / 2)));

/* What a comparison gives: all bits of an element set, or none. */
#ifdef RG_REAL_IS_double
typedef int64_t mask __attribute__((vector_size(RG_BYTES)));
#else
typedef int32_t mask __attribute__((vector_size(RG_BYTES)));
#endif

enum { WHOLE = sizeof(whole) / sizeof(real), HALF = sizeof(half) / sizeof(real) }; /* elements */

#define RG_INLINE static inline __attribute__((always_inline))
