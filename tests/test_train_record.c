/* The layout expands a model's columns as its tables and the sweep say, and records start out empty. */
#include <math.h>
#include <string.h>

#include "regime/memory.h"
#include "regime/record.h"
#include "test.h"
#include "tiny_model.h"

const char *const test_suite = "train_record";

static const struct rg_field *find(const struct rg_layout *layout, const char *name)
{
    for (int f = 0; f < layout->n_fields; f++)
        if (strcmp(layout->fields[f].name, name) == 0)
            return &layout->fields[f];
    return NULL;
}

static void expands_columns(void)
{
    static const struct {
        const char *name;
        int n_dims;
        int64_t count;
        enum rg_column_type type;
    } expected[] = {
        {"epochs_trained", 0, 1, RG_I8},
        {"epochs_trained_at_loss", 1, 2, RG_I8},
        {"stopped_by", 0, 1, RG_CODE},
        {"stopped_by_at_loss", 1, 2, RG_CODE},
        {"train_loss", 0, 1, RG_F8},
        {"train_loss_history", 1, 3, RG_F8},
        {"train_loss_at_loss", 1, 2, RG_F8},
        {"validation_loss", 1, 2, RG_F4},
        {"validation_loss_history", 2, 6, RG_F4},
        {"validation_loss_at_loss", 2, 4, RG_F4},
        {"n_states", 0, 1, RG_I4},
        {"n_states_at_loss", 1, 2, RG_I4},
        {"is_finite", 0, 1, RG_FLAG},
        {"is_finite_at_loss", 1, 2, RG_FLAG},
        {"W", 2, 9, RG_F4},
        {"W_initial", 2, 9, RG_F4},
        {"V", 1, 3, RG_F4},
        {"V_initial", 1, 3, RG_F4},
    };
    enum { N = sizeof expected / sizeof *expected };
    struct tiny_sweep sweep;
    struct rg_layout *layout = NULL;
    tiny_sweep_make(&sweep, 2, 1);
    TEST_OK(rg_layout_create(&sweep.spec, &layout));
    CU_ASSERT_EQUAL_FATAL(layout->n_fields, N);
    for (int f = 0; f < N; f++) {
        const struct rg_field *field = &layout->fields[f];
        CU_ASSERT_STRING_EQUAL(field->name, expected[f].name);
        CU_ASSERT_EQUAL(field->n_dims, expected[f].n_dims);
        CU_ASSERT_EQUAL(field->count, expected[f].count);
        CU_ASSERT_EQUAL(field->type, expected[f].type);
        CU_ASSERT_EQUAL(field->offset % 8, 0);
        CU_ASSERT(field->offset + field->size <= layout->record_size);
    }
    rg_layout_destroy(&layout);
}

static void keeps_only_used_dimensions(void)
{
    static const char *const names[] = {"record", "measure_at_loss", "unit", "unit_from", "length"};
    struct tiny_sweep sweep;
    struct rg_layout *layout = NULL;
    tiny_sweep_make(&sweep, 2, 1);
    TEST_OK(rg_layout_create(&sweep.spec, &layout));
    CU_ASSERT_EQUAL_FATAL(layout->n_dims, 5);
    for (int d = 0; d < 5; d++)
        CU_ASSERT_STRING_EQUAL(layout->dims[d].name, names[d]);
    CU_ASSERT_STRING_EQUAL(layout->dims[0].label, "epoch");
    CU_ASSERT_EQUAL(layout->dims[0].values[2], 10);
    CU_ASSERT_EQUAL(layout->dims[4].values[1], 100);
    CU_ASSERT(layout->dims[4].integer && !layout->dims[1].integer);
    const struct rg_field *history = find(layout, "validation_loss_history");
    CU_ASSERT_EQUAL(history->dims[0], 0);
    CU_ASSERT_EQUAL(history->dims[1], 4);
    rg_layout_destroy(&layout);
}

static void follows_keep_and_precision(void)
{
    struct tiny_sweep sweep;
    struct rg_layout *layout = NULL;
    tiny_sweep_make(&sweep, 2, 1);
    sweep.spec.keep = 1U << RG_AT_RECORD;
    sweep.largest.precision = 1;
    sweep.largest.width = 4;
    sweep.settings.loop.measure_at_loss.n = 0;
    TEST_OK(rg_layout_create(&sweep.spec, &layout));
    CU_ASSERT_PTR_NULL(find(layout, "W"));
    CU_ASSERT_PTR_NULL(find(layout, "W_initial"));
    CU_ASSERT_PTR_NULL(find(layout, "train_loss_at_loss"));
    const struct rg_field *weights = find(layout, "W_history");
    CU_ASSERT_PTR_NOT_NULL_FATAL(weights);
    CU_ASSERT_EQUAL(weights->type, RG_F8);
    CU_ASSERT_EQUAL(weights->count, 3 * 4 * 4);
    rg_layout_destroy(&layout);
}

static void starts_empty(void)
{
    struct tiny_sweep sweep;
    struct rg_layout *layout = NULL;
    struct rg_record record;
    tiny_sweep_make(&sweep, 2, 1);
    TEST_OK(rg_layout_create(&sweep.spec, &layout));
    TEST_OK(rg_record_init(layout, 3, &record));
    int64_t i8;
    int32_t i4;
    float f4;
    memcpy(&i8, record.data + find(layout, "epochs_trained")->offset, sizeof i8);
    memcpy(&i4, record.data + find(layout, "n_states")->offset, sizeof i4);
    memcpy(&f4, record.data + find(layout, "W")->offset + 8 * sizeof f4, sizeof f4);
    CU_ASSERT_EQUAL(i8, -1);
    CU_ASSERT_EQUAL(i4, -1);
    CU_ASSERT(isnan(f4));
    CU_ASSERT_EQUAL(record.data[find(layout, "is_finite")->offset], 0);
    CU_ASSERT_EQUAL(record.status, RG_PENDING);
    rg_record_free(&record);
    rg_layout_destroy(&layout);
}

static void points_cells_to_places(void)
{
    struct tiny_sweep sweep;
    struct rg_layout *layout = NULL;
    struct rg_record record;
    void *cells[16];
    tiny_sweep_make(&sweep, 2, 1);
    TEST_OK(rg_layout_create(&sweep.spec, &layout));
    TEST_OK(rg_record_init(layout, 3, &record));
    CU_ASSERT_EQUAL(layout->n_columns, 10);
    rg_record_cells(layout, &record, RG_AT_RECORD, 2, cells);
    const struct rg_field *history = find(layout, "validation_loss_history");
    CU_ASSERT_PTR_EQUAL(cells[3], record.data + history->offset + 4 * sizeof(float));
    CU_ASSERT_PTR_NULL(cells[0]);
    CU_ASSERT_PTR_NULL(cells[6]);
    CU_ASSERT_PTR_NULL(cells[8]);
    rg_record_cells(layout, &record, RG_AT_START, 0, cells);
    CU_ASSERT_PTR_EQUAL(cells[7], record.data + find(layout, "W_initial")->offset);
    CU_ASSERT_PTR_NULL(cells[2]);
    rg_record_free(&record);
    rg_layout_destroy(&layout);
}

static void lists_snapshots(void)
{
    static const int64_t listed[] = {0, 1, 2, 3, 4, 5, 10}; /* of 2 gains x 2 activations x 3 */
    struct tiny_sweep sweep;
    struct rg_layout *layout = NULL;
    struct rg_record record;
    void *cells[16];
    tiny_sweep_snapshots(&sweep, 2, 3);
    TEST_OK(rg_layout_create(&sweep.spec, &layout));
    CU_ASSERT_EQUAL_FATAL(layout->n_snapshots, 7);
    CU_ASSERT_EQUAL(memcmp(layout->snapshots, listed, sizeof listed), 0);
    CU_ASSERT_STRING_EQUAL(layout->dims[0].name, "snapshot");
    CU_ASSERT_EQUAL(layout->dims[0].values[6], 10);
    const struct rg_field *activity = find(layout, "activity");
    CU_ASSERT_PTR_EQUAL_FATAL(activity, &layout->fields[layout->n_common]);
    CU_ASSERT_EQUAL(activity->n_dims, 3);
    CU_ASSERT_EQUAL(activity->count, 3 * 3); /* records, units */
    CU_ASSERT_EQUAL(rg_record_snapshot(layout, 10), 6);
    CU_ASSERT_EQUAL(rg_record_snapshot(layout, 11), -1);
    CU_ASSERT_EQUAL(rg_record_size(layout, 11), layout->common_size);
    CU_ASSERT_EQUAL(rg_record_size(layout, 10), layout->record_size);
    CU_ASSERT(layout->record_size >= layout->common_size + activity->size);
    TEST_OK(rg_record_init(layout, 10, &record));
    rg_record_cells(layout, &record, RG_AT_RECORD, 2, cells);
    CU_ASSERT_PTR_EQUAL(cells[9], record.data + activity->offset + 2 * 3 * sizeof(float));
    rg_record_cells(layout, &record, RG_AT_END, 0, cells);
    CU_ASSERT_PTR_NULL(cells[9]);
    record.id = 11; /* a point that is not listed has no place for them */
    rg_record_cells(layout, &record, RG_AT_RECORD, 2, cells);
    CU_ASSERT_PTR_NULL(cells[9]);
    CU_ASSERT_PTR_NOT_NULL(cells[2]);
    rg_record_free(&record);
    rg_layout_destroy(&layout);
}

static void refuses_taken_names(void)
{
    int64_t live = rg_alloc_live();
    struct tiny_sweep sweep;
    struct rg_layout *layout = NULL;
    tiny_sweep_make(&sweep, 2, 1);
    strcpy(sweep.spec.axes[1].name, "unit");
    CU_ASSERT_EQUAL(rg_layout_create(&sweep.spec, &layout), RG_ERROR_USER);
    CU_ASSERT_PTR_NOT_NULL(strstr(rg_error_message(), "axes.unit"));
    CU_ASSERT_PTR_NULL(layout);
    CU_ASSERT_EQUAL(rg_alloc_live(), live);
}

const struct test_case test_cases[] = {
    {"columns become fields, one per moment", expands_columns},
    {"dimensions in use are kept, with their values", keeps_only_used_dimensions},
    {"weights follow keep and the widest precision", follows_keep_and_precision},
    {"a record starts with fill values", starts_empty},
    {"cells point to a moment's places", points_cells_to_places},
    {"listed points have snapshots, others do not", lists_snapshots},
    {"an axis may not take a variable's name", refuses_taken_names},
    {0},
};
