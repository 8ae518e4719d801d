/* libconfig's tree of settings, and errors that name a place in it. */
#pragma once

#include <libconfig.h>

#include "regime/config.h"
#include "regime/status.h"

/* Scans and parses; `path` NULL: the text is no file. After success: config_destroy(tree). */
enum rg_status rg_tree_parse(config_t *tree, const char *path, const char *text) RG_MUST_CHECK;

/* Fails with "file:line: path = value: message"; the value is left out of groups and lists. */
enum rg_status rg_setting_fail(const config_setting_t *setting, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Every key of a group is one of `names` (separated by a space). */
enum rg_status rg_setting_check_keys(const config_setting_t *group, const char *what,
                                     const char *names) RG_MUST_CHECK;

/* A scalar as a word without quotes, which a knob can be read from; false: it is none, or too long. */
bool rg_setting_word(const config_setting_t *setting, char *text, size_t size);

bool rg_setting_is_list(const config_setting_t *setting); /* [array] or (list) */

/* A scalar, checked against the knob's type and range. */
enum rg_status rg_setting_value(const config_setting_t *setting, const struct rg_knob *knob,
                                union rg_value *value) RG_MUST_CHECK;

/* The member `knob->name` of a group; absent: `found` is false, and the value is not touched. */
enum rg_status rg_setting_member(const config_setting_t *group, const struct rg_knob *knob,
                                 union rg_value *value, bool *found) RG_MUST_CHECK;

/* A knob of any type, into its field. */
enum rg_status rg_setting_knob(const config_setting_t *setting, const struct rg_knob *knob,
                               void *settings) RG_MUST_CHECK;

/* A list of names out of `choices`, as a set of bits. */
enum rg_status rg_setting_set(const config_setting_t *setting, const char *choices,
                              unsigned *set) RG_MUST_CHECK;
