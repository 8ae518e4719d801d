/* Looking at output files from outside: byte comparison beside provenance, and planted damage. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Overwrites the raw data of every dataset in /provenance (but the scales) with zeros. */
void file_tools_blank_provenance(const char *path);

bool file_tools_same_bytes(const char *first, const char *second);

/* Inverts one byte of a dataset's raw data. */
void file_tools_flip_byte(const char *path, const char *dataset, int64_t offset);

/* Where a dataset's raw data lies in the file, and how long it is; offset -1: not contiguous or absent. */
void file_tools_extent(const char *path, const char *dataset, int64_t *offset, int64_t *size);
