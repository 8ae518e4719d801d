/* Where a sweep gives the knobs that a message names. */
#include <stdio.h>
#include <string.h>

#include "config/spec.h"

/* The line of the knob with this name, 0 if it is none or is not given. */
static int line_of(const struct rg_spec *spec, const char *name)
{
    const int knob = rg_model_find_knob(spec->model, name);
    return knob >= 0 ? spec->lines[knob] : 0;
}

static int line_of_message(const struct rg_spec *spec, const char *message)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    char word[RG_NAME_MAX];
    int line = 0;
    for (size_t length; *message && line != RG_BY_SET; message += length ? length : 1) {
        length = strspn(message, letters);
        snprintf(word, sizeof word, "%.*s", (int)length, message);
        const int here = line_of(spec, word);
        line = line == 0 || here == RG_BY_SET ? here : line;
    }
    return line;
}

void rg_spec_place(const struct rg_spec *spec, const char *message, char *text, size_t size)
{
    const int line = line_of_message(spec, message);
    if (line == RG_BY_SET)
        snprintf(text, size, "--set");
    else if (line > 0)
        snprintf(text, size, "%s:%d", spec->path, line);
    else
        snprintf(text, size, "%s", spec->path);
}
