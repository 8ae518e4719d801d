/* An independent integration for tests that check solutions of differential equations. */
#pragma once

/* The derivative of y[n] at time t; `context` is the caller's. */
typedef void test_flow(double t, const double *y, double *derivative, void *context);

enum { TEST_FLOW_MAX = 2000 }; /* most elements of y */

/* Takes y[n] from time 0 to t in equal steps of the classical Runge-Kutta method (order 4). */
void test_integrate(test_flow *flow, void *context, int n, double t, int n_steps, double *y);
