/* Records put on any rank land in their place: the file's bytes are those of one rank working alone, the
 * read-back and the checksums see a torn row, a resumed run finds exactly what was committed.        */
#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file_tools.h"
#include "regime/memory.h"
#include "regime/store.h"
#include "regime/write.h"
#include "test.h"
#include "tiny_model.h"

const char *const test_suite = "write_commit";

enum { N_GAIN = 5, N_REPLICATES = 7, N_POINTS = N_GAIN * 2 * N_REPLICATES };
static const char arithmetic[] = "test";

static int world_size(void)
{
    int size;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    return size;
}

struct setup {
    struct tiny_sweep sweep;
    struct rg_layout *layout;
    char path[4096];
};

static void make_setup(struct setup *setup, const char *name)
{
    tiny_sweep_make(&setup->sweep, N_GAIN, N_REPLICATES);
    TEST_OK(rg_layout_create(&setup->sweep.spec, &setup->layout));
    snprintf(setup->path, sizeof setup->path, "%s/%s", test_folder(), name);
}

static void create(const struct setup *setup)
{
    if (test_rank() == 0)
        TEST_OK(rg_file_create(setup->path, &setup->sweep.spec, setup->layout, arithmetic, NULL));
    MPI_Barrier(MPI_COMM_WORLD);
}

static struct rg_file *open_file(MPI_Comm comm, const struct setup *setup)
{
    struct rg_file *file = NULL;
    TEST_OK(rg_file_open(comm, setup->path, &setup->sweep.spec, setup->layout, arithmetic, &file));
    return file;
}

static void put(struct rg_file *file, const struct rg_layout *layout, int64_t id)
{
    struct rg_record record;
    TEST_OK(tiny_record(layout, id, 0, &record));
    TEST_OK(rg_file_put(file, &record));
    CU_ASSERT_PTR_NULL(record.data);
}

/* Deals the ids first..end-1 round, backwards and in batches, so that ranks and flushes are uneven. */
static void put_range(struct rg_file *file, const struct setup *setup, MPI_Comm comm, int64_t first,
                      int64_t end)
{
    int rank, size;
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &size);
    for (int64_t id = end - 1; id >= first; id--) {
        if (id * 7 % 5 % size == rank)
            put(file, setup->layout, id);
        if (id % 11 == 0)
            TEST_OK(rg_file_flush(file));
    }
    TEST_OK(rg_file_flush(file));
}

static void write_whole(const struct setup *setup, MPI_Comm comm)
{
    struct rg_file *file = open_file(comm, setup);
    put_range(file, setup, comm, 0, N_POINTS);
    CU_ASSERT_FALSE(rg_file_is_full(file));
    TEST_OK(rg_file_close(&file));
}

static void leaves_no_id_open(void)
{
    CU_ASSERT_EQUAL(H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL), 0);
}

/* Reads every point through the serial store and compares it with what was put. */
static void check_points(const struct setup *setup, int64_t first, int64_t end)
{
    struct rg_store *store = NULL;
    TEST_OK(rg_store_open(setup->path, &store));
    for (int64_t id = first; id < end && store; id++) {
        struct rg_record expected, found;
        struct rg_stored_point info;
        TEST_OK(tiny_record(setup->layout, id, 0, &expected));
        TEST_OK(rg_store_point(store, setup->layout, id, &info, &found));
        CU_ASSERT_EQUAL(info.status, expected.status);
        CU_ASSERT_TRUE(info.checksum_holds);
        CU_ASSERT_EQUAL(info.start, expected.start);
        CU_ASSERT_EQUAL(info.wall_seconds, expected.wall_seconds);
        CU_ASSERT(info.host[0] && info.rank >= 0);
        CU_ASSERT_EQUAL(memcmp(found.data, expected.data, setup->layout->record_size), 0);
        rg_record_free(&expected);
        rg_record_free(&found);
    }
    rg_store_close(&store);
}

static void places_records(void)
{
    int64_t live = rg_alloc_live();
    struct setup setup;
    make_setup(&setup, "placed.h5");
    create(&setup);
    write_whole(&setup, MPI_COMM_WORLD);
    if (test_rank() == 0)
        check_points(&setup, 0, N_POINTS);
    rg_layout_destroy(&setup.layout);
    CU_ASSERT_EQUAL(rg_alloc_live(), live);
    leaves_no_id_open();
    MPI_Barrier(MPI_COMM_WORLD);
}

/* In another order than write_whole, and opened anew between the halves. */
static void write_halves(const struct setup *setup, MPI_Comm comm)
{
    uint8_t done[N_POINTS];
    struct rg_file *file = open_file(comm, setup);
    put_range(file, setup, MPI_COMM_SELF, N_POINTS / 2, N_POINTS);
    TEST_OK(rg_file_close(&file));
    file = open_file(comm, setup);
    TEST_OK(rg_file_scan(file, done));
    for (int64_t id = 0; id < N_POINTS; id++)
        CU_ASSERT_EQUAL(done[id], id >= N_POINTS / 2);
    put_range(file, setup, MPI_COMM_SELF, 0, N_POINTS / 2);
    TEST_OK(rg_file_close(&file));
}

/* All ranks together write one file; rank 0 another alone, and a third as if it had no MPI. */
static void does_not_depend_on_ranks(void)
{
    enum { TOGETHER, ALONE, WITHOUT_MPI, N_FILES };
    static const char *const names[N_FILES] = {"together.h5", "alone.h5", "without_mpi.h5"};
    struct setup setups[N_FILES];
    for (int i = 0; i < N_FILES; i++) {
        make_setup(&setups[i], names[i]);
        create(&setups[i]);
    }
    write_whole(&setups[TOGETHER], MPI_COMM_WORLD);
    if (test_rank() == 0) {
        const char *reference = setups[TOGETHER].path, *last = setups[WITHOUT_MPI].path;
        write_halves(&setups[ALONE], MPI_COMM_SELF);
        write_halves(&setups[WITHOUT_MPI], MPI_COMM_NULL);
        for (int i = 0; i < N_FILES; i++)
            file_tools_blank_provenance(setups[i].path);
        for (int i = 0; i < N_FILES; i++)
            CU_ASSERT_TRUE(file_tools_same_bytes(reference, setups[i].path));
        file_tools_flip_byte(last, "train_loss", 40); /* the comparison must see one bit */
        CU_ASSERT_FALSE(file_tools_same_bytes(reference, last));
    }
    MPI_Barrier(MPI_COMM_WORLD);
    for (int i = 0; i < N_FILES; i++)
        rg_layout_destroy(&setups[i].layout);
}

static void resumes_what_was_committed(void)
{
    struct setup setup;
    uint8_t done[N_POINTS];
    make_setup(&setup, "resumed.h5");
    create(&setup);
    struct rg_file *file = open_file(MPI_COMM_WORLD, &setup);
    put_range(file, &setup, MPI_COMM_WORLD, 20, 45);
    put(file, setup.layout, test_rank()); /* never flushed: lost */
    TEST_OK(rg_file_close(&file));
    file = open_file(MPI_COMM_WORLD, &setup);
    TEST_OK(rg_file_scan(file, test_rank() == 0 ? done : NULL));
    MPI_Bcast(done, N_POINTS, MPI_UINT8_T, 0, MPI_COMM_WORLD);
    for (int64_t id = 0; id < N_POINTS; id++)
        CU_ASSERT_EQUAL(done[id], id >= 20 && id < 45);
    TEST_OK(rg_file_close(&file));
    rg_layout_destroy(&setup.layout);
}

static void scan_skips_failed(void)
{
    struct setup setup;
    uint8_t done[N_POINTS];
    struct rg_record record;
    make_setup(&setup, "failed.h5");
    create(&setup);
    struct rg_file *file = open_file(MPI_COMM_WORLD, &setup);
    if (test_rank() == world_size() - 1) {
        TEST_OK(tiny_record(setup.layout, 3, 0, &record));
        record.status = RG_FAILED;
        TEST_OK(rg_file_put(file, &record));
        put(file, setup.layout, 4);
    }
    TEST_OK(rg_file_flush(file));
    TEST_OK(rg_file_scan(file, test_rank() == 0 ? done : NULL));
    MPI_Bcast(done, N_POINTS, MPI_UINT8_T, 0, MPI_COMM_WORLD);
    CU_ASSERT_EQUAL(done[3], 0);
    CU_ASSERT_EQUAL(done[4], 1);
    TEST_OK(rg_file_close(&file));
    rg_layout_destroy(&setup.layout);
}

static void count_bad(void *context, int64_t id, int status)
{
    int64_t *bad = context;
    CU_ASSERT_EQUAL(status, RG_DONE);
    bad[0]++;
    bad[1] = id;
}

static void sees_a_torn_row(void)
{
    struct setup setup;
    uint8_t done[N_POINTS];
    int64_t bad[2] = {0, -1}, n_bad;
    make_setup(&setup, "torn.h5");
    create(&setup);
    write_whole(&setup, MPI_COMM_WORLD);
    if (test_rank() == 0)
        file_tools_flip_byte(setup.path, "W", 22 * 9 * 4 + 1); /* a weight of point 22 */
    MPI_Barrier(MPI_COMM_WORLD);
    struct rg_file *file = open_file(MPI_COMM_WORLD, &setup);
    TEST_OK(rg_file_scan(file, test_rank() == 0 ? done : NULL));
    MPI_Bcast(done, N_POINTS, MPI_UINT8_T, 0, MPI_COMM_WORLD);
    for (int64_t id = 0; id < N_POINTS; id++)
        CU_ASSERT_EQUAL(done[id], id != 22);
    TEST_OK(rg_file_close(&file));
    if (test_rank() == 0) {
        TEST_OK(rg_file_verify(setup.path, false, count_bad, bad, &n_bad));
        CU_ASSERT(n_bad == 1 && bad[0] == 1 && bad[1] == 22);
        TEST_OK(rg_file_verify(setup.path, true, count_bad, bad, &n_bad));
        CU_ASSERT_EQUAL(n_bad, 1);
        TEST_OK(rg_file_verify(setup.path, false, count_bad, bad, &n_bad));
        CU_ASSERT_EQUAL(n_bad, 0);
        struct rg_store *store = NULL;
        struct rg_summary summary;
        TEST_OK(rg_store_open(setup.path, &store));
        TEST_OK(rg_store_summary(store, &summary));
        CU_ASSERT_EQUAL(summary.points, N_POINTS);
        CU_ASSERT_EQUAL(summary.pending, 1);
        CU_ASSERT_EQUAL(summary.diverged, N_POINTS / 5);
        CU_ASSERT_EQUAL(summary.done, N_POINTS - 1 - N_POINTS / 5);
        CU_ASSERT_EQUAL(summary.first_start, 1e9);
        CU_ASSERT_EQUAL(summary.last_end, 1e9 + N_POINTS - 1 + 0.5);
        CU_ASSERT_EQUAL(summary.busy_seconds, 0.5 * (N_POINTS - 1));
        CU_ASSERT_EQUAL(summary.workers, world_size());
        rg_store_close(&store);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    rg_layout_destroy(&setup.layout);
}

static void refuses_another_sweep(void)
{
    struct setup setup;
    struct rg_file *file = NULL;
    make_setup(&setup, "other.h5");
    create(&setup);
    setup.sweep.settings.width = 4;
    CU_ASSERT_EQUAL(rg_file_open(MPI_COMM_WORLD, setup.path, &setup.sweep.spec, setup.layout,
                                 arithmetic, &file),
                    RG_ERROR_USER);
    CU_ASSERT_PTR_NULL(file);
    if (test_rank() == 0) {
        CU_ASSERT_PTR_NOT_NULL(strstr(rg_error_message(), "width = 3"));
        CU_ASSERT_PTR_NOT_NULL(strstr(rg_error_message(), "width = 4"));
    } else {
        CU_ASSERT_STRING_EQUAL(rg_error_message(), "");
    }
    setup.sweep.settings.width = 3;
    CU_ASSERT_EQUAL(
        rg_file_open(MPI_COMM_WORLD, setup.path, &setup.sweep.spec, setup.layout, "other", &file),
        RG_ERROR_USER);
    rg_layout_destroy(&setup.layout);
    leaves_no_id_open();
}

static void writes_a_single_point(void)
{
    struct setup setup;
    tiny_sweep_single(&setup.sweep);
    TEST_OK(rg_layout_create(&setup.sweep.spec, &setup.layout));
    snprintf(setup.path, sizeof setup.path, "%s/single.h5", test_folder());
    create(&setup);
    struct rg_file *file = open_file(MPI_COMM_WORLD, &setup);
    if (test_rank() == world_size() - 1)
        put(file, setup.layout, 0);
    TEST_OK(rg_file_flush(file));
    TEST_OK(rg_file_close(&file));
    if (test_rank() == 0)
        check_points(&setup, 0, 1);
    MPI_Barrier(MPI_COMM_WORLD);
    rg_layout_destroy(&setup.layout);
}

const struct test_case test_cases[] = {
    {"records land in their place", places_records},
    {"the bytes do not depend on ranks and order", does_not_depend_on_ranks},
    {"a resumed run finds what was committed", resumes_what_was_committed},
    {"failed points are tried again", scan_skips_failed},
    {"a torn row is seen, and repaired to pending", sees_a_torn_row},
    {"a file of another sweep is refused", refuses_another_sweep},
    {"a sweep without axes has one point", writes_a_single_point},
    {0},
};
