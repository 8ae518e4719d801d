/* Names whatever decides the last bits of a point's numbers, and makes it the same on all ranks. */
#include <stdio.h>
#include <string.h>

#include "regime/train.h"
#include "train/num/isa.h"

#ifdef RG_HAVE_LIBXSMM
#include <libxsmm_version.h>

#define PRODUCTS_REMEDY ", with one LIBXSMM"

static void print_products(char *text, size_t size)
{
    snprintf(text, size, "libxsmm %s", LIBXSMM_CONFIG_VERSION);
}
#else
#include <cblas.h>

#define PRODUCTS_REMEDY ", or set OPENBLAS_CORETYPE to what all have"

static void print_products(char *text, size_t size)
{
    snprintf(text, size, "cblas %s", openblas_get_corename());
}
#endif

enum { TEXT_SIZE = 96 };

const char *rg_arithmetic(void)
{
    static char text[TEXT_SIZE];
    char products[64];
    print_products(products, sizeof products);
    snprintf(text, sizeof text, "%s %s", rg_isa_name(rg_isa()), products);
    return text;
}

void rg_arithmetic_adopt(const char *stored)
{
    if (stored)
        rg_isa_narrow(rg_isa_find(stored));
}

/* The highest rank whose arithmetic is another than rank 0's, and which that is; -1: none. */
static int find_other(MPI_Comm comm, char other[TEXT_SIZE])
{
    int rank;
    MPI_Comm_rank(comm, &rank);
    snprintf(other, TEXT_SIZE, "%s", rg_arithmetic());
    MPI_Bcast(other, TEXT_SIZE, MPI_CHAR, 0, comm);
    int differs = strcmp(other, rg_arithmetic()) != 0 ? rank : -1;
    MPI_Allreduce(MPI_IN_PLACE, &differs, 1, MPI_INT, MPI_MAX, comm);
    if (differs < 0)
        return differs;
    snprintf(other, TEXT_SIZE, "%s", rg_arithmetic());
    MPI_Bcast(other, TEXT_SIZE, MPI_CHAR, differs, comm);
    return differs;
}

enum rg_status rg_arithmetic_agree(MPI_Comm comm)
{
    int isa = (int)rg_isa();
    char other[TEXT_SIZE];
    MPI_Allreduce(MPI_IN_PLACE, &isa, 1, MPI_INT, MPI_MIN, comm);
    rg_isa_narrow((enum rg_isa)isa);
    const int rank = find_other(comm, other);
    RG_REQUIRE(rank < 0, RG_ERROR_USER,
               "rank 0 would compute with \"%s\" and rank %d with \"%s\", and bits would differ: "
               "run on machines of one kind%s",
               rg_arithmetic(), rank, other, PRODUCTS_REMEDY);
    return RG_OK;
}
