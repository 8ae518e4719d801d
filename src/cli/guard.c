/* See guard.h. The child shares the terminal and the standard streams, dies with its parent and leaves no
 * core. Processor time is limited, not time: a slow disk is no damage. A death that is nobody's fault,
 * such as a closed pipe or an interrupt, becomes this process' own.                                  */
#include "cli/guard.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "regime/library.h"

enum { SECONDS = 10, BYTES_PER_SECOND = 10000000 /* far less than any machine reads and checks */ };

static rlim_t seconds_for(const char *path)
{
    struct stat info;
    const bool known = stat(path, &info) == 0 && info.st_size > 0;
    return SECONDS + (known ? (rlim_t)(info.st_size / BYTES_PER_SECOND) : 0);
}

/* Lowers a limit; a lower one stays. */
static void lower(int resource, rlim_t wanted)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0 || limit.rlim_cur <= wanted)
        return;
    limit.rlim_cur = wanted;
    setrlimit(resource, &limit);
}

static bool is_fault(int signal)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGXCPU};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (signal == faults[i])
            return true;
    return false;
}

static enum rg_status judge(const char *path, int status)
{
    if (WIFEXITED(status))
        return rg_status_of_exit(WEXITSTATUS(status));
    const int signal = WTERMSIG(status);
    if (!is_fault(signal) && raise(signal) == 0)
        return rg_fail(RG_ERROR_SYSTEM, __FILE__, __LINE__, "%s: its reader was ended (%s)", path,
                       strsignal(signal));
    RG_REQUIRE(signal != SIGXCPU, RG_ERROR_DAMAGED,
               "%s: damaged: reading it has not ended after %lld s of processor time", path,
               (long long)seconds_for(path));
    return rg_fail(RG_ERROR_DAMAGED, __FILE__, __LINE__,
                   "%s: damaged: HDF5 crashes where it reads it (%s)", path, strsignal(signal));
}

/* HDF5 ends here too, for that reads and may crash as well; nothing else is left to be done. */
static void be_child(pid_t parent, int out, const char *path,
                     enum rg_status (*work)(void *context, char *text), void *context)
{
    char text[RG_GUARD_TEXT] = "";
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(rg_status_exit(RG_ERROR_SYSTEM));
    lower(RLIMIT_CPU, seconds_for(path));
    lower(RLIMIT_CORE, 0);
    enum rg_status code = work(context, text);
    fflush(NULL);
    rg_hdf5_end();
    if (write(out, text, sizeof text) != sizeof text)
        code = RG_ERROR_SYSTEM;
    _exit(rg_status_exit(code));
}

enum rg_status rg_guard(const char *path, enum rg_status (*work)(void *context, char *text),
                        void *context, char text[RG_GUARD_TEXT])
{
    int ends[2], status = 0;
    text[0] = '\0';
    fflush(NULL); /* or both would print it */
    if (pipe(ends) != 0)
        return work(context, text);
    const pid_t parent = getpid(), child = fork();
    if (child == 0)
        be_child(parent, ends[1], path, work, context);
    close(ends[1]);
    const bool heard = child > 0 && read(ends[0], text, RG_GUARD_TEXT) == RG_GUARD_TEXT;
    close(ends[0]);
    if (child < 0)
        return work(context, text);
    RG_REQUIRE(waitpid(child, &status, 0) == child, RG_ERROR_SYSTEM, "%s: its reader is lost",
               path);
    if (!heard)
        text[0] = '\0';
    return judge(path, status);
}
