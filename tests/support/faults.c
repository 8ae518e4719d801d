/* Preloaded into a program: something goes wrong at its n-th call of those that change its files, counted in
 * each process by itself.
 *   FAULT_FILES   the files whose calls count: a glob of whole names, @(a|b) included
 *   FAULT_CALL    the calls that count: a glob of names (default *); MPI_Init, unlink and rename are some
 *   FAULT_TEXT    of pwrite, only those count that write these words
 *   FAULT_AT      n, from 1: when it happens; FAULT_RANK: where (default 0; any: everywhere)
 *   FAULT_DO      kill   SIGKILL in the place of the call (the default)
 *                 freeze SIGSTOP in the place of the call, which then goes on
 *                 half   SIGKILL once half of the bytes are written
 *                 lose   the bytes never arrive; the process ends when it next makes sure that they did
 *                 tear   only half of them arrive, likewise
 *                 full   from here on there is no space left, nor for other processes with the same FAULT_DISK
 *                 fail   from here on the disk has errors, likewise
 *                 slip   it has one, and then no more
 *                 slow   from here on each call takes FAULT_AFTER seconds longer
 *   FAULT_VICTIM  who is killed: self (default), ranks (all of this mpirun) or mpirun
 *   FAULT_AFTER   seconds from the call to the kill (default 0)
 *   FAULT_DISK    a file that is there once the disk is full, or has errors
 *   FAULT_KEEP    a file that is copied just before the kill, if it is there: to its name with .then
 *   FAULT_LOG     a file to which every call that counts is appended, as "RANK N CALL SIZE NAME"
 * Where mpirun passes them on: mpirun -x LD_PRELOAD=... .                                            */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* The real function of this name, behind ours. */
#define REAL(name) (__extension__(__typeof__(&name)) dlsym(RTLD_NEXT, #name))

/* What becomes of a call. */
enum fate { PASS, HALF, LOSE, TEAR, FULL, FAIL, SLOW };

static long n_calls;
static bool lost_bytes, is_slow;
static enum fate of_disk = PASS; /* from here on: FULL or FAIL */

static const char *setting(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value ? value : otherwise;
}

static bool is(const char *name, const char *otherwise, const char *value)
{
    return strcmp(setting(name, otherwise), value) == 0;
}

/* ---- killing, freezing ------------------------------------------------------------------------------ */

static int blow(void)
{
    return is("FAULT_DO", "kill", "freeze") ? SIGSTOP : SIGKILL;
}

static pid_t parent_of(pid_t process)
{
    char path[64], text[512] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
    FILE *file = fopen(path, "re");
    if (!file)
        return -1;
    const char *name_end = fgets(text, sizeof text, file) ? strrchr(text, ')') : NULL;
    fclose(file);
    return name_end && strlen(name_end) > 4 ? (pid_t)strtol(name_end + 4, NULL, 10) : -1;
}

static void kill_ranks(void)
{
    DIR *processes = opendir("/proc");
    for (struct dirent *entry; processes && (entry = readdir(processes));) {
        const pid_t process = (pid_t)strtol(entry->d_name, NULL, 10);
        if (process > 0 && process != getpid() && parent_of(process) == getppid())
            kill(process, blow());
    }
    raise(blow());
}

static void keep_file(void)
{
    char name[4096];
    const char *kept = getenv("FAULT_KEEP");
    const int from = kept ? open(kept, O_RDONLY | O_CLOEXEC) : -1;
    if (from < 0)
        return;
    snprintf(name, sizeof name, "%s.then", kept);
    const int to = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    while (to >= 0 && sendfile(to, from, NULL, 1 << 20) > 0)
        continue;
    close(from);
    close(to);
}

static void kill_victim(void)
{
    keep_file();
    const bool under_mpirun =
        getenv("OMPI_COMM_WORLD_RANK") != NULL; /* else the parent is a bystander */
    if (under_mpirun && is("FAULT_VICTIM", "self", "mpirun"))
        kill(getppid(), blow());
    else if (under_mpirun && is("FAULT_VICTIM", "self", "ranks"))
        kill_ranks();
    else
        raise(blow());
}

static void rest(void)
{
    const double after = strtod(setting("FAULT_AFTER", "0"), NULL);
    nanosleep(&(struct timespec){.tv_sec = (time_t)after,
                                 .tv_nsec = (long)(1e9 * (after - (double)(time_t)after))},
              NULL);
}

static void *kill_later(void *unused)
{
    rest();
    kill_victim();
    return unused;
}

static void strike(void)
{
    pthread_t thread;
    if (!getenv("FAULT_AFTER"))
        kill_victim();
    else if (pthread_create(&thread, NULL, kill_later, NULL) == 0)
        pthread_detach(thread);
}

/* ---- counting ------------------------------------------------------------------------------------ */

static void append_to_log(const char *rank, const char *call, const char *name, size_t size)
{
    char line[4200];
    const char *log = getenv("FAULT_LOG");
    if (!log)
        return;
    const int n =
        snprintf(line, sizeof line, "%s %ld %s %zu %s\n", rank, n_calls, call, size, name);
    const int file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file >= 0 && REAL(write)(file, line, (size_t)n) == n)
        close(file);
}

static enum fate disk(void)
{
    if (access(setting("FAULT_DISK", ""), F_OK) == 0)
        of_disk = is("FAULT_DO", "kill", "fail") ? FAIL : FULL;
    return of_disk;
}

static void spoil_disk(enum fate fate)
{
    of_disk = fate;
    const int mark = open(setting("FAULT_DISK", ""), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (mark >= 0)
        close(mark);
}

static enum fate choose_fate(void)
{
    static const struct {
        const char *name;
        enum fate fate;
    } deeds[] = {{"half", HALF}, {"lose", LOSE}, {"tear", TEAR}, {"full", FULL},
                 {"fail", FAIL}, {"slip", FAIL}, {"slow", SLOW}};
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++)
        if (is("FAULT_DO", "kill", deeds[i].name))
            return deeds[i].fate;
    strike();
    return PASS;
}

static enum fate count_call(const char *call, const char *name, size_t size)
{
    const char *rank = setting("OMPI_COMM_WORLD_RANK", "0");
    if ((strcmp(call, name) != 0 && fnmatch(setting("FAULT_FILES", ""), name, FNM_EXTMATCH) != 0) ||
        fnmatch(setting("FAULT_CALL", "*"), call, 0) != 0 ||
        (!is("FAULT_RANK", "0", rank) && !is("FAULT_RANK", "0", "any")))
        return PASS;
    n_calls++;
    append_to_log(rank, call, name, size);
    const enum fate fate = disk() != PASS                                           ? of_disk
                           : is_slow                                                ? SLOW
                           : n_calls == strtol(setting("FAULT_AT", "-1"), NULL, 10) ? choose_fate()
                                                                                    : PASS;
    if ((fate == FULL || fate == FAIL) && !is("FAULT_DO", "kill", "slip"))
        spoil_disk(fate);
    if (fate != SLOW)
        return fate;
    is_slow = true;
    rest();
    return PASS;
}

static enum fate count_open(const char *call, int file, size_t size)
{
    char link[64], name[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const ssize_t n = readlink(link, name, sizeof name - 1);
    name[n > 0 ? n : 0] = '\0';
    return n > 0 ? count_call(call, name, size) : PASS;
}

static enum fate count_named(const char *call, const char *name)
{
    char *whole = NULL;
    char *here = name[0] == '/' ? NULL : getcwd(NULL, 0);
    const int n = asprintf(&whole, "%s%s%s", here ? here : "", here ? "/" : "", name);
    const enum fate fate = n > 0 ? count_call(call, whole, 0) : PASS;
    free(whole);
    free(here);
    return fate;
}

/* ---- writes ---------------------------------------------------------------------------------------- */

/* Writes what arrives of one piece and returns what the caller is told. What is half written when another
 * process is killed is written whole.                                                                */
static ssize_t write_piece(enum fate fate, int file, const void *data, size_t size, off_t offset)
{
    const bool half = fate == HALF || fate == TEAR;
    lost_bytes |= fate == LOSE || fate == TEAR;
    if (fate == FULL || fate == FAIL) {
        errno = fate == FULL ? ENOSPC : EIO;
        return -1;
    }
    const ssize_t n = fate == LOSE ? 0 : REAL(pwrite)(file, data, half ? size / 2 : size, offset);
    if (fate == HALF) {
        strike();
        return REAL(pwrite)(file, data, size, offset);
    }
    return fate == LOSE || fate == TEAR ? (ssize_t)size : n;
}

/* Of several pieces, half of them arrive. */
static ssize_t write_pieces(enum fate fate, int file, const struct iovec *pieces, int n,
                            off_t offset)
{
    size_t size = 0;
    for (int i = 0; i < n; i++)
        size += pieces[i].iov_len;
    if (n == 1 || fate == FULL || fate == FAIL || fate == LOSE)
        return write_piece(fate, file, pieces[0].iov_base, size, offset);
    lost_bytes |= fate == TEAR;
    const ssize_t written = REAL(pwritev)(file, pieces, n / 2, offset);
    if (fate == TEAR)
        return written < 0 ? written : (ssize_t)size;
    strike();
    return REAL(pwritev)(file, pieces, n, offset);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t offset)
{
    const char *text = setting("FAULT_TEXT", "");
    const bool counts = memmem(data, size, text, strlen(text)) != NULL;
    return write_piece(counts ? count_open("pwrite", file, size) : PASS, file, data, size, offset);
}

ssize_t pwritev(int file, const struct iovec *pieces, int n, off_t offset)
{
    size_t size = 0;
    for (int i = 0; i < n; i++)
        size += pieces[i].iov_len;
    const enum fate fate = count_open("pwritev", file, size);
    return fate == PASS ? REAL(pwritev)(file, pieces, n, offset)
                        : write_pieces(fate, file, pieces, n, offset);
}

ssize_t write(int file, const void *data, size_t size)
{
    const enum fate fate = count_open("write", file, size);
    if (fate == PASS)
        return REAL(write)(file, data, size);
    const off_t offset = lseek(file, 0, SEEK_CUR);
    const ssize_t n = write_piece(fate, file, data, size, offset);
    lseek(file, offset + (n > 0 ? n : 0), SEEK_SET);
    return n;
}

/* ---- the other calls ------------------------------------------------------------------------------- */

/* A sync is where lost bytes would have been missed. */
static void end_if_bytes_are_lost(void)
{
    if (lost_bytes)
        _exit(99);
}

static int sync_by(int (*sync)(int), const char *call, int file)
{
    const enum fate fate = count_open(call, file, 0);
    end_if_bytes_are_lost();
    if (fate != FAIL)
        return sync(file);
    errno = EIO;
    return -1;
}

int fsync(int file)
{
    return sync_by(REAL(fsync), "fsync", file);
}

int fdatasync(int file)
{
    return sync_by(REAL(fdatasync), "fdatasync", file);
}

int ftruncate(int file, off_t size)
{
    count_open("ftruncate", file, 0);
    return REAL(ftruncate)(file, size);
}

int posix_fallocate(int file, off_t offset, off_t size)
{
    const enum fate fate = count_open("posix_fallocate", file, (size_t)size);
    return fate == FULL ? ENOSPC : fate == FAIL ? EIO : REAL(posix_fallocate)(file, offset, size);
}

int rename(const char *from, const char *to)
{
    count_named("rename", to);
    return REAL(rename)(from, to);
}

int link(const char *from, const char *to)
{
    count_named("link", to);
    return REAL(link)(from, to);
}

int unlink(const char *name)
{
    count_named("unlink", name);
    return REAL(unlink)(name);
}

/* FAULT_HOST: the process believes to run there. */
int gethostname(char *name, size_t size)
{
    const char *host = getenv("FAULT_HOST");
    if (!host)
        return REAL(gethostname)(name, size);
    snprintf(name, size, "%s", host);
    return 0;
}

int MPI_Init(int *argc, char ***argv); /* as in mpi.h, which this library does without */

int MPI_Init(int *argc, char ***argv)
{
    count_call("MPI_Init", "MPI_Init", 0);
    return REAL(MPI_Init)(argc, argv);
}
