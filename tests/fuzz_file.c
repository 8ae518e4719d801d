/* libFuzzer entry for output files (see fuzz.sh): what status, verify, point and verify --repair do with
 * one, through the library. An input is a list of edits (edits.h) of a small finished file that is made at the
 * start: so it stays a file of this version, and HDF5 gets beyond its first look. Aborts if a failure has no
 * message, names no file or leaks; what HDF5 itself does not survive, fuzz.sh tells apart.           */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/stored.h"
#include "edits.h"
#include "regime/library.h"
#include "regime/memory.h"
#include "regime/store.h"
#include "regime/train.h"
#include "regime/write.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
uint32_t H5_checksum_metadata(const void *data, size_t size, uint32_t start);

/* In HDF5's place: its checksums hold for all files made and read here, so that edits get past them. */
uint32_t H5_checksum_metadata(const void *data, size_t size, uint32_t start)
{
    (void)data;
    (void)size;
    return start;
}

static struct edited output;

/* A sweep that cannot be read is the user's error, all else damage; a failure says where. */
static void judge(const char *path, enum rg_status code)
{
    require(code == RG_OK || code == RG_ERROR_USER || code == RG_ERROR_DAMAGED);
    require(code == RG_OK || strncmp(rg_error_message(), path, strlen(path)) == 0);
    rg_error_clear();
}

static void look_at_points(const char *path, struct rg_stored *stored)
{
    struct rg_stored_point info;
    struct rg_record record;
    const int64_t last = stored->spec->n_points - 1;
    enum rg_status code = rg_store_point(stored->store, stored->layout, last, &info, &record);
    if (code == RG_OK)
        rg_record_free(&record);
    judge(path, code);
}

static void count_bad(void *context, int64_t id, int status)
{
    (void)id;
    require(status != RG_PENDING);
    ++*(int64_t *)context;
}

/* The points that do not hold; -1: it cannot tell. */
static int64_t verify(const char *path, bool repair)
{
    int64_t n_called = 0, n_bad = 0;
    const enum rg_status code = rg_file_verify(path, repair, count_bad, &n_called, &n_bad);
    judge(path, code);
    require(n_called == n_bad);
    return code == RG_OK ? n_bad : -1;
}

/* What was repaired holds, and nobody is left with a lock. */
static void repair(const char *path)
{
    char lock[sizeof output.path + 8];
    const int64_t before = verify(path, false), repaired = verify(path, true);
    snprintf(lock, sizeof lock, "%s.lock", path);
    require(access(lock, F_OK) != 0);
    require(repaired == before || repaired < 0);
    require(repaired < 0 || verify(path, false) == 0);
}

static void read_file(const char *path)
{
    struct rg_stored stored;
    struct rg_summary summary;
    const enum rg_status code = rg_stored_open(path, &stored);
    judge(path, code);
    if (stored.store)
        judge(path, rg_store_summary(stored.store, &summary));
    if (code == RG_OK)
        look_at_points(path, &stored);
    rg_stored_close(&stored);
}

static const char sweep[] =
    "name = \"fuzz\"; model = \"parity_rnn\"; axes = { gain = [0.1, 1.0]; };\n"
    "settings = { hidden = 1; max_length = 1; max_epochs = 1; test_strings = 1; test_length = 1;\n"
    "             validation_strings = 1; validation_lengths = [1]; analysis_length = 1; };\n"
    "record = { every = 1; }; keep = (); snapshots = ( { gain = 0.1; } );\n";

/* The first point is done, the second pending. */
static enum rg_status make_file(const char *path, const struct rg_spec *spec,
                                const struct rg_layout *layout)
{
    struct rg_file *file = NULL;
    struct rg_record record;
    RG_TRY(rg_file_create(path, spec, layout, "fuzz", NULL));
    RG_TRY(rg_file_open(MPI_COMM_NULL, path, spec, layout, "fuzz", &file));
    RG_TRY(rg_record_init(layout, 0, &record));
    record.status = RG_DONE;
    RG_TRY(rg_file_put(file, &record));
    RG_TRY(rg_file_flush(file));
    return rg_file_close(&file);
}

static void make_whole(void)
{
    struct rg_spec *spec = NULL;
    struct rg_layout *layout = NULL;
    require(rg_spec_parse(&rg_models, "fuzz.cfg", sweep, NULL, &spec) == RG_OK);
    require(rg_layout_create(spec, &layout) == RG_OK);
    require(make_file(output.path, spec, layout) == RG_OK);
    rg_layout_destroy(&layout);
    rg_spec_destroy(&spec);
    edited_read(&output);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    char folder[4000];
    (void)argc;
    (void)argv;
    edited_folder("fuzz_file", folder);
    snprintf(output.path, sizeof output.path, "%s/x.h5", folder);
    make_whole();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    edited_make(&output, data, size);
    edited_write(&output);
    read_file(output.path);
    rg_hdf5_end();
    repair(output.path);
    rg_hdf5_end();
    require(rg_alloc_live() == 0);
    return 0;
}
