/* The knob and the column that every sweep of a command has, and what a command may be. */
#define _XOPEN_SOURCE 700
#include "train/command/tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct rg_knob knobs[] = {
    {.name = "command",
     .type = RG_TEXT,
     .offset = offsetof(struct rg_command_settings, command),
     .fallback = "",
     .help = "Program that is started once for each point, and its arguments, split at spaces; "
             "written beside model, outside of the settings"},
};
const struct rg_knobs rg_command_knobs = {knobs, sizeof knobs / sizeof *knobs};

static const struct rg_column columns[] = {
    {.name = "failure",
     .type = RG_CODE,
     .flags = RG_OF_DATA | RG_REASON,
     .meanings = "none not_started exit_status signal too_much_output no_json wrong_columns",
     .doc = "Why the command failed at this point"},
};
const struct rg_columns rg_command_columns = {columns, sizeof columns / sizeof *columns};

int rg_command_split(char *command, char *words[RG_WORDS_MAX + 1])
{
    int n = 0;
    char *rest = NULL;
    for (char *word = strtok_r(command, " ", &rest); word && n < RG_WORDS_MAX;
         word = strtok_r(NULL, " ", &rest))
        words[n++] = word;
    words[n] = NULL;
    return n;
}

static bool is_program(const char *path)
{
    struct stat info;
    return access(path, X_OK) == 0 && stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

/* As execvp finds it. */
static bool is_found(const char *name)
{
    char path[4096];
    const char *folders = getenv("PATH");
    if (strchr(name, '/'))
        return is_program(name);
    for (const char *at = folders ? folders : "/bin:/usr/bin"; *at; at += *at == ':') {
        const int length = (int)strcspn(at, ":");
        snprintf(path, sizeof path, "%.*s/%s", length ? length : 1, length ? at : ".", name);
        if (is_program(path))
            return true;
        at += length;
    }
    return false;
}

enum rg_status rg_command_check(const void *settings)
{
    static const char of_shells[] = "\"'`\\|&;<>$()*";
    const struct rg_command_settings *command = settings;
    char text[RG_TEXT_MAX], *words[RG_WORDS_MAX + 1];
    snprintf(text, sizeof text, "%s", command->command);
    const char *odd = strpbrk(text, of_shells);
    RG_REQUIRE(!odd, RG_ERROR_USER,
               "command = %s: no shell reads it and %c means nothing: words are split at spaces "
               "alone; put the rest into a script",
               command->command, odd ? *odd : ' ');
    RG_REQUIRE(rg_command_split(text, words) > 0, RG_ERROR_USER,
               "command is missing: write command = \"python3 my.py\"; beside model");
    RG_REQUIRE(is_found(words[0]), RG_ERROR_USER,
               "command = %s: there is no program %s%s; write the path of one that can be executed",
               command->command, words[0], strchr(words[0], '/') ? "" : " on PATH");
    return RG_OK;
}
