/* Names of kernels: each *_real.c is compiled once per precision and instruction set, with RG_REAL,
 * RG_PRECISION (f4, f8) and RG_ISA (base, avx2, avx512) defined by the build. RG_KERNEL(name) is
 * name_f4_avx512 and the like; everything else in such a file is static.                           */
#pragma once

#define RG_JOIN3_(a, b, c) a##_##b##_##c
#define RG_JOIN3(a, b, c)  RG_JOIN3_(a, b, c)
#define RG_KERNEL(name)    RG_JOIN3(name, RG_PRECISION, RG_ISA)

typedef RG_REAL real; /* the only typedef of the project: it has to look like a number type */
