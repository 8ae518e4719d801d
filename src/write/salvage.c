/* Looks through the slots that an earlier run left, and carries what can still be used into a new file, which
 * then takes the old one's name.                                                                     */
#include "write/salvage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "regime/hash.h"
#include "regime/memory.h"
#include "write/beside.h"
#include "write/sync.h"

struct state { /* of a point: the same in every part */
    int64_t id, steps, unit;
    int turn;
};

struct salvage {
    const struct rg_inflight_plan *plan;
    int old; /* -1: there is none, or none of use */
    struct rg_slots slots;
    struct state *found; /* [n_found] */
    int64_t n_found;
    unsigned char *block; /* [RG_SLOT_BLOCK] */
    int reason;           /* an errno: why something could not be read; 0: all could */
};

/* ---- looking --------------------------------------------------------------------------------------- */

/* Remembers why, where it is not the content that is at fault. */
static bool was_read(struct salvage *s, bool read)
{
    if (!read && errno && !s->reason)
        s->reason = errno;
    return read;
}

static bool read_slot(struct salvage *s, int64_t offset, struct rg_slot *slot)
{
    return was_read(s, rg_read_at(s->old, slot, sizeof *slot, offset)) &&
           rg_slot_holds(slot, &s->slots);
}

/* Do all parts of a team hold, saved at one and the same moment? */
static bool read_state(struct salvage *s, int64_t unit, int turn, struct state *state)
{
    struct rg_slot first = {0}, slot;
    for (int64_t part = 0; part < s->slots.n_parts; part++) {
        const int64_t offset = rg_slot_offset(&s->slots, unit, part, turn);
        if (!read_slot(s, offset, &slot) || slot.part != part)
            return false;
        if (part == 0)
            first = slot;
        if (slot.id != first.id || slot.generation != first.generation ||
            slot.steps != first.steps ||
            !was_read(s, rg_slot_state_holds(s->old, &slot, offset, s->block)))
            return false;
    }
    *state = (struct state){first.id, first.steps, unit, turn};
    return first.id >= 0 && first.id < s->plan->n_points &&
           !(s->plan->done && s->plan->done[first.id]);
}

/* By point, that of most steps first. */
static int by_point(const void *a, const void *b)
{
    const struct state *x = a, *y = b;
    if (x->id != y->id)
        return x->id > y->id ? 1 : -1;
    return (x->steps < y->steps) - (x->steps > y->steps);
}

static void keep_one_each(struct salvage *s)
{
    int64_t n = 0;
    if (s->n_found > 0)
        qsort(s->found, (size_t)s->n_found, sizeof *s->found, by_point);
    for (int64_t i = 0; i < s->n_found; i++)
        if (n == 0 || s->found[i].id != s->found[n - 1].id)
            s->found[n++] = s->found[i];
    s->n_found = n;
}

static bool header_holds(const struct salvage *s, const struct rg_slots *wanted)
{
    const off_t size = lseek(s->old, 0, SEEK_END);
    return rg_slots_hold(&s->slots, wanted->identity) && s->slots.slot_size == wanted->slot_size &&
           s->slots.n_parts == wanted->n_parts && s->slots.n_units <= size / s->slots.slot_size;
}

static enum rg_status find_states(struct salvage *s)
{
    RG_TRY(rg_alloc(&s->found, (size_t)(s->slots.n_units * RG_SLOT_TURNS), sizeof *s->found));
    for (int64_t unit = 0; unit < s->slots.n_units; unit++)
        for (int turn = 0; turn < RG_SLOT_TURNS; turn++)
            s->n_found += read_state(s, unit, turn, &s->found[s->n_found]);
    keep_one_each(s);
    return RG_OK;
}

/* The header, if there is a file. One that cannot be read may hold what many hours took: it is for the user to say
 * that it is of no use.                                                                             */
static enum rg_status open_old(struct salvage *s, const char *path)
{
    s->old = open(path, O_RDONLY | O_CLOEXEC);
    if (s->old < 0 && errno == ENOENT)
        return RG_OK;
    was_read(s, s->old >= 0 && rg_read_at(s->old, &s->slots, sizeof s->slots, 0));
    return rg_beside_readable(path, s->reason);
}

/* `wanted` NULL: whatever sweep or program it is of. */
static enum rg_status look(struct salvage *s, const char *path, const struct rg_slots *wanted)
{
    RG_TRY(open_old(s, path));
    const struct rg_slots itself = s->slots;
    if (s->old < 0)
        return RG_OK;
    if (!header_holds(s, wanted ? wanted : &itself)) {
        if (wanted)
            rg_warn(
                "%s is damaged, or of another sweep or program: what was in training starts anew",
                path);
        return RG_OK;
    }
    RG_TRY(find_states(s));
    return rg_beside_readable(path, s->reason);
}

/* ---- carrying over ----------------------------------------------------------------------------------- */

static enum rg_status complain(const char *path, int reason)
{
    return rg_fail(reason == ENOSPC || reason == EDQUOT ? RG_ERROR_SPACE : RG_ERROR_SYSTEM,
                   __FILE__, __LINE__, "%s: cannot be written: %s", path, strerror(reason));
}

/* What is behind the state may be cut off. A slot that no longer holds is left empty; false: it cannot be written. */
static bool copy_slot(const struct salvage *s, int64_t from, int file, int64_t to)
{
    struct rg_slot slot;
    if (!rg_read_at(s->old, &slot, sizeof slot, from) || !rg_slot_holds(&slot, &s->slots))
        return true;
    const int64_t size = (int64_t)sizeof slot + slot.size;
    for (int64_t done = 0; done < size;) {
        const size_t n = size - done < RG_SLOT_BLOCK ? (size_t)(size - done) : RG_SLOT_BLOCK;
        if (!rg_read_at(s->old, s->block, n, from + done))
            return true;
        if (!rg_write_at(file, s->block, n, to + done))
            return false;
        done += (int64_t)n;
    }
    return true;
}

static bool copy_all(const struct salvage *s, const struct rg_slots *slots, int file)
{
    for (int64_t i = 0; i < s->n_found; i++)
        for (int64_t part = 0; part < slots->n_parts; part++)
            if (!copy_slot(s, rg_slot_offset(&s->slots, s->found[i].unit, part, s->found[i].turn),
                           file, rg_slot_offset(slots, i, part, 0)))
                return false;
    return true;
}

static enum rg_status write_new(const struct salvage *s, const struct rg_slots *slots,
                                const char *path)
{
    unlink(path);
    const int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (file < 0)
        return complain(path, errno);
    int reason = posix_fallocate(file, 0, rg_slot_offset(slots, slots->n_units, 0, 0));
    if (reason == 0 && !(rg_write_at(file, slots, sizeof *slots, 0) && copy_all(s, slots, file) &&
                         fsync(file) == 0))
        reason = errno ? errno : EIO;
    close(file);
    if (reason == 0)
        return RG_OK;
    unlink(path);
    return complain(path, reason);
}

static enum rg_status replace(const char *from, const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    if (rename(from, path) != 0)
        return complain(path, errno);
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1,
             slash ? path : ".");
    return rg_sync_file(folder);
}

/* Under a temporary name first: the old file counts until the new one is whole and on the disk. */
static enum rg_status make(const struct salvage *s, const struct rg_slots *slots, const char *path)
{
    char temporary[4096];
    snprintf(temporary, sizeof temporary, "%s.tmp", path);
    RG_TRY(write_new(s, slots, temporary));
    return replace(temporary, path);
}

static enum rg_status list_ids(const struct salvage *s, int64_t **ids, int64_t *n_kept)
{
    RG_TRY(rg_alloc(ids, (size_t)s->n_found, sizeof **ids));
    for (int64_t i = 0; i < s->n_found; i++)
        (*ids)[i] = s->found[i].id;
    *n_kept = s->n_found;
    return RG_OK;
}

enum rg_status rg_salvage(const struct rg_inflight_plan *plan, int n_teams, struct rg_slots *slots,
                          int64_t **ids, int64_t *n_kept)
{
    char path[4096];
    struct salvage s = {.plan = plan, .old = -1};
    snprintf(path, sizeof path, "%s.inflight", plan->path);
    rg_slots_make(plan->identity, plan->state_max, 0, plan->team_size, slots);
    enum rg_status code = rg_alloc(&s.block, RG_SLOT_BLOCK, 1);
    if (code == RG_OK)
        code = look(&s, path, slots);
    rg_slots_make(plan->identity, plan->state_max, s.n_found + n_teams, plan->team_size, slots);
    if (code == RG_OK)
        code = make(&s, slots, path);
    if (code == RG_OK)
        code = list_ids(&s, ids, n_kept);
    if (s.old >= 0)
        close(s.old);
    rg_free(&s.found);
    rg_free(&s.block);
    return code;
}

enum rg_status rg_salvage_again(const char *path, int old, const struct rg_slots *slots,
                                int64_t n_kept)
{
    struct salvage s = {.old = old, .slots = *slots, .n_found = n_kept};
    enum rg_status code = rg_alloc(&s.found, (size_t)n_kept, sizeof *s.found);
    for (int64_t unit = 0; code == RG_OK && unit < n_kept; unit++)
        s.found[unit].unit = unit;
    if (code == RG_OK)
        code = rg_alloc(&s.block, RG_SLOT_BLOCK, 1);
    if (code == RG_OK)
        code = make(&s, slots, path);
    rg_free(&s.found);
    rg_free(&s.block);
    return code;
}

/* Whatever sweep or program it is of: who runs the sweep will say. */
enum rg_status rg_inflight_ids(const char *path, int64_t n_points, int64_t **ids, int64_t *n)
{
    char name[4096];
    const struct rg_inflight_plan plan = {.path = path, .n_points = n_points};
    struct salvage s = {.plan = &plan, .old = -1};
    snprintf(name, sizeof name, "%s.inflight", path);
    enum rg_status code = rg_alloc(&s.block, RG_SLOT_BLOCK, 1);
    if (code == RG_OK)
        code = look(&s, name, NULL);
    if (code == RG_OK)
        code = list_ids(&s, ids, n);
    if (s.old >= 0)
        close(s.old);
    rg_free(&s.found);
    rg_free(&s.block);
    return code;
}
