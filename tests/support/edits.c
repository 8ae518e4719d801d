/* See edits.h. Nothing here has to outlive a crash of the machine: syncs, which would take most of the time, do
 * nothing.                                                                                           */
#include "edits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int fsync(int file)
{
    (void)file;
    return 0;
}

int fdatasync(int file)
{
    (void)file;
    return 0;
}

void require(bool condition)
{
    if (!condition)
        abort();
}

void edited_folder(const char *program, char folder[4000])
{
    const char *scratch = getenv("TMPDIR");
    snprintf(folder, 4000, "%s/%s.XXXXXX", scratch ? scratch : "/tmp", program);
    require(mkdtemp(folder) != NULL);
}

void edited_read(struct edited *file)
{
    FILE *stream = fopen(file->path, "rb");
    require(stream != NULL);
    file->whole_size = fread(file->whole, 1, EDITED_MAX, stream);
    require(file->whole_size > 0 && file->whole_size < EDITED_MAX);
    fclose(stream);
}

void edited_make(struct edited *file, const uint8_t *data, size_t n)
{
    memcpy(file->bytes, file->whole, file->whole_size);
    file->size = file->whole_size;
    for (size_t i = 0; i + 4 <= n; i += 4) {
        const size_t place =
            (data[i] | (size_t)data[i + 1] << 8 | (size_t)data[i + 2] << 16) % file->whole_size;
        file->bytes[place] ^= data[i + 3];
        if (data[i + 3] == 0 && place < file->size)
            file->size = place;
    }
}

void edited_write(const struct edited *file)
{
    FILE *stream = fopen(file->path, "wb");
    require(stream != NULL);
    require(fwrite(file->bytes, 1, file->size, stream) == file->size && fclose(stream) == 0);
}
