/* A pass over the tokens of a sweep file, ahead of libconfig. It refuses what libconfig would accept in
 * silence (integers that overflow, 1e999, @include), what it would answer vaguely (a mixed list, a word
 * without quotes), and what would cost it stack or time without bound (depth, number of names).
 * The grammar itself is left to libconfig.                                                         */
#include "config/scan.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/token.h"
#include "regime/config.h"

struct level {
    char bracket; /* what opened it, and where */
    int line;
    int number;             /* brackets opened before */
    char name[RG_NAME_MAX]; /* the last name assigned at this level */
    struct rg_token first;  /* the first number of a [list] */
};

struct scan {
    const char *path;
    int depth, n_levels; /* brackets open now, and so far */
    bool value_next;     /* a word here is a value, not a name */
    struct level levels[RG_DEPTH_MAX + 1];
    int n_names;
    struct {
        int level; /* its number */
        struct rg_token token;
    } names[RG_ASSIGNMENTS_MAX];
};

static void print_path(const struct scan *scan, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i <= scan->depth && used < size; i++)
        if (scan->levels[i].name[0])
            used += (size_t)snprintf(text + used, size - used, "%s%s", used ? "." : "",
                                     scan->levels[i].name);
}

/* "file:line: ", or nothing where the text is no file. */
static void print_place(const struct scan *scan, const struct rg_token *token, char *text,
                        size_t size)
{
    text[0] = '\0';
    if (scan->path)
        snprintf(text, size, "%s:%d: ", scan->path, token->line);
}

static bool is_in_list(const struct scan *scan)
{
    return scan->depth > 0 && scan->levels[scan->depth].bracket != '{';
}

/* "file:line: path = token: message"; the path where the token is a value. */
static enum rg_status fail(const struct scan *scan, const struct rg_token *token,
                           const char *message)
{
    char place[512], path[(RG_DEPTH_MAX + 1) * RG_NAME_MAX] = "";
    print_place(scan, token, place, sizeof place);
    bool is_sign = token->kind == RG_TOKEN_SIGN || token->kind == RG_TOKEN_END;
    if (!is_sign && (scan->value_next || is_in_list(scan)))
        print_path(scan, path, sizeof path);
    bool cut = token->length > 60;
    return rg_fail(RG_ERROR_USER, __FILE__, __LINE__, "%s%s%s%.*s%s: %s", place, path,
                   path[0] ? " = " : "", cut ? 60 : token->length, token->start, cut ? "..." : "",
                   message);
}

static bool is_word(const struct rg_token *token, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)token->length != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (tolower((unsigned char)token->start[i]) != word[i])
            return false;
    return true;
}

static enum rg_status check_value_word(const struct scan *scan, const struct rg_token *token)
{
    if (is_word(token, "true") || is_word(token, "false"))
        return RG_OK;
    if (is_word(token, "inf") || is_word(token, "nan") || is_word(token, "infinity"))
        return fail(scan, token, "numbers must be finite");
    return fail(scan, token, "write text in \"quotes\"");
}

/* libconfig answers a name that stands twice in a group without the name. */
static enum rg_status check_new(const struct scan *scan, const struct rg_token *token)
{
    char place[512], path[(RG_DEPTH_MAX + 1) * RG_NAME_MAX];
    for (int i = 0; i < scan->n_names; i++) {
        const struct rg_token *known = &scan->names[i].token;
        if (scan->names[i].level != scan->levels[scan->depth].number ||
            known->length != token->length ||
            strncmp(known->start, token->start, (size_t)token->length) != 0)
            continue;
        print_place(scan, token, place, sizeof place);
        print_path(scan, path, sizeof path);
        return rg_fail(RG_ERROR_USER, __FILE__, __LINE__,
                       "%s%s: stands here twice, first in line %d", place, path, known->line);
    }
    return RG_OK;
}

static enum rg_status check_name(struct scan *scan, const struct rg_token *token)
{
    if (scan->value_next)
        return check_value_word(scan, token);
    struct level *level = &scan->levels[scan->depth];
    if (scan->n_names == RG_ASSIGNMENTS_MAX)
        return fail(scan, token, "too many settings: a sweep file has at most 1000");
    snprintf(level->name, sizeof level->name, "%.*s", token->length, token->start);
    RG_TRY(check_new(scan, token));
    scan->names[scan->n_names].level = level->number;
    scan->names[scan->n_names++].token = *token;
    return RG_OK;
}

static enum rg_status check_integer(const struct scan *scan, const struct rg_token *token)
{
    char *end;
    bool hexadecimal = token->start[0] == '0' && tolower((unsigned char)token->start[1]) == 'x';
    errno = 0;
    long long value = strtoll(token->start, &end, hexadecimal ? 16 : 10);
    if (errno == ERANGE)
        return fail(scan, token, "integers have at most 64 bits");
    if (token->kind == RG_TOKEN_INTEGER && (value < INT32_MIN || value > INT32_MAX))
        return fail(scan, token, "an integer beyond 32 bits is written with an L behind it");
    return RG_OK;
}

static enum rg_status check_real(const struct scan *scan, const struct rg_token *token)
{
    if (!isfinite(strtod(token->start, NULL)))
        return fail(scan, token, "numbers must be finite");
    return RG_OK;
}

/* libconfig wants all elements of a [list] to be of one type: says what to write for the odd one. */
static enum rg_status check_mixing(struct scan *scan, const struct rg_token *token)
{
    struct level *level = &scan->levels[scan->depth];
    if (level->bracket != '[')
        return RG_OK;
    if (level->first.kind == RG_TOKEN_END)
        level->first = *token;
    if (level->first.kind == token->kind)
        return RG_OK;
    enum rg_token_kind wider =
        level->first.kind > token->kind ? level->first.kind : token->kind; /* INTEGER, LONG, REAL */
    const struct rg_token *odd = level->first.kind == wider ? token : &level->first;
    int digits = (int)strcspn(odd->start, "L,] \t\r\n");
    char message[128];
    snprintf(message, sizeof message, "the numbers of a [list] are of one type: write %.*s%s",
             digits < 40 ? digits : 40, odd->start, wider == RG_TOKEN_REAL ? ".0" : "L");
    return fail(scan, odd, message);
}

static enum rg_status check_number(struct scan *scan, const struct rg_token *token)
{
    RG_TRY(token->kind == RG_TOKEN_REAL ? check_real(scan, token) : check_integer(scan, token));
    return check_mixing(scan, token);
}

static enum rg_status open_bracket(struct scan *scan, const struct rg_token *token)
{
    if (scan->depth == RG_DEPTH_MAX)
        return fail(scan, token, "brackets are nested too deeply");
    scan->levels[++scan->depth] =
        (struct level){.bracket = *token->start, .line = token->line, .number = ++scan->n_levels};
    return RG_OK;
}

static enum rg_status close_bracket(struct scan *scan, const struct rg_token *token)
{
    static const char opening[] = "{[(", closing[] = "}])";
    char message[64];
    if (scan->depth == 0)
        return fail(scan, token, "syntax error: closes nothing");
    struct level *level = &scan->levels[scan->depth];
    if (*token->start != closing[strchr(opening, level->bracket) - opening]) {
        snprintf(message, sizeof message, "syntax error: the %c of line %d is still open",
                 level->bracket, level->line);
        return fail(scan, token, message);
    }
    scan->depth--;
    return RG_OK;
}

/* The end of the file closes what is still open, wrongly. */
static enum rg_status finish(struct scan *scan, int line)
{
    static const char what[] = "end of file";
    const struct rg_token end = {RG_TOKEN_END, what, sizeof what - 1, line};
    return scan->depth > 0 ? close_bracket(scan, &end) : RG_OK;
}

static enum rg_status check_sign(struct scan *scan, const struct rg_token *token)
{
    char sign = *token->start;
    if (strchr("{[(", sign))
        RG_TRY(open_bracket(scan, token));
    else if (strchr("}])", sign))
        RG_TRY(close_bracket(scan, token));
    scan->value_next = strchr("=:", sign) || (is_in_list(scan) && strchr("[(,", sign));
    return RG_OK;
}

static enum rg_status check_token(struct scan *scan, const struct rg_token *token)
{
    switch (token->kind) {
        case RG_TOKEN_NAME:
            return check_name(scan, token);
        case RG_TOKEN_INTEGER:
        case RG_TOKEN_LONG:
        case RG_TOKEN_REAL:
            return check_number(scan, token);
        case RG_TOKEN_SIGN:
            return check_sign(scan, token);
        case RG_TOKEN_INCLUDE:
            return fail(scan, token, "a sweep file includes no other files");
        case RG_TOKEN_OPEN_STRING:
            return fail(scan, token, "a string that does not end");
        case RG_TOKEN_BAD:
            return fail(scan, token, "syntax error: neither a number nor a name");
        default:
            return RG_OK;
    }
}

enum rg_status rg_scan(const char *path, const char *text)
{
    RG_REQUIRE(strlen(text) <= RG_FILE_MAX, RG_ERROR_USER, "%s%sa sweep file has at most 1 MiB",
               path ? path : "", path ? ": " : "");
    struct scan scan = {.path = path};
    struct rg_reader reader = {.at = text, .line = 1};
    for (;;) {
        struct rg_token token = rg_token_next(&reader);
        if (token.kind == RG_TOKEN_END)
            return finish(&scan, token.line);
        RG_TRY(check_token(&scan, &token));
        scan.value_next = scan.value_next && token.kind == RG_TOKEN_SIGN;
    }
}
