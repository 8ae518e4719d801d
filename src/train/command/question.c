/* A point as JSON: what stands on the standard input of its process. */
#include <json.h>
#include <stdint.h>
#include <stdio.h>

#include "regime/knob.h"
#include "regime/memory.h"
#include "train/command/answer.h"

/* Written with the fewest digits that read back to it. */
static struct json_object *of_real(double x)
{
    char text[64];
    rg_real_print(x, text, sizeof text);
    return json_object_new_double_s(x, text);
}

static struct json_object *of_list(const struct rg_knob *knob, const char *field)
{
    struct json_object *list = json_object_new_array();
    const struct rg_ints *ints = (const void *)field;
    const struct rg_reals *reals = (const void *)field;
    const bool real = knob->type == RG_REALS;
    for (int64_t i = 0; i < (real ? reals->n : ints->n); i++)
        json_object_array_add(
            list, real ? of_real(reals->values[i]) : json_object_new_int64(ints->values[i]));
    return list;
}

static struct json_object *of_knob(const struct rg_knob *knob, const void *settings)
{
    const char *field = (const char *)settings + knob->offset;
    char name[RG_TEXT_MAX];
    if (rg_is_text(knob->type))
        return json_object_new_string(field);
    if (!rg_is_scalar(knob->type))
        return of_list(knob, field);
    const union rg_value value = rg_knob_get(knob, settings);
    switch (knob->type) {
        case RG_REAL:
            return of_real(value.real);
        case RG_BOOL:
            return json_object_new_boolean(value.integer != 0);
        case RG_CHOICE:
            rg_value_print(knob, value, name, sizeof name);
            return json_object_new_string(name);
        default:
            return json_object_new_int64(value.integer);
    }
}

static struct json_object *of_knobs(const struct rg_point *point)
{
    struct json_object *knobs = json_object_new_object();
    const struct rg_knobs *table = point->model->knobs[1];
    for (int i = 0; i < table->n; i++)
        json_object_object_add(knobs, table->rows[i].name,
                               of_knob(&table->rows[i], point->settings));
    return knobs;
}

/* Below 2^53, which every reader of JSON keeps exactly. */
static struct json_object *of_seeds(const struct rg_point *point)
{
    static const char *const names[RG_N_STREAMS] = {"data", "init", "order", "validation", "task"};
    struct json_object *seeds = json_object_new_object();
    for (int s = 0; s < RG_N_STREAMS; s++)
        json_object_object_add(seeds, names[s],
                               json_object_new_int64((int64_t)(point->key[s] >> 11)));
    return seeds;
}

/* The values of a dimension, or its size alone. */
static struct json_object *of_dimension(const struct rg_fixed *dimension)
{
    if (!dimension->values)
        return json_object_new_int64(dimension->n);
    struct json_object *values = json_object_new_array();
    for (int64_t i = 0; i < dimension->n; i++)
        json_object_array_add(values, of_real(dimension->values[i]));
    return values;
}

static struct json_object *of_dimensions(const struct rg_model *model)
{
    struct json_object *dimensions = json_object_new_object();
    for (int d = 0; d < model->n_dimensions; d++)
        json_object_object_add(dimensions, model->dimensions[d].name,
                               of_dimension(&model->fixed[d]));
    return dimensions;
}

enum rg_status rg_question_make(const struct rg_point *point, char **text)
{
    char line[64];
    struct json_object *question = json_object_new_object();
    json_object_object_add(question, "knobs", of_knobs(point));
    json_object_object_add(question, "seeds", of_seeds(point));
    json_object_object_add(question, "dimensions", of_dimensions(point->model));
    size_t length = 0;
    const char *json = json_object_to_json_string_length(
        question, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &length);
    const enum rg_status code = rg_alloc(text, length + sizeof line, 1);
    if (code == RG_OK)
        snprintf(*text, length + sizeof line, "%s\n", json);
    json_object_put(question);
    return code;
}
