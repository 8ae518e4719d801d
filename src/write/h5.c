/* See h5.h. Ids are closed on every way out; a function reports one failure, with HDF5's own reason. */
#include "write/h5.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "regime/library.h"
#include "regime/memory.h"

static bool started, broken;

void rg_h5_start(void)
{
    if (started)
        return;
    started = true;
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

void rg_hdf5_end(void)
{
    if (started)
        H5close();
    started = false;
}

bool rg_hdf5_is_broken(void)
{
    return broken;
}

enum rg_status rg_h5_check_path(const char *path)
{
    struct stat info;
    rg_h5_start();
    RG_REQUIRE(stat(path, &info) == 0, RG_ERROR_USER, "%s", strerror(errno));
    RG_REQUIRE(!S_ISDIR(info.st_mode), RG_ERROR_USER, "is a folder, not a file");
    RG_REQUIRE(S_ISREG(info.st_mode), RG_ERROR_USER, "is no ordinary file");
    RG_REQUIRE(access(path, R_OK) == 0, RG_ERROR_USER, "no permission to read it");
    RG_REQUIRE(info.st_size > 0, RG_ERROR_DAMAGED, "is empty");
    RG_REQUIRE(H5Fis_hdf5(path) > 0, RG_ERROR_DAMAGED, "is no HDF5 file");
    return RG_OK;
}

static herr_t keep_innermost(unsigned n, const H5E_error2_t *error, void *reason)
{
    if (n == 0)
        snprintf(reason, 256, "%s", error->desc ? error->desc : "no reason given");
    return 0;
}

const char *rg_h5_reason(void)
{
    static char reason[256];
    snprintf(reason, sizeof reason, "no reason given");
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, reason);
    for (char *end; (end = strchr(reason, '\n'));)
        *end = ' ';
    return reason;
}

bool rg_h5_close(hid_t *id)
{
    bool closed = *id < 0 || H5Idec_ref(*id) >= 0;
    *id = H5I_INVALID_HID;
    broken |= !closed;
    return closed;
}

/* ---- types ------------------------------------------------------------------------------------- */

size_t rg_h5_size(int type)
{
    static const size_t sizes[] = {[RG_F4] = 4,   [RG_F8] = 8,   [RG_I4] = 4, [RG_I8] = 8,
                                   [RG_CODE] = 1, [RG_FLAG] = 1, [RG_U8] = 8, [RG_CHAR] = 1};
    return sizes[type];
}

hid_t rg_h5_file_type(int type)
{
    const hid_t types[] = {
        [RG_F4] = H5T_IEEE_F32LE, [RG_F8] = H5T_IEEE_F64LE, [RG_I4] = H5T_STD_I32LE,
        [RG_I8] = H5T_STD_I64LE,  [RG_CODE] = H5T_STD_U8LE, [RG_FLAG] = H5T_STD_I8LE,
        [RG_U8] = H5T_STD_U64LE,  [RG_CHAR] = H5T_C_S1,
    };
    return types[type];
}

hid_t rg_h5_memory_type(int type)
{
    const hid_t types[] = {
        [RG_F4] = H5T_NATIVE_FLOAT,  [RG_F8] = H5T_NATIVE_DOUBLE,  [RG_I4] = H5T_NATIVE_INT32,
        [RG_I8] = H5T_NATIVE_INT64,  [RG_CODE] = H5T_NATIVE_UINT8, [RG_FLAG] = H5T_NATIVE_INT8,
        [RG_U8] = H5T_NATIVE_UINT64, [RG_CHAR] = H5T_C_S1,
    };
    return types[type];
}

hid_t rg_h5_create_list(hid_t class)
{
    hid_t list = H5Pcreate(class);
    unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    H5Pset_obj_track_times(list, 0);
    H5Pset_attr_creation_order(list, order);
    if (class != H5P_DATASET_CREATE)
        H5Pset_link_creation_order(list, order);
    return list;
}

/* ---- attributes -------------------------------------------------------------------------------- */

static enum rg_status put(hid_t object, const char *name, hid_t file_type, hid_t memory_type,
                          hid_t space, const void *value)
{
    hid_t attribute = H5Acreate2(object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool written = attribute >= 0 && H5Awrite(attribute, memory_type, value) >= 0;
    enum rg_status code = RG_OK;
    if (!written)
        code = rg_fail(RG_ERROR_SYSTEM, __FILE__, __LINE__, "cannot write the attribute %s: %s",
                       name, rg_h5_reason());
    rg_h5_close(&attribute);
    return code;
}

enum rg_status rg_h5_put_number(hid_t object, const char *name, int type, const void *value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    enum rg_status code =
        put(object, name, rg_h5_file_type(type), rg_h5_memory_type(type), space, value);
    rg_h5_close(&space);
    return code;
}

enum rg_status rg_h5_put_list(hid_t object, const char *name, int type, int64_t n,
                              const void *values)
{
    hid_t space = H5Screate_simple(1, &(hsize_t){(hsize_t)n}, NULL);
    enum rg_status code =
        put(object, name, rg_h5_file_type(type), rg_h5_memory_type(type), space, values);
    rg_h5_close(&space);
    return code;
}

static hid_t text_type(size_t size)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, size);
    H5Tset_cset(type, H5T_CSET_UTF8);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    return type;
}

enum rg_status rg_h5_put_text(hid_t object, const char *name, const char *text)
{
    size_t length = strlen(text);
    hid_t type = text_type(length ? length : 1), space = H5Screate(H5S_SCALAR);
    enum rg_status code = put(object, name, type, type, space, text);
    rg_h5_close(&space);
    rg_h5_close(&type);
    return code;
}

static enum rg_status read_text(hid_t attribute, hid_t type, char **text)
{
    size_t size = H5Tget_size(type);
    RG_TRY(rg_alloc(text, size + 1, 1));
    hid_t memory = text_type(size);
    bool ok = H5Aread(attribute, memory, *text) >= 0;
    rg_h5_close(&memory);
    RG_REQUIRE(ok, RG_ERROR_DAMAGED, "unreadable text attribute: %s", rg_h5_reason());
    return RG_OK;
}

static enum rg_status read_number(hid_t attribute, char **text)
{
    enum { DIGITS = 32 };
    int64_t number;
    RG_REQUIRE(H5Aread(attribute, H5T_NATIVE_INT64, &number) >= 0, RG_ERROR_DAMAGED,
               "unreadable attribute: %s", rg_h5_reason());
    RG_TRY(rg_alloc(text, DIGITS, 1));
    snprintf(*text, DIGITS, "%lld", (long long)number);
    return RG_OK;
}

static enum rg_status read_attribute(hid_t attribute, char **text)
{
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    H5T_class_t class = H5Tget_class(type);
    enum rg_status code = RG_OK;
    if (H5Sget_simple_extent_npoints(space) == 1 && class == H5T_INTEGER)
        code = read_number(attribute, text);
    else if (H5Sget_simple_extent_npoints(space) == 1 && class == H5T_STRING &&
             H5Tis_variable_str(type) == 0)
        code = read_text(attribute, type, text);
    rg_h5_close(&space);
    rg_h5_close(&type);
    return code;
}

enum rg_status rg_h5_get_text(hid_t object, const char *name, char **text)
{
    *text = NULL;
    if (H5Aexists(object, name) <= 0)
        return RG_OK;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    RG_REQUIRE(attribute >= 0, RG_ERROR_DAMAGED, "the attribute %s is damaged: %s", name,
               rg_h5_reason());
    enum rg_status code = read_attribute(attribute, text);
    rg_h5_close(&attribute);
    return code;
}
