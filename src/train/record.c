/* The layout of records: a model's columns, expanded into one field per moment that the sweep keeps.
 *
 * Candidate dimensions are `snapshot`, `record`, `measure_at_loss` and the model's own, in this order; those
 * that no field uses are dropped at the end. A field lies in the record at a multiple of 8 bytes.   */
#include "regime/record.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "regime/grid.h"
#include "regime/memory.h"
#include "regime/train.h"

enum { DIM_SNAPSHOT, DIM_RECORD, DIM_AT_LOSS, DIM_MODEL /* and on */ };

static const struct {
    const char *suffix;
    int dim; /* the dimension that the moment puts first; -1: none */
} moments[RG_N_MOMENTS] = {
    [RG_AT_END] = {"", -1},
    [RG_AT_RECORD] = {"_history", DIM_RECORD},
    [RG_AT_START] = {"_initial", -1},
    [RG_AT_LOSS] = {"_at_loss", DIM_AT_LOSS},
};

static const struct {
    size_t size;
    double fill;
} types[] = {
    [RG_F4] = {4, NAN}, [RG_F8] = {8, NAN}, [RG_I4] = {4, -1},
    [RG_I8] = {8, -1},  [RG_CODE] = {1, 0}, [RG_FLAG] = {1, 0},
};

size_t rg_column_type_size(enum rg_column_type type)
{
    return types[type].size;
}

/* The element of this type that stands for "no value". */
static void fill_element(enum rg_column_type type, unsigned char element[8])
{
    float f4 = (float)types[type].fill;
    double f8 = types[type].fill;
    int64_t integer = type == RG_F4 || type == RG_F8 ? 0 : (int64_t)types[type].fill;
    const void *bytes = type == RG_F4   ? (const void *)&f4
                        : type == RG_F8 ? (const void *)&f8
                                        : (const void *)&integer;
    memcpy(element, bytes, types[type].size);
}

void rg_fill(enum rg_column_type type, int64_t count, void *out)
{
    unsigned char element[8];
    size_t size = types[type].size;
    fill_element(type, element);
    for (int64_t i = 0; i < count; i++)
        memcpy((unsigned char *)out + (size_t)i * size, element, size);
}

/* ---- dimensions -------------------------------------------------------------------------------- */

static const struct rg_reals *losses(const struct rg_spec *spec)
{
    return &((const struct rg_loop_settings *)spec->settings)->measure_at_loss;
}

static enum rg_status alloc_values(struct rg_dim *dim)
{
    RG_TRY(rg_alloc(&dim->values, (size_t)dim->size, sizeof *dim->values));
    for (int64_t i = 0; i < dim->size; i++)
        dim->values[i] = (double)i;
    return RG_OK;
}

static enum rg_status make_model_dim(const struct rg_spec *spec, int index, struct rg_dim *dim)
{
    const struct rg_dimension *from = &spec->model->dimensions[index];
    *dim = (struct rg_dim){.name = from->name,
                           .size = rg_model_size(spec->model, index, spec->largest),
                           .unit = from->unit,
                           .doc = from->doc};
    RG_REQUIRE(dim->size >= 0, RG_ERROR_SYSTEM, "dimension %s has a negative size", dim->name);
    RG_TRY(rg_alloc(&dim->values, (size_t)dim->size, sizeof *dim->values));
    rg_model_values(spec->model, index, spec->largest, dim->values);
    dim->integer = true;
    for (int64_t i = 0; i < dim->size; i++)
        dim->integer = dim->integer && rint(dim->values[i]) == dim->values[i];
    return RG_OK;
}

static enum rg_status make_snapshot_dim(struct rg_layout *layout)
{
    struct rg_dim *dim = &layout->dims[DIM_SNAPSHOT];
    *dim = (struct rg_dim){.name = RG_SNAPSHOT_DIM,
                           .size = layout->n_snapshots,
                           .integer = true,
                           .doc = "Number in the grid of the point that the snapshots are of"};
    RG_TRY(alloc_values(dim));
    for (int64_t i = 0; i < dim->size; i++)
        dim->values[i] = (double)layout->snapshots[i];
    return RG_OK;
}

static enum rg_status make_dims(const struct rg_spec *spec, struct rg_layout *layout)
{
    const struct rg_model *model = spec->model;
    layout->n_dims = DIM_MODEL + model->n_dimensions;
    RG_TRY(rg_alloc(&layout->dims, (size_t)layout->n_dims, sizeof *layout->dims));
    RG_TRY(make_snapshot_dim(layout));
    struct rg_dim *record = &layout->dims[DIM_RECORD], *at_loss = &layout->dims[DIM_AT_LOSS];
    *record = (struct rg_dim){.name = "record",
                              .size = spec->n_records,
                              .label = "epoch",
                              .integer = true,
                              .doc = "Epoch after which the record was taken"};
    *at_loss = (struct rg_dim){.name = "measure_at_loss",
                               .size = losses(spec)->n,
                               .doc = "Training loss below which the measure was taken"};
    RG_TRY(alloc_values(record));
    RG_TRY(alloc_values(at_loss));
    for (int64_t i = 0; i < record->size; i++)
        record->values[i] = (double)spec->record_epochs[i];
    for (int64_t i = 0; i < at_loss->size; i++)
        at_loss->values[i] = losses(spec)->values[i];
    for (int i = 0; i < model->n_dimensions; i++)
        RG_TRY(make_model_dim(spec, i, &layout->dims[DIM_MODEL + i]));
    return RG_OK;
}

static int find_dim(const struct rg_layout *layout, const char *name)
{
    for (int i = DIM_MODEL; i < layout->n_dims; i++)
        if (strcmp(layout->dims[i].name, name) == 0)
            return i;
    return -1;
}

static void drop_unused_dims(struct rg_layout *layout)
{
    int kept = 0;
    for (int d = 0; d < layout->n_dims; d++) {
        bool used = false;
        for (int f = 0; f < layout->n_fields; f++)
            for (int i = 0; i < layout->fields[f].n_dims; i++)
                if (layout->fields[f].dims[i] == d) {
                    layout->fields[f].dims[i] = kept;
                    used = true;
                }
        if (used)
            layout->dims[kept++] = layout->dims[d];
        else
            rg_free(&layout->dims[d].values);
    }
    layout->n_dims = kept;
}

/* ---- fields ------------------------------------------------------------------------------------ */

static bool keeps(const struct rg_spec *spec, const struct rg_column *column, enum rg_moment moment)
{
    if (column->flags & RG_KEPT)
        return spec->keep >> moment & 1;
    if (column->flags & RG_SNAPSHOT)
        return moment == RG_AT_RECORD;
    return moment == RG_AT_END || moment == RG_AT_LOSS ||
           (moment == RG_AT_RECORD && column->flags & RG_HISTORY);
}

/* Weights are as wide as the widest point: the largest settings say so, for the choices of precision
 * are ordered from narrow to wide.                                                                  */
static enum rg_column_type resolve(const struct rg_spec *spec, enum rg_column_type type)
{
    if (type != RG_WEIGHT)
        return type;
    return spec->model->wide && spec->model->wide(spec->largest) ? RG_F8 : RG_F4;
}

static enum rg_status add_dim(const struct rg_layout *layout, struct rg_field *field, int dim)
{
    int64_t size = layout->dims[dim].size;
    RG_REQUIRE(size == 0 || field->count <= INT64_MAX / 16 / size, RG_ERROR_USER,
               "%s: one point would take more than 2^60 elements", field->name);
    field->dims[field->n_dims++] = dim;
    field->count *= size;
    return RG_OK;
}

static enum rg_status make_field(const struct rg_spec *spec, const struct rg_layout *layout,
                                 int index, enum rg_moment moment, struct rg_field *field)
{
    const struct rg_column *column = rg_model_column(spec->model, index);
    *field = (struct rg_field){.column = column,
                               .column_index = index,
                               .moment = moment,
                               .type = resolve(spec, column->type),
                               .count = 1};
    const bool snapshot = column->flags & RG_SNAPSHOT;
    int length = snprintf(field->name, sizeof field->name, "%s%s", column->name,
                          snapshot ? "" : moments[moment].suffix);
    RG_REQUIRE(length < RG_NAME_MAX, RG_ERROR_SYSTEM, "column name %s is too long", column->name);
    if (snapshot)
        field->dims[field->n_dims++] = DIM_SNAPSHOT;
    if (moments[moment].dim >= 0)
        RG_TRY(add_dim(layout, field, moments[moment].dim));
    field->own = field->n_dims;
    for (int i = 0; i < RG_DIMS_MAX && column->dims[i]; i++) {
        int dim = find_dim(layout, column->dims[i]);
        RG_REQUIRE(dim >= 0, RG_ERROR_SYSTEM, "column %s: %s has no dimension %s", column->name,
                   spec->model->name, column->dims[i]);
        RG_TRY(add_dim(layout, field, dim));
    }
    field->size = (size_t)field->count * types[field->type].size;
    return RG_OK;
}

/* Those whose columns have the flag (RG_SNAPSHOT), or have not (0). */
static enum rg_status add_fields(const struct rg_spec *spec, unsigned flag,
                                 struct rg_layout *layout)
{
    for (int c = 0; c < layout->n_columns; c++)
        for (enum rg_moment m = 0; m < RG_N_MOMENTS; m++) {
            const struct rg_column *column = rg_model_column(spec->model, c);
            struct rg_field *field = &layout->fields[layout->n_fields];
            if ((column->flags & RG_SNAPSHOT) != flag || !keeps(spec, column, m))
                continue;
            RG_TRY(make_field(spec, layout, c, m, field));
            if (field->count == 0)
                continue;
            field->offset = layout->record_size;
            layout->record_size += (field->size + 7) / 8 * 8;
            layout->n_fields++;
        }
    return RG_OK;
}

static enum rg_status make_fields(const struct rg_spec *spec, struct rg_layout *layout)
{
    layout->n_columns = rg_model_n_columns(spec->model);
    RG_TRY(rg_alloc(&layout->fields, (size_t)layout->n_columns * RG_N_MOMENTS,
                    sizeof *layout->fields));
    RG_TRY(add_fields(spec, 0, layout));
    layout->n_common = layout->n_fields;
    layout->common_size = layout->record_size;
    return layout->n_snapshots > 0 ? add_fields(spec, RG_SNAPSHOT, layout) : RG_OK;
}

/* ---- names: axes, dimensions and fields share one file ------------------------------------------- */

static bool is_taken(const struct rg_layout *layout, const char *name)
{
    static const char *const fixed[] = {"status", "checksum", "provenance", "settings"};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (strcmp(name, fixed[i]) == 0)
            return true;
    for (int d = 0; d < layout->n_dims; d++) {
        const struct rg_dim *dim = &layout->dims[d];
        if (strcmp(name, dim->name) == 0 || (dim->label && strcmp(name, dim->label) == 0))
            return true;
    }
    for (int f = 0; f < layout->n_fields; f++)
        if (strcmp(name, layout->fields[f].name) == 0)
            return true;
    return false;
}

static enum rg_status check_names(const struct rg_spec *spec, const struct rg_layout *layout)
{
    for (int a = 0; a < spec->n_axes; a++) {
        const struct rg_axis *axis = &spec->axes[a];
        RG_REQUIRE(!is_taken(layout, axis->name), RG_ERROR_USER,
                   "%s: axes.%s: the output file has another variable of this name", spec->path,
                   axis->name);
        for (int m = 0; m < axis->n_members; m++) {
            int knob = axis->members[m].knob;
            const char *name = knob < 0 ? axis->name : rg_model_knob(spec->model, knob)->name;
            RG_REQUIRE(!is_taken(layout, name), RG_ERROR_USER,
                       "%s: axes.%s: the output file has another variable named %s", spec->path,
                       axis->name, name);
        }
    }
    return RG_OK;
}

static enum rg_status build(const struct rg_spec *spec, struct rg_layout *layout)
{
    RG_TRY(rg_grid_snapshots(spec, &layout->snapshots, &layout->n_snapshots));
    RG_TRY(make_dims(spec, layout));
    RG_TRY(make_fields(spec, layout));
    drop_unused_dims(layout);
    return check_names(spec, layout);
}

enum rg_status rg_layout_create(const struct rg_spec *spec, struct rg_layout **layout)
{
    RG_TRY(rg_alloc(layout, 1, sizeof **layout));
    enum rg_status code = build(spec, *layout);
    if (code != RG_OK)
        rg_layout_destroy(layout);
    return code;
}

void rg_layout_destroy(struct rg_layout **layout)
{
    if (!*layout)
        return;
    for (int i = 0; (*layout)->dims && i < (*layout)->n_dims; i++)
        rg_free(&(*layout)->dims[i].values);
    rg_free(&(*layout)->dims);
    rg_free(&(*layout)->fields);
    rg_free(&(*layout)->snapshots);
    rg_free(layout);
}

/* ---- records ----------------------------------------------------------------------------------- */

int64_t rg_record_snapshot(const struct rg_layout *layout, int64_t id)
{
    int64_t first = 0, end = layout->n_snapshots;
    while (first < end) {
        const int64_t middle = first + (end - first) / 2;
        if (layout->snapshots[middle] < id)
            first = middle + 1;
        else
            end = middle;
    }
    return first < layout->n_snapshots && layout->snapshots[first] == id ? first : -1;
}

int rg_record_n_fields(const struct rg_layout *layout, int64_t id)
{
    return rg_record_snapshot(layout, id) >= 0 ? layout->n_fields : layout->n_common;
}

size_t rg_record_size(const struct rg_layout *layout, int64_t id)
{
    return rg_record_snapshot(layout, id) >= 0 ? layout->record_size : layout->common_size;
}

enum rg_status rg_record_init(const struct rg_layout *layout, int64_t id, struct rg_record *record)
{
    *record = (struct rg_record){.id = id, .start = NAN, .wall_seconds = NAN};
    RG_TRY(rg_alloc(&record->data, rg_record_size(layout, id), 1));
    for (int f = 0; f < rg_record_n_fields(layout, id); f++)
        rg_fill(layout->fields[f].type, layout->fields[f].count,
                record->data + layout->fields[f].offset);
    return RG_OK;
}

void rg_record_free(struct rg_record *record)
{
    rg_free(&record->data);
}

void rg_record_cells(const struct rg_layout *layout, const struct rg_record *record,
                     enum rg_moment moment, int64_t k, void **cells)
{
    for (int c = 0; c < layout->n_columns; c++)
        cells[c] = NULL;
    for (int f = 0; f < rg_record_n_fields(layout, record->id); f++) {
        const struct rg_field *field = &layout->fields[f];
        if (field->moment != moment)
            continue;
        int64_t places =
            moments[moment].dim >= 0 ? layout->dims[field->dims[field->own - 1]].size : 1;
        cells[field->column_index] =
            record->data + field->offset + field->size / (size_t)places * (size_t)k;
    }
}
