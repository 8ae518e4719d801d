/* Settings of the tree against rows of knob tables: types, ranges, choices. Every value that a sweep
 * file holds goes through here, so that all mistakes are answered in the same words.               */
#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "config/tree.h"
#include "regime/knob.h"
#include "regime/memory.h"
#include "regime/text.h"

static enum rg_status refuse(const config_setting_t *setting, const struct rg_knob *knob)
{
    char allowed[512];
    rg_knob_allowed(knob, allowed, sizeof allowed);
    const char *hint = "";
    if (knob->type == RG_CHOICE && config_setting_type(setting) == CONFIG_TYPE_STRING)
        hint = rg_hint(config_setting_get_string(setting), knob->choices);
    rg_setting_fail(setting, "must be %s%s", allowed, hint);
    return RG_ERROR_USER;
}

/* ---- scalars: true if the setting is a value of the type ---------------------------------------- */

static bool is_integer(const config_setting_t *setting)
{
    int type = config_setting_type(setting);
    return type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
}

static bool in_range(const struct rg_knob *knob, double x)
{
    return x >= knob->min && x <= knob->max;
}

static bool get_integer(const config_setting_t *setting, const struct rg_knob *knob,
                        union rg_value *value)
{
    value->integer = config_setting_get_int64(setting);
    return is_integer(setting) && in_range(knob, (double)value->integer);
}

static bool get_real(const config_setting_t *setting, const struct rg_knob *knob,
                     union rg_value *value)
{
    bool integer = is_integer(setting);
    value->real = integer ? (double)config_setting_get_int64(setting)
                          : config_setting_get_float(setting) + 0.0; /* -0.0 is 0.0 */
    return (integer || config_setting_type(setting) == CONFIG_TYPE_FLOAT) &&
           in_range(knob, value->real);
}

static bool get_bool(const config_setting_t *setting, const struct rg_knob *knob,
                     union rg_value *value)
{
    (void)knob;
    value->integer = config_setting_get_bool(setting);
    return config_setting_type(setting) == CONFIG_TYPE_BOOL;
}

static bool get_choice(const config_setting_t *setting, const struct rg_knob *knob,
                       union rg_value *value)
{
    const char *name = config_setting_get_string(setting);
    value->integer = name ? rg_choice_find(knob->choices, name) : -1;
    return value->integer >= 0;
}

enum rg_status rg_setting_value(const config_setting_t *setting, const struct rg_knob *knob,
                                union rg_value *value)
{
    static bool (*const get[])(const config_setting_t *, const struct rg_knob *,
                               union rg_value *) = {
        [RG_INT] = get_integer,
        [RG_REAL] = get_real,
        [RG_BOOL] = get_bool,
        [RG_CHOICE] = get_choice,
    };
    return get[knob->type](setting, knob, value) ? RG_OK : refuse(setting, knob);
}

enum rg_status rg_setting_member(const config_setting_t *group, const struct rg_knob *knob,
                                 union rg_value *value, bool *found)
{
    const config_setting_t *member = config_setting_get_member(group, knob->name);
    *found = member != NULL;
    if (member)
        RG_TRY(rg_setting_value(member, knob, value));
    return RG_OK;
}

/* ---- lists, text, sets --------------------------------------------------------------------------- */

/* struct rg_ints and struct rg_reals: a count, then values of one size. */
static enum rg_status read_list(const config_setting_t *setting, const struct rg_knob *knob,
                                char *field)
{
    int n = rg_setting_is_list(setting) ? config_setting_length(setting) : -1;
    if (n < 0 || n > RG_LIST_MAX)
        return refuse(setting, knob);
    struct rg_knob element = *knob;
    element.type = knob->type == RG_INTS ? RG_INT : RG_REAL;
    element.offset = offsetof(struct rg_ints, values);
    for (int i = 0; i < n; i++, element.offset += sizeof(union rg_value)) {
        union rg_value value = {0};
        RG_TRY(rg_setting_value(config_setting_get_elem(setting, (unsigned)i), &element, &value));
        rg_knob_set(&element, field, value);
    }
    int64_t count = n;
    memcpy(field, &count, sizeof count);
    return RG_OK;
}

static enum rg_status read_text(const config_setting_t *setting, const struct rg_knob *knob,
                                char *field)
{
    const char *text = config_setting_get_string(setting);
    if (!text || strlen(text) >= RG_TEXT_MAX)
        return refuse(setting, knob);
    memset(field, 0, RG_TEXT_MAX);
    strcpy(field, text);
    return RG_OK;
}

enum rg_status rg_setting_knob(const config_setting_t *setting, const struct rg_knob *knob,
                               void *settings)
{
    char *field = (char *)settings + knob->offset;
    if (knob->type == RG_INTS || knob->type == RG_REALS)
        return read_list(setting, knob, field);
    if (rg_is_text(knob->type))
        return read_text(setting, knob, field);
    union rg_value value;
    RG_TRY(rg_setting_value(setting, knob, &value));
    rg_knob_set(knob, settings, value);
    return RG_OK;
}

enum rg_status rg_setting_set(const config_setting_t *setting, const char *choices, unsigned *set)
{
    if (!rg_setting_is_list(setting))
        return rg_setting_fail(setting, "must be a list of names such as (\"%.*s\")",
                               (int)strcspn(choices, " "), choices);
    const struct rg_knob name = {.type = RG_CHOICE, .choices = choices};
    *set = 0;
    for (int i = 0; i < config_setting_length(setting); i++) {
        union rg_value value = {0};
        RG_TRY(rg_setting_value(config_setting_get_elem(setting, (unsigned)i), &name, &value));
        assert(value.integer >= 0);
        *set |= 1u << value.integer;
    }
    return RG_OK;
}

/* ---- from a piece of text ------------------------------------------------------------------------ */

/* A word without its quotes? Where a number is wanted it gets them too, to be refused as a text. */
static bool is_bare(const struct rg_knob *knob, const char *text)
{
    if (knob->type == RG_CHOICE || rg_is_text(knob->type))
        return text[0] != '"';
    return isalpha((unsigned char)text[0]) && strcmp(text, "true") != 0 &&
           strcmp(text, "false") != 0;
}

/* "NAME = TEXT", as it would stand in a sweep file. */
static void print_assignment(const struct rg_knob *knob, const char *text, char *out)
{
    bool bare = is_bare(knob, text);
    out += sprintf(out, "%s = %s", knob->name, bare ? "\"" : "");
    for (; *text; text++) {
        if (bare && strchr("\"\\", *text))
            *out++ = '\\';
        *out++ = *text;
    }
    strcpy(out, bare ? "\"" : "");
}

/* The text must be one value and nothing else. */
static enum rg_status read_assignment(const struct rg_knob *knob, const char *assignment,
                                      void *settings)
{
    config_t tree;
    RG_TRY(rg_tree_parse(&tree, NULL, assignment));
    const config_setting_t *root = config_root_setting(&tree);
    const config_setting_t *only = config_setting_get_elem(root, 0);
    enum rg_status code = config_setting_length(root) == 1
                              ? rg_setting_knob(only, knob, settings)
                              : rg_setting_fail(only, "one value, and nothing behind it");
    config_destroy(&tree);
    return code;
}

enum rg_status rg_knob_parse(const struct rg_knob *knob, const char *text, void *settings)
{
    char *assignment = NULL;
    RG_TRY(rg_alloc(&assignment, strlen(knob->name) + 2 * strlen(text) + 8, 1));
    print_assignment(knob, text, assignment);
    enum rg_status code = read_assignment(knob, assignment, settings);
    rg_free(&assignment);
    return code;
}

enum rg_status rg_settings_default(const struct rg_model *model, void *settings)
{
    memset(settings, 0, model->settings_size);
    for (int i = 0; i < rg_model_n_knobs(model); i++) {
        const struct rg_knob *knob = rg_model_knob(model, i);
        RG_TRY(rg_knob_parse(knob, knob->fallback, settings));
    }
    return RG_OK;
}
