/* Names of kernels: each *_real.c is compiled once per precision and instruction set, with RG_REAL,
 * RG_PRECISION (f4, f8) and RG_ISA (base, avx2, avx512) defined by the build. RG_KERNEL(name) is
 * name_f4_avx512 and the like; everything else in such a file is static.                           */
#pragma once

#include <stdint.h>

#define RG_JOIN3_(a, b, c) a##_##b##_##c
#define RG_JOIN3(a, b, c)  RG_JOIN3_(a, b, c)
#define RG_KERNEL(name)    RG_JOIN3(name, RG_PRECISION, RG_ISA)

/* The only typedefs of the project: they have to look like number types. */
typedef RG_REAL real;
#undef RG_REAL /* the name is regime/model.h's too: include this file first */
#ifdef RG_REAL_IS_double
typedef uint64_t real_bits;
#else
typedef uint32_t real_bits;
#endif
