/* The facts of this machine, as far as a process without MPI_Init can see them. */
#define _GNU_SOURCE /* process_vm_readv */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "cli/kernels.h"
#include "regime/blas.h"
#include "regime/library.h"
#include "regime/train.h"

static bool set_to(const char *variable, const char *value)
{
    const char *now = getenv(variable);
    return now && strcmp(now, value) == 0;
}

static void probe_mpi(struct rg_facts *facts)
{
    char version[MPI_MAX_LIBRARY_VERSION_STRING] = "";
    int length;
    MPI_Get_library_version(version, &length);
    version[strcspn(version, "\n,")] = '\0';
    snprintf(facts->mpi, sizeof facts->mpi, "%s", version);
    const char *io = getenv("OMPI_MCA_io");
    facts->ompio = !io || strstr(io, "romio") == NULL;
    facts->keepalive = getenv("OMPI_MCA_oob_tcp_keepalive_time") != NULL;
    facts->root = geteuid() == 0;
    facts->root_allowed =
        set_to("OMPI_ALLOW_RUN_AS_ROOT", "1") && set_to("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
}

/* Ranks on one host copy from each other's memory; a container's system-call filter refuses that even
 * for a process's own memory.                                                                       */
static void probe_attach(struct rg_facts *facts)
{
    char from = 'x', to = 0;
    struct iovec local = {&to, 1}, remote = {&from, 1};
    facts->attach_denied = process_vm_readv(getpid(), &local, 1, &remote, 1, 0) != 1;
    facts->attach_used = !set_to("OMPI_MCA_btl_vader_single_copy_mechanism", "none");
}

static void probe_processor(struct rg_facts *facts)
{
#ifdef RG_X86
    __builtin_cpu_init();
    facts->avx2 = __builtin_cpu_supports("avx2");
    facts->avx512 = __builtin_cpu_supports("avx512f");
#endif
}

static void probe_blas(struct rg_facts *facts)
{
    snprintf(facts->blas_version, sizeof facts->blas_version, "%s", rg_blas_version());
    snprintf(facts->blas_guess, sizeof facts->blas_guess, "%s", rg_kernels_guessed());
    snprintf(facts->blas_kernel, sizeof facts->blas_kernel, "%s", rg_blas_kernel());
    facts->blas_asked = rg_kernels_asked();
    facts->blas_threads = rg_blas_threads();
}

static void probe_arithmetic(struct rg_facts *facts)
{
    size_t used = 0;
    for (int i = 0; i < rg_models.n && used < sizeof facts->arithmetic; i++)
        used += (size_t)snprintf(facts->arithmetic + used, sizeof facts->arithmetic - used,
                                 "%s%s: %s", i ? ", " : "", rg_models.models[i]->name,
                                 rg_arithmetic(rg_models.models[i]));
}

static void probe_folder(struct rg_facts *facts)
{
    struct statfs system;
    struct statvfs space;
    if (statfs(".", &system) == 0)
        facts->file_system = (int64_t)system.f_type;
    facts->free_bytes =
        statvfs(".", &space) == 0 ? (double)space.f_bavail * (double)space.f_frsize : -1;
}

void rg_doctor_probe(struct rg_facts *facts)
{
    memset(facts, 0, sizeof *facts);
    probe_mpi(facts);
    probe_attach(facts);
    probe_processor(facts);
    probe_blas(facts);
    probe_arithmetic(facts);
    probe_folder(facts);
    rg_hdf5_version(facts->hdf5, sizeof facts->hdf5, &facts->hdf5_parallel);
}
