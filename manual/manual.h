/* Pages about the program, made of its tables: each is written once, over a writer that makes a man page or Markdown. */
#pragma once

#include <stdio.h>

/* Texts are plain English in ASCII; what stands between backticks is literal. */
struct writer {
    void (*title)(FILE *out, const char *name, int section, const char *summary);
    void (*heading)(FILE *out, const char *text);
    void (*paragraph)(FILE *out, const char *text);
    void (*literal)(FILE *out, const char *lines);               /* shown as it is */
    void (*command)(FILE *out, const char *line);                /* what a user types */
    void (*item)(FILE *out, const char *term, const char *text); /* the term is literal */
};

extern const struct writer man_writer, markdown_writer;

struct page {
    char name[64];
    int section; /* of the manual: 1 commands, 5 files, 7 models */
    void (*write)(FILE *out, const struct writer *w, const void *subject);
    const void *subject; /* the command or model that it is about */
};

/* The index-th page; an empty name beyond the last. */
struct page manual_page(int index);

/* The tables as functions that bash and zsh share. */
void write_tables(FILE *out);
