/* Pages as Markdown, one after the other in one document. */
#include <string.h>

#include "manual.h"

static int in_list;

static void put_text(FILE *out, const char *text)
{
    int literal = 0;
    for (; *text; text++) {
        if (*text == '`')
            literal = !literal;
        if (!literal && strchr("\\*<", *text))
            putc('\\', out);
        putc(*text, out);
    }
}

static void title(FILE *out, const char *name, int section, const char *summary)
{
    (void)section;
    fprintf(out, "\n## %s\n\n", name);
    put_text(out, summary);
    putc('\n', out);
}

static void heading(FILE *out, const char *text)
{
    in_list = 0;
    fprintf(out, "\n### %s\n", text);
}

static void paragraph(FILE *out, const char *text)
{
    putc('\n', out);
    put_text(out, text);
    putc('\n', out);
}

static void literal(FILE *out, const char *lines)
{
    fprintf(out, "\n```text\n%s\n```\n", lines);
}

static void command(FILE *out, const char *line)
{
    fprintf(out, "\n```sh\n%s\n```\n", line);
}

static void item(FILE *out, const char *term, const char *text)
{
    fprintf(out, "%s- `%s`: ", in_list ? "" : "\n", term);
    in_list = 1;
    put_text(out, text);
    putc('\n', out);
}

const struct writer markdown_writer = {title, heading, paragraph, literal, command, item};
