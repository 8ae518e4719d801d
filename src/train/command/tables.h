/* What the model command has of its own; its knobs, columns and dimensions stand in the sweep file. */
#pragma once

#include "regime/train.h"

enum { RG_WORDS_MAX = RG_TEXT_MAX / 2 };

struct rg_command_settings { /* the fields of the knobs that a sweep declares lie behind it */
    struct rg_loop_settings loop;
    char command[RG_TEXT_MAX];
};

/* Why a point failed: the codes of the column `failure`. */
enum rg_failure {
    RG_NO_FAILURE,
    RG_NOT_STARTED,
    RG_EXIT_STATUS,
    RG_SIGNAL,
    RG_TOO_MUCH_OUTPUT,
    RG_NO_JSON,
    RG_WRONG_COLUMNS
};

extern const struct rg_knobs rg_command_knobs;
extern const struct rg_columns rg_command_columns;

/* Splits a command at its spaces, in place; returns the number of words. words[n] is NULL. */
int rg_command_split(char *command, char *words[RG_WORDS_MAX + 1]);

/* Is there a command, without what only a shell would understand, and is its program there? */
enum rg_status rg_command_check(const void *settings) RG_MUST_CHECK;
