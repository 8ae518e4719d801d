/* A lexer for libconfig's language. A number is the longest run of what numbers are made of, so that
 * "1-2" or "." is bad here, where libconfig would see two numbers or a zero.                        */
#include "config/token.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_comment(const char *at)
{
    if (at[0] == '#' || (at[0] == '/' && at[1] == '/'))
        return at + strcspn(at, "\n");
    if (at[0] == '/' && at[1] == '*') {
        const char *end = strstr(at + 2, "*/");
        return end ? end + 2 : at + strlen(at);
    }
    return at;
}

static void advance(struct rg_reader *reader, const char *end)
{
    for (; reader->at < end; reader->at++)
        reader->line += *reader->at == '\n';
}

static void skip_blanks(struct rg_reader *reader)
{
    for (;;) {
        const char *end = skip_comment(reader->at);
        if (end == reader->at)
            end += strspn(end, " \t\r\n\f");
        if (end == reader->at)
            return;
        advance(reader, end);
    }
}

/* Length of the run of letters, digits and `others`. */
static int span(const char *text, const char *others)
{
    int n = 0;
    while (text[n] && (isalnum((unsigned char)text[n]) || strchr(others, text[n])))
        n++;
    return n;
}

static bool all_digits(const char *text, int n, bool hexadecimal)
{
    for (int i = 0; i < n; i++)
        if (!(hexadecimal ? isxdigit((unsigned char)text[i]) : isdigit((unsigned char)text[i])))
            return false;
    return n > 0;
}

static enum rg_token_kind number_kind(const char *text, int n)
{
    int longs = n > 1 && text[n - 1] == 'L' ? 1 + (text[n - 2] == 'L') : 0;
    bool hexadecimal = text[0] == '0' && n > 1 && (text[1] == 'x' || text[1] == 'X');
    int skip = hexadecimal ? 2 : text[0] == '-' || text[0] == '+';
    if (all_digits(text + skip, n - skip - longs, hexadecimal))
        return longs ? RG_TOKEN_LONG : RG_TOKEN_INTEGER;
    char *end;
    strtod(text, &end);
    bool plain = !hexadecimal && strspn(text, "0123456789.eE+-") >= (size_t)n;
    return plain && end == text + n ? RG_TOKEN_REAL : RG_TOKEN_BAD;
}

static struct rg_token string_token(const char *at)
{
    int n = 1;
    while (at[n] && at[n] != '"')
        n += at[n] == '\\' && at[n + 1] ? 2 : 1;
    if (!at[n])
        return (struct rg_token){RG_TOKEN_OPEN_STRING, at, (int)strcspn(at, "\n"), 0};
    return (struct rg_token){RG_TOKEN_STRING, at, n + 1, 0};
}

static struct rg_token cut(const char *at)
{
    if (*at == '\0')
        return (struct rg_token){RG_TOKEN_END, at, 0, 0};
    if (isdigit((unsigned char)*at) || strchr(".+-", *at)) {
        int n = span(at, "_.+-");
        return (struct rg_token){number_kind(at, n), at, n, 0};
    }
    if (isalpha((unsigned char)*at) || *at == '*')
        return (struct rg_token){RG_TOKEN_NAME, at, span(at, "_*-"), 0};
    if (*at == '"')
        return string_token(at);
    if (*at == '@')
        return (struct rg_token){RG_TOKEN_INCLUDE, at, 1 + span(at + 1, ""), 0};
    return (struct rg_token){strchr("=:;,{}[]()", *at) ? RG_TOKEN_SIGN : RG_TOKEN_BAD, at, 1, 0};
}

struct rg_token rg_token_next(struct rg_reader *reader)
{
    skip_blanks(reader);
    struct rg_token token = cut(reader->at);
    token.line = reader->line;
    advance(reader, reader->at + token.length);
    return token;
}
