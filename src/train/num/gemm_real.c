/* Small matrix products. A tile of the result, a few registers high and a few vectors wide, is summed up in
 * registers: each step of the sum loads the registers of one vector of a and one element for each vector of
 * the result. Heights are counted in halves of a register, so that a vector of 100 floats takes six and a half
 * registers of AVX-512 and not seven. Each height and width has a function of its own, unrolled.        */
#include "train/num/gemm.h"

#include <stdbool.h>
#include <string.h>

#include "train/num/vector.h"

enum {
    ROWS = RG_BYTES == 64 ? 4 : 2, /* registers: 32 with AVX-512, else 16 */
    COLS = 6,
    DEPTH = 256 /* terms of a sum in one go: as many vectors of a as stay in the second cache */
};

struct operands {
    const real *a, *b;
    real *c;
    int64_t stride, depth;
    int64_t b_vector,
        b_term; /* steps in b to the next vector of c, and to the next term of the sum */
    bool adds;  /* to c */
};

/* No instruction: registers of half the size are the lower halves of whole ones. */
RG_INLINE half lower(whole x)
{
    half y;
    memcpy(&y, &x, sizeof y);
    return y;
}

RG_INLINE void tile(int rows, bool odd, int cols, const struct operands *o)
{
    whole sum[COLS][ROWS], x[ROWS];
    half last[COLS], y = {0};
#pragma GCC unroll 8
    for (int j = 0; j < cols; j++) {
        const whole *c = (const whole *)(o->c + j * o->stride);
#pragma GCC unroll 8
        for (int i = 0; i < rows; i++)
            sum[j][i] = o->adds ? c[i] : (whole){0};
        if (odd)
            last[j] = o->adds ? *(const half *)(c + rows) : (half){0};
    }
    for (int64_t k = 0; k < o->depth; k++) {
        const whole *a = (const whole *)(o->a + k * o->stride);
#pragma GCC unroll 8
        for (int i = 0; i < rows; i++)
            x[i] = a[i];
        if (odd)
            y = *(const half *)(a + rows);
#pragma GCC unroll 8
        for (int j = 0; j < cols; j++) {
            const whole b = o->b[j * o->b_vector + k * o->b_term] - (whole){0}; /* in each place */
#pragma GCC unroll 8
            for (int i = 0; i < rows; i++)
                sum[j][i] += x[i] * b;
            if (odd)
                last[j] += y * lower(b);
        }
    }
#pragma GCC unroll 8
    for (int j = 0; j < cols; j++) {
        whole *c = (whole *)(o->c + j * o->stride);
#pragma GCC unroll 8
        for (int i = 0; i < rows; i++)
            c[i] = sum[j][i];
        if (odd)
            *(half *)(c + rows) = last[j];
    }
}

/* Height in halves of a register. */
#define TILE(height, cols)                                       \
    static void tile_##height##_##cols(const struct operands *o) \
    {                                                            \
        tile((height) / 2, (height) % 2, cols, o);               \
    }
#define TILES(height) \
    TILE(height, 1) TILE(height, 2) TILE(height, 3) TILE(height, 4) TILE(height, 5) TILE(height, 6)
#define ROW(height)                                                                 \
    {                                                                               \
        tile_##height##_1, tile_##height##_2, tile_##height##_3, tile_##height##_4, \
            tile_##height##_5, tile_##height##_6                                    \
    }

TILES(1)
TILES(2)
TILES(3)
TILES(4)
#if RG_BYTES == 64
TILES(5)
TILES(6)
TILES(7)
TILES(8)
#endif

static void (*const tiles[][COLS])(const struct operands *) = {
    ROW(1), ROW(2), ROW(3), ROW(4),
#if RG_BYTES == 64
    ROW(5), ROW(6), ROW(7), ROW(8),
#endif
};

/* The next of pieces of at most `most` that `left` is to be cut into, all of nearly one size. */
static int64_t piece(int64_t left, int64_t most)
{
    const int64_t n = (left + most - 1) / most;
    return (left + n - 1) / n;
}

/* c of n elements a vector, n_vectors wide. */
static void cover(int64_t n, int64_t n_vectors, const struct operands *whole_product)
{
    const int64_t halves = (n + HALF - 1) / HALF;
    for (int64_t j = 0, cols; j < n_vectors; j += cols) {
        cols = piece(n_vectors - j, COLS);
        for (int64_t i = 0, height; i < halves; i += height) {
            struct operands part = *whole_product;
            height = 2 * piece((halves - i + 1) / 2, ROWS); /* whole registers, but for the last */
            height = height < halves - i ? height : halves - i;
            part.a += i * HALF;
            part.b += j * part.b_vector;
            part.c += j * part.stride + i * HALF;
            tiles[height - 1][cols - 1](&part);
        }
    }
}

/* Sums of many terms part by part; one of no terms is a part, too. */
static void product(const struct rg_product *p)
{
    for (int64_t k = 0; k < p->depth || k == 0; k += DEPTH)
        cover(p->n, p->n_vectors,
              &(struct operands){.a = (const real *)p->a + k * p->stride,
                                 .b = (const real *)p->b + k * p->b_term,
                                 .c = p->c,
                                 .stride = p->stride,
                                 .depth = p->depth - k < DEPTH ? p->depth - k : DEPTH,
                                 .b_vector = p->b_vector,
                                 .b_term = p->b_term,
                                 .adds = p->adds || k > 0});
}

const struct rg_gemm RG_KERNEL(rg_gemm) = {product};
