/* The decompositions, by LAPACK on a team of one and by ScaLAPACK on a grid, behind one signature. */
#pragma once

#include "train/dist/matrix.h"

struct rg_problem { /* what a routine does not use is NULL */
    struct rg_matrix *a;
    struct rg_matrix *u, *v_t; /* singular vectors; u: eigenvectors */
    double *values;            /* [min(rows, cols)] singular values, eigenvalues */
    double *tau;               /* [local columns of a] scalars of the reflectors */
};

/* Space for a routine. n_reals = -1 asks how much it needs, which comes in reals[0] and integers[0]. */
struct rg_space {
    double *reals;
    int *integers;
    int n_reals, n_integers;
};

/* solve returns the routine's info: below 0 an illegal argument, above 0 no convergence. Values are right on
 * the team's first rank; others may have none.                                                       */
struct rg_routine {
    const char *name;
    int (*solve)(const struct rg_problem *problem, const struct rg_space *space);
};

struct rg_solver {
    /* After every solve: RG_ERROR_SYSTEM with the routine's name and the argument that was illegal. */
    enum rg_status (*check)(const struct rg_routine *routine, int info);
    struct rg_routine svd, eigen; /* eigenvalues ascending, lower triangle read, a destroyed */
    struct rg_routine factorise;  /* a = q r: r and the reflectors in the place of a */
    struct rg_routine form;       /* q from the reflectors, in their place */
};

extern const struct rg_solver rg_solver_alone, rg_solver_grid;
