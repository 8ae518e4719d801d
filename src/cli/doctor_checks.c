/* The table of checks: facts in, a verdict with its remedy out. What is known to be bad was seen by
 * hand, or is named with the upstream report.                                                      */
#include <stdio.h>
#include <string.h>

#include "cli/doctor.h"
#include "regime/blas.h"

static void find(struct rg_finding *finding, enum rg_verdict verdict, const char *text,
                 const char *fix)
{
    finding->verdict = verdict;
    snprintf(finding->text, sizeof finding->text, "%s", text);
    snprintf(finding->fix, sizeof finding->fix, "%s", fix);
}

/* ---- libraries --------------------------------------------------------------------------------- */

static void judge_mpi(const struct rg_facts *facts, struct rg_finding *finding)
{
    find(finding, RG_FINE, facts->mpi, "");
}

static void judge_hdf5(const struct rg_facts *facts, struct rg_finding *finding)
{
    find(finding, RG_FINE, facts->hdf5, "");
    if (!facts->hdf5_parallel)
        find(finding, RG_BROKEN, "HDF5 without MPI: ranks cannot write one file",
             "build against libhdf5-openmpi-dev (Debian) or hdf5+mpi (Spack)");
}

static const char *widest_of(const struct rg_facts *facts)
{
    return facts->avx512 ? "AVX-512" : facts->avx2 ? "AVX2" : "no AVX2";
}

static void judge_blas(const struct rg_facts *facts, struct rg_finding *finding)
{
    char text[RG_FINDING_MAX];
    snprintf(text, sizeof text, "OpenBLAS %s, kernels for %s%s on a processor with %s",
             facts->blas_version, facts->blas_kernel,
             facts->blas_asked ? " (OPENBLAS_CORETYPE)" : "", widest_of(facts));
    if (strcmp(facts->blas_guess, facts->blas_kernel) != 0)
        snprintf(
            text, sizeof text,
            "OpenBLAS %s takes this processor with %s for a %s; regime runs the kernels for %s",
            facts->blas_version, widest_of(facts), facts->blas_guess, facts->blas_kernel);
    find(finding, RG_FINE, text, "");
    if (rg_blas_is_old(facts->blas_kernel) && (facts->avx2 || facts->avx512))
        find(finding, RG_HINT, text,
             facts->blas_asked ? "they are slow here: unset OPENBLAS_CORETYPE"
                               : "they are slow here: install an OpenBLAS built with DYNAMIC_ARCH");
}

static void judge_threads(const struct rg_facts *facts, struct rg_finding *finding)
{
    char text[RG_FINDING_MAX];
    if (facts->blas_threads > 1) {
        snprintf(text, sizeof text,
                 "BLAS would use %d threads in every rank: slower, and other last bits",
                 facts->blas_threads);
        find(finding, RG_HINT, text, "export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1");
        return;
    }
    find(finding, RG_FINE, "one thread in each rank", "");
}

static void judge_kernels(const struct rg_facts *facts, struct rg_finding *finding)
{
    find(finding, RG_FINE, facts->arithmetic, "");
    if (!strstr(facts->arithmetic, "xsmm"))
        find(
            finding, RG_HINT, facts->arithmetic,
            "small matrix products are faster with LIBXSMM: libxsmm-dev (Debian), libxsmm (Spack)");
}

/* ---- the folder in which the file would lie ------------------------------------------------------ */

enum { LUSTRE = 0x0BD00BD0, NFS = 0x6969, TMPFS = 0x01021994 };

static const struct {
    int64_t magic;
    const char *name, *advice;
} file_systems[] = {
    {LUSTRE, "Lustre", "stripe a folder for large files before the run: lfs setstripe -c 4 ."},
    {NFS, "NFS",
     "parallel writing is slow and caches lag here: prefer a parallel or local file system"},
    {TMPFS, "tmpfs (memory)", "the file is gone after a reboot: keep it on a disk"},
    {0x0000EF53, "ext4", ""},
    {0x58465342, "XFS", ""},
    {0x9123683E, "Btrfs", ""},
    {0x2FC12FC1, "ZFS", ""},
    {0x47504653, "GPFS", ""},
    {0x19830326, "BeeGFS", ""},
    {0x00C36400, "CephFS", ""},
    {0x794C7630, "overlayfs", ""},
};

static void judge_folder(const struct rg_facts *facts, struct rg_finding *finding)
{
    const char *name = "unknown file system", *advice = "";
    for (size_t i = 0; i < sizeof file_systems / sizeof *file_systems; i++)
        if (file_systems[i].magic == facts->file_system) {
            name = file_systems[i].name;
            advice = file_systems[i].advice;
        }
    char text[RG_FINDING_MAX];
    snprintf(text, sizeof text, "%s, %.1f GB free in this folder", name, facts->free_bytes / 1e9);
    find(finding, advice[0] ? RG_HINT : RG_FINE, text, advice);
}

/* ---- combinations known to be bad --------------------------------------------------------------- */

/* open-mpi/ompi#11182, HDFGroup/hdf5#1227: collective writes hang. */
static void judge_parallel_io(const struct rg_facts *facts, struct rg_finding *finding)
{
    find(finding, RG_FINE, "no MPI-IO trouble known for this folder", "");
    if (facts->file_system == LUSTRE && facts->ompio && strstr(facts->mpi, "Open MPI v4."))
        find(finding, RG_BROKEN, "the MPI-IO of Open MPI 4 (OMPIO) is known to hang on Lustre",
             "mpirun --mca io romio321 ...   or   export OMPI_MCA_io=romio321");
}

static void judge_attach(const struct rg_facts *facts, struct rg_finding *finding)
{
    find(finding, RG_FINE, "ranks on one host can exchange data", "");
    if (facts->attach_denied && facts->attach_used)
        find(finding, RG_HINT,
             "this container forbids ranks to read each other's memory: Open MPI complains",
             "export OMPI_MCA_btl_vader_single_copy_mechanism=none");
}

static void judge_root(const struct rg_facts *facts, struct rg_finding *finding)
{
    find(finding, RG_FINE, facts->root ? "root, and mpirun knows" : "an ordinary user", "");
    if (facts->root && !facts->root_allowed)
        find(finding, RG_HINT, "mpirun refuses to run as root",
             "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1");
}

static void judge_keepalive(const struct rg_facts *facts, struct rg_finding *finding)
{
    find(finding, RG_FINE, "a lost node ends the job within seconds", "");
    if (!facts->keepalive)
        find(finding, RG_HINT, "on several nodes, a cut link is noticed after minutes only",
             "export OMPI_MCA_oob_tcp_keepalive_time=2 OMPI_MCA_oob_tcp_keepalive_intvl=1 "
             "OMPI_MCA_oob_tcp_keepalive_probes=3");
}

const struct rg_check rg_doctor_checks[] = {
    {"MPI", judge_mpi},
    {"HDF5", judge_hdf5},
    {"BLAS", judge_blas},
    {"threads", judge_threads},
    {"kernels", judge_kernels},
    {"folder", judge_folder},
    {"parallel I/O", judge_parallel_io},
    {"shared memory", judge_attach},
    {"root", judge_root},
    {"keepalive", judge_keepalive},
};
const int rg_doctor_n_checks = sizeof rg_doctor_checks / sizeof *rg_doctor_checks;
