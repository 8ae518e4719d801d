/* Chooses the kernels of dots_real.c. */
#include "train/num/dots.h"

static const struct rg_dots *const table[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_dots);

const struct rg_dots *rg_dots_double(void)
{
    return table[1][rg_isa()];
}
