/* The clocks of this machine, and when a process was started.
 *
 * /proc/PID/stat: "pid (name) state ppid ... starttime(22)"; the name may hold spaces and parentheses, so
 * the fields are counted from the last closing one.                                                  */
#include "regime/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

double rg_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* /proc may be mounted so that it shows everybody his own processes only (hidepid), or not at all. */
static bool is_hidden(long long pid)
{
    return pid > 0 && pid == (pid_t)pid && (kill((pid_t)pid, 0) == 0 || errno == EPERM);
}

long long rg_process_start(long long pid)
{
    enum { FIELDS_TO_START = 19 /* from the state, field 3, to field 22 */ };
    char path[64], text[2048];
    snprintf(path, sizeof path, "/proc/%lld/stat", pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return is_hidden(pid) ? 0 : -1;
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = '\0';
    char *field = strrchr(text, ')');
    if (!field || strlen(field) < 3 || field[2] == 'Z' || field[2] == 'X')
        return -1;
    field += 2;
    for (int i = 0; i < FIELDS_TO_START && field; i++) {
        field = strchr(field, ' ');
        field = field ? field + 1 : NULL;
    }
    return field ? strtoll(field, NULL, 10) : -1;
}

double rg_clock_start(void)
{
    const long long ticks = rg_process_start(getpid());
    const double begun = (double)ticks / (double)sysconf(_SC_CLK_TCK);
    const double age = ticks <= 0 ? 0 : rg_clock(CLOCK_BOOTTIME) - begun;
    return rg_clock(CLOCK_MONOTONIC) - (age > 0 ? age : 0);
}
