/* The file's row-per-point datasets as one list: the layout's fields, and a table of our own. */
#include "write/variables.h"

#include <stdio.h>
#include <string.h>

#include "regime/hash.h"
#include "regime/memory.h"

static const struct {
    const char *path;
    int type;
    size_t offset;
    enum rg_phase phase;
    const char *meanings, *unit, *doc;
} own[] = {
    {RG_PROVENANCE "/host", RG_CHAR, offsetof(struct rg_held, host), RG_PHASE_DATA, NULL, "1",
     "computer that trained the point"},
    {RG_PROVENANCE "/rank", RG_I4, offsetof(struct rg_held, rank), RG_PHASE_DATA, NULL, "1",
     "MPI rank that trained the point"},
    {RG_PROVENANCE "/start", RG_F8, offsetof(struct rg_held, record.start), RG_PHASE_DATA, NULL,
     "s", "start of the training, since 1970-01-01 UTC"},
    {RG_PROVENANCE "/wall_seconds", RG_F8, offsetof(struct rg_held, record.wall_seconds),
     RG_PHASE_DATA, NULL, "s", "wall time spent on the point"},
    {"status", RG_CODE, offsetof(struct rg_held, status), RG_PHASE_STATUS,
     "pending done diverged failed", "1", "outcome of the point"},
    {"checksum", RG_U8, offsetof(struct rg_held, checksum), RG_PHASE_CHECKSUM, NULL, "1",
     "hash of the point's parameters and record"},
};
enum { N_OWN = sizeof own / sizeof *own };

static void add_dim(struct rg_variable *variable, const char *name, int64_t size)
{
    variable->scales[variable->extent.rank] = name;
    variable->extent.dims[variable->extent.rank++] = (hsize_t)size;
    variable->extent.count *= size;
}

static void add_axes(const struct rg_spec *spec, struct rg_variable *variable)
{
    for (int a = 0; a < spec->n_axes; a++)
        add_dim(variable, spec->axes[a].name, spec->axes[a].count);
    variable->extent.count = 1;
}

static struct rg_variable field_variable(const struct rg_spec *spec, const struct rg_layout *layout,
                                         const struct rg_field *field)
{
    struct rg_variable variable = {
        .type = (int)field->type,
        .meanings = field->column->meanings,
        .unit = field->column->unit,
        .doc = field->column->doc,
        .field = field,
        .offset = field->offset,
        .phase = RG_PHASE_DATA,
    };
    snprintf(variable.path, sizeof variable.path, "%s", field->name);
    if (field->column->flags & RG_SNAPSHOT)
        variable.extent.per = RG_PER_SNAPSHOT;
    else
        add_axes(spec, &variable);
    for (int i = 0; i < field->n_dims; i++)
        add_dim(&variable, layout->dims[field->dims[i]].name, layout->dims[field->dims[i]].size);
    variable.extent.count = field->count;
    return variable;
}

static struct rg_variable own_variable(const struct rg_spec *spec, int i)
{
    struct rg_variable variable = {
        .type = own[i].type,
        .meanings = own[i].meanings,
        .unit = own[i].unit,
        .doc = own[i].doc,
        .offset = own[i].offset,
        .phase = own[i].phase,
    };
    snprintf(variable.path, sizeof variable.path, "%s", own[i].path);
    add_axes(spec, &variable);
    if (own[i].type == RG_CHAR)
        add_dim(&variable, "host_len", RG_HOST_LEN);
    return variable;
}

enum rg_status rg_variables_make(const struct rg_spec *spec, const struct rg_layout *layout,
                                 struct rg_variables *variables)
{
    variables->n = layout->n_fields + N_OWN;
    RG_TRY(rg_alloc(&variables->rows, (size_t)variables->n, sizeof *variables->rows));
    for (int f = 0; f < layout->n_fields; f++)
        variables->rows[f] = field_variable(spec, layout, &layout->fields[f]);
    for (int i = 0; i < N_OWN; i++)
        variables->rows[layout->n_fields + i] = own_variable(spec, i);
    return RG_OK;
}

int64_t rg_row_of(const struct rg_layout *layout, enum rg_per per, int64_t id)
{
    return per == RG_PER_SNAPSHOT ? rg_record_snapshot(layout, id) : id;
}

bool rg_extent_equal(const struct rg_extent *a, const struct rg_extent *b)
{
    return a->per == b->per && a->rank == b->rank && a->count == b->count &&
           memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims) == 0;
}

const unsigned char *rg_variable_row(const struct rg_variable *variable, const struct rg_held *held)
{
    const unsigned char *base = variable->field ? held->record.data : (const unsigned char *)held;
    return base + variable->offset;
}

/* ---- checksums --------------------------------------------------------------------------------- */

uint64_t rg_checksum_begin(uint64_t sweep_hash, int64_t id, uint8_t status)
{
    return rg_digest(sweep_hash, (int64_t[2]){id, status}, 2 * sizeof(int64_t));
}

uint64_t rg_checksum(uint64_t sweep_hash, const struct rg_layout *layout,
                     const struct rg_record *record)
{
    uint64_t hash = rg_checksum_begin(sweep_hash, record->id, (uint8_t)record->status);
    for (int f = 0; f < rg_record_n_fields(layout, record->id); f++)
        hash = rg_digest(hash, record->data + layout->fields[f].offset, layout->fields[f].size);
    return hash;
}

enum rg_status rg_sweep_hash(const struct rg_spec *spec, uint64_t *hash)
{
    char *text = NULL;
    RG_TRY(rg_spec_resolved(spec, &text));
    *hash = rg_hash_text(0, text);
    rg_free(&text);
    return RG_OK;
}
