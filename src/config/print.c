/* Values of knobs as sweep-file text, and what a knob allows in words. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "regime/config.h"
#include "regime/knob.h"
#include "regime/text.h"

void rg_real_print(double x, char *text, size_t size)
{
    if (x == floor(x) && fabs(x) < 1e15) {
        snprintf(text, size, "%.1f", x);
        return;
    }
    int precision = 1;
    do
        snprintf(text, size, "%.*g", precision, x);
    while (strtod(text, NULL) != x && ++precision <= 17);
}

static void print_integer(int64_t i, char *text, size_t size)
{
    bool narrow = i >= INT32_MIN && i <= INT32_MAX;
    snprintf(text, size, "%lld%s", (long long)i, narrow ? "" : "L");
}

void rg_value_print(const struct rg_knob *knob, union rg_value value, char *text, size_t size)
{
    if (knob->type == RG_REAL)
        rg_real_print(value.real, text, size);
    else if (knob->type == RG_BOOL)
        snprintf(text, size, "%s", value.integer ? "true" : "false");
    else if (knob->type != RG_CHOICE)
        print_integer(value.integer, text, size);
    else if (!rg_choice_name(knob->choices, value.integer, text, size))
        snprintf(text, size, "?");
}

/* ---- a knob's field in a settings struct -------------------------------------------------------- */

static void print_list(const struct rg_knob *knob, const void *settings, char *text, size_t size)
{
    struct rg_knob element = *knob;
    element.type = knob->type == RG_INTS ? RG_INT : RG_REAL;
    int64_t n = rg_knob_get(knob, settings).integer;
    element.offset += offsetof(struct rg_ints, values);
    size_t used = (size_t)snprintf(text, size, "[");
    for (int64_t i = 0; i < n; i++, element.offset += sizeof(union rg_value)) {
        char value[64];
        rg_value_print(&element, rg_knob_get(&element, settings), value, sizeof value);
        if (used < size)
            used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "", value);
    }
    if (used < size)
        snprintf(text + used, size - used, "]");
}

static void print_quoted(const char *from, char *text, size_t size)
{
    char quoted[2 * RG_TEXT_MAX + 3], *out = quoted;
    *out++ = '"';
    for (; *from; from++) {
        if (strchr("\"\\", *from))
            *out++ = '\\';
        *out++ = *from;
    }
    strcpy(out, "\"");
    snprintf(text, size, "%s", quoted);
}

void rg_knob_print(const struct rg_knob *knob, const void *settings, char *text, size_t size)
{
    char name[RG_TEXT_MAX];
    switch (knob->type) {
        case RG_INTS:
        case RG_REALS:
            print_list(knob, settings, text, size);
            break;
        case RG_TEXT:
        case RG_DATA:
            print_quoted((const char *)settings + knob->offset, text, size);
            break;
        case RG_CHOICE:
            rg_value_print(knob, rg_knob_get(knob, settings), name, sizeof name);
            print_quoted(name, text, size);
            break;
        default:
            rg_value_print(knob, rg_knob_get(knob, settings), text, size);
    }
}

/* ---- in words ------------------------------------------------------------------------------------ */

static void print_bound(const struct rg_knob *knob, double bound, char *text, size_t size)
{
    bool real = knob->type == RG_REAL || knob->type == RG_REALS;
    if (real)
        rg_real_print(bound, text, size);
    else
        snprintf(text, size, "%.0f", bound);
}

/* " from 0.0 to 1.0", " of at least 1", "": limits that no value reaches are not limits. */
static void print_range(const struct rg_knob *knob, char *text, size_t size)
{
    bool real = knob->type == RG_REAL || knob->type == RG_REALS;
    double endless = real ? 1e300 : 0x1p62;
    char low[64], high[64];
    print_bound(knob, knob->min, low, sizeof low);
    print_bound(knob, knob->max, high, sizeof high);
    text[0] = '\0';
    if (knob->min > -endless && knob->max < endless)
        snprintf(text, size, " from %s to %s", low, high);
    else if (knob->min > -endless)
        snprintf(text, size, " of at least %s", low);
    else if (knob->max < endless)
        snprintf(text, size, " of at most %s", high);
}

static void print_choices(const char *choices, char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "one of ");
    char name[RG_NAME_MAX];
    for (int64_t i = 0; used < size && rg_choice_name(choices, i, name, sizeof name); i++)
        used += (size_t)snprintf(text + used, size - used, "%s\"%s\"", i ? ", " : "", name);
}

static void print_text_form(const struct rg_knob *knob, char *text, size_t size)
{
    const bool shown = knob->choices && knob->choices[0];
    snprintf(text, size, " of at most %d characters%s%s%s", RG_TEXT_MAX - 1,
             shown ? ", such as \"" : "", shown ? knob->choices : "", shown ? "\"" : "");
}

void rg_knob_allowed(const struct rg_knob *knob, char *text, size_t size)
{
    static const char *const words[] = {
        [RG_INT] = "an integer",
        [RG_REAL] = "a number",
        [RG_BOOL] = "true or false",
        [RG_INTS] = "a [list] of integers",
        [RG_REALS] = "a [list] of numbers",
        [RG_TEXT] = "a text in quotes",
        [RG_DATA] = "the path of an HDF5 file in quotes",
    };
    if (knob->type == RG_CHOICE) {
        print_choices(knob->choices, text, size);
        return;
    }
    char range[160] = "", longest[RG_TEXT_MAX] = "";
    if (knob->type != RG_BOOL && !rg_is_text(knob->type))
        print_range(knob, range, sizeof range);
    if (knob->type == RG_INTS || knob->type == RG_REALS)
        snprintf(longest, sizeof longest, ", at most %d of them", RG_LIST_MAX);
    else if (rg_is_text(knob->type))
        print_text_form(knob, longest, sizeof longest);
    snprintf(text, size, "%s%s%s", words[knob->type], range, longest);
}
