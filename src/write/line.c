/* See line.h. Values are made and written a block at a time: an axis may be long. */
#include "write/line.h"

#include <hdf5_hl.h>
#include <stdio.h>
#include <string.h>

#include "regime/memory.h"
#include "regime/text.h"
#include "write/select.h"

enum { BLOCK = 65536 };

enum rg_status rg_describe(hid_t object, const char *doc, const char *unit)
{
    RG_TRY(rg_h5_put_text(object, "long_name", doc));
    return rg_h5_put_text(object, "units", unit ? unit : "1");
}

enum rg_status rg_flags_write(hid_t object, int type, const char *meanings)
{
    int32_t wide[256];
    uint8_t narrow[256];
    char name[RG_NAME_MAX];
    int64_t n = 0;
    for (; n < 256 && rg_choice_name(meanings, n, name, sizeof name); n++) {
        wide[n] = (int32_t)n;
        narrow[n] = (uint8_t)n;
    }
    RG_TRY(rg_h5_put_list(object, "flag_values", type, n,
                          type == RG_I4 ? (const void *)wide : narrow));
    return rg_h5_put_text(object, "flag_meanings", meanings);
}

static bool write_block(hid_t dataset, int type, int64_t n, int64_t first, int64_t count,
                        const void *values)
{
    struct rg_extent extent = {.rank = 1, .dims = {(hsize_t)n}, .count = 1};
    hid_t file = rg_space_make(&extent);
    hid_t memory = H5Screate_simple(1, &(hsize_t){(hsize_t)count}, NULL);
    bool ok = rg_space_add(file, &extent, (uint64_t)first, (uint64_t)(first + count)) &&
              H5Dwrite(dataset, rg_h5_memory_type(type), memory, file, H5P_DEFAULT, values) >= 0;
    rg_h5_close(&memory);
    rg_h5_close(&file);
    return ok;
}

static bool write_values(hid_t dataset, int type, int64_t n, const struct rg_source *source)
{
    unsigned char *block = NULL;
    size_t size = rg_h5_size(type);
    bool ok = rg_alloc(&block, BLOCK, size) == RG_OK;
    for (int64_t first = 0; ok && first < n; first += BLOCK) {
        int64_t count = n - first < BLOCK ? n - first : BLOCK;
        for (int64_t i = 0; i < count; i++)
            source->make(source->context, first + i, block + (size_t)i * size);
        ok = write_block(dataset, type, n, first, count, block);
    }
    rg_free(&block);
    return ok;
}

enum rg_status rg_line_make(hid_t group, const char *name, int type, int64_t n,
                            const struct rg_source *source, hid_t *dataset)
{
    hid_t space = H5Screate_simple(1, &(hsize_t){(hsize_t)n}, NULL);
    hid_t list = rg_h5_create_list(H5P_DATASET_CREATE);
    *dataset =
        H5Dcreate2(group, name, rg_h5_file_type(type), space, H5P_DEFAULT, list, H5P_DEFAULT);
    bool ok = *dataset >= 0 && (!source || write_values(*dataset, type, n, source));
    enum rg_status code = RG_OK;
    if (!ok)
        code = rg_fail(RG_ERROR_SYSTEM, __FILE__, __LINE__, "cannot write %s: %s", name,
                       rg_h5_reason());
    rg_h5_close(&list);
    rg_h5_close(&space);
    return code;
}

enum rg_status rg_scale_make(hid_t dataset, const char *name)
{
    RG_REQUIRE(H5DSset_scale(dataset, name) >= 0, RG_ERROR_SYSTEM, "cannot make %s a scale", name);
    return RG_OK;
}

enum rg_status rg_scale_attach(hid_t dataset, hid_t group, const char *scale_name, unsigned dim)
{
    hid_t scale = H5Dopen2(group, scale_name, H5P_DEFAULT);
    bool ok = scale >= 0 && H5DSattach_scale(dataset, scale, dim) >= 0;
    rg_h5_close(&scale);
    RG_REQUIRE(ok, RG_ERROR_SYSTEM, "cannot attach the scale %s", scale_name);
    return RG_OK;
}

enum rg_status rg_bare_dimension_write(hid_t group, const char *name, int64_t size)
{
    char label[RG_NAME_MAX];
    hid_t dataset = H5I_INVALID_HID;
    snprintf(label, sizeof label, "This is a netCDF dimension but not a netCDF variable.%10lld",
             (long long)size);
    enum rg_status code = rg_line_make(group, name, RG_F4, size, NULL, &dataset);
    if (code == RG_OK)
        code = rg_scale_make(dataset, label);
    rg_h5_close(&dataset);
    return code;
}
