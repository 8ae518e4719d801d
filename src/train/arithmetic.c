/* Names whatever decides the last bits of a point's numbers on this machine. */
#include <stdio.h>

#include "regime/train.h"
#include "train/num/isa.h"

#ifdef RG_HAVE_LIBXSMM
#include <libxsmm_version.h>
#define PRODUCTS "libxsmm " LIBXSMM_CONFIG_VERSION
#else
#define PRODUCTS "cblas"
#endif

const char *rg_arithmetic(void)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %s", rg_isa_name(rg_isa()), PRODUCTS);
    return text;
}
