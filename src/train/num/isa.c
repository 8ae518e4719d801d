/* Asks the processor once. */
#include "train/num/isa.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[RG_N_ISAS] = {"base", "avx2", "avx512"};

static enum rg_isa widest(void)
{
#ifdef RG_X86
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512cd"))
        return RG_ISA_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
        __builtin_cpu_supports("bmi2"))
        return RG_ISA_AVX2;
#endif
    return RG_ISA_BASE;
}

enum rg_isa rg_isa(void)
{
    enum rg_isa best = widest();
    const char *asked = getenv("REGIME_ISA");
    for (int isa = 0; asked && isa < (int)best; isa++)
        if (strcmp(asked, names[isa]) == 0)
            return (enum rg_isa)isa;
    return best;
}

const char *rg_isa_name(enum rg_isa isa)
{
    return names[isa];
}
