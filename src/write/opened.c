/* See opened.h. Points are read field by field in the same order: the next one asked for is most often the next. */
#include "write/opened.h"

#include <stdio.h>
#include <string.h>

#include "regime/memory.h"

struct entry {
    char path[RG_PATH_MAX];
    struct rg_rows_dataset dataset;
};

struct rg_opened {
    int n, room, next;
    struct entry *entries;
};

enum rg_status rg_opened_create(struct rg_opened **opened)
{
    return rg_alloc(opened, 1, sizeof **opened);
}

void rg_opened_close(struct rg_opened **opened)
{
    struct rg_opened *o = *opened;
    if (!o)
        return;
    for (int i = 0; i < o->n; i++)
        rg_h5_close(&o->entries[i].dataset.id);
    rg_free(&o->entries);
    rg_free(opened);
}

static enum rg_status make_room(struct rg_opened *o)
{
    struct entry *entries = NULL;
    if (o->n < o->room)
        return RG_OK;
    const int room = o->room ? 2 * o->room : 64;
    RG_TRY(rg_alloc(&entries, (size_t)room, sizeof *entries));
    if (o->n > 0)
        memcpy(entries, o->entries, (size_t)o->n * sizeof *entries);
    rg_free(&o->entries);
    o->entries = entries;
    o->room = room;
    return RG_OK;
}

static enum rg_status add(struct rg_opened *o, hid_t file, const char *path, int n_axes)
{
    RG_TRY(make_room(o));
    struct entry *entry = &o->entries[o->n];
    *entry = (struct entry){.dataset.id = H5I_INVALID_HID};
    snprintf(entry->path, sizeof entry->path, "%s", path);
    const enum rg_status code = rg_rows_dataset_open(file, path, n_axes, &entry->dataset);
    if (code != RG_OK)
        rg_h5_close(&entry->dataset.id);
    else
        o->n++;
    return code;
}

enum rg_status rg_opened_find(struct rg_opened *o, hid_t file, const char *path, int n_axes,
                              const struct rg_rows_dataset **dataset)
{
    int place = -1;
    for (int i = 0; i < o->n && place < 0; i++)
        if (strcmp(o->entries[(o->next + i) % o->n].path, path) == 0)
            place = (o->next + i) % o->n;
    if (place < 0) {
        RG_TRY(add(o, file, path, n_axes));
        place = o->n - 1;
    }
    o->next = place + 1;
    *dataset = &o->entries[place].dataset;
    return RG_OK;
}
