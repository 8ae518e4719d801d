#include "integrate.h"

#include <assert.h>

enum { STAGES = 4 };
static const double nodes[STAGES] = {0, 0.5, 0.5, 1};
static const double shares[STAGES] = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6};

void test_integrate(test_flow *flow, void *context, int n, double t, int n_steps, double *y)
{
    static double slope[TEST_FLOW_MAX], place[TEST_FLOW_MAX], sum[TEST_FLOW_MAX];
    const double h = t / n_steps;
    assert(n <= TEST_FLOW_MAX);
    for (int step = 0; step < n_steps; step++) {
        for (int i = 0; i < n; i++)
            slope[i] = sum[i] = 0;
        for (int stage = 0; stage < STAGES; stage++) {
            for (int i = 0; i < n; i++)
                place[i] = y[i] + h * nodes[stage] * slope[i];
            flow((step + nodes[stage]) * h, place, slope, context);
            for (int i = 0; i < n; i++)
                sum[i] += shares[stage] * slope[i];
        }
        for (int i = 0; i < n; i++)
            y[i] += h * sum[i];
    }
}
