/* A rank's slots in PATH.inflight: where they are, saving, loading. */
#include "regime/inflight.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "regime/agree.h"
#include "regime/memory.h"
#include "write/salvage.h"
#include "write/slot.h"

struct rg_inflight {
    char path[4096];
    int file;
    struct rg_slots slots;
    int64_t unit, part; /* of this rank; unit -1: a rank that belongs to no team */
    int64_t generation;
    int64_t *ids; /* [n_kept] the points whose states an earlier run left, in the first units */
    int64_t n_kept;
    unsigned char *block; /* [RG_SLOT_BLOCK] */
};

/* ---- life ---------------------------------------------------------------------------------------- */

static enum rg_status share(MPI_Comm comm, int rank, struct rg_inflight *f)
{
    MPI_Bcast(&f->slots, sizeof f->slots, MPI_BYTE, 0, comm);
    MPI_Bcast(&f->n_kept, 1, MPI_INT64_T, 0, comm);
    RG_TRY(
        rg_agree(comm, rank == 0 ? RG_OK : rg_alloc(&f->ids, (size_t)f->n_kept, sizeof *f->ids)));
    MPI_Bcast(f->ids, (int)f->n_kept, MPI_INT64_T, 0, comm);
    return RG_OK;
}

static enum rg_status open_file(struct rg_inflight *f)
{
    const int file = open(f->path, O_RDWR | O_CLOEXEC);
    RG_REQUIRE(file >= 0, RG_ERROR_SYSTEM, "%s: cannot be opened: %s", f->path, strerror(errno));
    if (f->file >= 0)
        close(f->file);
    f->file = file;
    return RG_OK;
}

static enum rg_status fill(MPI_Comm comm, const struct rg_inflight_plan *plan,
                           struct rg_inflight *f)
{
    int rank, size;
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &size);
    const int n_teams = size / plan->team_size, team = rank / plan->team_size;
    snprintf(f->path, sizeof f->path, "%s.inflight", plan->path);
    RG_TRY(rg_agree(comm,
                    rank == 0 ? rg_salvage(plan, n_teams, &f->slots, &f->ids, &f->n_kept) : RG_OK));
    RG_TRY(share(comm, rank, f));
    f->unit = team < n_teams ? f->n_kept + team : -1;
    f->part = rank % plan->team_size;
    RG_TRY(rg_agree(comm, rg_alloc(&f->block, RG_SLOT_BLOCK, 1)));
    return rg_agree(comm, open_file(f));
}

enum rg_status rg_inflight_open(MPI_Comm comm, const struct rg_inflight_plan *plan,
                                struct rg_inflight **inflight)
{
    struct rg_inflight *f;
    RG_TRY(rg_agree(comm, rg_alloc(&f, 1, sizeof *f)));
    f->file = -1;
    *inflight = f;
    const enum rg_status code = fill(comm, plan, f);
    if (code != RG_OK)
        rg_inflight_close(inflight);
    return code;
}

static bool is_gone(const struct rg_inflight *f)
{
    return access(f->path, F_OK) != 0 && errno == ENOENT;
}

enum rg_status rg_inflight_mend(MPI_Comm comm, struct rg_inflight *f, bool *anew)
{
    int rank;
    MPI_Comm_rank(comm, &rank);
    int gone = rank == 0 && is_gone(f);
    MPI_Bcast(&gone, 1, MPI_INT, 0, comm);
    *anew = gone != 0;
    if (!gone)
        return RG_OK;
    if (rank == 0)
        rg_warn("somebody removed %s while it is in use: it is made anew", f->path);
    RG_TRY(rg_agree(comm,
                    rank == 0 ? rg_salvage_again(f->path, f->file, &f->slots, f->n_kept) : RG_OK));
    return rg_agree(comm, open_file(f));
}

void rg_inflight_close(struct rg_inflight **inflight)
{
    struct rg_inflight *f = *inflight;
    if (!f)
        return;
    if (f->file >= 0)
        close(f->file);
    rg_free(&f->ids);
    rg_free(&f->block);
    rg_free(inflight);
}

void rg_inflight_remove(const char *path)
{
    char name[4096];
    snprintf(name, sizeof name, "%s.inflight", path);
    unlink(name);
}

int64_t rg_inflight_n_kept(const struct rg_inflight *inflight)
{
    return inflight->n_kept;
}

/* ---- states -------------------------------------------------------------------------------------- */

/* It held at the start; read to the last byte, it still does. */
static bool still_holds(const struct rg_inflight *f, int64_t id, int64_t offset,
                        struct rg_slot *slot)
{
    return rg_read_at(f->file, slot, sizeof *slot, offset) && rg_slot_holds(slot, &f->slots) &&
           slot->id == id && slot->part == f->part &&
           rg_slot_state_holds(f->file, slot, offset, f->block);
}

/* A team goes on together or begins anew together. */
static bool holds_on_all(MPI_Comm team, bool holds)
{
    int mine = holds, all;
    MPI_Allreduce(&mine, &all, 1, MPI_INT, MPI_MIN, team);
    return all != 0;
}

enum rg_status rg_inflight_load(struct rg_inflight *f, MPI_Comm team, int64_t id,
                                const struct rg_inflight_state *state, bool *found)
{
    struct rg_slot slot;
    int64_t unit = 0;
    while (unit < f->n_kept && f->ids[unit] != id)
        unit++;
    *found = unit < f->n_kept;
    if (!*found)
        return RG_OK;
    const int64_t offset = rg_slot_offset(&f->slots, unit, f->part, 0);
    *found = holds_on_all(team, still_holds(f, id, offset, &slot));
    if (!*found && f->part == 0)
        rg_warn("%s: the state of point %lld was damaged meanwhile: it starts anew", f->path,
                (long long)id);
    if (!*found)
        return RG_OK;
    struct rg_slot_stream stream = {.file = f->file,
                                    .offset = offset + (int64_t)sizeof slot,
                                    .left = slot.size,
                                    .block = f->block};
    state->move(state->context, &(struct rg_mover){rg_slot_get, &stream});
    RG_REQUIRE(!stream.failed && stream.size == slot.size && stream.hash == slot.state_hash,
               RG_ERROR_SYSTEM, "%s: the state of point %lld changed while it was read%s%s",
               f->path, (long long)id, stream.reason ? ": " : "",
               stream.reason ? strerror(stream.reason) : "");
    return RG_OK;
}

/* The header comes last: until it is there the slot does not hold. */
enum rg_status rg_inflight_save(struct rg_inflight *f, int64_t id, int64_t steps,
                                const struct rg_inflight_state *state)
{
    const int turn = (int)(f->generation % RG_SLOT_TURNS);
    const int64_t offset = rg_slot_offset(&f->slots, f->unit, f->part, turn);
    struct rg_slot slot = {.id = id, .part = f->part, .generation = f->generation, .steps = steps};
    struct rg_slot_stream stream = {.file = f->file,
                                    .offset = offset + (int64_t)sizeof slot,
                                    .left = f->slots.slot_size - (int64_t)sizeof slot,
                                    .block = f->block};
    f->generation++; /* whatever comes of it here: the other ranks of the team go on */
    state->move(state->context, &(struct rg_mover){rg_slot_put, &stream});
    rg_slot_end(&stream);
    slot.size = stream.size;
    slot.state_hash = stream.hash;
    rg_slot_seal(&slot, f->slots.identity);
    if (!stream.failed &&
        !(rg_write_at(f->file, &slot, sizeof slot, offset) && fdatasync(f->file) == 0))
        stream = (struct rg_slot_stream){.failed = true, .reason = errno};
    RG_REQUIRE(
        !stream.failed,
        stream.reason == ENOSPC || stream.reason == EDQUOT ? RG_ERROR_SPACE : RG_ERROR_SYSTEM,
        "%s: the state of point %lld cannot be saved: %s", f->path, (long long)id,
        stream.reason ? strerror(stream.reason) : "it is larger than its slot");
    return RG_OK;
}
