/* The door: one const struct per subcommand, one file each; main.c dispatches. Only cli sees all
 * stations. A command's options are a table; parsing, --help and errors follow from it.           */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "regime/status.h"

struct rg_option {
    const char *name;     /* "--set" */
    const char *brief;    /* "-o", or NULL */
    const char *argument; /* "KNOB=VALUE" in the help; NULL: a flag */
    const char *help;
};

struct rg_term {
    const char *term, *text;
};

struct rg_topic {                /* a section of a man page */
    const char *title, *text;    /* a paragraph */
    const struct rg_term *terms; /* then a table, which ends with a NULL term; or NULL */
};

struct rg_arguments;

/* Whose last bits a command makes: BLAS then runs the kernels that fit. */
enum rg_bits {
    RG_NO_BITS,        /* it trains nothing */
    RG_NEW_BITS,       /* the machine's */
    RG_BITS_OF_OUTPUT, /* those of --output or NAME.h5 if it exists; the first word is a sweep file */
    RG_BITS_OF_FILE    /* those of the file that the first word names */
};

struct rg_command {
    const char *name;
    const char *words;        /* "SWEEP.cfg [AXIS=VALUE ...]": what follows the options */
    int min_words, max_words; /* -1: any number */
    const char *summary;      /* one line */
    const char
        *example; /* typed in the checkout, after the examples of the commands before; or NULL */
    const char *description;       /* a paragraph of its man page; or NULL */
    const struct rg_topic *topics; /* sections of it; ends with a NULL title. Or NULL */
    bool needs_run;                /* the example does: one that goes on */
    enum rg_bits bits;
    bool reads; /* the file that the first word names, and does little else: in a child process */
    const char *again; /* an option with which it reads it many times, in a child each; or NULL */
    bool shares; /* its work among the processes that mpirun starts; else the first does it alone */
    const struct rg_option *options; /* ends with a NULL name */
    enum rg_status (*run)(const struct rg_arguments *arguments);
};

/* Checks argv against the command's tables. The result refers to argv; free with rg_free.
 * Errors: RG_ERROR_USER naming the option, with a nearest name.                                    */
enum rg_status rg_arguments_parse(const struct rg_command *command, int argc, char **argv,
                                  struct rg_arguments **arguments) RG_MUST_CHECK;

int rg_arguments_n_words(const struct rg_arguments *arguments);
const char *rg_arguments_word(const struct rg_arguments *arguments, int index);

/* The last value given to an option, "" for a flag that was given, NULL when it was not. */
const char *rg_arguments_value(const struct rg_arguments *arguments, const char *name);

/* The index-th value of a repeatable option, in the order given; NULL beyond the last. */
const char *rg_arguments_repeated(const struct rg_arguments *arguments, const char *name,
                                  int index);

/* All values of a repeatable option, one a line ("" if none). Free with rg_free. */
enum rg_status rg_arguments_join(const struct rg_arguments *arguments, const char *name,
                                 char **text) RG_MUST_CHECK;

/* "90s", "11h50m", "2d", "01:30:00", or plain seconds. Errors: RG_ERROR_USER. */
enum rg_status rg_duration_parse(const char *text, double *seconds) RG_MUST_CHECK;

/* 93784 -> "1d 2h 03m", 0.0502 -> "0.05s"; cut at size. */
void rg_duration_print(double seconds, char *text, size_t size);
/* How long before now a moment in seconds since 1970 was: "3s ago". */
void rg_ago_print(double when, char *text, size_t size);

extern const struct rg_command rg_command_plan, rg_command_run, rg_command_status, rg_command_stop,
    rg_command_verify, rg_command_point, rg_command_export, rg_command_replay, rg_command_measure,
    rg_command_describe, rg_command_doctor;
