/* libFuzzer entry for what lies beside an output file (see fuzz.sh): what a run and status do with the states of
 * points in training, the finished points of ranks that were told to end, and the lock. The first byte of an
 * input says which, the second whether the checksums are made to hold again after the edits (edits.h) that
 * follow, so that they get past them; a lock is the rest as it is. Aborts if a failure has no message, names no
 * file or leaks; and if, with the checksums as they are, a state or a record has other bytes than were saved. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "edits.h"
#include "regime/hash.h"
#include "regime/inflight.h"
#include "regime/library.h"
#include "regime/lock.h"
#include "regime/memory.h"
#include "regime/store.h"
#include "regime/train.h"
#include "write/file.h"
#include "write/lease.h"
#include "write/slot.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- MPI, of one rank that need not be started --------------------------------------------------------- */

int MPI_Comm_rank(MPI_Comm comm, int *rank)
{
    (void)comm;
    *rank = 0;
    return MPI_SUCCESS;
}

int MPI_Comm_size(MPI_Comm comm, int *size)
{
    (void)comm;
    *size = 1;
    return MPI_SUCCESS;
}

int MPI_Bcast(void *data, int n, MPI_Datatype type, int root, MPI_Comm comm)
{
    (void)data, (void)n, (void)type, (void)root, (void)comm;
    return MPI_SUCCESS;
}

int MPI_Allreduce(const void *mine, void *all, int n, MPI_Datatype type, MPI_Op op, MPI_Comm comm)
{
    (void)op, (void)comm;
    memcpy(all, mine, (size_t)n * (type == MPI_2INT ? 2 * sizeof(int) : sizeof(int)));
    return MPI_SUCCESS;
}

/* ---- all ------------------------------------------------------------------------------------------- */

static struct {
    char path[4096];
    struct rg_spec *spec;
    struct rg_layout *layout;
    struct edited file, states, journal; /* file: with nothing done */
    uint64_t sweep_hash;
    int64_t live; /* allocations of the above */
} base;

/* A failure is the user's, who may have made the file unreadable; it says which. */
static bool judge(enum rg_status code)
{
    require(code == RG_OK || code == RG_ERROR_USER);
    require(code == RG_OK || strncmp(rg_error_message(), base.path, strlen(base.path)) == 0);
    rg_error_clear();
    return code == RG_OK;
}

/* ---- states ---------------------------------------------------------------------------------------- */

enum { IDENTITY = 77, STATE_SIZE = 100, N_POINTS = 4, N_SAVES = 2 };

static void move(void *context, const struct rg_mover *mover)
{
    mover->move(mover->context, context, STATE_SIZE);
}

static unsigned char content(int64_t id, int64_t steps)
{
    return (unsigned char)(16 * (id + 1) + steps);
}

static enum rg_status open_states(struct rg_inflight **inflight)
{
    return rg_inflight_open(MPI_COMM_WORLD,
                            &(struct rg_inflight_plan){.path = base.path,
                                                       .identity = IDENTITY,
                                                       .state_max = STATE_SIZE,
                                                       .team_size = 1,
                                                       .n_points = N_POINTS},
                            inflight);
}

/* Two points: of the first one state, which a second run has carried over, of the other both. */
static void make_states(void)
{
    for (int64_t id = 0; id < 2; id++) {
        struct rg_inflight *inflight = NULL;
        require(open_states(&inflight) == RG_OK);
        for (int64_t steps = 1; steps <= N_SAVES; steps++) {
            unsigned char state[STATE_SIZE];
            memset(state, content(id, steps), sizeof state);
            require(rg_inflight_save(inflight, id, steps,
                                     &(struct rg_inflight_state){move, state}) == RG_OK);
        }
        rg_inflight_close(&inflight);
    }
    edited_read(&base.states);
}

/* Wherever slots were. */
static void seal_states(struct edited *states)
{
    struct rg_slots slots;
    struct rg_slot slot;
    memcpy(&slots, states->whole, sizeof slots);
    for (int64_t unit = 0; unit < slots.n_units; unit++)
        for (int turn = 0; turn < RG_SLOT_TURNS; turn++) {
            unsigned char *at = states->bytes + rg_slot_offset(&slots, unit, 0, turn);
            memcpy(&slot, at, sizeof slot);
            rg_slot_seal(&slot, IDENTITY);
            memcpy(at, &slot, sizeof slot);
        }
    memcpy(&slots, states->bytes, sizeof slots);
    slots.checksum = rg_digest(0, &slots, offsetof(struct rg_slots, checksum));
    memcpy(states->bytes, &slots, sizeof slots);
}

/* Found, they are those that were saved, unless the seal is ours. */
static void load_state(struct rg_inflight *inflight, int64_t id, bool sealed)
{
    bool found = false;
    unsigned char state[STATE_SIZE] = {0}, saved[STATE_SIZE];
    const enum rg_status code = rg_inflight_load(inflight, MPI_COMM_SELF, id,
                                                 &(struct rg_inflight_state){move, state}, &found);
    require(code == RG_OK || sealed);
    rg_error_clear();
    if (sealed || !found)
        return;
    memset(saved, state[0], sizeof saved);
    require(memcmp(state, saved, sizeof state) == 0);
    require(state[0] == content(id, 1) || state[0] == content(id, 2));
}

static void try_states(const uint8_t *data, size_t size, bool sealed)
{
    struct rg_inflight *inflight = NULL;
    int64_t *ids = NULL, n = 0;
    edited_make(&base.states, data, size);
    if (sealed)
        seal_states(&base.states);
    edited_write(&base.states);
    const bool listed = judge(rg_inflight_ids(base.path, N_POINTS, &ids, &n));
    for (int64_t i = 0; i < n; i++)
        require(ids[i] >= 0 && ids[i] < N_POINTS && (i == 0 || ids[i] > ids[i - 1]));
    rg_free(&ids);
    const bool opened = judge(open_states(&inflight));
    require(sealed || (listed && opened));
    if (!opened)
        return;
    require(sealed || rg_inflight_n_kept(inflight) == n);
    for (int64_t id = 0; id < N_POINTS; id++)
        load_state(inflight, id, sealed);
    rg_inflight_close(&inflight);
}

/* ---- finished points ------------------------------------------------------------------------------- */

enum { JOURNAL_HEAD = 32, N_HELD = 2 };

static const char sweep[] =
    "name = \"fuzz\"; model = \"parity_rnn\"; axes = { gain = [0.1, 0.5, 1.0]; };\n"
    "settings = { hidden = 1; max_length = 1; max_epochs = 1; test_strings = 1; test_length = 1;\n"
    "             validation_strings = 1; validation_lengths = [1]; analysis_length = 1; };\n"
    "record = { every = 1; }; keep = (); snapshots = ( { gain = 0.5; } );\n";

static struct rg_file *open_file(void)
{
    struct rg_file *file = NULL;
    require(rg_file_open(MPI_COMM_NULL, base.path, base.spec, base.layout, "fuzz", &file) == RG_OK);
    return file;
}

static enum rg_point_status status_of(int64_t id)
{
    return id == 0 ? RG_DONE : RG_FAILED;
}

static void make_journal(void)
{
    struct rg_record record;
    require(rg_file_create(base.path, base.spec, base.layout, "fuzz", NULL) == RG_OK);
    edited_read(&base.file);
    struct rg_file *file = open_file();
    for (int64_t id = 0; id < N_HELD; id++) {
        require(rg_record_init(base.layout, id, &record) == RG_OK);
        record.status = status_of(id);
        require(rg_file_put(file, &record) == RG_OK);
    }
    base.sweep_hash = rg_file_identity(file);
    require(rg_file_rescue(file, base.path) == RG_OK);
    require(rg_file_close(&file) == RG_OK);
    edited_read(&base.journal);
}

static void seal_journal(struct edited *journal)
{
    unsigned char *at = journal->bytes + JOURNAL_HEAD;
    struct rg_held held;
    for (int64_t id = 0; id < N_HELD; id++) {
        memcpy(&held, at, sizeof held);
        held.record.data = at + sizeof held;
        held.record.status = held.status;
        held.checksum = rg_checksum(base.sweep_hash, base.layout, &held.record);
        memcpy(at, &held, sizeof held);
        at += sizeof held + rg_record_size(base.layout, id);
    }
}

static void refuse(void *context, int64_t id, int status)
{
    (void)context, (void)id, (void)status;
}

/* Field by field: what pads them is nobody's. */
static void require_same(const struct rg_record *a, const struct rg_record *b)
{
    for (int f = 0; f < rg_record_n_fields(base.layout, a->id); f++) {
        const struct rg_field *field = &base.layout->fields[f];
        require(memcmp(a->data + field->offset, b->data + field->offset, field->size) == 0);
    }
}

/* What is taken over is as it was kept. */
static void require_kept(const struct rg_file *file)
{
    struct rg_record kept;
    for (int64_t i = 0; i < file->n_held; i++) {
        const struct rg_record *record = &file->held[i].record;
        require(record->id < N_HELD && file->held[i].status == status_of(record->id));
        require(rg_record_init(base.layout, record->id, &kept) == RG_OK);
        require_same(record, &kept);
        rg_record_free(&kept);
    }
}

/* And then it is committed whole, whatever it is. */
static void try_journal(const uint8_t *data, size_t size, bool sealed)
{
    int64_t n_bad = 0;
    edited_make(&base.file, NULL, 0);
    edited_write(&base.file);
    edited_make(&base.journal, data, size);
    if (sealed)
        seal_journal(&base.journal);
    edited_write(&base.journal);
    uint8_t *done = NULL;
    require(rg_alloc(&done, (size_t)base.spec->n_points, 1) == RG_OK);
    struct rg_file *file = open_file();
    require(judge(rg_file_adopt(file, base.path, done)));
    if (!sealed)
        require_kept(file);
    require(rg_file_flush(file) == RG_OK);
    require(rg_file_close(&file) == RG_OK);
    rg_free(&done);
    require(rg_file_verify(base.path, false, refuse, NULL, &n_bad) == RG_OK && n_bad == 0);
    rg_file_forget_rescued(base.path);
    require(access(base.journal.path, F_OK) != 0);
    rg_hdf5_end();
}

/* ---- the lock ---------------------------------------------------------------------------------------- */

static void require_word(const char *word, size_t size)
{
    require(memchr(word, '\0', size) != NULL);
    for (; *word; word++)
        require((unsigned char)*word >= ' ' && *word != 127);
}

static void try_lock(const uint8_t *data, size_t size)
{
    char name[sizeof base.path + 8], text[RG_LEASE_SIZE + 1];
    struct rg_lock_info info;
    struct rg_lease lease;
    snprintf(name, sizeof name, "%s.lock", base.path);
    FILE *stream = fopen(name, "wb");
    require(stream && fwrite(data, 1, size, stream) == size && fclose(stream) == 0);
    rg_lock_look(base.path, &info);
    require(info.exists);
    require_word(info.host, sizeof info.host);
    require_word(info.job, sizeof info.job);
    require(rg_lease_read(name, text));
    rg_lease_parse(text, &lease);
    require_word(lease.machine, sizeof lease.machine);
    require(rg_lease_same_holder(&lease, &lease));
    require(lease.interval >= 0 && lease.interval <= RG_LEASE_LONGEST);
    require(isfinite(lease.since) && isfinite(lease.renewed));
    require(unlink(name) == 0);
}

/* ---- libFuzzer's ------------------------------------------------------------------------------------- */

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    char folder[4000];
    (void)argc, (void)argv;
    edited_folder("fuzz_beside", folder);
    snprintf(base.path, sizeof base.path, "%s/x.h5", folder);
    snprintf(base.file.path, sizeof base.file.path, "%s", base.path);
    snprintf(base.states.path, sizeof base.states.path, "%s/x.h5.inflight", folder);
    snprintf(base.journal.path, sizeof base.journal.path, "%s/x.h5.inflight.0", folder);
    require(rg_spec_parse(&rg_models, "fuzz.cfg", sweep, NULL, &base.spec) == RG_OK);
    require(rg_layout_create(base.spec, &base.layout) == RG_OK);
    make_states();
    make_journal();
    rg_hdf5_end();
    base.live = rg_alloc_live();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    const bool sealed = data[1] % 2 == 1;
    switch (data[0] % 3) {
        case 0:
            try_states(data + 2, size - 2, sealed);
            break;
        case 1:
            try_journal(data + 2, size - 2, sealed);
            break;
        default:
            try_lock(data + 2, size - 2);
    }
    require(rg_alloc_live() == base.live);
    return 0;
}
