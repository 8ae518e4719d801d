/* See regime/blas.h. The names of kernels are those of OpenBLAS' driver/others/dynamic.c. Cooperlake and
 * SapphireRapids are not in the table: 0.3.21 chooses them, but cannot be told to.                   */
#include "regime/blas.h"

#include <cblas.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "train/num/isa.h"

#ifdef RG_X86
#define PLAINEST "PRESCOTT"
#else
#define PLAINEST "ARMV8"
#endif

/* The narrowest instruction set that surely has what the kernels need (RG_N_ISAS: none); old: from before
 * AVX2.                                                                                             */
static const struct kernel {
    const char *name;
    enum rg_isa isa;
    bool old;
} kernels[] = {
    {"Generic", RG_N_ISAS, true},       {"Katmai", RG_N_ISAS, true},
    {"Barcelona", RG_N_ISAS, true},     {"Prescott", RG_ISA_BASE, true},
    {"Core2", RG_ISA_AVX2, true},       {"Nehalem", RG_ISA_AVX2, true},
    {"Sandybridge", RG_ISA_AVX2, true}, {"Haswell", RG_ISA_AVX2, false},
    {"Zen", RG_ISA_AVX2, false},        {"SkylakeX", RG_ISA_AVX512, false},
};

static const struct kernel *find_kernel(const char *name)
{
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++)
        if (strcasecmp(kernels[i].name, name) == 0)
            return &kernels[i];
    return NULL;
}

const char *rg_blas_version(void)
{
    static char version[32];
    if (sscanf(openblas_get_config(), "OpenBLAS %31s", version) != 1)
        snprintf(version, sizeof version, "unknown");
    return version;
}

const char *rg_blas_kernel(void)
{
    return openblas_get_corename();
}

const char *rg_blas_name(void)
{
    static char name[96];
    snprintf(name, sizeof name, "openblas %s %s", rg_blas_version(), rg_blas_kernel());
    return name;
}

int rg_blas_threads(void)
{
    return openblas_get_num_threads();
}

void rg_blas_one_thread(void)
{
    openblas_set_num_threads(1);
}

bool rg_blas_is_old(const char *kernel)
{
    const struct kernel *known = find_kernel(kernel);
    return known && known->old;
}

const char *rg_blas_fitting(void)
{
    static const char *const fitting[RG_N_ISAS] = {PLAINEST, "HASWELL", "SKYLAKEX"};
    return fitting[rg_isa()];
}

/* The kernels that a stored arithmetic names, if this OpenBLAS can make its bits here. */
static const struct kernel *find_stored(const char *stored)
{
    char prefix[48];
    snprintf(prefix, sizeof prefix, "openblas %s ", rg_blas_version());
    const char *found = stored ? strstr(stored, prefix) : NULL;
    const struct kernel *kernel = found ? find_kernel(found + strlen(prefix)) : NULL;
    return kernel && kernel->isa <= rg_isa() ? kernel : NULL;
}

const char *rg_blas_wanted(const char *stored)
{
    const struct kernel *kept = find_stored(stored);
    const char *now = rg_blas_kernel(), *wanted = now;
    if (kept)
        wanted = kept->name;
    else if (rg_isa() >= RG_ISA_AVX2 && rg_blas_is_old(now))
        wanted = rg_blas_fitting();
    const bool choosable = strstr(openblas_get_config(), "DYNAMIC_ARCH") != NULL;
    return choosable && strcasecmp(wanted, now) != 0 ? wanted : NULL;
}
