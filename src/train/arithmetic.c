/* Names whatever decides the last bits of a point's numbers on this machine. */
#include <stdio.h>

#include "regime/train.h"
#include "train/num/isa.h"

#ifdef RG_HAVE_LIBXSMM
#include <libxsmm_version.h>

static void print_products(char *text, size_t size)
{
    snprintf(text, size, "libxsmm %s", LIBXSMM_CONFIG_VERSION);
}
#else
#include <cblas.h>

static void print_products(char *text, size_t size)
{
    snprintf(text, size, "cblas %s", openblas_get_corename());
}
#endif

const char *rg_arithmetic(void)
{
    static char text[96];
    char products[64];
    print_products(products, sizeof products);
    snprintf(text, sizeof text, "%s %s", rg_isa_name(rg_isa()), products);
    return text;
}
