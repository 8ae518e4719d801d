/* Which machine this is, and whether a process on it still lives (/proc). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Boot id and process-id namespace: process ids mean the same exactly where this is the same. */
void rg_process_machine(char *text, size_t size);
void rg_process_host(char *text, size_t size); /* printable */

/* Is there a process of this id that started at this time and is no zombie? One that /proc hides lives: nobody can
 * tell that it is another one.                                                                       */
bool rg_process_lives(long long pid, long long started);
