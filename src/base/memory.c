/* Counted, aligned, zeroed blocks over the C library's allocator. */
#include "regime/memory.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 }; /* as much lies before a block, where its size stands */

static int64_t live, live_bytes, peak_bytes;

enum rg_status rg_alloc(void *out, size_t n, size_t size)
{
    void *block = NULL;
    memcpy(out, &block, sizeof block);
    RG_REQUIRE(size == 0 || n <= (SIZE_MAX / 2 - 2 * ALIGNMENT) / size, RG_ERROR_SYSTEM,
               "cannot allocate %zu elements of %zu bytes", n, size);
    const size_t asked = n * size;
    const size_t bytes = (asked + ALIGNMENT) / ALIGNMENT * ALIGNMENT + ALIGNMENT;
    char *whole = aligned_alloc(ALIGNMENT, bytes);
    RG_REQUIRE(whole, RG_ERROR_SYSTEM, "out of memory: %zu bytes", bytes);
    memset(whole, 0, bytes);
    memcpy(whole, &asked, sizeof asked);
    block = whole + ALIGNMENT;
    live++;
    live_bytes += (int64_t)asked;
    if (live_bytes > peak_bytes)
        peak_bytes = live_bytes;
    memcpy(out, &block, sizeof block);
    return RG_OK;
}

enum rg_status rg_strdup(char **out, const char *text)
{
    size_t size = strlen(text) + 1;
    RG_TRY(rg_alloc(out, size, 1));
    memcpy(*out, text, size);
    return RG_OK;
}

void rg_free(void *pointer)
{
    void *block;
    memcpy(&block, pointer, sizeof block);
    if (!block)
        return;
    char *whole = (char *)block - ALIGNMENT;
    size_t asked;
    memcpy(&asked, whole, sizeof asked);
    free(whole);
    live--;
    live_bytes -= (int64_t)asked;
    block = NULL;
    memcpy(pointer, &block, sizeof block);
}

int64_t rg_alloc_live(void)
{
    return live;
}

int64_t rg_alloc_bytes(void)
{
    return live_bytes;
}

int64_t rg_alloc_peak(void)
{
    const int64_t peak = peak_bytes;
    peak_bytes = live_bytes;
    return peak;
}
