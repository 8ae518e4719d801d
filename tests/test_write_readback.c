/* Writes that claim success and did nothing, as collective ones do on a full disk: the flush must notice
 * by itself, on all ranks alike, and what was not written must not count as done. HDF5's H5Dwrite is
 * replaced by one that, on the last rank and for the chosen dataset, writes nothing; for a process alone
 * the system's pwrite is, so that nothing in memory may stand for the file.                         */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <hdf5.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "regime/write.h"
#include "test.h"
#include "tiny_model.h"

const char *const test_suite = "write_readback";

static const char *lost; /* the dataset that is not written; NULL: all are */

static bool is_lost(hid_t dataset)
{
    char name[256] = "";
    int rank, size;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    H5Iget_name(dataset, name, sizeof name);
    return lost && rank == size - 1 && strcmp(name + 1, lost) == 0;
}

herr_t H5Dwrite(hid_t dataset, hid_t type, hid_t memory, hid_t file, hid_t list, const void *data)
{
    __typeof__(&H5Dwrite) real = __extension__(__typeof__(&H5Dwrite)) dlsym(RTLD_NEXT, "H5Dwrite");
    if (!is_lost(dataset))
        return real(dataset, type, memory, file, list, data);
    hid_t nothing = H5Scopy(file), none = H5Scopy(memory);
    H5Sselect_none(nothing);
    H5Sselect_none(none);
    real(dataset, type, none, nothing, list, data); /* the others wait in this collective call */
    H5Sclose(nothing);
    H5Sclose(none);
    return 0;
}

static bool disk_lies;
static int n_lies;

static ssize_t write_or_lie(const char *name, int file, const void *data, size_t n, off_t place)
{
    __typeof__(&pwrite) real = __extension__(__typeof__(&pwrite)) dlsym(RTLD_NEXT, name);
    if (!disk_lies)
        return real(file, data, n, place);
    n_lies++;
    return (ssize_t)n;
}

ssize_t pwrite(int file, const void *data, size_t n, off_t place)
{
    return write_or_lie("pwrite", file, data, n, place);
}

ssize_t pwrite64(int file, const void *data, size_t n, off64_t place)
{
    return write_or_lie("pwrite64", file, data, n, place);
}

static void flush_without(const char *dataset)
{
    enum { N_POINTS = 4 * 2 * 3 };
    struct tiny_sweep sweep;
    struct rg_layout *layout = NULL;
    struct rg_file *file = NULL;
    struct rg_record record;
    uint8_t done[N_POINTS];
    char path[4096];
    int rank, size;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    snprintf(path, sizeof path, "%s/%s.h5", test_folder(), dataset ? dataset : "all");
    tiny_sweep_make(&sweep, 4, 3);
    TEST_OK(rg_layout_create(&sweep.spec, &layout));
    if (rank == 0)
        TEST_OK(rg_file_create(path, &sweep.spec, layout, "test", NULL));
    MPI_Barrier(MPI_COMM_WORLD);
    TEST_OK(rg_file_open(MPI_COMM_WORLD, path, &sweep.spec, layout, "test", &file));
    TEST_OK(tiny_record(layout, rank, 0, &record));
    TEST_OK(rg_file_put(file, &record));
    lost = dataset;
    CU_ASSERT_EQUAL(rg_file_flush(file), dataset ? RG_ERROR_DISK : RG_OK);
    lost = NULL;
    if (dataset && rank == 0)
        CU_ASSERT_PTR_NOT_NULL(strstr(rg_error_message(), "disk full or failing"));
    if (rank > 0)
        CU_ASSERT_STRING_EQUAL(rg_error_message(), "");
    TEST_OK(rg_file_scan(file, rank == 0 ? done : NULL));
    MPI_Bcast(done, N_POINTS, MPI_UINT8_T, 0, MPI_COMM_WORLD);
    for (int id = 0; id < N_POINTS; id++)
        CU_ASSERT_EQUAL(done[id], id < size - (dataset ? 1 : 0));
    TEST_OK(rg_file_close(&file));
    rg_layout_destroy(&layout);
    rg_error_clear();
}

static void notices_lost_data(void)
{
    flush_without("train_loss");
    flush_without("W");
}

static void notices_lost_commits(void)
{
    flush_without("checksum");
    flush_without("status");
}

static void flush_to_a_liar(const char *path)
{
    struct tiny_sweep sweep;
    struct rg_layout *layout = NULL;
    struct rg_file *file = NULL;
    struct rg_record record;
    tiny_sweep_make(&sweep, 4, 3);
    TEST_OK(rg_layout_create(&sweep.spec, &layout));
    TEST_OK(rg_file_create(path, &sweep.spec, layout, "test", NULL));
    TEST_OK(rg_file_open(MPI_COMM_NULL, path, &sweep.spec, layout, "test", &file));
    TEST_OK(tiny_record(layout, 1, 0, &record));
    TEST_OK(rg_file_put(file, &record));
    disk_lies = true;
    CU_ASSERT_EQUAL(rg_file_flush(file), RG_ERROR_DISK);
    disk_lies = false;
    CU_ASSERT_PTR_NOT_NULL(strstr(rg_error_message(), "disk full or failing"));
    CU_ASSERT(n_lies > 0); /* else HDF5 writes by another call, and this shows nothing */
    TEST_OK(rg_file_flush(file));
    TEST_OK(rg_file_close(&file));
    rg_layout_destroy(&layout);
    rg_error_clear();
}

static void notices_a_lie_alone(void)
{
    char path[4096];
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    snprintf(path, sizeof path, "%s/alone.h5", test_folder());
    if (rank == 0)
        flush_to_a_liar(path);
    MPI_Barrier(MPI_COMM_WORLD);
}

static void passes_what_is_written(void)
{
    flush_without(NULL);
}

static void refuses_a_strange_point(void)
{
    struct tiny_sweep sweep;
    struct rg_layout *layout = NULL;
    struct rg_file *file = NULL;
    struct rg_record record;
    char path[4096];
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    snprintf(path, sizeof path, "%s/strange.h5", test_folder());
    tiny_sweep_make(&sweep, 2, 1);
    TEST_OK(rg_layout_create(&sweep.spec, &layout));
    if (rank == 0)
        TEST_OK(rg_file_create(path, &sweep.spec, layout, "test", NULL));
    MPI_Barrier(MPI_COMM_WORLD);
    TEST_OK(rg_file_open(MPI_COMM_WORLD, path, &sweep.spec, layout, "test", &file));
    TEST_OK(tiny_record(layout, 4, 0, &record));
    CU_ASSERT_EQUAL(rg_file_put(file, &record), RG_ERROR_SYSTEM);
    rg_record_free(&record);
    TEST_OK(rg_file_flush(file));
    TEST_OK(rg_file_close(&file));
    rg_layout_destroy(&layout);
    rg_error_clear();
}

const struct test_case test_cases[] = {
    {"written records pass", passes_what_is_written},
    {"a record that did not arrive is noticed by all ranks", notices_lost_data},
    {"so is a status or checksum", notices_lost_commits},
    {"so is what the system lost of a process alone", notices_a_lie_alone},
    {"a point outside the grid is refused before it is held", refuses_a_strange_point},
    {0},
};
