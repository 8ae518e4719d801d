/* The BLAS that is loaded, OpenBLAS, and which of its kernels it ought to run. It chooses them while it is
 * loaded: those that OPENBLAS_CORETYPE in the environment names, else those that it thinks the processor's.
 * One that it does not know gets old kernels, several times slower. Nothing here is collective.      */
#pragma once

#include <stdbool.h>

/* Version and kernels, on which bits depend: "openblas 0.3.21 SkylakeX". Static memory. */
const char *rg_blas_name(void);
const char *rg_blas_version(void);
const char *rg_blas_kernel(void);

/* In each call from now on; as loaded, it is one thread for each core of the machine. */
int rg_blas_threads(void);
void rg_blas_one_thread(void);

/* Kernels from before AVX2. */
bool rg_blas_is_old(const char *kernel);

/* The OPENBLAS_CORETYPE that fits the instruction set in use (rg_isa). */
const char *rg_blas_fitting(void);

/* The OPENBLAS_CORETYPE under which the program should start anew: for the kernels of a stored arithmetic
 * (NULL: none is stored), where this processor has what they need, else for those that fit, where old ones
 * run. NULL: nothing to change, or an OpenBLAS that has one set of kernels only.                    */
const char *rg_blas_wanted(const char *stored);
