/* The parts of a sweep file; each reads one top-level key into the spec. NULL: the key is absent. */
#pragma once

#include <stdio.h>

#include "config/tree.h"

/* The axes and the number of points. */
enum rg_status rg_axes_read(const config_setting_t *axes, struct rg_spec *spec) RG_MUST_CHECK;

/* Which axis varies this knob; NULL: none. */
const struct rg_axis *rg_axis_of(const struct rg_spec *spec, int knob);

/* Appends a member to the axis, whose members have room; its length goes to *count. */
enum rg_status rg_member_read(const config_setting_t *setting, const struct rg_spec *spec,
                              struct rg_axis *axis, int64_t *count) RG_MUST_CHECK;

/* No value of a list stands in it twice. */
enum rg_status rg_member_check_distinct(const config_setting_t *setting, const struct rg_knob *knob,
                                        const struct rg_member *member,
                                        int64_t count) RG_MUST_CHECK;

/* The member `count` of a group. */
enum rg_status rg_count_read(const config_setting_t *group, int64_t *count) RG_MUST_CHECK;

extern const char rg_range_keys[]; /* what a range is made of */

/* The settings: defaults, file, --set; and the largest values over the sweep. */
enum rg_status rg_settings_read(const config_setting_t *settings,
                                struct rg_spec *spec) RG_MUST_CHECK;

/* The record epochs: of the last override "record.epochs=[...]" if there is one. */
bool rg_records_is_override(const char *line);
enum rg_status rg_records_read(const config_setting_t *record, struct rg_spec *spec) RG_MUST_CHECK;

/* What the snapshots are of. */
enum rg_status rg_snapshots_read(const config_setting_t *list, struct rg_spec *spec) RG_MUST_CHECK;
void rg_snapshots_free(struct rg_snapshots *snapshots);

/* Makes a copy of spec->model that has the knobs, columns and dimensions of the file, and puts it in its place. */
enum rg_status rg_declare(const config_setting_t *root, struct rg_spec *spec) RG_MUST_CHECK;
void rg_declared_free(struct rg_declared **declared);

/* What of it is part of what the sweep is, one declaration a line; and all of it as in a sweep file, with the defaults
 * of these settings. Nothing where declared is NULL.                                                  */
void rg_declared_print_identity(FILE *out, const struct rg_declared *declared);
void rg_declared_print(FILE *out, const struct rg_declared *declared, const void *settings);

/* Names that the output file uses for itself; has a column or a dimension of the model this one? */
extern const char rg_taken_names[];
bool rg_names_column(const struct rg_model *model, const char *name);

/* Names of all knobs, for hints. Static memory. */
const char *rg_knob_names(const struct rg_model *model);

/* Runs print(out, a, b) on a stream in memory and hands its text out. Free with rg_free. */
enum rg_status rg_print_to_text(void (*print)(FILE *out, const void *a, const void *b),
                                const void *a, const void *b, char **text) RG_MUST_CHECK;

extern const struct rg_knob rg_seed_knob; /* the sweep's seed, a value at offset 0 */

extern const char rg_stream_names[]; /* in the order of enum rg_stream */
extern const char rg_keep_names[];   /* in the order of enum rg_moment */
