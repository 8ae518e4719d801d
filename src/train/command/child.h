/* One process of a program: started without a shell, in a process group of its own. It reads what it is told from a
 * file in memory and writes its output into two others, so that neither side ever waits for a pipe. It has no other
 * descriptor of ours, and ends with the process that started it, however that ends; what it has started in turn does
 * so unless that is SIGKILL. Linux only.                                                              */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "regime/status.h"

enum { RG_OUTPUT_MAX = 64 << 20 }; /* bytes of either output; a process that writes more is ended */

struct rg_child {
    pid_t pid;    /* 0: none runs */
    int files[3]; /* standard input, output, error; -1: not open */
    char **environment;
    char *stack; /* of the child until it is the other program */
    int status;  /* as waitpid gives it, once it has ended */
    bool too_much;
};

/* What starting takes. Free with rg_child_free, which also ends one that runs. */
enum rg_status rg_child_init(struct rg_child *child) RG_MUST_CHECK;
void rg_child_free(struct rg_child *child);

/* Starts words[0], as found on PATH; words[n] is NULL. 0, or the errno that tells why not. No allocation. */
int rg_child_start(struct rg_child *child, char *const *words, const char *input);

/* Has it ended? What it started in turn and left running is then ended too. */
bool rg_child_ended(struct rg_child *child);

/* Its standard output (1) or error (2), mapped: *size bytes, not a string. NULL: there is none. Unmap it. */
char *rg_child_map(const struct rg_child *child, int output, size_t *size);
void rg_child_unmap(char *text, size_t size);
