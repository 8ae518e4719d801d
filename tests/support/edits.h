/* What the libFuzzer programs share: small files that are whole but for a few edits. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EDITED_MAX = 1 << 18 };

struct edited {
    char path[4096];
    unsigned char whole[EDITED_MAX], bytes[EDITED_MAX]; /* without edits, and with them */
    size_t whole_size, size;
};

/* Aborts where the condition does not hold: that is a finding. */
void require(bool condition);

/* A folder for this process alone: several of a program run at once. */
void edited_folder(const char *program, char folder[4000]);

/* Reads the file at file->path, which is whole. */
void edited_read(struct edited *file);
/* data[n]: edits of 4 bytes each, a place in 3 of them and what is xored there; where that is nothing, the file is cut
 * there.                                                                                            */
void edited_make(struct edited *file, const uint8_t *data, size_t n);
void edited_write(const struct edited *file);
