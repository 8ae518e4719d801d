/* What a command is told and what it answers, as JSON. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "regime/model.h"

struct json_object;

/* {"knobs": {...}, "seeds": {...}, "dimensions": {...}} of a point, one line. Free with rg_free. */
enum rg_status rg_question_make(const struct rg_point *point, char **text) RG_MUST_CHECK;

/* The one object that an output holds; NULL, and why in `why` (cut at size). Free with rg_answer_free. */
struct json_object *rg_answer_parse(const char *text, size_t length, char *why, size_t size);
void rg_answer_free(struct json_object **answer);

/* Says the program that training diverged? Columns may be missing then. */
bool rg_answer_diverged(const struct json_object *answer);

/* Has it all declared columns and no others, each of its type and shape? false: why not. */
bool rg_answer_check(const struct rg_model *model, const struct json_object *answer, char *why,
                     size_t size);

/* Fills the row's cells of the declared columns, all of which have been checked. null is no value. */
void rg_answer_put(const struct rg_model *model, const struct json_object *answer,
                   const struct rg_row *row);
