/* The resolved sweep as text, and the lines in which two such texts differ. What a run's numbers and
 * layout depend on stands here, and nothing else: not the file's text, name or order of keys.      */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/spec.h"
#include "regime/knob.h"
#include "regime/memory.h"
#include "regime/resolved.h"
#include "regime/text.h"

enum rg_status rg_print_to_text(void (*print)(FILE *out, const void *a, const void *b),
                                const void *a, const void *b, char **text)
{
    char *buffer = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&buffer, &size);
    RG_REQUIRE(out, RG_ERROR_SYSTEM, "out of memory");
    print(out, a, b);
    bool complete = !ferror(out);
    complete = fclose(out) == 0 && complete;
    enum rg_status code = complete ? rg_strdup(text, buffer)
                                   : rg_fail(RG_ERROR_SYSTEM, __FILE__, __LINE__, "out of memory");
    free(buffer);
    return code;
}

/* ---- the text ---------------------------------------------------------------------------------- */

static void print_member(FILE *out, const struct rg_knob *knob, const struct rg_axis *axis,
                         const struct rg_member *member)
{
    static const char *const spacings[] = {[RG_LINEAR] = "linear", [RG_LOG] = "log"};
    char value[RG_NAME_MAX], from[64], to[64];
    if (member->spacing != RG_LIST) {
        rg_real_print(member->from, from, sizeof from);
        rg_real_print(member->to, to, sizeof to);
        fprintf(out, " = %lld values, %s from %s to %s\n", (long long)axis->count,
                spacings[member->spacing], from, to);
        return;
    }
    for (int64_t i = 0; i < axis->count; i++) {
        rg_value_print(knob, member->values[i], value, sizeof value);
        fprintf(out, "%s%s", i ? ", " : " = [", value);
    }
    fputs("]\n", out);
}

static void print_axis(FILE *out, const struct rg_spec *spec, const struct rg_axis *axis)
{
    for (int m = 0; m < axis->n_members; m++) {
        const struct rg_member *member = &axis->members[m];
        if (member->knob == RG_REPLICATE) {
            fprintf(out, "axes.replicate = %lld", (long long)axis->count);
            if (member->from > 0)
                fprintf(out, " from %lld", (long long)member->from);
            fputc('\n', out);
            continue;
        }
        const struct rg_knob *knob = rg_model_knob(spec->model, member->knob);
        bool alone = strcmp(axis->name, knob->name) == 0;
        fprintf(out, "axes.%s%s%s", axis->name, alone ? "" : ".", alone ? "" : knob->name);
        print_member(out, knob, axis, member);
    }
}

static void print_settings(FILE *out, const struct rg_spec *spec)
{
    char value[RG_LIST_MAX * 32];
    for (int i = 0; i < rg_model_n_knobs(spec->model); i++) {
        const struct rg_knob *knob = rg_model_knob(spec->model, i);
        if (rg_axis_of(spec, i) || knob->type == RG_DATA) /* a file may be moved, not changed */
            continue;
        rg_knob_print(knob, spec->settings, value, sizeof value);
        fprintf(out, "settings.%s = %s\n", knob->name, value);
    }
    if (spec->data_hash)
        fprintf(out, "data_hash = %016llx\n", (unsigned long long)spec->data_hash);
}

static void print_set(FILE *out, const char *key, const char *names, unsigned set)
{
    char name[RG_NAME_MAX];
    fprintf(out, "%s =", key);
    for (int64_t i = 0; rg_choice_name(names, i, name, sizeof name); i++)
        if (set >> i & 1)
            fprintf(out, " %s", name);
    fputc('\n', out);
}

static void print_snapshots(FILE *out, const struct rg_snapshots *snapshots)
{
    for (int g = 0; g < snapshots->n; g++) {
        fputs("snapshots =", out);
        for (int i = 0; i < snapshots->groups[g].n; i++)
            fprintf(out, " %s", snapshots->groups[g].rows[i].assignment);
        fputc('\n', out);
    }
}

static void print_resolved(FILE *out, const void *what, const void *unused)
{
    const struct rg_spec *spec = what;
    (void)unused;
    fprintf(out, "model = %s\nseed = %llu\n", spec->model->name, (unsigned long long)spec->seed);
    rg_declared_print_identity(out, spec->declared);
    for (int a = 0; a < spec->n_axes; a++)
        print_axis(out, spec, &spec->axes[a]);
    print_settings(out, spec);
    fputs("record =", out);
    for (int64_t r = 0; r < spec->n_records; r++)
        fprintf(out, " %lld", (long long)spec->record_epochs[r]);
    fputc('\n', out);
    print_snapshots(out, &spec->snapshots);
    print_set(out, "share", rg_stream_names, spec->share);
    print_set(out, "keep", rg_keep_names, spec->keep);
    fprintf(out, "team = %d %d\n", spec->team[0], spec->team[1]);
}

enum rg_status rg_spec_resolved(const struct rg_spec *spec, char **text)
{
    return rg_print_to_text(print_resolved, spec, NULL, text);
}

/* ---- the difference ------------------------------------------------------------------------------ */

enum { SHOWN = 200 }; /* a longer line (a list of epochs) is cut */

static bool has_line(const char *text, const char *line, size_t length)
{
    for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n')
        if (strcspn(at, "\n") == length && strncmp(at, line, length) == 0)
            return true;
    return false;
}

static void print_missing(FILE *out, char sign, const char *from, const char *in)
{
    for (const char *at = from; *at; at += strcspn(at, "\n"), at += *at == '\n') {
        size_t length = strcspn(at, "\n");
        if (!has_line(in, at, length))
            fprintf(out, "%c %.*s%s\n", sign, (int)(length < SHOWN ? length : SHOWN), at,
                    length < SHOWN ? "" : "...");
    }
}

static void print_diff(FILE *out, const void *first, const void *second)
{
    print_missing(out, '-', first, second);
    print_missing(out, '+', second, first);
}

enum rg_status rg_resolved_diff(const char *first, const char *second, char **diff)
{
    return rg_print_to_text(print_diff, first, second, diff);
}

bool rg_resolved_adds_measures(const struct rg_model *model, const char *diff, char *names,
                               size_t size)
{
    static const char added[] = "+ settings.";
    for (const char *line = diff; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        char name[RG_NAME_MAX];
        if (strncmp(line, added, sizeof added - 1) != 0)
            return false;
        line += sizeof added - 1;
        snprintf(name, sizeof name, "%.*s", (int)strcspn(line, " "), line);
        const int knob = rg_model_find_knob(model, name);
        if (knob < 0 || rg_model_knob(model, knob)->role != RG_MEASUREMENT)
            return false;
        rg_choice_add(names, size, name);
    }
    return diff[0] != '\0';
}
