/* Which compilation of the kernels this process uses: the widest instruction set of the machine, or a
 * narrower one. REGIME_ISA=base|avx2|avx512 in the environment is a limit like that of a machine; any
 * other word is none (rg_arithmetic_check refuses it).                                               */
#pragma once

enum rg_isa { RG_ISA_BASE, RG_ISA_AVX2, RG_ISA_AVX512, RG_N_ISAS };

enum rg_isa rg_isa(void);
/* From now on none wider than this; before the first kernel is chosen. */
void rg_isa_narrow(enum rg_isa limit);

const char *rg_isa_name(enum rg_isa isa);
/* That which the first word of a text names; RG_N_ISAS: none. */
enum rg_isa rg_isa_find(const char *text);

/* The row of a table of kernels: RG_KERNEL_TABLE(rg_gemm) expands to {base, avx2, avx512} addresses of
 * the const structs rg_gemm_f4_base, ... as [2][RG_N_ISAS], float first.                            */
#ifdef RG_X86
#define RG_KERNEL_TABLE(name)                                   \
    {                                                           \
        {&name##_f4_base, &name##_f4_avx2, &name##_f4_avx512},  \
        {                                                       \
            &name##_f8_base, &name##_f8_avx2, &name##_f8_avx512 \
        }                                                       \
    }
#define RG_KERNEL_DECLARE(type, name)                                                   \
    extern const type name##_f4_base, name##_f4_avx2, name##_f4_avx512, name##_f8_base, \
        name##_f8_avx2, name##_f8_avx512
#else
#define RG_KERNEL_TABLE(name) \
    {                         \
        {&name##_f4_base},    \
        {                     \
            &name##_f8_base   \
        }                     \
    }
#define RG_KERNEL_DECLARE(type, name) extern const type name##_f4_base, name##_f8_base
#endif
