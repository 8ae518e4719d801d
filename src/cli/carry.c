/* See carry.h. */
#include "cli/carry.h"

#include <string.h>

const struct rg_field *rg_carry_find(const struct rg_layout *layout, const char *name)
{
    for (int f = 0; f < layout->n_fields; f++)
        if (strcmp(layout->fields[f].name, name) == 0)
            return &layout->fields[f];
    return NULL;
}

const struct rg_field *rg_carry_source(const struct rg_layout *known, const struct rg_field *field)
{
    const struct rg_field *source = rg_carry_find(known, field->name);
    const bool fits = source && source->type == field->type &&
                      (source->size == field->size ||
                       (field->moment == RG_AT_RECORD && source->size < field->size));
    return fits ? source : NULL;
}

void rg_carry_record(const struct rg_layout *known_layout, const struct rg_record *known,
                     const struct rg_layout *layout, struct rg_record *record)
{
    for (int f = 0; f < rg_record_n_fields(layout, record->id); f++) {
        const struct rg_field *field = &layout->fields[f];
        const struct rg_field *source = rg_carry_source(known_layout, field);
        if (source)
            memcpy(record->data + field->offset, known->data + source->offset, source->size);
    }
    record->status = known->status;
    record->start = known->start;
    record->wall_seconds = known->wall_seconds;
}
