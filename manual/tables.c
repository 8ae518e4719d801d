/* The tables as functions of the shell, for bash and zsh alike. Each prints one word or row a line; the fields of a
 * row stand between colons, of which the last field alone may have more. */
#include <string.h>

#include "cli/commands.h"
#include "manual.h"
#include "regime/train.h"

/* One argument of printf, in single quotes. */
static void put_quoted(FILE *out, const char *text)
{
    for (; *text; text++)
        if (*text == '\'')
            fputs("'\\''", out);
        else
            putc(*text, out);
}

static void put_row(FILE *out, const char *const *fields, int n)
{
    fputs(" \\\n        '", out);
    for (int i = 0; i < n; i++) {
        if (i)
            putc(':', out);
        put_quoted(out, fields[i] ? fields[i] : "");
    }
    putc('\'', out);
}

static void write_commands(FILE *out)
{
    fputs("_regime_commands() { # name:summary\n    printf '%s\\n'", out);
    for (const struct rg_command *const *c = rg_commands; *c; c++)
        put_row(out, (const char *const[]){(*c)->name, (*c)->summary}, 2);
    fputs("\n}\n\n_regime_words() { # COMMAND: what follows its options\n    case $1 in\n", out);
    for (const struct rg_command *const *c = rg_commands; *c; c++) {
        fprintf(out, "    %s) printf '%%s\\n'", (*c)->name);
        put_row(out, &(*c)->words, 1);
        fputs(" ;;\n", out);
    }
    fputs(
        "    esac\n}\n\n_regime_options() { # COMMAND: name:brief:argument:help\n    case $1 in\n",
        out);
    for (const struct rg_command *const *c = rg_commands; *c; c++) {
        fprintf(out, "    %s) printf '%%s\\n'", (*c)->name);
        for (const struct rg_option *o = (*c)->options; o && o->name; o++)
            put_row(out, (const char *const[]){o->name, o->brief, o->argument, o->help}, 4);
        put_row(out, (const char *const[]){"--help", "-h", "", "shows the options"}, 4);
        fputs(" ;;\n", out);
    }
    fputs("    esac\n}\n\n", out);
}

static bool any_knob(const struct rg_knob *knob)
{
    (void)knob;
    return true;
}

static bool may_vary(const struct rg_knob *knob)
{
    return knob->role != RG_MEASUREMENT && rg_is_scalar(knob->type);
}

/* A knob that several models have stands there once for each. */
static void write_knobs(FILE *out, const char *name, const char *more,
                        bool (*wanted)(const struct rg_knob *))
{
    fprintf(out, "%s() {\n    printf '%%s\\n' \\\n        %s", name, more);
    for (int m = 0; m < rg_models.n; m++)
        for (int i = 0; i < rg_model_n_knobs(rg_models.models[m]); i++)
            if (wanted(rg_model_knob(rg_models.models[m], i)))
                put_row(out, &rg_model_knob(rg_models.models[m], i)->name, 1);
    fputs("\n}\n\n", out);
}

static void write_values(FILE *out)
{
    fputs("_regime_values() { # KNOB: what it may be\n", out);
    for (int m = 0; m < rg_models.n; m++)
        for (int i = 0; i < rg_model_n_knobs(rg_models.models[m]); i++) {
            const struct rg_knob *knob = rg_model_knob(rg_models.models[m], i);
            if (knob->type == RG_CHOICE || knob->type == RG_BOOL)
                fprintf(out, "    [ \"$1\" != %s ] || printf '%%s\\n' %s\n", knob->name,
                        knob->type == RG_BOOL ? "false true" : knob->choices);
        }
    fputs("    true\n}\n\n", out);
}

void write_tables(FILE *out)
{
    fputs("#compdef regime\n# Completion of command lines, made from the program's tables.\n\n",
          out);
    write_commands(out);
    fputs("_regime_models() {\n    printf '%s\\n'", out);
    for (int m = 0; m < rg_models.n; m++)
        put_row(out, &rg_models.models[m]->name, 1);
    fputs("\n}\n\n", out);
    write_knobs(out, "_regime_knobs", "seed", any_knob);
    write_knobs(out, "_regime_axes", "replicate", may_vary);
    write_values(out);
}
