/* Creates the file whole, under a temporary name, and renames it: a file under the final name is never
 * half made. Everything that HDF5 calls metadata is written here and never touched again. Datasets are
 * contiguous, reserved and filled at once (a later write cannot run out of space), without time stamps,
 * so that the file's bytes follow from the sweep alone.                                             */
#include <errno.h>
#include <libgen.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "regime/clock.h"
#include "regime/lock.h"
#include "regime/memory.h"
#include "regime/text.h"
#include "regime/write.h"
#include "write/beside.h"
#include "write/coordinates.h"
#include "write/frame.h"
#include "write/line.h"
#include "write/metadata.h"
#include "write/sync.h"
#include "write/variables.h"

/* ---- datasets ---------------------------------------------------------------------------------- */

static hid_t dataset_list(int type)
{
    hid_t list = rg_h5_create_list(H5P_DATASET_CREATE);
    unsigned char fill[8] = {0};
    if (type < RG_WEIGHT)
        rg_fill((enum rg_column_type)type, 1, fill);
    H5Pset_layout(list, H5D_CONTIGUOUS);
    H5Pset_alloc_time(list, H5D_ALLOC_TIME_EARLY);
    H5Pset_fill_time(list, H5D_FILL_TIME_ALLOC);
    H5Pset_fill_value(list, rg_h5_memory_type(type), fill);
    return list;
}

/* Flags, codes and hashes have no _FillValue: readers would turn them into floats. */
static enum rg_status fill_attribute(hid_t dataset, int type)
{
    unsigned char fill[8];
    if (type != RG_F4 && type != RG_F8 && type != RG_I4 && type != RG_I8)
        return RG_OK;
    rg_fill((enum rg_column_type)type, 1, fill);
    return rg_h5_put_list(dataset, "_FillValue", type, 1, fill);
}

static bool lies_along(const struct rg_variable *variable, const char *dim)
{
    for (int d = 0; d < variable->extent.rank; d++)
        if (strcmp(variable->scales[d], dim) == 0)
            return true;
    return false;
}

/* The auxiliary coordinates whose dimension the variable has. */
static enum rg_status coordinates_attribute(hid_t dataset, const struct rg_variable *variable,
                                            const struct rg_auxiliary *auxiliary)
{
    char *text = NULL;
    RG_TRY(rg_alloc(&text, (size_t)auxiliary->n + 1, RG_PATH_MAX));
    for (int i = 0; i < auxiliary->n; i++) {
        const char *dim = auxiliary->rows[i].dim;
        if (dim && !lies_along(variable, dim))
            continue;
        strcat(text, text[0] ? " " : "");
        strcat(text, auxiliary->rows[i].name);
    }
    enum rg_status code = text[0] ? rg_h5_put_text(dataset, "coordinates", text) : RG_OK;
    rg_free(&text);
    return code;
}

static enum rg_status attributes(hid_t dataset, const struct rg_variable *variable,
                                 const struct rg_auxiliary *auxiliary)
{
    RG_TRY(rg_describe(dataset, variable->doc, variable->unit));
    RG_TRY(fill_attribute(dataset, variable->type));
    if (variable->meanings)
        RG_TRY(rg_flags_write(dataset, variable->type, variable->meanings));
    if (variable->type == RG_FLAG)
        RG_TRY(rg_h5_put_text(dataset, "dtype", "bool"));
    if (variable->type == RG_CHAR)
        RG_TRY(rg_h5_put_text(dataset, "_Encoding", "utf-8"));
    if (auxiliary && !strchr(variable->path, '/'))
        RG_TRY(coordinates_attribute(dataset, variable, auxiliary));
    return RG_OK;
}

static enum rg_status scales(hid_t file, hid_t dataset, const struct rg_variable *variable)
{
    const char *slash = strchr(variable->path, '/');
    int folder = slash ? (int)(slash - variable->path) + 1 : 0;
    for (int d = 0; d < variable->extent.rank; d++) {
        char path[2 * RG_PATH_MAX];
        snprintf(path, sizeof path, "%.*s%s", folder, variable->path, variable->scales[d]);
        RG_TRY(rg_scale_attach(dataset, file, path, (unsigned)d));
    }
    return RG_OK;
}

static enum rg_status make_dataset(hid_t file, const struct rg_variable *variable,
                                   const struct rg_auxiliary *auxiliary)
{
    hid_t space = variable->extent.rank
                      ? H5Screate_simple(variable->extent.rank, variable->extent.dims, NULL)
                      : H5Screate(H5S_SCALAR);
    hid_t list = dataset_list(variable->type);
    hid_t dataset = H5Dcreate2(file, variable->path, rg_h5_file_type(variable->type), space,
                               H5P_DEFAULT, list, H5P_DEFAULT);
    enum rg_status code = RG_OK;
    if (dataset < 0)
        code = rg_fail(RG_ERROR_SYSTEM, __FILE__, __LINE__, "cannot create %s: %s", variable->path,
                       rg_h5_reason());
    if (code == RG_OK)
        code = attributes(dataset, variable, auxiliary);
    if (code == RG_OK)
        code = scales(file, dataset, variable);
    rg_h5_close(&dataset);
    rg_h5_close(&list);
    rg_h5_close(&space);
    return code;
}

/* ---- groups ------------------------------------------------------------------------------------ */

static enum rg_status provenance_write(hid_t group, const struct rg_spec *spec)
{
    for (int a = 0; a < spec->n_axes; a++)
        RG_TRY(rg_axis_scale_write(group, spec, &spec->axes[a]));
    return rg_bare_dimension_write(group, "host_len", RG_HOST_LEN);
}

static enum rg_status make_group(hid_t file, const char *name, const struct rg_spec *spec,
                                 enum rg_status (*fill)(hid_t group, const struct rg_spec *spec))
{
    hid_t list = rg_h5_create_list(H5P_GROUP_CREATE);
    hid_t group = H5Gcreate2(file, name, H5P_DEFAULT, list, H5P_DEFAULT);
    enum rg_status code = group >= 0
                              ? fill(group, spec)
                              : rg_fail(RG_ERROR_SYSTEM, __FILE__, __LINE__,
                                        "cannot create the group %s: %s", name, rg_h5_reason());
    rg_h5_close(&group);
    rg_h5_close(&list);
    return code;
}

/* Set once the file is whole. */
static const struct rg_variable frame = {
    .path = RG_FRAME,
    .type = RG_U8,
    .extent = {.count = 1},
    .doc = "hash of the file's bytes but for the rows of points, host, rank and times, and itself",
};

/* A large dataset takes long. */
static enum rg_status make_datasets(hid_t file, const struct rg_variables *variables,
                                    const struct rg_auxiliary *auxiliary, struct rg_lock *lock)
{
    for (int i = 0; i < variables->n; i++) {
        RG_TRY(make_dataset(file, &variables->rows[i], auxiliary));
        RG_TRY(lock ? rg_lock_renew(lock) : RG_OK);
    }
    return RG_OK;
}

static enum rg_status fill_file(hid_t file, const struct rg_spec *spec,
                                const struct rg_layout *layout, const char *arithmetic,
                                struct rg_lock *lock)
{
    struct rg_auxiliary *auxiliary = NULL;
    struct rg_variables variables = {0};
    RG_TRY(rg_root_attributes_write(file, spec, arithmetic));
    RG_TRY(make_group(file, "settings", spec, rg_settings_write));
    RG_TRY(make_group(file, RG_PROVENANCE, spec, provenance_write));
    RG_TRY(rg_coordinates_write(file, spec, layout, &auxiliary));
    enum rg_status code = rg_variables_make(spec, layout, &variables);
    if (code == RG_OK)
        code = make_datasets(file, &variables, auxiliary, lock);
    rg_free(&variables.rows);
    rg_free(&auxiliary);
    RG_TRY(code);
    RG_TRY(rg_covers_write(file, layout));
    return make_dataset(file, &frame, NULL);
}

/* ---- the file system --------------------------------------------------------------------------- */

double rg_file_planned(const struct rg_spec *spec, const struct rg_layout *layout)
{
    enum {
        METADATA = 64 << 10,
        PER_DATASET = 1 << 10,
        BOOKKEEPING = 8 + 1 + 4 + 2 * 8 + RG_HOST_LEN
    };
    double row = BOOKKEEPING, rest = METADATA + 3.0 * (double)strlen(spec->text);
    for (int f = 0; f < layout->n_common; f++)
        row += (double)layout->fields[f].size;
    for (int f = layout->n_common; f < layout->n_fields; f++)
        rest += (double)layout->fields[f].size * (double)layout->n_snapshots;
    for (int a = 0; a < spec->n_axes; a++)
        rest += 2.0 * 8.0 * (double)spec->axes[a].count * spec->axes[a].n_members;
    return row * (double)spec->n_points + rest + PER_DATASET * (double)layout->n_fields;
}

static void folder_of(const char *path, char *folder, size_t size)
{
    char copy[4096];
    snprintf(copy, sizeof copy, "%s", path);
    snprintf(folder, size, "%s", dirname(copy));
}

enum rg_status rg_file_check_folder(const char *path)
{
    char folder[4096];
    RG_REQUIRE(strlen(path) < 4000, RG_ERROR_USER, "the name of the output file is too long");
    folder_of(path, folder, sizeof folder);
    RG_REQUIRE(access(folder, F_OK) == 0, RG_ERROR_USER,
               "%s: there is no folder %s: create it (mkdir -p) or choose another file with -o",
               path, folder);
    RG_REQUIRE(access(folder, W_OK | X_OK) == 0, RG_ERROR_USER,
               "%s: cannot write in the folder %s (%s): choose another file with -o", path, folder,
               strerror(errno));
    return RG_OK;
}

double rg_file_required(double bytes)
{
    enum { MARGIN = 1 << 20 };
    return bytes * 1.02 + MARGIN;
}

bool rg_file_fits(const char *path, double bytes, double *room)
{
    char folder[4096];
    struct statvfs disk;
    folder_of(path, folder, sizeof folder);
    *room = statvfs(folder, &disk) == 0 ? (double)disk.f_bavail * (double)disk.f_frsize : NAN;
    return *room >= rg_file_required(bytes);
}

enum rg_status rg_file_check_space(const char *path, const struct rg_spec *spec,
                                   const struct rg_layout *layout)
{
    const double planned = rg_file_planned(spec, layout);
    double room;
    const bool fits = rg_file_fits(path, planned, &room);
    char folder[4096], wanted[32], there[32];
    folder_of(path, folder, sizeof folder);
    rg_bytes_print(rg_file_required(planned), wanted, sizeof wanted);
    rg_bytes_print(room, there, sizeof there);
    RG_REQUIRE(!isnan(room), RG_ERROR_SYSTEM, "%s: cannot ask for the free space: %s", folder,
               strerror(errno));
    RG_REQUIRE(fits, RG_ERROR_SPACE,
               "%s: needs %s with its margin, but only %s are free in %s: free some, or choose "
               "another file with -o",
               path, wanted, there, folder);
    return RG_OK;
}

/* A failed HDF5 call leaves its reason in errno more often than in its own words. */
static enum rg_status explain(enum rg_status code, const char *path)
{
    const int reason = errno;
    if (code == RG_OK || code == RG_ERROR_LOCKED)
        return code;
    RG_REQUIRE(reason != ENOSPC && reason != EDQUOT, RG_ERROR_SPACE,
               "%s: no space left while creating it: free some, or choose another file with -o",
               path);
    RG_REQUIRE(reason != EIO, RG_ERROR_DISK,
               "%s: cannot be created: %s: see to its disk, or choose another file with -o", path,
               strerror(reason));
    return code;
}

static enum rg_status make_file(const char *temporary, const struct rg_spec *spec,
                                const struct rg_layout *layout, const char *arithmetic,
                                struct rg_lock *lock)
{
    hid_t list = rg_h5_create_list(H5P_FILE_CREATE);
    hid_t file = H5Fcreate(temporary, H5F_ACC_EXCL, list, H5P_DEFAULT);
    rg_h5_close(&list);
    RG_REQUIRE(file >= 0, RG_ERROR_USER, "%s: cannot create it: %s", temporary, rg_h5_reason());
    enum rg_status code = fill_file(file, spec, layout, arithmetic, lock);
    bool flushed = H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0;
    bool closed = rg_h5_close(&file);
    RG_TRY(code);
    RG_REQUIRE(flushed && closed, RG_ERROR_SYSTEM, "%s: cannot write it out: %s", temporary,
               rg_h5_reason());
    return rg_frame_seal(temporary); /* and syncs it */
}

static enum rg_status remove_temporary(void *context, const char *name, long long number)
{
    (void)context, (void)number;
    unlink(name);
    return RG_OK;
}

/* One that lost its lease may still be at work on its own: nobody else's has the same name. Those of creations that
 * were killed go: the lock is ours.                                                                  */
static enum rg_status name_temporary(const char *path, char *temporary, size_t size)
{
    snprintf(temporary, size, "%s.tmp.%.0f", path, 1e6 * rg_clock(CLOCK_REALTIME));
    return rg_beside_visit(path, ".tmp.", remove_temporary, NULL);
}

/* No other run's file may be replaced. */
static enum rg_status put_in_place(const char *temporary, const char *path, struct rg_lock *lock)
{
    RG_TRY(lock ? rg_lock_refresh(lock) : RG_OK);
    RG_REQUIRE(rename(temporary, path) == 0, RG_ERROR_SYSTEM, "cannot rename %s to %s: %s",
               temporary, path, strerror(errno));
    return RG_OK;
}

enum rg_status rg_file_create(const char *path, const struct rg_spec *spec,
                              const struct rg_layout *layout, const char *arithmetic,
                              struct rg_lock *lock)
{
    char folder[4096], temporary[4096];
    folder_of(path, folder, sizeof folder);
    RG_TRY(rg_file_check_folder(path));
    RG_REQUIRE(access(path, F_OK) != 0, RG_ERROR_USER, "%s exists already", path);
    RG_TRY(rg_file_check_space(path, spec, layout));
    RG_TRY(name_temporary(path, temporary, sizeof temporary));
    rg_h5_start();
    errno = 0;
    enum rg_status code = explain(make_file(temporary, spec, layout, arithmetic, lock), path);
    if (code == RG_OK)
        code = put_in_place(temporary, path, lock);
    if (code != RG_OK)
        unlink(temporary);
    RG_TRY(code);
    return rg_sync_file(folder);
}

enum rg_status rg_file_replace(const char *made, const char *path, struct rg_lock *lock)
{
    char folder[4096];
    folder_of(path, folder, sizeof folder);
    RG_TRY(rg_sync_file(made));
    RG_TRY(put_in_place(made, path, lock));
    return rg_sync_file(folder);
}
