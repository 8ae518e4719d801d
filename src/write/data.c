/* A file of numbers -> named arrays. Whatever library made the file: any integer, floating or boolean
 * type, any layout. Names and sizes are looked at first, then all values are read into one block.  */
#include <fnmatch.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "regime/arrays.h"
#include "regime/memory.h"
#include "regime/text.h"
#include "write/h5.h"

struct reading {
    hid_t file;
    const char *names; /* patterns */
    struct rg_data *data;
    enum rg_status code;
};

/* ---- what there is --------------------------------------------------------------------------------- */

static bool is_wanted(const char *names, const char *name)
{
    char pattern[RG_ARRAY_NAME_MAX];
    for (int64_t i = 0; rg_choice_name(names, i, pattern, sizeof pattern); i++)
        if (fnmatch(pattern, name, 0) == 0)
            return true;
    return false;
}

/* One of the usual types. HDF5 converts any other as its description says, and a damaged description
 * makes it write beyond its bounds.                                                                 */
static bool is_usual(hid_t type)
{
    const hid_t usual[] = {
        H5T_STD_I8LE,  H5T_STD_U8LE,   H5T_STD_I16LE,  H5T_STD_U16LE,  H5T_STD_I32LE,
        H5T_STD_U32LE, H5T_STD_I64LE,  H5T_STD_U64LE,  H5T_IEEE_F32LE, H5T_IEEE_F64LE,
        H5T_STD_I16BE, H5T_STD_U16BE,  H5T_STD_I32BE,  H5T_STD_U32BE,  H5T_STD_I64BE,
        H5T_STD_U64BE, H5T_IEEE_F32BE, H5T_IEEE_F64BE,
    };
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (H5Tequal(type, usual[i]) > 0)
            return true;
    return false;
}

static bool is_numeric(hid_t dataset)
{
    hid_t type = H5Dget_type(dataset), base = H5I_INVALID_HID;
    if (H5Tget_class(type) == H5T_ENUM) /* h5py's booleans */
        base = H5Tget_super(type);
    const bool numeric = is_usual(base >= 0 ? base : type);
    rg_h5_close(&base);
    rg_h5_close(&type);
    return numeric;
}

/* `room`: elements that may still come. No product overflows within it. */
static enum rg_status read_shape(hid_t space, int64_t room, struct rg_array *array)
{
    hsize_t dims[H5S_MAX_RANK];
    array->n_dims = H5Sget_simple_extent_dims(space, dims, NULL);
    RG_REQUIRE(array->n_dims >= 0 && H5Sget_simple_extent_type(space) != H5S_NULL, RG_ERROR_USER,
               "%s: has no elements", array->name);
    RG_REQUIRE(array->n_dims <= RG_DIMS_MAX, RG_ERROR_USER, "%s: has %d dimensions, at most %d",
               array->name, array->n_dims, RG_DIMS_MAX);
    for (int d = 0; d < array->n_dims; d++) {
        RG_REQUIRE(dims[d] <= (hsize_t)room, RG_ERROR_USER,
                   "%s: too large: all arrays together have at most %d elements", array->name,
                   RG_VALUES_MAX);
        array->dims[d] = (int64_t)dims[d];
        room /= dims[d] > 0 ? array->dims[d] : 1;
    }
    return RG_OK;
}

static enum rg_status add_dataset(hid_t dataset, struct rg_data *data, const char *name)
{
    struct rg_array *array = &data->arrays[data->n];
    RG_REQUIRE(data->n < RG_ARRAYS_MAX, RG_ERROR_USER, "%s: one array too many: at most %d", name,
               RG_ARRAYS_MAX);
    RG_REQUIRE(snprintf(array->name, sizeof array->name, "%s", name) < RG_ARRAY_NAME_MAX,
               RG_ERROR_USER, "%s: a name has at most %d characters", name, RG_ARRAY_NAME_MAX - 1);
    RG_REQUIRE(is_numeric(dataset), RG_ERROR_USER,
               "%s: must hold integers of 8 to 64 bits, floats of 32 or 64, or booleans", name);
    hid_t space = H5Dget_space(dataset);
    const enum rg_status code = read_shape(space, RG_VALUES_MAX - data->n_values, array);
    rg_h5_close(&space);
    RG_TRY(code);
    array->first = data->n_values;
    data->n_values += rg_array_size(array);
    data->n++;
    return RG_OK;
}

static enum rg_status add_object(const struct reading *reading, const char *name)
{
    hid_t object = H5Oopen(reading->file, name, H5P_DEFAULT);
    RG_REQUIRE(object >= 0, RG_ERROR_USER, "%s: cannot be opened: %s", name, rg_h5_reason());
    enum rg_status code = RG_OK;
    if (H5Iget_type(object) == H5I_DATASET)
        code = add_dataset(object, reading->data, name);
    rg_h5_close(&object);
    return code;
}

static herr_t visit(hid_t group, const char *name, const H5L_info_t *info, void *context)
{
    struct reading *reading = context;
    (void)group;
    (void)info;
    if (is_wanted(reading->names, name))
        reading->code = add_object(reading, name);
    return reading->code == RG_OK ? 0 : 1; /* 1 ends the iteration */
}

static enum rg_status list_arrays(struct reading *reading)
{
    const herr_t ended =
        H5Literate(reading->file, H5_INDEX_NAME, H5_ITER_INC, NULL, visit, reading);
    RG_TRY(reading->code);
    RG_REQUIRE(ended >= 0, RG_ERROR_USER, "its datasets cannot be listed: %s", rg_h5_reason());
    RG_REQUIRE(reading->data->n > 0, RG_ERROR_USER, "has no dataset named %s", reading->names);
    return RG_OK;
}

/* ---- its values ------------------------------------------------------------------------------------ */

static enum rg_status check_finite(const struct rg_array *array, const double *values)
{
    for (int64_t i = 0; i < rg_array_size(array); i++)
        RG_REQUIRE(isfinite(values[i]), RG_ERROR_USER,
                   "%s: element %" PRId64 " is %g: all must be finite numbers", array->name, i,
                   values[i]);
    return RG_OK;
}

static enum rg_status read_values(hid_t file, const struct rg_array *array, double *values)
{
    hid_t dataset = H5Dopen2(file, array->name, H5P_DEFAULT);
    const bool read = dataset >= 0 && H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL,
                                              H5P_DEFAULT, values) >= 0;
    enum rg_status code = RG_OK;
    if (!read)
        code = rg_fail(RG_ERROR_USER, __FILE__, __LINE__, "%s: cannot be read: %s", array->name,
                       rg_h5_reason());
    rg_h5_close(&dataset);
    RG_TRY(code);
    return check_finite(array, values);
}

static enum rg_status read_file(struct reading *reading)
{
    struct rg_data *data = reading->data;
    RG_TRY(list_arrays(reading));
    RG_TRY(rg_alloc(&data->values, (size_t)data->n_values, sizeof *data->values));
    for (int i = 0; i < data->n; i++)
        RG_TRY(read_values(reading->file, &data->arrays[i], data->values + data->arrays[i].first));
    return RG_OK;
}

enum rg_status rg_data_read(const char *path, const char *names, struct rg_data **data)
{
    *data = NULL;
    const enum rg_status there = rg_h5_check_path(path);
    if (there != RG_OK)
        return rg_fail(RG_ERROR_USER, __FILE__, __LINE__, "%s", rg_error_message());
    struct reading reading = {.names = names};
    reading.file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    RG_REQUIRE(reading.file >= 0, RG_ERROR_USER, "is damaged or cut short: %s", rg_h5_reason());
    enum rg_status code = rg_alloc(&reading.data, 1, sizeof *reading.data);
    if (code == RG_OK)
        code = read_file(&reading);
    rg_h5_close(&reading.file);
    if (code != RG_OK)
        rg_data_free(&reading.data);
    *data = reading.data;
    return code;
}
