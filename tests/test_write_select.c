/* Selections of row-major ranges are those elements and no others; rows too wide for one call are written
 * in pieces and come back whole.                                                                    */
#include <stdio.h>
#include <string.h>

#include "regime/memory.h"
#include "regime/store.h"
#include "regime/write.h"
#include "test.h"
#include "tiny_model.h"
#include "write/select.h"

const char *const test_suite = "write_select";

enum { N_POINTS = 12, WIDTH = 5, ELEMENTS = N_POINTS * WIDTH };
static const struct rg_extent wide = {.rank = 4, .dims = {3, 1, 4, WIDTH}, .count = WIDTH};
static const struct rg_extent narrow = {.rank = 3, .dims = {3, 1, 4}, .count = 1};

struct ones {
    size_t n;
    unsigned char bytes[ELEMENTS];
};

static herr_t deliver(const void **source, size_t *bytes, void *context)
{
    const struct ones *ones = context;
    *source = ones->bytes;
    *bytes = ones->n;
    return 0;
}

/* Does the selection hold exactly the elements that `expected` marks? */
static bool holds(hid_t space, const unsigned char *expected)
{
    struct ones ones = {0};
    unsigned char marks[ELEMENTS] = {0};
    memset(ones.bytes, 1, sizeof ones.bytes);
    for (int i = 0; i < ELEMENTS; i++)
        ones.n += expected[i];
    if (H5Sget_select_npoints(space) != (hssize_t)ones.n)
        return false;
    if (ones.n > 0 && H5Dscatter(deliver, &ones, H5T_NATIVE_UCHAR, space, marks) < 0)
        return false;
    return memcmp(marks, expected, ELEMENTS) == 0;
}

static void ranges(void)
{
    for (int first = 0; first <= ELEMENTS; first++)
        for (int end = first; end <= ELEMENTS; end++) {
            unsigned char expected[ELEMENTS] = {0};
            memset(expected + first, 1, (size_t)(end - first));
            hid_t space = rg_space_make(&wide);
            CU_ASSERT_TRUE(rg_space_add(space, &wide, (uint64_t)first, (uint64_t)end));
            CU_ASSERT_TRUE(holds(space, expected));
            rg_h5_close(&space);
        }
}

/* Every subset of the points in the bits of `set`, elements lo..hi-1 of their rows. */
static void check_rows(const struct rg_extent *extent, unsigned set, int64_t lo, int64_t hi)
{
    unsigned char expected[ELEMENTS] = {0};
    int64_t ids[N_POINTS], n = 0;
    for (int64_t id = 0; id < N_POINTS; id++)
        if (set >> id & 1) {
            ids[n++] = id;
            memset(expected + id * extent->count + lo, 1, (size_t)(hi - lo));
        }
    hid_t space = rg_space_make(extent);
    CU_ASSERT_TRUE(rg_space_rows(space, extent, n, ids, lo, hi));
    CU_ASSERT_TRUE(holds(space, expected));
    if (n > 0) {
        expected[ids[0] * extent->count + lo] ^= 1; /* the comparison must see one element */
        CU_ASSERT_FALSE(holds(space, expected));
    }
    rg_h5_close(&space);
}

static void rows(void)
{
    for (unsigned set = 0; set < 1U << N_POINTS; set++) {
        check_rows(&narrow, set, 0, 1);
        check_rows(&wide, set, 0, WIDTH);
        check_rows(&wide, set, 1, 3);
    }
}

/* Weights of 1500 x 1500: 18 MB a row, more than a call takes. */
static void wide_rows_go_in_pieces(void)
{
    struct tiny_sweep sweep;
    struct rg_layout *layout = NULL;
    struct rg_record record, found;
    struct rg_stored_point info;
    struct rg_file *file = NULL;
    struct rg_store *store = NULL;
    char path[4096];
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    tiny_sweep_paired(&sweep);
    sweep.largest.width = 1500;
    sweep.largest.precision = 1;
    snprintf(path, sizeof path, "%s/wide.h5", test_folder());
    TEST_OK(rg_layout_create(&sweep.spec, &layout));
    CU_ASSERT(layout->fields[14].size > RG_CHUNK);
    if (rank == 0)
        TEST_OK(rg_file_create(path, &sweep.spec, layout, "test", NULL));
    MPI_Barrier(MPI_COMM_WORLD);
    TEST_OK(rg_file_open(MPI_COMM_WORLD, path, &sweep.spec, layout, "test", &file));
    TEST_OK(tiny_record(layout, 1 + rank % 2, 0, &record));
    if (rank < 2)
        TEST_OK(rg_file_put(file, &record));
    TEST_OK(rg_file_flush(file));
    TEST_OK(rg_file_close(&file));
    rg_record_free(&record);
    if (rank == 0) {
        TEST_OK(tiny_record(layout, 1, 0, &record));
        TEST_OK(rg_store_open(path, &store));
        TEST_OK(rg_store_point(store, layout, 1, &info, &found));
        CU_ASSERT_TRUE(info.checksum_holds);
        CU_ASSERT_EQUAL(memcmp(record.data, found.data, layout->record_size), 0);
        rg_record_free(&record);
        rg_record_free(&found);
        rg_store_close(&store);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    rg_layout_destroy(&layout);
}

const struct test_case test_cases[] = {
    {"a range selects its elements", ranges},
    {"rows of any subset of points, whole and in part", rows},
    {"rows wider than a call are written in pieces", wide_rows_go_in_pieces},
    {0},
};
