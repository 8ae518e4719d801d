/* Elementary functions that a compiler can vectorise, to a few units in the last place; NaN stays NaN. With
 * y = k ln 2 + r, k whole and |r| <= ln(2) / 2, e^y = 2^k e^r.
 *   tanh |x| = e / (e + 2), e = expm1(2 |x|) = 2^k expm1(r) + 2^k - 1
 *   log(1 + x) = 2 artanh(x / (x + 2))                                                               */
#pragma once

#include <math.h>
#include <string.h>

#include "train/num/real.h"

/* ROUNDER: adding it rounds to a whole number, whose low bits then are those of the sum. */
#ifdef RG_REAL_IS_double
enum { RG_FRACTION_BITS = 52, RG_EXPM1_TERMS = 14, RG_ARTANH_TERMS = 17 };
#define RG_ONE_BITS   0x3ff0000000000000u
#define RG_ROUNDER    0x1.8p52
#define RG_SATURATION 19.1
#define RG_LEAST_EXP  -708.0 /* e^y is no smaller than the smallest normal number */
#define RG_LN2_HIGH   6.93147180369123816490e-01
#define RG_LN2_LOW    1.90821492927058770002e-10
#else
enum { RG_FRACTION_BITS = 23, RG_EXPM1_TERMS = 8, RG_ARTANH_TERMS = 8 };
#define RG_ONE_BITS   0x3f800000u
#define RG_ROUNDER    0x1.8p23f
#define RG_SATURATION 9.1f
#define RG_LEAST_EXP  -87.0f
#define RG_LN2_HIGH   0.693359375f
#define RG_LN2_LOW    -2.12194440e-4f
#endif

/* 2^k of y, and its r. */
static inline real rg_power(real y, real *r)
{
    const real log2_e = (real)1.44269504088896340736;
    const real rounded = y * log2_e + RG_ROUNDER;
    const real k = rounded - RG_ROUNDER;
    *r = (y - k * RG_LN2_HIGH) - k * RG_LN2_LOW;
    real_bits bits;
    memcpy(&bits, &rounded, sizeof bits);
    bits = (bits << RG_FRACTION_BITS) + RG_ONE_BITS;
    real power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

static inline real rg_expm1_small(real r) /* |r| <= ln(2) / 2: Taylor's series */
{
    real sum = 0;
#pragma GCC unroll 16
    for (int term = RG_EXPM1_TERMS; term >= 2; term--)
        sum = (sum + 1) * (r * ((real)1 / (real)term));
    return r + r * sum;
}

static inline real rg_tanh(real x)
{
    const real a = x < 0 ? -x : x;
    real r;
    const real power = rg_power(2 * (a > RG_SATURATION ? RG_SATURATION : a), &r);
    const real e = power * rg_expm1_small(r) + (power - 1);
    const real t = e / (e + 2);
    return x < 0 ? -t : t;
}

static inline real rg_exp(real y) /* y <= 0 */
{
    real r;
    const real power = rg_power(y < RG_LEAST_EXP ? RG_LEAST_EXP : y, &r);
    return power + power * rg_expm1_small(r);
}

static inline real rg_log1p(real x) /* 0 <= x <= 1 */
{
    const real z = x / (x + 2), square = z * z;
    real sum = 0;
#pragma GCC unroll 20
    for (int term = RG_ARTANH_TERMS; term >= 1; term--)
        sum = sum * square + (real)1 / (real)(2 * term - 1);
    return 2 * z * sum;
}
