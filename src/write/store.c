/* A stored file through HDF5's plain serial driver: works on a live, a killed and a finished file,
 * without MPI. What is not ours is told from what is damaged before HDF5 is asked for anything.      */
#include "write/store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "regime/memory.h"
#include "regime/text.h"
#include "regime/version.h"

static const char *const names[] = {
    "title",     "source",     "git_revision",   "model",     "arithmetic",     "sweep_file",
    "overrides", "sweep_hash", "sweep_resolved", "data_hash", "format_version",
};
enum { N_NAMES = sizeof names / sizeof *names };

/* ---- opening ----------------------------------------------------------------------------------- */

static enum rg_status check_path(const char *path)
{
    const enum rg_status code = rg_h5_check_path(path);
    if (code != RG_OK)
        return rg_fail(code, __FILE__, __LINE__, "%s: %s", path, rg_error_message());
    return RG_OK;
}

enum rg_status rg_damage_named(const char *path, enum rg_status code)
{
    const char *message = rg_error_message();
    if (code != RG_ERROR_DAMAGED || strncmp(message, path, strlen(path)) == 0)
        return code;
    return rg_fail(code, __FILE__, __LINE__, "%s: damaged: %s", path, message);
}

enum rg_status rg_may_write(const char *path)
{
    struct stat info;
    RG_REQUIRE(access(path, R_OK | W_OK) == 0 || access(path, R_OK) != 0, RG_ERROR_USER,
               "%s: no permission to write it", path);
    RG_REQUIRE(stat(path, &info) != 0 || !S_ISREG(info.st_mode) || info.st_nlink <= 1,
               RG_ERROR_USER,
               "%s has %lld names (hard links): a run under another one would not see this one's "
               "lock; make it a file of its own: cp %s COPY && mv COPY %s",
               path, (long long)info.st_nlink, path, path);
    return RG_OK;
}

static enum rg_status read_attributes(struct rg_store *store)
{
    RG_TRY(rg_alloc(&store->attributes, N_NAMES, sizeof *store->attributes));
    for (int i = 0; i < N_NAMES; i++)
        RG_TRY(rg_h5_get_text(store->id, names[i], &store->attributes[i]));
    return RG_OK;
}

static enum rg_status check_ours(const struct rg_store *store)
{
    const char *source = rg_store_attribute(store, "source");
    const char *version = rg_store_attribute(store, "format_version");
    RG_REQUIRE(source && strncmp(source, "regime ", 7) == 0 && version, RG_ERROR_DAMAGED,
               "%s is an HDF5 file, but no sweep of regime", store->path);
    RG_REQUIRE(strtol(version, NULL, 10) <= RG_FORMAT_VERSION, RG_ERROR_DAMAGED,
               "%s was written by a newer program (%s, format %s): this one reads up to format %d",
               store->path, source, version, RG_FORMAT_VERSION);
    return RG_OK;
}

static enum rg_status open_into(struct rg_store *store, unsigned mode)
{
    store->id = H5Fopen(store->path, mode, H5P_DEFAULT);
    RG_REQUIRE(store->id >= 0, RG_ERROR_DAMAGED, "%s is damaged or cut short: %s", store->path,
               rg_h5_reason());
    RG_TRY(read_attributes(store));
    RG_TRY(check_ours(store));
    RG_TRY(rg_opened_create(&store->opened));
    return rg_rows_open(store->id, store->path, &store->rows);
}

enum rg_status rg_store_open_as(const char *path, unsigned mode, struct rg_store **store)
{
    *store = NULL;
    RG_TRY(check_path(path));
    RG_TRY(rg_alloc(store, 1, sizeof **store));
    (*store)->id = (*store)->rows.status = (*store)->rows.checksum = H5I_INVALID_HID;
    enum rg_status code = rg_strdup(&(*store)->path, path);
    if (code == RG_OK)
        code = rg_damage_named(path, open_into(*store, mode));
    if (code != RG_OK)
        rg_store_close(store);
    return code;
}

enum rg_status rg_store_open(const char *path, struct rg_store **store)
{
    return rg_store_open_as(path, H5F_ACC_RDONLY, store);
}

void rg_store_close(struct rg_store **store)
{
    struct rg_store *s = *store;
    if (!s)
        return;
    rg_opened_close(&s->opened);
    rg_rows_close(&s->rows);
    rg_h5_close(&s->id);
    for (int i = 0; s->attributes && i < N_NAMES; i++)
        rg_free(&s->attributes[i]);
    rg_free(&s->attributes);
    rg_free(&s->path);
    rg_free(store);
}

const char *rg_store_attribute(const struct rg_store *store, const char *name)
{
    for (int i = 0; i < N_NAMES; i++)
        if (strcmp(names[i], name) == 0)
            return store->attributes[i];
    return NULL;
}

/* ---- summary ----------------------------------------------------------------------------------- */

enum { BLOCK = 4096 };

struct provenance {
    struct rg_rows_dataset rank, start, wall;
};

static enum rg_status provenance_open(const struct rg_store *store, struct provenance *p)
{
    int n_axes = store->rows.extent.rank;
    p->rank.id = p->start.id = p->wall.id = H5I_INVALID_HID;
    RG_TRY(rg_rows_dataset_open(store->id, "provenance/rank", n_axes, &p->rank));
    RG_TRY(rg_rows_dataset_open(store->id, "provenance/start", n_axes, &p->start));
    return rg_rows_dataset_open(store->id, "provenance/wall_seconds", n_axes, &p->wall);
}

static void provenance_close(struct provenance *p)
{
    rg_h5_close(&p->rank.id);
    rg_h5_close(&p->start.id);
    rg_h5_close(&p->wall.id);
}

struct block {
    uint8_t status[BLOCK];
    int32_t rank[BLOCK];
    double start[BLOCK], wall[BLOCK];
};

static bool read_block(const struct provenance *p, uint64_t first, uint64_t end,
                       struct block *block)
{
    return rg_read_range(p->rank.id, RG_I4, &p->rank.extent, first, end, block->rank) &&
           rg_read_range(p->start.id, RG_F8, &p->start.extent, first, end, block->start) &&
           rg_read_range(p->wall.id, RG_F8, &p->wall.extent, first, end, block->wall);
}

enum { RANKS_MAX = 1 << 20 };

static struct rg_stored_time time_of(const struct block *block, int64_t first, int64_t i)
{
    return (struct rg_stored_time){.id = first + i,
                                   .status = (enum rg_point_status)block->status[i],
                                   .rank = block->rank[i],
                                   .start = block->start[i],
                                   .wall_seconds = block->wall[i]};
}

static void note_failure(struct rg_summary *summary, const struct rg_stored_time *time)
{
    struct rg_stored_time *failures = summary->failures;
    int place = summary->n_failures;
    while (place > 0 && time->start >= failures[place - 1].start)
        place--;
    if (place == RG_FAILURES_MAX)
        return;
    if (summary->n_failures < RG_FAILURES_MAX)
        summary->n_failures++;
    memmove(&failures[place + 1], &failures[place],
            (size_t)(summary->n_failures - 1 - place) * sizeof *failures);
    failures[place] = *time;
}

static void count_point(const struct block *block, int64_t first, int64_t i, uint8_t *seen,
                        struct rg_summary *summary)
{
    int64_t *counts[] = {&summary->pending, &summary->done, &summary->diverged, &summary->failed};
    int32_t rank = block->rank[i];
    const bool known = block->status[i] <= RG_FAILED;
    ++*counts[known ? block->status[i] : RG_PENDING];
    summary->unknown += !known;
    if (!known || block->status[i] == RG_PENDING || isnan(block->start[i]) || isnan(block->wall[i]))
        return;
    summary->first_start = fmin(summary->first_start, block->start[i]);
    summary->last_end = fmax(summary->last_end, block->start[i] + block->wall[i]);
    summary->busy_seconds =
        isnan(summary->busy_seconds) ? block->wall[i] : summary->busy_seconds + block->wall[i];
    if (rank >= 0 && rank < RANKS_MAX && !seen[rank]) {
        seen[rank] = 1;
        summary->workers++;
    }
    const struct rg_stored_time time = time_of(block, first, i);
    if (time.status == RG_FAILED)
        note_failure(summary, &time);
}

static enum rg_status summarise(const struct rg_store *store, const struct provenance *p,
                                struct block *block, uint8_t *seen, struct rg_summary *summary)
{
    for (int64_t first = 0; first < summary->points; first += BLOCK) {
        int64_t n = summary->points - first < BLOCK ? summary->points - first : BLOCK;
        RG_TRY(rg_rows_status(&store->rows, first, n, block->status));
        RG_REQUIRE(read_block(p, (uint64_t)first, (uint64_t)(first + n), block), RG_ERROR_DAMAGED,
                   "%s: the provenance cannot be read: %s", store->path, rg_h5_reason());
        for (int64_t i = 0; i < n; i++)
            count_point(block, first, i, seen, summary);
    }
    return RG_OK;
}

enum rg_status rg_store_summary(struct rg_store *store, struct rg_summary *summary)
{
    struct provenance provenance;
    struct block *block = NULL;
    uint8_t *seen = NULL;
    *summary = (struct rg_summary){
        .points = store->rows.n_points, .first_start = NAN, .last_end = NAN, .busy_seconds = NAN};
    enum rg_status code = provenance_open(store, &provenance);
    if (code == RG_OK)
        code = rg_alloc(&block, 1, sizeof *block);
    if (code == RG_OK)
        code = rg_alloc(&seen, RANKS_MAX, 1);
    if (code == RG_OK)
        code = summarise(store, &provenance, block, seen, summary);
    rg_free(&seen);
    rg_free(&block);
    provenance_close(&provenance);
    return rg_damage_named(store->path, code);
}

enum { TIMED_BLOCKS = 8 };

struct visitor {
    void (*visit)(void *context, const struct rg_stored_time *time);
    void *context;
};

static void visit_block(const struct block *block, int64_t first, int64_t n,
                        const struct visitor *visitor)
{
    for (int64_t i = 0; i < n; i++) {
        const struct rg_stored_time time = time_of(block, first, i);
        if (block->status[i] <= RG_FAILED)
            visitor->visit(visitor->context, &time);
    }
}

static enum rg_status visit_times(const struct rg_store *store, const struct provenance *p,
                                  int64_t n_blocks, struct block *block,
                                  const struct visitor *visitor)
{
    const int64_t points = store->rows.n_points, of = (points + BLOCK - 1) / BLOCK,
                  step = (of + n_blocks - 1) / n_blocks;
    for (int64_t first = 0; first < points; first += BLOCK * step) {
        const int64_t n = points - first < BLOCK ? points - first : BLOCK;
        RG_TRY(rg_rows_status(&store->rows, first, n, block->status));
        RG_REQUIRE(read_block(p, (uint64_t)first, (uint64_t)(first + n), block), RG_ERROR_DAMAGED,
                   "%s: the provenance cannot be read: %s", store->path, rg_h5_reason());
        visit_block(block, first, n, visitor);
    }
    return RG_OK;
}

enum rg_status rg_store_times(const struct rg_store *store, bool sample,
                              void (*visit)(void *context, const struct rg_stored_time *time),
                              void *context)
{
    const struct visitor visitor = {visit, context};
    struct provenance provenance;
    struct block *block = NULL;
    enum rg_status code = provenance_open(store, &provenance);
    if (code == RG_OK)
        code = rg_alloc(&block, 1, sizeof *block);
    if (code == RG_OK)
        code = visit_times(store, &provenance, sample ? TIMED_BLOCKS : store->rows.n_points + 1,
                           block, &visitor);
    rg_free(&block);
    provenance_close(&provenance);
    return rg_damage_named(store->path, code);
}

enum rg_status rg_store_pending(const struct rg_store *store, const int64_t *ids, int64_t n,
                                int64_t *n_pending)
{
    *n_pending = 0;
    for (int64_t i = 0; i < n; i++) {
        uint8_t status;
        RG_TRY(rg_rows_status(&store->rows, ids[i], 1, &status));
        *n_pending += status == RG_PENDING;
    }
    return RG_OK;
}

/* ---- one point --------------------------------------------------------------------------------- */

/* `row`: of a dataset that has n_axes before what belongs to one row. */
static enum rg_status read_at(const struct rg_store *store, const char *path, int n_axes, int type,
                              size_t size, int64_t row, void *out)
{
    const struct rg_rows_dataset *dataset;
    RG_TRY(rg_opened_find(store->opened, store->id, path, n_axes, &dataset));
    const uint64_t count = (uint64_t)dataset->extent.count, first = (uint64_t)row * count;
    RG_REQUIRE(dataset->type == type && count * rg_h5_size(type) == size &&
                   rg_read_range(dataset->id, type, &dataset->extent, first, first + count, out),
               RG_ERROR_DAMAGED, "%s: row %lld of %s cannot be read", store->path, (long long)row,
               path);
    return RG_OK;
}

static enum rg_status read_row(const struct rg_store *store, const char *path, int type,
                               size_t size, int64_t id, void *out)
{
    return read_at(store, path, store->rows.extent.rank, type, size, id, out);
}

bool rg_store_has(const struct rg_store *store, const struct rg_field *field)
{
    return H5Lexists(store->id, field->name, H5P_DEFAULT) > 0;
}

static enum rg_status read_provenance(const struct rg_store *store, int64_t id,
                                      struct rg_stored_point *info)
{
    int32_t rank = 0;
    RG_TRY(read_row(store, "provenance/host", RG_CHAR, sizeof info->host, id, info->host));
    RG_TRY(read_row(store, "provenance/rank", RG_I4, sizeof rank, id, &rank));
    RG_TRY(read_row(store, "provenance/start", RG_F8, sizeof info->start, id, &info->start));
    info->rank = rank;
    info->host[sizeof info->host - 1] = '\0';
    return read_row(store, "provenance/wall_seconds", RG_F8, sizeof info->wall_seconds, id,
                    &info->wall_seconds);
}

enum rg_status rg_store_host(const struct rg_store *store, int64_t id, char host[RG_NAME_MAX])
{
    RG_TRY(read_row(store, "provenance/host", RG_CHAR, RG_NAME_MAX, id, host));
    host[RG_NAME_MAX - 1] = '\0';
    rg_printable(host);
    return RG_OK;
}

enum rg_status rg_store_field(const struct rg_store *store, const struct rg_field *field,
                              int64_t id, void *value)
{
    return read_row(store, field->name, (int)field->type, field->size, id, value);
}

/* Is the place along snapshot that the sweep gives this point its place in the file too? */
static bool has_snapshot(const struct rg_rows *rows, int64_t place, int64_t id)
{
    return place < rows->n_snapshots && rows->snapshots[place] == id;
}

static enum rg_status read_record(const struct rg_store *store, const struct rg_layout *layout,
                                  int64_t id, struct rg_record *record)
{
    for (int f = 0; f < rg_record_n_fields(layout, id); f++) {
        const struct rg_field *field = &layout->fields[f];
        const bool snapshot = f >= layout->n_common;
        const int n_axes = snapshot ? 1 : store->rows.extent.rank;
        const int64_t row = snapshot ? rg_record_snapshot(layout, id) : id;
        RG_REQUIRE(!snapshot || has_snapshot(&store->rows, row, id), RG_ERROR_DAMAGED,
                   "%s: its snapshots are not of the points that its sweep lists", store->path);
        RG_TRY(read_at(store, field->name, n_axes, (int)field->type, field->size, row,
                       record->data + field->offset));
    }
    return RG_OK;
}

static enum rg_status read_point(const struct rg_store *store, const struct rg_layout *layout,
                                 int64_t id, struct rg_stored_point *info, struct rg_record *record)
{
    uint8_t status = 0, holds = 0;
    RG_REQUIRE(id >= 0 && id < store->rows.n_points, RG_ERROR_USER, "%s has no point %lld",
               store->path, (long long)id);
    RG_TRY(rg_rows_check(&store->rows, id, 1, &status, &holds));
    RG_TRY(read_provenance(store, id, info));
    info->status = (enum rg_point_status)status;
    info->checksum_holds = holds;
    RG_TRY(rg_record_init(layout, id, record));
    record->status = info->status;
    record->start = info->start;
    record->wall_seconds = info->wall_seconds;
    enum rg_status code = read_record(store, layout, id, record);
    if (code != RG_OK)
        rg_record_free(record);
    return code;
}

enum rg_status rg_store_point(struct rg_store *store, const struct rg_layout *layout, int64_t id,
                              struct rg_stored_point *info, struct rg_record *record)
{
    return rg_damage_named(store->path, read_point(store, layout, id, info, record));
}
