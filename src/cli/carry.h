/* What a file has of a point, carried over to another file of it. */
#pragma once

#include "regime/record.h"

/* The field of that name; NULL: there is none. */
const struct rg_field *rg_carry_find(const struct rg_layout *layout, const char *name);

/* The field of the known layout from which this one is filled: of the same name and type, as large, or with the first
 * of its records. NULL: there is none.                                                              */
const struct rg_field *rg_carry_source(const struct rg_layout *known, const struct rg_field *field);

/* Fills what has a source, and status, start and duration. Both records are of the same point. */
void rg_carry_record(const struct rg_layout *known_layout, const struct rg_record *known,
                     const struct rg_layout *layout, struct rg_record *record);
