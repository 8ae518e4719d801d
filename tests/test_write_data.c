/* Numbers from a file of anybody's making: what is read, what is refused and in which words, and that its
 * identity is its content. */
#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "regime/arrays.h"
#include "regime/data.h"
#include "regime/memory.h"
#include "test.h"

const char *const test_suite = "write_data";

static const char *path_of(const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    return path;
}

static hid_t new_file(const char *name)
{
    return H5Fcreate(path_of(name), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
}

/* A dataset of this type in the file; values[...] as double. */
static void put(hid_t file, const char *name, hid_t type, int n_dims, const hsize_t *dims,
                const double *values)
{
    const hid_t space = H5Screate_simple(n_dims, dims, NULL);
    const hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    CU_ASSERT(set >= 0);
    if (values)
        H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(set);
    H5Sclose(space);
}

/* A boolean as h5py writes it. */
static void put_booleans(hid_t file, const char *name, hsize_t n, const int8_t *values)
{
    const hid_t type = H5Tenum_create(H5T_NATIVE_INT8), space = H5Screate_simple(1, &n, NULL);
    H5Tenum_insert(type, "FALSE", &(int8_t){0});
    H5Tenum_insert(type, "TRUE", &(int8_t){1});
    const hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(set);
    H5Sclose(space);
    H5Tclose(type);
}

static struct rg_data *read_ok(const char *name, const char *names)
{
    struct rg_data *data = NULL;
    TEST_OK(rg_data_read(path_of(name), names, &data));
    return data;
}

static const double numbers[] = {3, 1, 4, 1, 5, 9};

static bool holds_numbers(const struct rg_data *data, const char *name)
{
    const struct rg_array *array = rg_data_find(data, name);
    bool same = array && rg_array_size(array) == 6;
    for (int i = 0; same && i < 6; i++)
        same = data->values[array->first + i] == numbers[i];
    return same;
}

static void types_and_shapes(void)
{
    hid_t file = new_file("types.h5");
    put(file, "b_2", H5T_STD_U16BE, 2, (hsize_t[]){2, 3}, numbers);
    put(file, "b_10", H5T_IEEE_F32BE, 4, (hsize_t[]){1, 3, 1, 2}, numbers);
    put(file, "c", H5T_STD_I64LE, 0, NULL, numbers);
    put(file, "b_0", H5T_STD_I8LE, 1, (hsize_t[]){0}, NULL);
    put(file, "other", H5T_IEEE_F64LE, 1, (hsize_t[]){1}, &(double){NAN});
    put_booleans(file, "b_1", 3, (int8_t[]){1, 0, 1});
    H5Gclose(H5Gcreate2(file, "b_group", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Fclose(file);
    struct rg_data *data = read_ok("types.h5", "b_* c");
    static const char *const names[] = {"b_0", "b_1", "b_10", "b_2", "c"};
    CU_ASSERT_EQUAL_FATAL(data->n, 5);
    CU_ASSERT_EQUAL(data->n_values, 16);
    for (int i = 0; i < 5; i++)
        CU_ASSERT_STRING_EQUAL(data->arrays[i].name, names[i]);
    const struct rg_array *b = rg_data_find(data, "b_10"), *c = rg_data_find(data, "c");
    CU_ASSERT(b->n_dims == 4 && b->dims[1] == 3 && b->dims[3] == 2);
    CU_ASSERT(holds_numbers(data, "b_10") && holds_numbers(data, "b_2"));
    CU_ASSERT(c->n_dims == 0 && rg_array_size(c) == 1 && data->values[c->first] == 3);
    CU_ASSERT_EQUAL(data->values[rg_data_find(data, "b_1")->first + 2], 1);
    CU_ASSERT_EQUAL(rg_array_size(rg_data_find(data, "b_0")), 0);
    CU_ASSERT_PTR_NULL(rg_data_find(data, "other"));
    rg_data_free(&data);
    CU_ASSERT_EQUAL(rg_alloc_live(), 0);
}

static uint64_t hash_of(const char *array, hid_t type, hsize_t rows, hsize_t columns, double last)
{
    double values[6];
    memcpy(values, numbers, sizeof values);
    values[5] = last;
    hid_t file = new_file("hash.h5");
    put(file, "d", H5T_IEEE_F64LE, 1, (hsize_t[]){1}, numbers); /* not read */
    put(file, array, type, 2, (hsize_t[]){rows, columns}, values);
    put(file, "c", H5T_IEEE_F64LE, 1, (hsize_t[]){1}, numbers);
    H5Fclose(file);
    struct rg_data *data = read_ok("hash.h5", "a* b c");
    const uint64_t hash = rg_data_hash(data);
    rg_data_free(&data);
    return hash;
}

static void identity_is_content(void)
{
    const uint64_t hash = hash_of("a", H5T_IEEE_F64LE, 2, 3, 9);
    CU_ASSERT_NOT_EQUAL(hash, 0);
    CU_ASSERT_EQUAL(hash_of("a", H5T_STD_I32BE, 2, 3, 9), hash);
    CU_ASSERT_NOT_EQUAL(hash_of("b", H5T_IEEE_F64LE, 2, 3, 9), hash);
    CU_ASSERT_NOT_EQUAL(hash_of("a", H5T_IEEE_F64LE, 3, 2, 9), hash);
    /* the planted fault: the last bit of one value */
    CU_ASSERT_NOT_EQUAL(hash_of("a", H5T_IEEE_F64LE, 2, 3, nextafter(9, 10)), hash);
}

/* ---- what is refused ------------------------------------------------------------------------------- */

static void refused(const char *name, const char *message)
{
    struct rg_data *data = NULL;
    CU_ASSERT_EQUAL(rg_data_read(path_of(name), "a a_*", &data), RG_ERROR_USER);
    if (!strstr(rg_error_message(), message))
        fprintf(stderr, "\n\"%s\" is not in: %s\n", message, rg_error_message());
    CU_ASSERT_PTR_NOT_NULL(strstr(rg_error_message(), message));
    CU_ASSERT_PTR_NULL(strchr(rg_error_message(), '\n'));
    CU_ASSERT_PTR_NULL(data);
    CU_ASSERT_EQUAL(rg_alloc_live(), 0);
    CU_ASSERT_EQUAL(H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL), 0);
    rg_error_clear();
}

static void put_nothing(hid_t file)
{
    put(file, "b", H5T_STD_I32LE, 1, (hsize_t[]){6}, numbers);
}

static void put_text(hid_t file)
{
    put(file, "a", H5T_C_S1, 1, (hsize_t[]){6}, NULL);
}

static void put_infinity(hid_t file)
{
    put(file, "a_1", H5T_IEEE_F32LE, 2, (hsize_t[]){1, 2}, (double[]){1, INFINITY});
}

static void put_deep(hid_t file)
{
    put(file, "a", H5T_STD_I32LE, 5, (hsize_t[]){1, 1, 2, 3, 1}, numbers);
}

static void put_null(hid_t file)
{
    const hid_t space = H5Screate(H5S_NULL);
    H5Dclose(H5Dcreate2(file, "a", H5T_STD_I32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(space);
}

static void put_dangling(hid_t file)
{
    H5Lcreate_soft("/nowhere", file, "a_2", H5P_DEFAULT, H5P_DEFAULT);
}

static void put_long_name(hid_t file)
{
    char name[RG_ARRAY_NAME_MAX + 1] = "a_";
    memset(name + 2, 'x', sizeof name - 3);
    put(file, name, H5T_STD_I32LE, 1, (hsize_t[]){1}, numbers);
}

static void put_many(hid_t file)
{
    char name[16];
    for (int i = 0; i <= RG_ARRAYS_MAX; i++) {
        snprintf(name, sizeof name, "a_%02d", i);
        put(file, name, H5T_STD_I8LE, 1, (hsize_t[]){1}, numbers);
    }
}

/* Sizes that only a file without its elements can have: nothing of them may be allocated. */
static void put_huge(hid_t file, const hsize_t dims[2])
{
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(2, dims, NULL);
    H5Pset_chunk(list, 2, (hsize_t[]){1, 1});
    H5Dclose(H5Dcreate2(file, "a", H5T_STD_I8LE, space, H5P_DEFAULT, list, H5P_DEFAULT));
    H5Sclose(space);
    H5Pclose(list);
}

static void put_large(hid_t file)
{
    put_huge(file, (hsize_t[]){RG_VALUES_MAX / 2 + 1, 2});
}

static void put_overflow(hid_t file)
{
    put_huge(file, (hsize_t[]){(hsize_t)1 << 40, (hsize_t)1 << 24});
}

static void arrays_are_refused(void)
{
    static const struct {
        void (*fill)(hid_t file);
        const char *message;
    } cases[] = {
        {put_nothing, "has no dataset named a a_*"},
        {put_text, "a: must hold integers of 8 to 64 bits"},
        {put_infinity, "a_1: element 1 is inf"},
        {put_deep, "a: has 5 dimensions, at most 4"},
        {put_null, "a: has no elements"},
        {put_dangling, "a_2: cannot be opened"},
        {put_long_name, "a name has at most 63 characters"},
        {put_many, "a_64: one array too many: at most 64"},
        {put_large, "a: too large"},
        {put_overflow, "a: too large"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hid_t file = new_file("refused.h5");
        cases[i].fill(file);
        H5Fclose(file);
        refused("refused.h5", cases[i].message);
    }
}

static void files_are_refused(void)
{
    refused("nowhere.h5", "No such file");
    refused(".", "is a folder");
    FILE *text = fopen(path_of("text.h5"), "w");
    refused("text.h5", "is empty");
    fputs("strings of length 4\n", text);
    fclose(text);
    refused("text.h5", "is no HDF5 file");
}

static void read_damaged(const char *name)
{
    struct rg_data *data = NULL;
    if (rg_data_read(path_of(name), "a_*", &data) == RG_OK)
        rg_data_free(&data);
}

static void invert_byte(FILE *file, long at)
{
    fseek(file, at, SEEK_SET);
    const int byte = fgetc(file);
    fseek(file, at, SEEK_SET);
    fputc(~byte, file);
    fflush(file);
}

/* One byte inverted, or the end cut off: refused or read, never a crash or a leak. */
static void damage_is_survived(void)
{
    hid_t id = new_file("damaged.h5");
    put(id, "a_1", H5T_STD_I32LE, 1, (hsize_t[]){6}, numbers);
    put(id, "a_2", H5T_IEEE_F64LE, 2, (hsize_t[]){2, 3}, numbers);
    H5Fclose(id);
    FILE *file = fopen(path_of("damaged.h5"), "r+b");
    fseek(file, 0, SEEK_END);
    const long size = ftell(file);
    CU_ASSERT(size > 1000);
    for (long i = 0; i < size; i++) {
        invert_byte(file, i);
        read_damaged("damaged.h5");
        invert_byte(file, i);
    }
    for (long kept = size; kept > 0; kept -= size / 50) {
        CU_ASSERT_EQUAL(ftruncate(fileno(file), kept), 0);
        read_damaged("damaged.h5");
    }
    fclose(file);
    CU_ASSERT_EQUAL(rg_alloc_live(), 0);
    rg_error_clear();
}

const struct test_case test_cases[] = {
    {"numbers of any type and shape are read", types_and_shapes},
    {"what a file holds is its identity", identity_is_content},
    {"arrays are refused in one line", arrays_are_refused},
    {"files are refused in one line", files_are_refused},
    {"damage is survived", damage_is_survived},
    {0},
};
