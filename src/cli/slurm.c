/* SLURM_JOB_END_TIME is set by newer versions only; squeue is asked without a shell. */
#include "cli/slurm.h"

#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "regime/status.h"

extern char **environ;

/* Output of a program, cut at size; false: it could not be run or failed. */
static bool read_program(char *const *words, char *text, size_t size)
{
    int ends[2], state = -1;
    pid_t child;
    posix_spawn_file_actions_t actions;
    if (pipe(ends) != 0)
        return false;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const bool started = posix_spawnp(&child, words[0], &actions, NULL, words, environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    size_t used = 0;
    for (ssize_t n;
         started && used + 1 < size && (n = read(ends[0], text + used, size - 1 - used)) > 0;)
        used += (size_t)n;
    text[used] = '\0';
    close(ends[0]);
    if (started)
        waitpid(child, &state, 0);
    return started && WIFEXITED(state) && WEXITSTATUS(state) == 0;
}

/* "2026-01-31T23:59:59", local time. */
static double read_time(const char *text)
{
    struct tm tm = {.tm_isdst = -1};
    if (sscanf(text, "%d-%d-%dT%d:%d:%d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour,
               &tm.tm_min, &tm.tm_sec) != 6)
        return NAN;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    return (double)mktime(&tm);
}

bool rg_slurm_restarted(void)
{
    const char *count = getenv("SLURM_RESTART_COUNT");
    return count && strtol(count, NULL, 10) > 0;
}

/* The name that squeue knows the job by; false: there is no job. */
static bool job_name(char *name, size_t size)
{
    const char *job = getenv("SLURM_JOB_ID");
    const char *array = getenv("SLURM_ARRAY_JOB_ID"), *task = getenv("SLURM_ARRAY_TASK_ID");
    if (array && task) /* the number of one of its jobs is that of the whole array */
        snprintf(name, size, "%s_%s", array, task);
    else
        snprintf(name, size, "%s", job ? job : "");
    return job != NULL;
}

static bool ask_squeue(char *job, char *format, char *text, size_t size)
{
    char *const words[] = {"squeue", "--noheader", "--job", job, "--format", format, NULL};
    return read_program(words, text, size);
}

bool rg_slurm_waited_at(double when)
{
    char text[128], job[64];
    if (!job_name(job, sizeof job) || !ask_squeue(job, "%V %S", text, sizeof text))
        return false;
    const char *start = strchr(text, ' ');
    return start && read_time(text) < when && when < read_time(start);
}

double rg_slurm_end(void)
{
    const char *end = getenv("SLURM_JOB_END_TIME");
    char text[128], job[64];
    if (end && strtod(end, NULL) > 0)
        return strtod(end, NULL);
    if (!job_name(job, sizeof job))
        return NAN;
    if (ask_squeue(job, "%e", text, sizeof text))
        return read_time(text);
    rg_warn(
        "squeue does not tell when SLURM job %s ends: the run has no time limit; give it one by "
        "--time-limit",
        job);
    return NAN;
}
