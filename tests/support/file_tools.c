/* Finds raw extents through HDF5, then works on the plain bytes. */
#include "file_tools.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>

void file_tools_extent(const char *path, const char *dataset, int64_t *offset, int64_t *size)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t id = H5Dopen2(file, dataset, H5P_DEFAULT);
    haddr_t address = id >= 0 ? H5Dget_offset(id) : HADDR_UNDEF;
    *offset = address == HADDR_UNDEF ? -1 : (int64_t)address;
    *size = id >= 0 ? (int64_t)H5Dget_storage_size(id) : 0;
    H5Dclose(id);
    H5Fclose(file);
}

void file_tools_blank_provenance(const char *path)
{
    static const char *const names[] = {"provenance/host", "provenance/rank", "provenance/start",
                                        "provenance/wall_seconds"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int64_t offset, size;
        file_tools_extent(path, names[i], &offset, &size);
        FILE *file = fopen(path, "r+b");
        if (!file || offset < 0) {
            fprintf(stderr, "cannot blank %s of %s\n", names[i], path);
            exit(1);
        }
        fseek(file, (long)offset, SEEK_SET);
        for (int64_t byte = 0; byte < size; byte++)
            fputc(0, file);
        fclose(file);
    }
}

bool file_tools_same_bytes(const char *first, const char *second)
{
    FILE *a = fopen(first, "rb"), *b = fopen(second, "rb");
    bool same = a && b;
    int left = 0, right;
    while (same && left != EOF) {
        left = fgetc(a);
        right = fgetc(b);
        same = left == right;
    }
    if (a)
        fclose(a);
    if (b)
        fclose(b);
    return same;
}

void file_tools_flip_byte(const char *path, const char *dataset, int64_t offset)
{
    int64_t start, size;
    file_tools_extent(path, dataset, &start, &size);
    FILE *file = fopen(path, "r+b");
    if (!file || start < 0 || offset >= size) {
        fprintf(stderr, "cannot damage %s of %s\n", dataset, path);
        exit(1);
    }
    fseek(file, (long)(start + offset), SEEK_SET);
    int byte = fgetc(file);
    fseek(file, (long)(start + offset), SEEK_SET);
    fputc(byte ^ 0xff, file);
    fclose(file);
}
