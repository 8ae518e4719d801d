/* Counted, aligned, zeroed blocks over the C library's allocator. */
#include "regime/memory.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

static int64_t live;

enum rg_status rg_alloc(void *out, size_t n, size_t size)
{
    void *block = NULL;
    memcpy(out, &block, sizeof block);
    RG_REQUIRE(size == 0 || n <= (SIZE_MAX / 2 - ALIGNMENT) / size, RG_ERROR_SYSTEM,
               "cannot allocate %zu elements of %zu bytes", n, size);
    size_t bytes = (n * size + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
    block = aligned_alloc(ALIGNMENT, bytes);
    RG_REQUIRE(block, RG_ERROR_SYSTEM, "out of memory: %zu bytes", bytes);
    memset(block, 0, bytes);
    live++;
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
    free(block);
    live--;
    block = NULL;
    memcpy(pointer, &block, sizeof block);
}

int64_t rg_alloc_live(void)
{
    return live;
}
