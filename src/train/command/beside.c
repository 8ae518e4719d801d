/* See beside.h. */
#include "train/command/beside.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "regime/text.h"

enum { PATH_SIZE = 4096, SAID_SIZE = 300 };

static void name(const struct rg_beside *beside, const char *ending, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s.failed%s", beside->file, ending[0] ? "/" : "");
    const size_t used = strlen(path);
    if (ending[0])
        snprintf(path + used, PATH_SIZE - used, "%lld%s", (long long)beside->id, ending);
}

static bool keep_one(const struct rg_beside *beside, const char *ending, const char *text,
                     size_t length)
{
    char path[PATH_SIZE];
    name(beside, ending, path);
    FILE *file = fopen(path, "w");
    if (!file)
        return false;
    const bool written = length == 0 || fwrite(text, 1, length, file) == length;
    return fclose(file) == 0 && written;
}

static bool keep(const struct rg_beside *beside, const char *said, size_t length)
{
    char folder[PATH_SIZE];
    if (!beside->file)
        return false;
    name(beside, "", folder);
    mkdir(folder, 0777); /* it may be there */
    return keep_one(beside, ".json", beside->question, strlen(beside->question)) &&
           keep_one(beside, ".stderr", said, length);
}

/* The last line that is not empty, cut at SAID_SIZE; "" if there is none. */
static void last_line(const char *text, size_t length, char line[SAID_SIZE])
{
    while (length > 0 && strchr(" \t\r\n", text[length - 1]))
        length--;
    size_t start = length;
    while (start > 0 && text[start - 1] != '\n' && text[start - 1] != '\r')
        start--;
    const size_t n = length - start;
    snprintf(line, SAID_SIZE, "%.*s", (int)(n < SAID_SIZE ? n : SAID_SIZE - 1), text + start);
    rg_printable(line);
}

void rg_beside_keep(const struct rg_beside *beside, const struct rg_child *child,
                    const char *reason, char *line, size_t size)
{
    char last[SAID_SIZE], path[PATH_SIZE], quoted[2 * PATH_SIZE];
    size_t length;
    char *said = rg_child_map(child, 2, &length);
    last_line(said ? said : "", length, last);
    int used = snprintf(line, size, "%s: %s%s%s%s", beside->command, reason, last[0] ? " (" : "",
                        last, last[0] ? ")" : "");
    if (keep(beside, said, length) && used < (int)size) {
        name(beside, ".json", path);
        rg_shell_quote(path, quoted, sizeof quoted);
        snprintf(line + used, size - (size_t)used,
                 "; again by hand: %s < %s, what it said is in %lld.stderr beside", beside->command,
                 quoted, (long long)beside->id);
    }
    rg_child_unmap(said, length);
}

void rg_beside_clear(const struct rg_beside *beside)
{
    static const char *const endings[] = {".json", ".stderr"};
    char path[PATH_SIZE];
    if (!beside->file)
        return;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        name(beside, endings[i], path);
        if (unlink(path) != 0)
            return; /* it has not failed before */
    }
    name(beside, "", path);
    rmdir(path); /* if it was the last */
}
