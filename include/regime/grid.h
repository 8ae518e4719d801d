/* Station 2: spec -> points. Pure: no MPI, no files, no memory per point. */
#pragma once

#include <stdint.h>

#include "regime/config.h"
#include "regime/model.h"

/* The spec must outlive everything here; a grid is the spec seen as a product of axes. */

/* index[n_axes] of a point, and back. Outermost axis first. */
void rg_grid_index(const struct rg_spec *spec, int64_t id, int64_t *index);
int64_t rg_grid_id(const struct rg_spec *spec, const int64_t *index);

/* Value of a member at place i of its axis; RG_REPLICATE: integer = from + i. */
union rg_value rg_member_value(const struct rg_spec *spec, const struct rg_axis *axis,
                               const struct rg_member *member, int64_t i);

/* The knob's name, or "replicate". */
const char *rg_member_name(const struct rg_spec *spec, const struct rg_member *member);

/* A member's value at place i as a word ("0.1", "relu"), cut at size. */
void rg_member_print(const struct rg_spec *spec, const struct rg_axis *axis,
                     const struct rg_member *member, int64_t i, char *text, size_t size);

/* The point with this id. `settings` is the caller's, model->settings_size bytes; it is filled and
 * referred to by point->settings.                                                                  */
void rg_grid_point(const struct rg_spec *spec, int64_t id, void *settings, struct rg_point *point);

/* The model's cost estimate of a point. `settings`: scratch, model->settings_size bytes. */
double rg_grid_cost(const struct rg_spec *spec, int64_t id, void *settings);

/* Does every knob that is given act on some point? Then asks the model's check of every combination of the
 * knobs it depends on (of a million spread evenly over them, ends included, when there are more); the first
 * ten different complaints are listed, each with its place. Errors: RG_ERROR_USER.                   */
enum rg_status rg_grid_check(const struct rg_spec *spec) RG_MUST_CHECK;

/* A part of the grid: on each axis one place, or all (-1). */
struct rg_slice {
    int64_t index[RG_AXES_MAX];
};

void rg_slice_all(struct rg_slice *slice);

/* Narrows a slice by "AXIS=VALUE": the nearest grid value within half a step. A paired axis is picked by
 * a member's value, or by its own name and the place, 0..n-1. Errors: RG_ERROR_USER listing the axis's values.                                         */
enum rg_status rg_slice_narrow(const struct rg_spec *spec, struct rg_slice *slice,
                               const char *assignment) RG_MUST_CHECK;

bool rg_slice_has(const struct rg_spec *spec, const struct rg_slice *slice, int64_t id);
int64_t rg_slice_points(const struct rg_spec *spec, const struct rg_slice *slice);

/* The values that are picked, "gain=0.1 fraction=1.0"; "" of the whole grid. Cut at size. */
void rg_slice_print(const struct rg_spec *spec, const struct rg_slice *slice, char *text,
                    size_t size);

/* The k-th point of a slice, in the order of ids. */
int64_t rg_slice_id(const struct rg_spec *spec, const struct rg_slice *slice, int64_t k);

/* Ids of the points whose snapshots are kept, ascending, none twice: (*ids)[*n], NULL for none. A value on no axis is
 * answered as by rg_slice_narrow, with its line. Free with rg_free. Errors: RG_ERROR_USER.           */
enum { RG_SNAPSHOTS_MAX = 1024 };
enum rg_status rg_grid_snapshots(const struct rg_spec *spec, int64_t **ids,
                                 int64_t *n) RG_MUST_CHECK;

/* The single point of a slice that leaves no axis open. Errors: RG_ERROR_USER naming an open axis. */
enum rg_status rg_slice_point(const struct rg_spec *spec, const struct rg_slice *slice,
                              int64_t *id) RG_MUST_CHECK;

/* "gain=0.1 fraction=1.0 replicate=0" of a point, cut at size. */
void rg_grid_print(const struct rg_spec *spec, int64_t id, char *text, size_t size);
