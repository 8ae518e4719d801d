/* Rows of listed points: they land in their place on any number of ranks, the checksum of their point covers them,
 * and what was rescued beside the file has them.                                                    */
#include <hdf5.h>
#include <stdio.h>
#include <string.h>

#include "file_tools.h"
#include "regime/inflight.h"
#include "regime/memory.h"
#include "regime/store.h"
#include "regime/write.h"
#include "test.h"
#include "tiny_model.h"

const char *const test_suite = "write_snapshots";

enum { N_GAIN = 5, N_REPLICATES = 7, N_POINTS = N_GAIN * 2 * N_REPLICATES, N_LISTED = 18 };

struct setup {
    struct tiny_sweep sweep;
    struct rg_layout *layout;
    char path[4096];
};

static void make_setup(struct setup *setup, const char *name)
{
    tiny_sweep_snapshots(&setup->sweep, N_GAIN, N_REPLICATES);
    TEST_OK(rg_layout_create(&setup->sweep.spec, &setup->layout));
    snprintf(setup->path, sizeof setup->path, "%s/%s", test_folder(), name);
    if (test_rank() == 0)
        TEST_OK(rg_file_create(setup->path, &setup->sweep.spec, setup->layout, "test", NULL));
    MPI_Barrier(MPI_COMM_WORLD);
}

static struct rg_file *open_file(MPI_Comm comm, const struct setup *setup)
{
    struct rg_file *file = NULL;
    TEST_OK(rg_file_open(comm, setup->path, &setup->sweep.spec, setup->layout, "test", &file));
    return file;
}

static void put(struct rg_file *file, const struct setup *setup, int64_t id)
{
    struct rg_record record;
    TEST_OK(tiny_record(setup->layout, id, 0, &record));
    TEST_OK(rg_file_put(file, &record));
}

/* Backwards and in batches, so that at some flushes one rank has listed points and another none. */
static void write_whole(const struct setup *setup, MPI_Comm comm)
{
    int rank = 0, size = 1;
    struct rg_file *file = open_file(comm, setup);
    if (comm != MPI_COMM_NULL) {
        MPI_Comm_rank(comm, &rank);
        MPI_Comm_size(comm, &size);
    }
    for (int64_t id = N_POINTS - 1; id >= 0; id--) {
        if (id * 7 % 5 % size == rank)
            put(file, setup, id);
        if (id % 6 == 0)
            TEST_OK(rg_file_flush(file));
    }
    TEST_OK(rg_file_close(&file));
}

static void check_points(const struct setup *setup, int64_t wanted)
{
    struct rg_store *store = NULL;
    int64_t listed = 0;
    TEST_OK(rg_store_open(setup->path, &store));
    for (int64_t id = 0; id < N_POINTS && store; id++) {
        struct rg_record expected, found;
        struct rg_stored_point info;
        TEST_OK(tiny_record(setup->layout, id, 0, &expected));
        TEST_OK(rg_store_point(store, setup->layout, id, &info, &found));
        CU_ASSERT_TRUE(info.checksum_holds);
        CU_ASSERT_EQUAL(memcmp(found.data, expected.data, rg_record_size(setup->layout, id)), 0);
        listed += rg_record_snapshot(setup->layout, id) >= 0;
        rg_record_free(&expected);
        rg_record_free(&found);
    }
    CU_ASSERT_EQUAL(listed, wanted);
    rg_store_close(&store);
}

static void does_not_depend_on_ranks(void)
{
    int64_t live = rg_alloc_live();
    struct setup together, alone;
    make_setup(&together, "together.h5");
    make_setup(&alone, "alone.h5");
    write_whole(&together, MPI_COMM_WORLD);
    if (test_rank() == 0) {
        write_whole(&alone, MPI_COMM_NULL);
        check_points(&together, N_LISTED);
        file_tools_blank_provenance(together.path);
        file_tools_blank_provenance(alone.path);
        CU_ASSERT_TRUE(file_tools_same_bytes(together.path, alone.path));
        file_tools_flip_byte(alone.path, "activity", 5); /* the comparison must see one bit */
        CU_ASSERT_FALSE(file_tools_same_bytes(together.path, alone.path));
    }
    MPI_Barrier(MPI_COMM_WORLD);
    rg_layout_destroy(&together.layout);
    rg_layout_destroy(&alone.layout);
    CU_ASSERT_EQUAL(rg_alloc_live(), live);
    CU_ASSERT_EQUAL(H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL), 0);
}

static void note_bad(void *context, int64_t id, int status)
{
    int64_t *bad = context;
    CU_ASSERT_NOT_EQUAL(status, RG_PENDING);
    bad[0]++;
    bad[1] = id;
}

/* Snapshot 15 is of point 36: (gain 2, tanh, replicate 1). */
static void sees_damage(void)
{
    enum { PLACE = 15, ID = 36, ROW = 3 * 3 * sizeof(float) };
    struct setup setup;
    uint8_t done[N_POINTS];
    int64_t bad[2] = {0, -1}, n_bad;
    make_setup(&setup, "damaged.h5");
    write_whole(&setup, MPI_COMM_WORLD);
    if (test_rank() == 0) {
        TEST_OK(rg_file_verify(setup.path, false, note_bad, bad, &n_bad));
        CU_ASSERT_EQUAL(n_bad, 0);
        file_tools_flip_byte(setup.path, "activity", PLACE * ROW + ROW - 1);
        TEST_OK(rg_file_verify(setup.path, true, note_bad, bad, &n_bad));
        CU_ASSERT(n_bad == 1 && bad[0] == 1 && bad[1] == ID);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    struct rg_file *file = open_file(MPI_COMM_WORLD, &setup);
    TEST_OK(rg_file_scan(file, test_rank() == 0 ? done : NULL));
    MPI_Bcast(done, N_POINTS, MPI_UINT8_T, 0, MPI_COMM_WORLD);
    for (int64_t id = 0; id < N_POINTS; id++)
        CU_ASSERT_EQUAL(done[id], id != ID);
    if (test_rank() == 0)
        put(file, &setup, ID);
    TEST_OK(rg_file_flush(file));
    TEST_OK(rg_file_close(&file));
    if (test_rank() == 0)
        check_points(&setup, N_LISTED);
    MPI_Barrier(MPI_COMM_WORLD);
    rg_layout_destroy(&setup.layout);
}

/* The order of points is part of the frame. */
static void sees_other_points(void)
{
    struct setup setup;
    int64_t bad[2] = {0, -1}, n_bad;
    make_setup(&setup, "moved.h5");
    if (test_rank() == 0) {
        file_tools_flip_byte(setup.path, "snapshot", 8);
        CU_ASSERT_EQUAL(rg_file_verify(setup.path, false, note_bad, bad, &n_bad), RG_ERROR_DAMAGED);
        CU_ASSERT_PTR_NOT_NULL(strstr(rg_error_message(), "snapshot"));
    }
    MPI_Barrier(MPI_COMM_WORLD);
    rg_layout_destroy(&setup.layout);
}

static void rescues(void)
{
    struct setup setup;
    uint8_t done[N_POINTS] = {0};
    make_setup(&setup, "rescued.h5");
    if (test_rank() == 0) {
        struct rg_file *file = open_file(MPI_COMM_NULL, &setup);
        for (int64_t id = 0; id < N_POINTS; id++)
            put(file, &setup, id);
        TEST_OK(rg_file_rescue(file, setup.path));
        TEST_OK(rg_file_close(&file));
        file = open_file(MPI_COMM_NULL, &setup);
        TEST_OK(rg_file_adopt(file, setup.path, done));
        for (int64_t id = 0; id < N_POINTS; id++)
            CU_ASSERT_TRUE(done[id]);
        TEST_OK(rg_file_flush(file));
        TEST_OK(rg_file_close(&file));
        check_points(&setup, N_LISTED);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    rg_layout_destroy(&setup.layout);
}

const struct test_case test_cases[] = {
    {"the bytes do not depend on ranks and order", does_not_depend_on_ranks},
    {"damage is seen, repaired to pending, and written anew", sees_damage},
    {"another list of points is damage", sees_other_points},
    {"rescued points come back with their snapshots", rescues},
    {0},
};
