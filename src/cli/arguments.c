/* Command lines against a table of options: "--name value", "--name=value", "-o value", flags. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "regime/memory.h"
#include "regime/text.h"

struct given {
    const struct rg_option *option; /* NULL: a plain word */
    const char *value;
};

struct rg_arguments {
    int n;
    struct given given[];
};

static const struct rg_option *find_option(const struct rg_command *command, const char *word,
                                           size_t length)
{
    for (const struct rg_option *o = command->options; o && o->name; o++) {
        bool full = strlen(o->name) == length && strncmp(o->name, word, length) == 0;
        if (full || (o->brief && strlen(o->brief) == length && !strncmp(o->brief, word, length)))
            return o;
    }
    return NULL;
}

static enum rg_status unknown_option(const struct rg_command *command, const char *word)
{
    char names[512] = "";
    for (const struct rg_option *o = command->options; o && o->name; o++)
        rg_choice_add(names, sizeof names, o->name);
    return rg_fail(RG_ERROR_USER, __FILE__, __LINE__,
                   "regime %s: unknown option %s%s; regime %s --help lists them", command->name,
                   word, rg_hint(word, names), command->name);
}

static enum rg_status take_option(const struct rg_command *command, int argc, char **argv, int *i,
                                  struct given *given)
{
    const char *word = argv[*i];
    size_t length = word[1] == '-' ? strcspn(word, "=") : 2;
    const struct rg_option *option = find_option(command, word, length);
    if (!option)
        return unknown_option(command, word);
    given->option = option;
    given->value = "";
    const char *attached = word[length] == '=' ? word + length + 1
                           : word[length]      ? word + length
                                               : NULL;
    if (!option->argument) {
        RG_REQUIRE(!attached, RG_ERROR_USER, "regime %s: %s takes no value", command->name,
                   option->name);
        return RG_OK;
    }
    if (!attached && *i + 1 < argc)
        attached = argv[++*i];
    RG_REQUIRE(attached && attached[0], RG_ERROR_USER, "regime %s: %s needs a value: %s %s",
               command->name, option->name, option->name, option->argument);
    given->value = attached;
    return RG_OK;
}

static enum rg_status parse_into(const struct rg_command *command, int argc, char **argv,
                                 struct rg_arguments *arguments)
{
    for (int i = 0; i < argc; i++) {
        struct given *given = &arguments->given[arguments->n++];
        if (argv[i][0] == '-' && argv[i][1])
            RG_TRY(take_option(command, argc, argv, &i, given));
        else
            given->value = argv[i];
    }
    int words = rg_arguments_n_words(arguments);
    RG_REQUIRE(words >= command->min_words, RG_ERROR_USER,
               "regime %s: give %s (see regime %s --help)", command->name, command->words,
               command->name);
    RG_REQUIRE(command->max_words < 0 || words <= command->max_words, RG_ERROR_USER,
               "regime %s: unexpected \"%s\": it takes %s", command->name,
               rg_arguments_word(arguments, command->max_words),
               command->max_words ? command->words : "no arguments");
    return RG_OK;
}

enum rg_status rg_arguments_parse(const struct rg_command *command, int argc, char **argv,
                                  struct rg_arguments **arguments)
{
    RG_TRY(rg_alloc(arguments, 1, sizeof **arguments + (size_t)argc * sizeof(struct given)));
    enum rg_status code = parse_into(command, argc, argv, *arguments);
    if (code != RG_OK)
        rg_free(arguments);
    return code;
}

int rg_arguments_n_words(const struct rg_arguments *arguments)
{
    int n = 0;
    for (int i = 0; i < arguments->n; i++)
        n += !arguments->given[i].option;
    return n;
}

const char *rg_arguments_word(const struct rg_arguments *arguments, int index)
{
    for (int i = 0; i < arguments->n; i++)
        if (!arguments->given[i].option && index-- == 0)
            return arguments->given[i].value;
    return NULL;
}

const char *rg_arguments_repeated(const struct rg_arguments *arguments, const char *name, int index)
{
    for (int i = 0; i < arguments->n; i++) {
        const struct given *given = &arguments->given[i];
        if (given->option && strcmp(given->option->name, name) == 0 && index-- == 0)
            return given->value;
    }
    return NULL;
}

const char *rg_arguments_value(const struct rg_arguments *arguments, const char *name)
{
    const char *value = NULL;
    const char *next;
    for (int i = 0; (next = rg_arguments_repeated(arguments, name, i)); i++)
        value = next;
    return value;
}

enum rg_status rg_arguments_join(const struct rg_arguments *arguments, const char *name,
                                 char **text)
{
    const char *value;
    size_t size = 1;
    for (int i = 0; (value = rg_arguments_repeated(arguments, name, i)); i++)
        size += strlen(value) + 1;
    RG_TRY(rg_alloc(text, size, 1));
    for (int i = 0; (value = rg_arguments_repeated(arguments, name, i)); i++) {
        strcat(*text, value);
        strcat(*text, "\n");
    }
    return RG_OK;
}
