/* Comparing vectors that lie in rows. */
#include "train/num/rows.h"

#include <string.h>

#include "train/num/dense.h"

enum { CHUNK = 64 };

static double dot(int64_t n, const void *a, const void *b)
{
    return (double)rg_dot(n, a, b);
}

static void add(int64_t n, double a, const void *x, void *y)
{
    const real factor = (real)a, *restrict from = x;
    real *restrict to = y;
#pragma omp simd
    for (int64_t i = 0; i < n; i++)
        to[i] += factor * from[i];
}

static void add_products(int64_t n, const void *a, const void *x, void *y)
{
    const real *restrict factor = a, *restrict from = x;
    real *restrict to = y;
#pragma omp simd
    for (int64_t i = 0; i < n; i++)
        to[i] += factor[i] * from[i];
}

/* Sums of squares only grow, so a part may decide. */
static double distance(int64_t n, const void *a, const void *b, double limit)
{
    const real *restrict x = a, *restrict y = b;
    double sum = 0;
    for (int64_t first = 0; first < n && !(sum >= limit); first += CHUNK) {
        const int64_t end = first + CHUNK < n ? first + CHUNK : n;
        real part = 0;
#pragma omp simd reduction(+ : part)
        for (int64_t i = first; i < end; i++)
            part += (x[i] - y[i]) * (x[i] - y[i]);
        sum += (double)part;
    }
    return sum;
}

enum { N_WHOLE = 4, BLOCK = N_WHOLE * WHOLE, FEW = 8 }; /* points at a time, and axes */

static bool is_any(mask m)
{
    uint64_t words[sizeof m / sizeof(uint64_t)], all = 0;
    memcpy(words, &m, sizeof m);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        all |= words[i];
    return all != 0;
}

/* Which of the points of a block are below the limit; false: none. That shows after a few axes as a rule. */
static bool any_near(int64_t n_axes, int64_t stride, const real *points, const real *place,
                     real limit, mask hits[N_WHOLE])
{
    whole squares[N_WHOLE] = {0};
    int64_t k = 0;
    do {
        for (const int64_t end = k + FEW < n_axes ? k + FEW : n_axes; k < end; k++) {
            const whole *point = (const whole *)(points + k * stride);
#pragma GCC unroll 4
            for (int i = 0; i < N_WHOLE; i++)
                squares[i] += (point[i] - place[k]) * (point[i] - place[k]);
        }
        mask any = {0};
#pragma GCC unroll 4
        for (int i = 0; i < N_WHOLE; i++)
            any |= hits[i] = squares[i] < limit;
        if (!is_any(any))
            return false;
    } while (k < n_axes);
    return true;
}

static int64_t near(int64_t first, int64_t n, int64_t n_axes, int64_t stride, const void *points,
                    const void *place, double limit)
{
    mask hits[N_WHOLE];
    for (int64_t base = first / BLOCK * BLOCK; base < n; base += BLOCK) {
        if (!any_near(n_axes, stride, (const real *)points + base, place, (real)limit, hits))
            continue;
        real_bits hit[BLOCK];
        memcpy(hit, hits, sizeof hit);
        for (int64_t i = base < first ? first : base; i < base + BLOCK && i < n; i++)
            if (hit[i - base])
                return i;
    }
    return n;
}

const struct rg_rows_kernels RG_KERNEL(rg_rows_kernels) = {dot, add, add_products, distance, near};
