/* LIBXSMM's names for this file's number type, and its run-time compiler set to this file's instruction
 * set, so that the bits depend on it alone. For kernel files only. */
#pragma once

#ifdef RG_REAL_IS_double
#define XSMM(name) libxsmm_dmm##name
#define BLAS(name) cblas_d##name
#else
#define XSMM(name) libxsmm_smm##name
#define BLAS(name) cblas_s##name
#endif

#ifdef RG_HAVE_LIBXSMM
#include <libxsmm.h>

#include "regime/status.h"
#include "train/num/isa.h"

#define ARCHITECTURE_base   LIBXSMM_X86_SSE3
#define ARCHITECTURE_avx2   LIBXSMM_X86_AVX2
#define ARCHITECTURE_avx512 LIBXSMM_X86_AVX512_CORE
#define ARCHITECTURE_(isa)  ARCHITECTURE_##isa
#define ARCHITECTURE(isa)   ARCHITECTURE_(isa)

static inline void rg_xsmm_start(void)
{
    libxsmm_init();
#ifdef __x86_64__
    libxsmm_set_target_archid(ARCHITECTURE(RG_ISA));
#endif
}

/* A kernel that cannot be made is an error, for CBLAS has other bits. */
static inline enum rg_status rg_xsmm_check(void (*kernel)(void), int rows, int cols, int depth)
{
    RG_REQUIRE(kernel, RG_ERROR_SYSTEM,
               "LIBXSMM %s cannot make a kernel for products of %d x %d by %d x %d (no memory left "
               "that may be executed?): with cmake -DREGIME_LIBXSMM=OFF they go through CBLAS",
               LIBXSMM_CONFIG_VERSION, rows, depth, depth, cols);
    return RG_OK;
}
#endif
