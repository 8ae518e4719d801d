/* Reading a file of unknown make. HDF5 itself crashes, or never ends, on some damaged files: 1.10.8 on 1 to
 * 4 random bytes once in 1000 to 30 000. What happens to a child process is told in one line.        */
#pragma once

#include "regime/status.h"

enum { RG_GUARD_TEXT = 512 };

/* Calls work(context, text) in a child process, and hands back its code and the text that it left: "" on
 * entry, cut at RG_GUARD_TEXT - 1. A message of its own is not handed back: work prints it. Where no
 * process can be had it is called in this one. Not after MPI_Init. Errors: RG_ERROR_DAMAGED naming path,
 * if the child crashed or took far more time than reading that file takes; those of work.           */
enum rg_status rg_guard(const char *path, enum rg_status (*work)(void *context, char *text),
                        void *context, char text[RG_GUARD_TEXT]) RG_MUST_CHECK;
