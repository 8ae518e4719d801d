/* Loose arrays in a file of their own: datasets under the names they are given, notes as attributes. */
#include <stdio.h>
#include <unistd.h>

#include "regime/arrays.h"
#include "regime/memory.h"
#include "write/h5.h"

struct rg_arrays {
    char *path;
    hid_t id;
};

enum rg_status rg_arrays_create(const char *path, struct rg_arrays **arrays)
{
    rg_h5_start();
    *arrays = NULL;
    RG_REQUIRE(access(path, F_OK) != 0, RG_ERROR_USER, "%s exists already: choose another with -o",
               path);
    RG_TRY(rg_alloc(arrays, 1, sizeof **arrays));
    hid_t list = rg_h5_create_list(H5P_FILE_CREATE);
    (*arrays)->id = H5Fcreate(path, H5F_ACC_EXCL, list, H5P_DEFAULT);
    rg_h5_close(&list);
    enum rg_status code = RG_OK;
    if ((*arrays)->id < 0)
        code = rg_fail(RG_ERROR_USER, __FILE__, __LINE__, "%s: cannot create it: %s", path,
                       rg_h5_reason());
    if (code == RG_OK)
        code = rg_strdup(&(*arrays)->path, path);
    if (code != RG_OK) {
        rg_h5_close(&(*arrays)->id);
        rg_free(arrays);
    }
    return code;
}

enum rg_status rg_arrays_note(struct rg_arrays *arrays, const char *name, const char *text)
{
    return rg_h5_put_text(arrays->id, name, text);
}

static enum rg_status put(void *context, const char *name, enum rg_column_type type, int n_dims,
                          const int64_t *dims, const void *data)
{
    struct rg_arrays *arrays = context;
    hsize_t extent[RG_DIMS_MAX] = {0};
    RG_REQUIRE(n_dims >= 0 && n_dims <= RG_DIMS_MAX, RG_ERROR_SYSTEM, "%s has %d dimensions", name,
               n_dims);
    for (int d = 0; d < n_dims; d++)
        extent[d] = (hsize_t)dims[d];
    hid_t space = n_dims ? H5Screate_simple(n_dims, extent, NULL) : H5Screate(H5S_SCALAR);
    hid_t list = rg_h5_create_list(H5P_DATASET_CREATE);
    hid_t dataset = H5Dcreate2(arrays->id, name, rg_h5_file_type((int)type), space, H5P_DEFAULT,
                               list, H5P_DEFAULT);
    bool ok = dataset >= 0 && H5Dwrite(dataset, rg_h5_memory_type((int)type), H5S_ALL, H5S_ALL,
                                       H5P_DEFAULT, data) >= 0;
    enum rg_status code = RG_OK;
    if (!ok)
        code = rg_fail(RG_ERROR_SYSTEM, __FILE__, __LINE__, "%s: cannot write %s: %s", arrays->path,
                       name, rg_h5_reason());
    rg_h5_close(&dataset);
    rg_h5_close(&list);
    rg_h5_close(&space);
    return code;
}

struct rg_sink rg_arrays_sink(struct rg_arrays *arrays)
{
    return (struct rg_sink){put, arrays};
}

enum rg_status rg_arrays_close(struct rg_arrays **arrays)
{
    if (!*arrays)
        return RG_OK;
    bool closed = rg_h5_close(&(*arrays)->id);
    enum rg_status code = closed
                              ? RG_OK
                              : rg_fail(RG_ERROR_SYSTEM, __FILE__, __LINE__,
                                        "%s: not written out: %s", (*arrays)->path, rg_h5_reason());
    rg_free(&(*arrays)->path);
    rg_free(arrays);
    return code;
}
