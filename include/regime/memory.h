/* Counted allocations: what create takes, destroy gives back; a test fails if they do not balance. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "regime/status.h"

/* Stores in *(void **)out a zeroed, 64-byte aligned block of n elements of `size` bytes (n = 0: one
 * byte). A product beyond the address space or no memory: RG_ERROR_SYSTEM. Free with rg_free.     */
enum rg_status rg_alloc(void *out, size_t n, size_t size) RG_MUST_CHECK;

/* Copies a string into a counted block. Free with rg_free. */
enum rg_status rg_strdup(char **out, const char *text) RG_MUST_CHECK;

/* Frees *(void **)pointer and nulls it; NULL is accepted. */
void rg_free(void *pointer);

/* Number of blocks now alive in this process. */
int64_t rg_alloc_live(void);
/* Bytes that were asked for in them. */
int64_t rg_alloc_bytes(void);
/* The most of these bytes at any time since this was asked last. */
int64_t rg_alloc_peak(void);
