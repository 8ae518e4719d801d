/* Teams: sums in the order of the ranks, one code for all, thousands of them one after another; and one BLAS
 * in the process, with our panel in ScaLAPACK's products.                                             */
#define _GNU_SOURCE
#include <cblas.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "regime/memory.h"
#include "teams.h"
#include "test.h"
#include "train/dist/grid.h"

const char *const test_suite = "train_dist_team";

/* ---- together ------------------------------------------------------------------------------------ */

/* 1e16 + 1 - 1e16 is 0 in this order and 1 or 2 in others; more numbers than go at a time. */
static void check_sum(const struct rg_team *team)
{
    enum { N = 1300 };
    static const double terms[] = {1, 1e16, -1e16, 3};
    static double values[N];
    const int rank = rg_team_rank(team);
    double ranks = 1, expected = 0;
    rg_team_sum(team, 1, &ranks);
    for (int r = 0; r < (int)ranks; r++)
        expected += terms[r];
    for (int i = 0; i < N; i++)
        values[i] = terms[rank] * (1 + i % 2);
    rg_team_sum(team, N, values);
    int wrong = 0;
    for (int i = 0; i < N; i++)
        wrong += values[i] != expected * (1 + i % 2);
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(rg_team_alone(team), ranks == 1);
}

static void sums(void)
{
    on_every_grid(check_sum);
}

static void check_agree(const struct rg_team *team)
{
    const bool last = rg_team_rank(team) == 1;
    const enum rg_status worst = rg_team_alone(team) ? RG_OK : RG_ERROR_USER;
    rg_error_clear();
    CU_ASSERT_EQUAL(rg_team_agree(team, RG_OK), RG_OK);
    CU_ASSERT_EQUAL(rg_team_agree(team, last ? RG_ERROR_USER : RG_OK), worst);
    const char *expected =
        worst == RG_OK || last ? "" : "another rank of the point's team could not go on";
    CU_ASSERT_STRING_EQUAL(rg_error_message(), expected);
    rg_error_clear();
}

static void one_code(void)
{
    on_every_grid(check_agree);
}

static void wrong_size(void)
{
    struct rg_team *team = NULL;
    CU_ASSERT_EQUAL(rg_team_create(MPI_COMM_SELF, (int[2]){2, 3}, 8, &team), RG_ERROR_SYSTEM);
    CU_ASSERT_STRING_EQUAL(rg_error_message(), "a team of 2 x 3 cannot be made of 1 ranks");
    CU_ASSERT_PTR_NULL(team);
    rg_error_clear();
    rg_team_destroy(&team);
}

/* Communicators made and freed, by us and by BLACS, counted before they go on to MPI. */
static int n_comms;

int MPI_Comm_dup(MPI_Comm from, MPI_Comm *to)
{
    n_comms++;
    return PMPI_Comm_dup(from, to);
}

int MPI_Comm_create(MPI_Comm from, MPI_Group group, MPI_Comm *to)
{
    n_comms++;
    return PMPI_Comm_create(from, group, to);
}

int MPI_Comm_split(MPI_Comm from, int color, int key, MPI_Comm *to)
{
    n_comms++;
    return PMPI_Comm_split(from, color, key, to);
}

int MPI_Comm_free(MPI_Comm *comm)
{
    n_comms--;
    return PMPI_Comm_free(comm);
}

/* Some singular values: the routine makes grids of its own. */
static bool work_once(MPI_Comm comm, const int grid[2], struct rg_team *first)
{
    struct rg_team *team = NULL;
    struct rg_matrix a = {0};
    double s[3];
    bool failed = true;
    if (rg_team_create(comm, grid, 2, &team) == RG_OK &&
        rg_matrix_init(&a, team, RG_NUMBER_F8, 3, 5) == RG_OK &&
        rg_matrix_svd(&a, s, NULL, NULL, &failed) == RG_OK && first->size == 0)
        *first = *team;
    const bool same =
        team && team->context == first->context && team->handle == first->handle && !failed;
    rg_matrix_free(&a);
    rg_team_destroy(&team);
    return same;
}

/* A team for every point: MPI has some 65 000 communicators, BLACS tables of contexts and handles. */
static void many(void)
{
    enum { N_TEAMS = 2000, RANKS = 2 };
    int rank = test_rank(), size, worked = 0;
    MPI_Comm comm;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (size < RANKS)
        return;
    MPI_Comm_split(MPI_COMM_WORLD, rank / RANKS, rank, &comm);
    struct rg_team first = {0};
    const int before = n_comms;
    for (int i = 0; i < N_TEAMS; i++)
        worked += work_once(comm, (int[]){1 + i % 2, 2 - i % 2}, &first);
    CU_ASSERT_EQUAL(worked, N_TEAMS);
    CU_ASSERT_EQUAL(n_comms, before);
    struct rg_team *left = team_make(1, 2, 4); /* a leak would show */
    CU_ASSERT(n_comms > before);
    rg_team_destroy(&left);
    CU_ASSERT_EQUAL(n_comms, before);
    MPI_Comm_free(&comm);
    CU_ASSERT_EQUAL(rg_alloc_live(), 0);
}

/* ---- libraries ----------------------------------------------------------------------------------- */

static const char *library_of(const char *symbol)
{
    Dl_info info = {0};
    void *address = dlsym(RTLD_DEFAULT, symbol);
    return address && dladdr(address, &info) ? info.dli_fname : "(none)";
}

/* ScaLAPACK's own dependencies name the system's BLAS and LAPACK, which update-alternatives chooses. What it
 * calls must all the same be the OpenBLAS that we call, not the reference: a tenth of the speed, other bits. */
static void one_blas(void)
{
    static const char *const symbols[] = {"dgemm_",  "sgemm_",  "dtrsm_",  "daxpy_",  "dgesdd_",
                                          "dsyevd_", "dgeqrf_", "dsteqr_", "dbdsqr_", "xerbla_"};
    const char *ours = library_of("openblas_get_corename");
    CU_ASSERT(strstr(ours, "openblas") != NULL);
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        if (strcmp(library_of(symbols[i]), ours) != 0)
            printf("%s is of %s, not of %s\n", symbols[i], library_of(symbols[i]), ours);
        CU_ASSERT_STRING_EQUAL(library_of(symbols[i]), ours);
    }
    CU_ASSERT_STRING_NOT_EQUAL(library_of("pdgemm_"), ours); /* the comparison can tell */
}

/* Messages of this rank, counted before they go on to MPI. */
static int n_sent;

int MPI_Send(const void *data, int n, MPI_Datatype type, int to, int tag, MPI_Comm comm)
{
    n_sent++;
    return PMPI_Send(data, n, type, to, tag, comm);
}

int MPI_Isend(const void *data, int n, MPI_Datatype type, int to, int tag, MPI_Comm comm,
              MPI_Request *request)
{
    n_sent++;
    return PMPI_Isend(data, n, type, to, tag, comm, request);
}

/* A product sends its panels one by one. */
static void our_panel(void)
{
    enum { N = 640 };
    struct rg_team *team = team_make(1, 2, 32);
    if (!team)
        return;
    struct rg_matrix a = matrix_random(team, RG_NUMBER_F8, N, N, 1);
    struct rg_matrix b = matrix_random(team, RG_NUMBER_F8, N, N, 2);
    struct rg_matrix c = matrix_make(team, RG_NUMBER_F8, N, N);
    n_sent = 0;
    rg_matrix_multiply(1, RG_PLAIN, &a, RG_PLAIN, &b, 0, &c);
    double sent = n_sent;
    rg_team_sum(team, 1, &sent);
    CU_ASSERT(sent > 0 && sent < N / 64.0); /* the library's own panels would be N / 32 */
    rg_matrix_free(&a);
    rg_matrix_free(&b);
    rg_matrix_free(&c);
    rg_team_destroy(&team);
}

const struct test_case test_cases[] = {
    {"sums in the order of the ranks", sums},
    {"one code for the whole team", one_code},
    {"a grid that does not fit is refused", wrong_size},
    {"thousands of teams", many},
    {"one BLAS", one_blas},
    {"our panel for products", our_panel},
    {NULL, NULL},
};
