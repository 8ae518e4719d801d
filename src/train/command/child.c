/* See child.h. The child is made by clone as posix_spawn does it, on our memory and with this process asleep until
 * the program runs: nothing is copied, which MPI libraries would not survive everywhere. posix_spawn itself cannot
 * ask the system to end the child with its parent, for that is asked for by the child.                 */
#define _GNU_SOURCE /* clone, execvpe, memfd_create */
#include "train/command/child.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "regime/memory.h"

enum { STACK_SIZE = 256 << 10, FIRST_FREE = STDERR_FILENO + 1 };

/* ---- environment --------------------------------------------------------------------------------- */

/* Variables by which a program that uses MPI itself would take itself for this rank of our job. */
static bool is_of_mpi(const char *variable)
{
    static const char *const prefixes[] = {"OMPI_", "PMIX_", "PMI_", "PRTE_", "HYDRA_", "HYDI_"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(variable, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

/* Ours without MPI's; one thread, as each rank has one core, unless the user says otherwise. */
static enum rg_status make_environment(char ***environment)
{
    static char one_thread[] = "OMP_NUM_THREADS=1";
    size_t n = 0, kept = 0;
    while (environ[n])
        n++;
    RG_TRY(rg_alloc(environment, n + 2, sizeof **environment));
    for (size_t i = 0; i < n; i++)
        if (!is_of_mpi(environ[i]))
            (*environment)[kept++] = environ[i];
    if (!getenv("OMP_NUM_THREADS"))
        (*environment)[kept] = one_thread;
    return RG_OK;
}

enum rg_status rg_child_init(struct rg_child *child)
{
    *child = (struct rg_child){.files = {-1, -1, -1}};
    RG_TRY(rg_alloc(&child->stack, STACK_SIZE, 1));
    return make_environment(&child->environment);
}

/* ---- the child ----------------------------------------------------------------------------------- */

struct launch {
    char *const *words;
    const struct rg_child *child;
    pid_t parent;
    int highest; /* descriptor that is open */
    int error;   /* written by the child */
};

/* It shares our memory and leaves neither by return, so that sanitizers must not mark its stack. */
__attribute__((no_sanitize("address"))) static int become(void *context)
{
    struct launch *launch = context;
    sigset_t none;
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigemptyset(&none);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != launch->parent)
        _exit(EXIT_FAILURE);
    for (int i = 0; i < FIRST_FREE; i++)
        dup2(launch->child->files[i], i);
    for (int file = FIRST_FREE; file <= launch->highest; file++)
        close(file);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvpe(launch->words[0], launch->words, launch->child->environment);
    launch->error = errno;
    _exit(EXIT_FAILURE);
}

static int highest_descriptor(void)
{
    int highest = FIRST_FREE;
    DIR *folder = opendir("/proc/self/fd");
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        const int file = (int)strtol(entry->d_name, NULL, 10);
        highest = file > highest ? file : highest;
    }
    if (folder)
        closedir(folder);
    return highest;
}

/* Signals wait meanwhile: a handler must not run in the child, on our memory. */
static int launch(struct rg_child *child, char *const *words)
{
    struct launch launch = {words, child, getpid(), highest_descriptor(), 0};
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    child->pid =
        clone(become, child->stack + STACK_SIZE, CLONE_VM | CLONE_VFORK | SIGCHLD, &launch);
    if (child->pid < 0)
        launch.error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (launch.error == 0)
        return 0;
    if (child->pid > 0)
        waitpid(child->pid, NULL, 0);
    child->pid = 0;
    return launch.error;
}

/* ---- the files ----------------------------------------------------------------------------------- */

/* In memory, and not in the place of a standard stream that is closed. */
static int open_file(void)
{
    const int file = memfd_create("regime", MFD_CLOEXEC);
    if (file < 0 || file >= FIRST_FREE)
        return file;
    const int moved = fcntl(file, F_DUPFD_CLOEXEC, FIRST_FREE);
    close(file);
    return moved;
}

static void close_files(struct rg_child *child)
{
    for (int i = 0; i < FIRST_FREE; i++) {
        if (child->files[i] >= 0)
            close(child->files[i]);
        child->files[i] = -1;
    }
}

static bool write_all(int file, const char *text)
{
    const size_t size = strlen(text);
    return write(file, text, size) == (ssize_t)size && lseek(file, 0, SEEK_SET) == 0;
}

int rg_child_start(struct rg_child *child, char *const *words, const char *input)
{
    close_files(child);
    child->too_much = false;
    for (int i = 0; i < FIRST_FREE; i++)
        if ((child->files[i] = open_file()) < 0)
            return errno;
    if (!write_all(child->files[0], input))
        return errno;
    for (int i = 1; i < FIRST_FREE;
         i++) /* what several processes write stands one after the other */
        fcntl(child->files[i], F_SETFL, O_APPEND);
    return launch(child, words);
}

static size_t size_of(int file)
{
    struct stat info;
    return fstat(file, &info) == 0 ? (size_t)info.st_size : 0;
}

char *rg_child_map(const struct rg_child *child, int output, size_t *size)
{
    *size = size_of(child->files[output]);
    void *text = *size == 0 ? MAP_FAILED
                            : mmap(NULL, *size, PROT_READ, MAP_PRIVATE, child->files[output], 0);
    return text == MAP_FAILED ? NULL : text;
}

void rg_child_unmap(char *text, size_t size)
{
    if (text)
        munmap(text, size);
}

/* ---- its end ------------------------------------------------------------------------------------- */

/* The process itself is not yet waited for, so that the number of its group is still its own. */
static void end(struct rg_child *child)
{
    kill(-child->pid, SIGKILL);
    waitpid(child->pid, &child->status, 0);
    child->pid = 0;
}

bool rg_child_ended(struct rg_child *child)
{
    siginfo_t info = {0};
    if (child->pid == 0)
        return true;
    child->too_much =
        size_of(child->files[1]) > RG_OUTPUT_MAX || size_of(child->files[2]) > RG_OUTPUT_MAX;
    const int code = waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT);
    if (code == 0 && info.si_pid == 0 && !child->too_much)
        return false;
    end(child);
    return true;
}

void rg_child_free(struct rg_child *child)
{
    if (child->pid > 0)
        end(child);
    close_files(child);
    rg_free(&child->stack);
    rg_free(&child->environment);
}
