/* What `regime doctor` looks at, and what it thinks of it. Probing and judging are apart, so that a
 * test can ask for a verdict on a machine that it does not have.                                   */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { RG_FINDING_MAX = 512 };

struct rg_facts {
    char mpi[RG_FINDING_MAX]; /* library version string, first line */
    char hdf5[64];
    bool hdf5_parallel;
    char blas_version[32];
    char blas_guess[64];  /* OpenBLAS' name of the core it took this processor for */
    char blas_kernel[64]; /* that whose kernels it runs now */
    bool blas_asked;      /* the user set OPENBLAS_CORETYPE */
    int blas_threads;
    bool avx2, avx512; /* of the processor */
    char arithmetic[RG_FINDING_MAX];
    int64_t file_system; /* statfs f_type of the current folder */
    double free_bytes;   /* there, for this user; negative: unknown */
    bool root, root_allowed;
    bool attach_denied; /* process_vm_readv is refused, as in many containers */
    bool attach_used;   /* and Open MPI would use it */
    bool ompio;         /* Open MPI's own MPI-IO is selected, the default */
    bool keepalive;     /* Open MPI watches its daemons' connections */
};

enum rg_verdict { RG_FINE, RG_HINT, RG_BROKEN };

struct rg_finding {
    enum rg_verdict verdict;
    char text[RG_FINDING_MAX];
    char fix[RG_FINDING_MAX]; /* what to type or to change; "" if nothing */
};

struct rg_check {
    const char *name;
    void (*judge)(const struct rg_facts *facts, struct rg_finding *finding);
};

extern const struct rg_check rg_doctor_checks[];
extern const int rg_doctor_n_checks;

/* Looks at this machine. Starts no MPI. */
void rg_doctor_probe(struct rg_facts *facts);
