/* Mode strengths of deep linear networks as functions of time: the solutions that need no integration
 * of the whole network. Time is in units of tau = 1 / learning rate. Outside a function's domain the
 * result is NaN. Nothing here allocates or fails.                                                  */
#pragma once

#include <stdint.h>

/* One mode of a network whose weights are balanced and aligned with the task: Syx = U diag(s) V^T,
 * Sxx = V diag(d) V^T (white input: d = 1), W_L ... W_1 = U diag(a) V^T, a(0) = a0.                */
struct rg_mode {
    double s, d, a0;
};

enum { RG_DEPTH_INFINITE = 0 };

enum rg_solution {
    RG_SOLUTION_CLOSED, /* depth 1, 2 and infinite */
    RG_SOLUTION_ODE     /* other depths: the differential equation's own integral, inverted */
};
enum rg_solution rg_mode_solution(int64_t depth);

/* a(t) for any number of weight layers: da/dt = depth a^{2 - 2/depth} (s - d a); for RG_DEPTH_INFINITE
 * da/dt = a^2 (s - d a), its time in units of tau / depth. Right to a few units in the last place for
 * the time and a0 as they are rounded; t may be as large as it likes, a0 and s as small.
 * Domain: t, s, d, a0 >= 0, and d > 0 where s > 0 (no input, no correlation). s = 0 decays to 0;
 * a0 = 0 stays there but for depth 1, where also s and a0 of either sign are meant.
 * Saxe, McClelland, Ganguli 2013, eqs. 6, 8 and supplement.                                        */
double rg_mode_at(struct rg_mode mode, int64_t depth, double t);

/* The time at which a mode of two layers comes from a0 to a; infinite for a = s/d. Domain as above and
 * a0 > 0, a between a0 and s/d. Saxe et al. 2013, eq. 7.                                           */
double rg_mode_time(struct rg_mode mode, double a);

/* Strength of one mode of two lambda-balanced layers (W2^T W2 - W1 W1^T = lambda I) on white input,
 * aligned with the task: da/dt = (s - a) sqrt(lambda^2 + 4 a^2). Any lambda, s, a0, t >= 0. One form for
 * all lambda: no sum in it cancels, so lambda = 0 is no special case.
 * Domine, Anguita et al. 2024 (arXiv 2409.14623).                                                  */
double rg_mode_lambda_at(double lambda, double s, double a0, double t);

/* What lambda-balanced layers that multiply to a mode of strength a >= 0 are made of: the eigenvalues of
 * W1^T W1 and of W2 W2^T, (sqrt(lambda^2 + 4 a^2) -+ lambda) / 2, each without cancellation.       */
struct rg_squares {
    double first, second;
};
struct rg_squares rg_mode_squares(double lambda, double a);
