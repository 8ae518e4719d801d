/* What a program answered, against the columns that the sweep file declares. A value of a column with dimensions is
 * nested lists of exactly their sizes. NaN and Infinity are taken, for Python writes them.              */
#include "train/command/answer.h"

#include <json.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "regime/text.h"

static const char diverged[] = "diverged";

/* ---- the text ------------------------------------------------------------------------------------ */

static bool is_blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!strchr(" \t\r\n", text[i]) || !text[i])
            return false;
    return true;
}

static void quote_start(const char *text, size_t length, char *quoted, size_t size)
{
    const char *newline = memchr(text, '\n', length);
    const size_t line = newline ? (size_t)(newline - text) : length;
    snprintf(quoted, size, "%.*s%s", (int)(line < 60 ? line : 60), text, line > 60 ? "..." : "");
    rg_printable(quoted);
}

struct json_object *rg_answer_parse(const char *text, size_t length, char *why, size_t size)
{
    char start[80], at[64] = "";
    struct json_tokener *reader = json_tokener_new();
    struct json_object *answer = NULL;
    size_t used = 0;
    if (reader) {
        json_tokener_set_flags(reader, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
        answer = json_tokener_parse_ex(reader, text, (int)length);
        used = json_tokener_get_parse_end(reader);
        if (json_tokener_get_error(reader) != json_tokener_success)
            snprintf(at, sizeof at, " (%s, at byte %zu)",
                     json_tokener_error_desc(json_tokener_get_error(reader)), used);
        json_tokener_free(reader);
    }
    if (json_object_is_type(answer, json_type_object) && is_blank(text + used, length - used))
        return answer;
    const bool empty = is_blank(text, length);
    rg_answer_free(&answer);
    quote_start(text, length, start, sizeof start);
    snprintf(why, size,
             "its standard output is %s%s%s%s: print one JSON object there, such as "
             "{\"loss\": 0.1}, and nothing else; messages go to standard error",
             empty ? "empty" : "no JSON object, it begins with \"", empty ? "" : start,
             empty ? "" : "\"", empty ? "" : at);
    return NULL;
}

void rg_answer_free(struct json_object **answer)
{
    json_object_put(*answer);
    *answer = NULL;
}

bool rg_answer_diverged(const struct json_object *answer)
{
    return json_object_get_boolean(json_object_object_get(answer, diverged));
}

/* ---- one value: false if it is none of the type. cell NULL: only looks ---------------------------- */

/* One of more than 64 bits is read as the largest or the least that there is. */
static bool is_integer(const struct json_object *value)
{
    return json_object_is_type(value, json_type_int) &&
           json_object_get_uint64(value) != UINT64_MAX && json_object_get_int64(value) != INT64_MIN;
}

static bool put_real(const struct json_object *value, const struct rg_column *column, void *cell,
                     int64_t i)
{
    const bool is_number = json_object_is_type(value, json_type_double) || is_integer(value);
    if (cell && is_number && column->type == RG_F4)
        ((float *)cell)[i] = (float)json_object_get_double(value);
    else if (cell && is_number)
        ((double *)cell)[i] = json_object_get_double(value);
    return is_number || !value;
}

static bool put_integer(const struct json_object *value, const struct rg_column *column, void *cell,
                        int64_t i)
{
    const int64_t integer = json_object_get_int64(value);
    const bool narrow = column->type == RG_I4;
    const bool fits = is_integer(value) && json_object_get_uint64(value) <= INT64_MAX &&
                      (!narrow || (integer >= INT32_MIN && integer <= INT32_MAX));
    if (cell && fits && narrow)
        ((int32_t *)cell)[i] = (int32_t)integer;
    else if (cell && fits)
        ((int64_t *)cell)[i] = integer;
    return fits || !value;
}

static bool put_flag(const struct json_object *value, const struct rg_column *column, void *cell,
                     int64_t i)
{
    (void)column;
    if (cell)
        ((uint8_t *)cell)[i] = json_object_get_boolean(value) != 0;
    return json_object_is_type(value, json_type_boolean);
}

static bool put_choice(const struct json_object *value, const struct rg_column *column, void *cell,
                       int64_t i)
{
    const bool is_text = json_object_is_type(value, json_type_string);
    const int64_t code =
        is_text
            ? rg_choice_find(column->meanings, json_object_get_string((struct json_object *)value))
            : -1;
    if (cell && code >= 0)
        ((uint8_t *)cell)[i] = (uint8_t)code;
    return code >= 0;
}

static const char of_choices[] = "one of: ";

static const struct {
    bool (*put)(const struct json_object *, const struct rg_column *, void *, int64_t);
    const char *allowed;
} types[] = {
    [RG_F4] = {put_real, "a number, or null for none"},
    [RG_F8] = {put_real, "a number, or null for none"},
    [RG_I4] = {put_integer, "an integer within 32 bits, or null for none"},
    [RG_I8] = {put_integer, "an integer within 64 bits, or null for none"},
    [RG_CODE] = {put_choice, of_choices},
    [RG_FLAG] = {put_flag, "true or false"},
};

/* ---- nested lists -------------------------------------------------------------------------------- */

struct filling {
    const struct rg_model *model;
    const struct rg_column *column;
    void *cell;    /* NULL: only looks */
    int64_t place; /* of the next element */
    char *why;     /* set where something is wrong; then it says where */
    size_t size;
};

static int64_t size_of(const struct rg_model *model, const char *name)
{
    return model->fixed[rg_model_find_dimension(model, name)].n; /* config has looked for it */
}

static bool refuse(const struct filling *filling, const struct json_object *value,
                   const char *allowed)
{
    char text[64];
    snprintf(text, sizeof text, "%s", json_object_to_json_string((struct json_object *)value));
    rg_printable(text);
    const char *choices = allowed == of_choices ? filling->column->meanings : "";
    snprintf(filling->why, filling->size, " = %s: must be %s%s, as the sweep file declares it",
             text, allowed, choices);
    return false;
}

static bool fill(struct filling *filling, const struct json_object *value, int dim)
{
    const struct rg_column *column = filling->column;
    char allowed[128], inner[1024];
    if (dim == RG_DIMS_MAX || !column->dims[dim])
        return types[column->type].put(value, column, filling->cell, filling->place++) ||
               refuse(filling, value, types[column->type].allowed);
    const int64_t n = size_of(filling->model, column->dims[dim]);
    snprintf(allowed, sizeof allowed, "a list of %lld along %s", (long long)n, column->dims[dim]);
    if (!json_object_is_type(value, json_type_array) ||
        (int64_t)json_object_array_length(value) != n)
        return refuse(filling, value, allowed);
    for (int64_t i = 0; i < n; i++) {
        if (fill(filling, json_object_array_get_idx(value, (size_t)i), dim + 1))
            continue;
        snprintf(inner, sizeof inner, "%s", filling->why);
        snprintf(filling->why, filling->size, "[%lld]%s", (long long)i, inner);
        return false;
    }
    return true;
}

/* ---- all columns --------------------------------------------------------------------------------- */

static bool has_column(const struct rg_columns *columns, const char *name)
{
    for (int c = 0; c < columns->n; c++)
        if (strcmp(columns->rows[c].name, name) == 0)
            return true;
    return strcmp(name, diverged) == 0;
}

static bool refuse_unknown(const struct rg_columns *columns, const char *name, char *why,
                           size_t size)
{
    char names[8192] = "";
    for (int c = 0; c < columns->n; c++)
        rg_choice_add(names, sizeof names, columns->rows[c].name);
    snprintf(why, size, "it answered \"%s\", which the sweep file does not declare%s; columns: %s",
             name, rg_hint(name, names), names);
    rg_printable(why);
    return false;
}

static bool check_names(const struct rg_columns *columns, const struct json_object *answer,
                        char *why, size_t size)
{
    const struct json_object_iterator end = json_object_iter_end(answer);
    struct json_object_iterator at =
        json_object_iter_begin((struct json_object *)answer); /* which it does not change */
    for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at))
        if (!has_column(columns, json_object_iter_peek_name(&at)))
            return refuse_unknown(columns, json_object_iter_peek_name(&at), why, size);
    return true;
}

static bool check_diverged(const struct json_object *answer, char *why, size_t size)
{
    struct json_object *value;
    if (!json_object_object_get_ex(answer, diverged, &value) ||
        json_object_is_type(value, json_type_boolean))
        return true;
    snprintf(why, size, "it answered diverged = %s: must be true or false",
             json_object_to_json_string(value));
    rg_printable(why);
    return false;
}

bool rg_answer_check(const struct rg_model *model, const struct json_object *answer, char *why,
                     size_t size)
{
    const struct rg_columns *columns = model->columns[1];
    char wrong[1100];
    if (!check_names(columns, answer, why, size) || !check_diverged(answer, why, size))
        return false;
    for (int c = 0; c < columns->n; c++) {
        struct filling filling = {model, &columns->rows[c], NULL, 0, wrong, sizeof wrong};
        struct json_object *value;
        const bool there = json_object_object_get_ex(answer, columns->rows[c].name, &value);
        if (there ? fill(&filling, value, 0) : rg_answer_diverged(answer))
            continue;
        if (there)
            snprintf(why, size, "it answered %s%s", columns->rows[c].name, wrong);
        else
            snprintf(why, size, "it answered without %s, which the sweep file declares",
                     columns->rows[c].name);
        return false;
    }
    return true;
}

void rg_answer_put(const struct rg_model *model, const struct json_object *answer,
                   const struct rg_row *row)
{
    const struct rg_columns *columns = model->columns[1];
    char unused[8];
    for (int c = 0; c < columns->n; c++) {
        struct filling filling = {
            model,  &columns->rows[c], row->cells[model->columns[0]->n + c], 0,
            unused, sizeof unused};
        struct json_object *value;
        if (filling.cell && json_object_object_get_ex(answer, columns->rows[c].name, &value))
            fill(&filling, value, 0);
    }
}
