/* Words: lists of names, written as one string with single spaces between them; and sizes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The index-th name, into name (cut at size); false beyond the last. */
bool rg_choice_name(const char *choices, int64_t index, char *name, size_t size);

/* The index of a name; -1: not among them. */
int64_t rg_choice_find(const char *choices, const char *name);

/* Appends a name to a list in choices[size]; one that does not fit is left out. */
void rg_choice_add(char *choices, size_t size, const char *name);

/* The name nearest to `word`, if near enough to be what was meant (a third of its letters wrong at
 * most, two letters swapped counting as one mistake); else NULL. Static memory until the next call.  */
const char *rg_nearest(const char *word, const char *names);

/* " (did you mean \"NAME\"?)", or "" when no name is near. Static memory until the next call. */
const char *rg_hint(const char *word, const char *names);

/* What makes a noun agree with a number: "" for 1, else "s". */
const char *rg_plural(int64_t n);

/* A path as a word of a shell's command line: quoted where it has to be, never taken for an option. Cut at
 * size.                                                                                             */
void rg_shell_quote(const char *path, char *text, size_t size);

/* Puts a question mark in the place of every byte that is no printable ASCII: for words from outside that a terminal
 * might obey.                                                                                       */
void rg_printable(char *text);

/* A size with its unit ("1.5 MiB", "720 bytes"), cut at size. */
void rg_bytes_print(double bytes, char *text, size_t size);
