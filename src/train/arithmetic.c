/* Names whatever decides the last bits of a point's numbers, and makes it the same on all ranks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "regime/blas.h"
#include "regime/train.h"
#include "train/num/isa.h"

#ifdef RG_HAVE_LIBXSMM
#include <libxsmm_version.h>

enum { PRODUCTS_BY_BLAS = 0 };
static const char *const products = " libxsmm " LIBXSMM_CONFIG_VERSION;
#else
enum { PRODUCTS_BY_BLAS = RG_SMALL_GEMM }; /* RG_SMALL_GEMM is then BLAS */
static const char *const products = "";
#endif

enum { TEXT_SIZE = 160, HOST_SIZE = 64 };

static bool uses_blas(const struct rg_model *model)
{
    return model->libraries & (RG_BLAS | PRODUCTS_BY_BLAS);
}

const char *rg_arithmetic(const struct rg_model *model)
{
    static char text[TEXT_SIZE];
    if (model->libraries & RG_PROGRAM)
        return "of another program";
    snprintf(text, sizeof text, "%s%s%s%s", rg_isa_name(rg_isa()),
             model->libraries & RG_SMALL_GEMM ? products : "", uses_blas(model) ? " " : "",
             uses_blas(model) ? rg_blas_name() : "");
    return text;
}

enum rg_status rg_arithmetic_check(void)
{
    const char *asked = getenv("REGIME_ISA");
    const enum rg_isa isa = asked ? rg_isa_find(asked) : RG_N_ISAS;
    const bool known = isa < RG_N_ISAS && strcmp(asked, rg_isa_name(isa)) == 0;
    RG_REQUIRE(!asked || !*asked || known, RG_ERROR_USER,
               "REGIME_ISA=%s: base, avx2 or avx512 is expected", asked);
    return RG_OK;
}

void rg_arithmetic_adopt(const char *stored)
{
    if (stored)
        rg_isa_narrow(rg_isa_find(stored));
}

struct machine {
    char host[HOST_SIZE], arithmetic[TEXT_SIZE];
};

static void describe(const struct rg_model *model, struct machine *machine)
{
    memset(machine, 0, sizeof *machine);
    gethostname(machine->host, sizeof machine->host - 1);
    snprintf(machine->arithmetic, sizeof machine->arithmetic, "%s", rg_arithmetic(model));
}

/* Rank 0, and the highest rank whose arithmetic is another: that rank, -1 if there is none. */
static int find_other(MPI_Comm comm, const struct rg_model *model, struct machine *first,
                      struct machine *other)
{
    int rank;
    MPI_Comm_rank(comm, &rank);
    describe(model, first);
    describe(model, other);
    MPI_Bcast(first, (int)sizeof *first, MPI_BYTE, 0, comm);
    int differs = strcmp(first->arithmetic, other->arithmetic) != 0 ? rank : -1;
    MPI_Allreduce(MPI_IN_PLACE, &differs, 1, MPI_INT, MPI_MAX, comm);
    if (differs >= 0)
        MPI_Bcast(other, (int)sizeof *other, MPI_BYTE, differs, comm);
    return differs;
}

enum rg_status rg_arithmetic_agree(MPI_Comm comm, const struct rg_model *model)
{
    int isa = (int)rg_isa();
    struct machine first, other;
    MPI_Allreduce(MPI_IN_PLACE, &isa, 1, MPI_INT, MPI_MIN, comm);
    rg_isa_narrow((enum rg_isa)isa);
    const int rank = find_other(comm, model, &first, &other);
    const bool blas = uses_blas(model);
    RG_REQUIRE(
        rank < 0, RG_ERROR_USER,
        "rank 0 on %s would compute with \"%s\" and rank %d on %s with \"%s\", and bits would "
        "differ: run on machines of one kind, with the same libraries%s%s%s",
        first.host, first.arithmetic, rank, other.host, other.arithmetic,
        blas ? ", or export OPENBLAS_CORETYPE=" : "", blas ? rg_blas_fitting() : "",
        blas ? " and start with mpirun -x OPENBLAS_CORETYPE" : "");
    return RG_OK;
}
