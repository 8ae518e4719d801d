/* Opening the file for a run: rank 0 looks at it first with a serial reader, where every complaint has
 * its words; then all ranks open it and keep every dataset open until the end.                       */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "regime/memory.h"
#include "regime/resolved.h"
#include "write/file.h"
#include "write/frame.h"
#include "write/process.h"
#include "write/store.h"

/* ---- is it this sweep's file? ------------------------------------------------------------------ */

/* A line that says which files the hashes are of: "" is none. */
static void print_data(const struct rg_store *store, const struct rg_spec *spec, char *text,
                       size_t size)
{
    const struct rg_input *input = rg_settings_input(spec->model, spec->settings);
    char *stored = NULL;
    hid_t group = H5Gopen2(store->id, "settings", H5P_DEFAULT);
    if (rg_h5_get_text(group, "data", &stored) != RG_OK)
        rg_error_clear();
    rg_h5_close(&group);
    snprintf(text, size,
             "data_hash is of what the knob data reads: \"%s\" in the file, \"%s\" asked "
             "for (--set data=FILE)\n",
             stored ? stored : "", input ? input->path : "");
    rg_free(&stored);
}

static enum rg_status report_difference(const struct rg_store *store, const struct rg_spec *spec,
                                        const char *resolved)
{
    char *diff = NULL, data[2 * RG_TEXT_MAX + 100] = "", knobs[1024] = "";
    RG_TRY(rg_resolved_diff(rg_store_attribute(store, "sweep_resolved"), resolved, &diff));
    if (strstr(diff, " data_hash = "))
        print_data(store, spec, data, sizeof data);
    const bool older = rg_resolved_adds_measures(spec->model, diff, knobs, sizeof knobs);
    const bool longer = strstr(diff, " settings.max_epochs = ");
    enum rg_status code = rg_fail(
        RG_ERROR_USER, __FILE__, __LINE__,
        "%s holds another sweep (-: in the file, +: asked for):\n%s%s%s%schoose another file with "
        "-o, or --fresh to set it aside",
        store->path, diff, data,
        older ? "the program that made it did not know that: regime measure adds it; or " : "",
        longer ? "--extend max_epochs=N goes on to the larger number; or " : "");
    rg_free(&diff);
    return code;
}

enum rg_status rg_store_check_sweep(const struct rg_store *store, const struct rg_spec *spec,
                                    const char *arithmetic)
{
    const char *path = store->path;
    const char *stored = rg_store_attribute(store, "sweep_resolved");
    const char *made_with = rg_store_attribute(store, "arithmetic");
    char *resolved = NULL;
    RG_TRY(rg_store_check_frame(store));
    RG_REQUIRE(stored && made_with, RG_ERROR_DAMAGED, "%s: the sweep's attributes are missing",
               path);
    RG_TRY(rg_spec_resolved(spec, &resolved));
    enum rg_status code = RG_OK;
    if (strcmp(stored, resolved) != 0)
        code = report_difference(store, spec, resolved);
    rg_free(&resolved);
    RG_TRY(code);
    RG_REQUIRE(strcmp(made_with, arithmetic) == 0, RG_ERROR_USER,
               "%s was computed with \"%s\", this run would use \"%s\", and bits would differ: "
               "continue it on such machines, or start another file with -o",
               path, made_with, arithmetic);
    return RG_OK;
}

static enum rg_status inspect(const char *path, const struct rg_spec *spec, const char *arithmetic)
{
    struct rg_store *store = NULL;
    RG_TRY(rg_may_write(path));
    RG_TRY(rg_store_open(path, &store));
    enum rg_status code = rg_store_check_sweep(store, spec, arithmetic);
    rg_store_close(&store);
    RG_TRY(code);
    return rg_frame_unmark(path);
}

/* ---- opening ----------------------------------------------------------------------------------- */

/* On every rank: a file on one node's own disk would leave the other ranks in a collective call. */
static enum rg_status reach(const char *path)
{
    char host[RG_NAME_MAX];
    rg_process_host(host, sizeof host);
    RG_REQUIRE(
        access(path, R_OK | W_OK) == 0, RG_ERROR_USER,
        "%s cannot be reached from host %s: %s; every rank writes it, so it must lie where all "
        "nodes see it",
        path, host, strerror(errno));
    return RG_OK;
}

static enum rg_status open_datasets(struct rg_file *file)
{
    RG_TRY(rg_alloc(&file->datasets, (size_t)file->variables.n, sizeof *file->datasets));
    for (int i = 0; i < file->variables.n; i++)
        file->datasets[i] = H5I_INVALID_HID;
    for (int i = 0; i < file->variables.n; i++) {
        const struct rg_variable *variable = &file->variables.rows[i];
        struct rg_rows_dataset found = {.id = H5I_INVALID_HID};
        RG_REQUIRE(
            H5Lexists(file->id, variable->path, H5P_DEFAULT) != 0, RG_ERROR_USER,
            "%s has no column %s, for the program that made it had none: regime measure adds "
            "what follows from its weights",
            file->named.path, variable->path);
        int n_axes = variable->extent.rank;
        enum rg_status code = rg_rows_dataset_open(file->id, variable->path, n_axes, &found);
        file->datasets[i] = found.id;
        RG_TRY(code);
        RG_REQUIRE(found.type == variable->type && found.extent.rank == n_axes &&
                       memcmp(found.extent.dims, variable->extent.dims,
                              (size_t)n_axes * sizeof(hsize_t)) == 0,
                   RG_ERROR_DAMAGED, "the variable %s has another type or shape than planned",
                   variable->path);
    }
    return RG_OK;
}

static enum rg_status prepare(struct rg_file *file, const char *path, const struct rg_spec *spec)
{
    file->transfer = rg_writers_transfer(&file->writers);
    gethostname(file->host, sizeof file->host - 1);
    RG_TRY(rg_alloc(&file->buffer, RG_CHUNK, 1));
    RG_TRY(rg_sweep_hash(spec, &file->sweep_hash));
    RG_TRY(rg_variables_make(spec, file->layout, &file->variables));
    RG_TRY(open_datasets(file));
    return rg_rows_open(file->id, path, &file->rows);
}

static enum rg_status open_here(struct rg_file *file, const char *path, const struct rg_spec *spec)
{
    RG_TRY(rg_writers_agree(&file->writers, rg_named_note(path, &file->named)));
    file->id = rg_writers_open(&file->writers, path);
    enum rg_status code = RG_OK;
    if (file->id < 0)
        code = rg_fail(RG_ERROR_DAMAGED, __FILE__, __LINE__, "%s: cannot open it for writing: %s",
                       path, rg_h5_reason());
    RG_TRY(rg_writers_agree(&file->writers, code));
    RG_TRY(rg_writers_agree(&file->writers, rg_writers_settle(&file->writers, file->id)));
    return rg_writers_agree(&file->writers, rg_damage_named(path, prepare(file, path, spec)));
}

enum rg_status rg_file_open(MPI_Comm comm, const char *path, const struct rg_spec *spec,
                            const struct rg_layout *layout, const char *arithmetic,
                            struct rg_file **file)
{
    struct rg_writers writers;
    rg_writers_init(comm, &writers);
    rg_h5_start();
    *file = NULL;
    RG_TRY(rg_writers_agree(&writers, writers.rank == 0 ? inspect(path, spec, arithmetic) : RG_OK));
    RG_TRY(rg_writers_agree(&writers, reach(path)));
    RG_TRY(rg_writers_agree(&writers, rg_alloc(file, 1, sizeof **file)));
    (*file)->writers = writers;
    (*file)->layout = layout;
    (*file)->id = (*file)->transfer = H5I_INVALID_HID;
    (*file)->rows.status = (*file)->rows.checksum = H5I_INVALID_HID;
    enum rg_status code = open_here(*file, path, spec);
    if (code != RG_OK && rg_file_close(file) != RG_OK)
        rg_trace(code, __FILE__, __LINE__, "closing it failed as well");
    return code;
}

/* ---- closing ----------------------------------------------------------------------------------- */

static void drop_held(struct rg_file *file)
{
    for (int64_t i = 0; i < file->n_held; i++)
        rg_record_free(&file->held[i].record);
    rg_free(&file->held);
    rg_batches_free(file->batches);
}

enum rg_status rg_file_close(struct rg_file **file)
{
    struct rg_file *f = *file;
    if (!f)
        return RG_OK;
    for (int i = 0; f->datasets && i < f->variables.n; i++)
        rg_h5_close(&f->datasets[i]);
    rg_rows_close(&f->rows);
    rg_h5_close(&f->transfer);
    bool closed = rg_writers_close(&f->writers, &f->named.file, &f->id);
    enum rg_status code = closed ? RG_OK : RG_ERROR_DISK;
    if (!closed && !rg_error_message()[0]) /* else it has been said why */
        code = rg_fail(RG_ERROR_DISK, __FILE__, __LINE__, "%s: cannot be closed: %s", f->named.path,
                       rg_h5_reason());
    drop_held(f);
    rg_free(&f->variables.rows);
    rg_free(&f->datasets);
    rg_free(&f->buffer);
    const struct rg_writers writers = f->writers;
    rg_free(file);
    return rg_writers_agree(&writers, code);
}
