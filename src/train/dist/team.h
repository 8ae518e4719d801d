/* The ranks that work on one point, as a process grid. The only station that names BLACS and ScaLAPACK;
 * a grid of one rank needs neither, nor MPI.                                                        */
#pragma once

#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>

#include "regime/status.h"

struct rg_team;

/* rows x cols is the size of comm, rank r stands at (r / cols, r % cols). Matrices of the team are cut into
 * blocks of block x block: 32 to 64 were fastest, the spectra most of all (bench_team). Collective on comm,
 * of which the team keeps its own copy; MPI is not touched for a grid of 1 x 1. The caller's; free with
 * rg_team_destroy.                                                                                  */
enum rg_status rg_team_create(MPI_Comm comm, const int grid[2], int64_t block,
                              struct rg_team **team) RG_MUST_CHECK;
void rg_team_destroy(struct rg_team **team);

bool rg_team_alone(const struct rg_team *team); /* 1 x 1 */
int rg_team_rank(const struct rg_team *team);

/* Adds values[n] over the ranks, in the order of the ranks: the same bits on all of them, and whenever the
 * same team does it again. In place. Collective on the team.                                        */
void rg_team_sum(const struct rg_team *team, int64_t n, double *values);

/* One code for the whole team, the worst. Collective on the team. */
enum rg_status rg_team_agree(const struct rg_team *team, enum rg_status code) RG_MUST_CHECK;
