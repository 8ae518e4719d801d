/* Chains of multiply-adds, as many as hide their latency. */
#include "peak.h"

#include <math.h>
#include <stdint.h>

#include "bench.h"

#ifdef __x86_64__
#include <immintrin.h>

enum { N_CHAINS = 12, ROUNDS = 10000 };

#define CHAINS(name, isa, vector, set1, fmadd)                                                    \
    __attribute__((target(isa))) static void name(volatile unsigned char *sink)                   \
    {                                                                                             \
        vector x[N_CHAINS];                                                                       \
        const vector a = set1(0.999F), b = set1(1e-3F);                                           \
        _Pragma("GCC unroll 12") for (int k = 0; k < N_CHAINS; k++) x[k] = set1((float)k);        \
        for (int i = 0; i < ROUNDS; i++)                                                          \
            _Pragma("GCC unroll 12") for (int k = 0; k < N_CHAINS; k++) x[k] = fmadd(x[k], a, b); \
        for (int k = 0; k < N_CHAINS; k++)                                                        \
            *sink = *(const unsigned char *)&x[k];                                                \
    }

CHAINS(floats_512, "avx512f", __m512, _mm512_set1_ps, _mm512_fmadd_ps)
CHAINS(doubles_512, "avx512f", __m512d, _mm512_set1_pd, _mm512_fmadd_pd)
CHAINS(floats_256, "avx2,fma", __m256, _mm256_set1_ps, _mm256_fmadd_ps)
CHAINS(doubles_256, "avx2,fma", __m256d, _mm256_set1_pd, _mm256_fmadd_pd)

double bench_peak(int bytes)
{
    volatile unsigned char sink;
    const int width = __builtin_cpu_supports("avx512f") ? 64 : 32;
    if (!__builtin_cpu_supports("avx512f") && !__builtin_cpu_supports("fma"))
        return NAN;
    void (*const chains)(volatile unsigned char *) = width == 64
                                                         ? (bytes == 4 ? floats_512 : doubles_512)
                                                         : (bytes == 4 ? floats_256 : doubles_256);
    const double start = bench_seconds();
    chains(&sink);
    return 2.0 * width / bytes * N_CHAINS * ROUNDS / (bench_seconds() - start);
}
#else
double bench_peak(int bytes)
{
    (void)bytes;
    return NAN;
}
#endif
