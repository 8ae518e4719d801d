/* One point of a sweep, trained for real: what a test hands in is the text of a sweep file. */
#pragma once

#include "regime/grid.h"
#include "regime/record.h"
#include "regime/train.h"

struct trained {
    struct rg_spec *spec;
    struct rg_layout *layout;
    void *settings;
    struct rg_point point;
    struct rg_record record;
    enum rg_status status; /* of rg_train */
};

/* Trains the point with this id. Free with trained_free, whatever the status. */
void trained_make(const char *text, int64_t id, const struct rg_tick *tick,
                  struct trained *trained);
/* Likewise on the team that the text asks for, which has the ranks of comm. Collective on comm. */
void trained_make_on(MPI_Comm comm, const char *text, int64_t id, const struct rg_tick *tick,
                     struct trained *trained);
void trained_free(struct trained *trained);

/* The field with this name; NULL (and a failed assertion): there is none. */
const struct rg_field *trained_field(const struct trained *trained, const char *name);

/* Element i of a field, NaN where there is none. */
double trained_value(const struct trained *trained, const char *name, int64_t i);
