/* How the hidden states of all strings to a length lie, and what the recurrent weights do to them. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "regime/status.h"

struct rg_geometry;

/* Of states in the order of automaton.h. */
enum rg_status rg_geometry_create(int64_t n_symbols, int64_t length, int64_t n_units,
                                  struct rg_geometry **geometry) RG_MUST_CHECK;
void rg_geometry_destroy(struct rg_geometry **geometry);
size_t rg_geometry_memory(int64_t n_rows, int64_t n_units); /* bytes that it allocates */

struct rg_geometry_of_states {
    double hidden_std;          /* 2-norm over the units of their standard deviations (ddof = 1) */
    double contraction;         /* see below */
    double participation_ratio; /* (sum of the covariance's eigenvalues)^2 / sum of their squares */
    int64_t n_dead;             /* units that are 0 after every string */
};

/* Contraction: a symbol takes the states of all strings but the longest to new ones; the root of their variance, the
 * mean over the symbols, relative to the variance before. 1 keeps distances, 0 forgets all but the symbol.
 * rows[n_rows][n_units].                                                                            */
struct rg_geometry_of_states rg_geometry_measure(struct rg_geometry *geometry, const double *rows);

/* Largest modulus of the eigenvalues of w[n_units][n_units], to about 1e-5 of it. */
double rg_spectral_radius(struct rg_geometry *geometry, const double *w);
