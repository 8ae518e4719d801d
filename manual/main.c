/* regime_manual FOLDER: writes what is made of the program's tables. man/man1/regime.1 and the other man pages,
 * reference.md with the same pages in one, tables.sh for the completions. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "manual.h"

enum { PATH = 4096 };

static FILE *create(const char *folder, const char *name)
{
    char path[PATH];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    if (!out)
        perror(path);
    return out;
}

/* 0 if all that was written is in the file. */
static int close_written(FILE *out)
{
    const int failed = ferror(out);
    return fclose(out) || failed;
}

static int write_man(const char *folder, const struct page *page)
{
    char name[128];
    snprintf(name, sizeof name, "man/man%d/%s.%d", page->section, page->name, page->section);
    FILE *out = create(folder, name);
    if (!out)
        return 1;
    page->write(out, &man_writer, page->subject);
    man_writer.heading(out, "See also");
    const char *separator = "";
    for (int i = 0; manual_page(i).name[0]; i++) {
        const struct page other = manual_page(i);
        if (strcmp(other.name, page->name) == 0)
            continue;
        fprintf(out, "%s.BR %s (%d)", separator, other.name, other.section);
        separator = " ,\n";
    }
    putc('\n', out);
    return close_written(out);
}

static int write_reference(const char *folder)
{
    FILE *out = create(folder, "reference.md");
    if (!out)
        return 1;
    fputs(
        "# Reference\n\nMade from the program's tables by `cmake --build build/release --target "
        "reference`; a test compares. The man pages\nhave the same text, `regime describe` and "
        "`regime COMMAND --help` the same rows.\n\n",
        out);
    for (int i = 0; manual_page(i).name[0]; i++)
        fprintf(out, "- [%s](#%s)\n", manual_page(i).name, manual_page(i).name);
    for (int i = 0; manual_page(i).name[0]; i++)
        manual_page(i).write(out, &markdown_writer, manual_page(i).subject);
    return close_written(out);
}

static int write_completion(const char *folder)
{
    FILE *out = create(folder, "tables.sh");
    if (!out)
        return 1;
    write_tables(out);
    return close_written(out);
}

int main(int argc, char **argv)
{
    static const char *const folders[] = {"man", "man/man1", "man/man5", "man/man7"};
    if (argc != 2) {
        fputs("usage: regime_manual FOLDER\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char path[PATH];
        snprintf(path, sizeof path, "%s/%s", argv[1], folders[i]);
        mkdir(path, 0777);
    }
    int failed = write_reference(argv[1]) | write_completion(argv[1]);
    for (int i = 0; manual_page(i).name[0]; i++) {
        const struct page page = manual_page(i);
        failed |= write_man(argv[1], &page);
    }
    return failed;
}
