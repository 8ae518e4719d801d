/* Lists of names in one string, the nearest name by edit distance, and numbers in sentences. */
#include "regime/text.h"

#include <stdio.h>
#include <string.h>

bool rg_choice_name(const char *choices, int64_t index, char *name, size_t size)
{
    const char *word = choices;
    for (; index > 0 && word; index--) {
        word = strchr(word, ' ');
        word = word ? word + 1 : NULL;
    }
    if (!word || !*word || index < 0)
        return false;
    size_t length = strcspn(word, " ");
    length = length < size ? length : size - 1;
    memcpy(name, word, length);
    name[length] = '\0';
    return true;
}

int64_t rg_choice_find(const char *choices, const char *name)
{
    size_t length = strlen(name);
    int64_t index = 0;
    for (const char *word = choices; *word; index++) {
        size_t n = strcspn(word, " ");
        if (n == length && strncmp(word, name, n) == 0)
            return index;
        word += n + (word[n] == ' ');
    }
    return -1;
}

void rg_choice_add(char *choices, size_t size, const char *name)
{
    size_t used = strlen(choices);
    if (used + strlen(name) + 2 <= size)
        snprintf(choices + used, size - used, "%s%s", used ? " " : "", name);
}

enum { WORD_MAX = 64 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance (insert, delete, replace, swap neighbours) of short words. */
static int distance(const char *a, const char *b)
{
    int d[WORD_MAX + 1][WORD_MAX + 1];
    int n = (int)strlen(a), m = (int)strlen(b);
    for (int i = 0; i <= n; i++)
        d[i][0] = i;
    for (int j = 0; j <= m; j++)
        d[0][j] = j;
    for (int i = 1; i <= n; i++) {
        for (int j = 1; j <= m; j++) {
            d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1,
                            d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[n][m];
}

const char *rg_nearest(const char *word, const char *names)
{
    static char nearest[WORD_MAX + 1];
    char name[WORD_MAX + 1];
    size_t length = strlen(word);
    int best = (int)(length + 2) / 3 + 1; /* must be closer than this */
    bool found = false;
    for (int64_t i = 0; length <= WORD_MAX && rg_choice_name(names, i, name, sizeof name); i++) {
        int d = distance(word, name);
        if (d < best) {
            best = d;
            strcpy(nearest, name);
            found = true;
        }
    }
    return found ? nearest : NULL;
}

const char *rg_hint(const char *word, const char *names)
{
    static char hint[WORD_MAX + 32];
    const char *near = rg_nearest(word, names);
    hint[0] = '\0';
    if (near)
        snprintf(hint, sizeof hint, " (did you mean \"%s\"?)", near);
    return hint;
}

const char *rg_plural(int64_t n)
{
    return n == 1 ? "" : "s";
}

void rg_bytes_print(double bytes, char *text, size_t size)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    size_t unit = 0;
    for (; bytes >= 1024 && unit + 1 < sizeof units / sizeof *units; unit++)
        bytes /= 1024;
    snprintf(text, size, "%.*f %s", unit && bytes < 10 ? 1 : 0, bytes, units[unit]);
}

void rg_shell_quote(const char *path, char *text, size_t size)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+,:@%-";
    const char *before = path[0] == '-' ? "./" : "";
    if (path[strspn(path, plain)] == '\0') {
        snprintf(text, size, "%s%s", before, path);
        return;
    }
    size_t used = (size_t)snprintf(text, size, "'%s", before);
    for (; *path && used < size; path++)
        used += (size_t)snprintf(text + used, size - used, *path == '\'' ? "'\\''" : "%c", *path);
    if (used < size)
        snprintf(text + used, size - used, "'");
}

void rg_printable(char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            *text = '?';
}
