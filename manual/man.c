/* Pages as roff with the macros of man(7). No date: a page is that of a version. */
#include <ctype.h>
#include <string.h>

#include "manual.h"
#include "regime/version.h"

/* A text that no macro and no escape of roff takes for its own; quotes are doubled inside an argument. */
static void put_text(FILE *out, const char *text, int in_argument)
{
    int literal = 0;
    if (!in_argument && (*text == '.' || *text == '\''))
        fputs("\\&", out);
    for (; *text; text++) {
        if (*text == '`')
            fputs((literal = !literal) ? "\\fB" : "\\fR", out);
        else if (*text == '"' && in_argument)
            fputs("\\(dq", out);
        else if (strchr("\\-'^~", *text))
            fprintf(out, "%s",
                    *text == '\\'   ? "\\e"
                    : *text == '-'  ? "\\-"
                    : *text == '\'' ? "\\(aq"
                    : *text == '^'  ? "\\(ha"
                                    : "\\(ti");
        else
            putc(*text, out);
    }
}

/* A paragraph begins by itself after a heading. */
static int after_heading;

static void put_paragraph(FILE *out)
{
    if (!after_heading)
        fputs(".P\n", out);
    after_heading = 0;
}

static void put_upper(FILE *out, const char *text)
{
    for (; *text; text++)
        if (*text == '-')
            fputs("\\-", out);
        else
            putc(toupper((unsigned char)*text), out);
}

static void title(FILE *out, const char *name, int section, const char *summary)
{
    fprintf(out, ".TH \"");
    put_upper(out, name);
    fprintf(out, "\" %d \"\" \"regime %s\"\n.nh\n.SH NAME\n", section, rg_version());
    put_text(out, name, 0);
    fputs(" \\- ", out);
    put_text(out, summary, 0);
    putc('\n', out);
}

static void heading(FILE *out, const char *text)
{
    fprintf(out, ".SH \"");
    put_upper(out, text);
    fputs("\"\n", out);
    after_heading = 1;
}

static void paragraph(FILE *out, const char *text)
{
    put_paragraph(out);
    put_text(out, text, 0);
    putc('\n', out);
}

static void literal(FILE *out, const char *lines)
{
    put_paragraph(out);
    fputs(".RS 4\n.nf\n", out);
    while (*lines) {
        const size_t length = strcspn(lines, "\n");
        char line[512];
        snprintf(line, sizeof line, "%.*s", (int)length, lines);
        put_text(out, line, 0);
        putc('\n', out);
        lines += length + (lines[length] == '\n');
    }
    fputs(".fi\n.RE\n", out);
}

static void item(FILE *out, const char *term, const char *text)
{
    after_heading = 0;
    fputs(".TP\n.B \"", out);
    put_text(out, term, 1);
    fputs("\"\n", out);
    put_text(out, text, 0);
    putc('\n', out);
}

const struct writer man_writer = {title, heading, paragraph, literal, literal, item};
