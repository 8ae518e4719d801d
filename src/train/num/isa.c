/* Asks the processor once, and the environment; whoever knows of other machines may narrow the answer. */
#include "train/num/isa.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[RG_N_ISAS] = {"base", "avx2", "avx512"};

/* What the kernels are compiled for: x86-64-v3 and -v4. Where the compiler cannot ask for a level by name,
 * for its features that some processor with AVX2 (AVX-512F) may lack.                              */
#ifdef RG_X86
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 12
static bool has_v3(void)
{
    return __builtin_cpu_supports("x86-64-v3");
}

static bool has_v4(void)
{
    return __builtin_cpu_supports("x86-64-v4");
}
#else
static bool has_v3(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

static bool has_v4(void)
{
    return has_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512cd");
}
#endif

static enum rg_isa widest(void)
{
    __builtin_cpu_init();
    if (has_v3() && has_v4())
        return RG_ISA_AVX512;
    return has_v3() ? RG_ISA_AVX2 : RG_ISA_BASE;
}
#else
static enum rg_isa widest(void)
{
    return RG_ISA_BASE;
}
#endif

static enum rg_isa widest_allowed(void)
{
    const enum rg_isa best = widest();
    const char *asked = getenv("REGIME_ISA");
    const enum rg_isa limit = asked ? rg_isa_find(asked) : RG_N_ISAS;
    return limit < best ? limit : best;
}

static enum rg_isa *in_use(void)
{
    static enum rg_isa isa = RG_N_ISAS;
    if (isa == RG_N_ISAS)
        isa = widest_allowed();
    return &isa;
}

enum rg_isa rg_isa(void)
{
    return *in_use();
}

void rg_isa_narrow(enum rg_isa limit)
{
    if (limit < *in_use())
        *in_use() = limit;
}

const char *rg_isa_name(enum rg_isa isa)
{
    return names[isa];
}

enum rg_isa rg_isa_find(const char *text)
{
    const size_t length = strcspn(text, " ");
    int isa = 0;
    while (isa < RG_N_ISAS &&
           (strlen(names[isa]) != length || memcmp(names[isa], text, length) != 0))
        isa++;
    return (enum rg_isa)isa;
}
