/* The lock: one holder at a time, the dead are recognised, one that was taken over from does not write again. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "regime/clock.h"
#include "regime/lock.h"
#include "regime/memory.h"
#include "test.h"
#include "write/lease.h"

const char *const test_suite = "write_lock";

static const double brief = 0.2; /* an interval short enough to wait three of */

static void path_of(const char *name, char path[4096])
{
    snprintf(path, 4096, "%s/%s", test_folder(), name);
}

static void rest(double seconds)
{
    struct timespec duration = {(time_t)seconds, (long)(1e9 * (seconds - (double)(time_t)seconds))};
    nanosleep(&duration, NULL);
}

/* Replaces the value of an entry in the lock file, keeping the file's size. */
static void edit(const char *path, const char *name, const char *value)
{
    char command[8192];
    snprintf(command, sizeof command, "sed -i 's|^%s=.*|%s=%s|' '%s.lock'", name, name, value,
             path);
    CU_ASSERT_EQUAL(test_shell(command, NULL, 0), 0);
}

static bool lock_exists(const char *path)
{
    struct rg_lock_info info;
    rg_lock_look(path, &info);
    return info.exists;
}

/* A child that takes the lock, reports how it went through a pipe, and waits to be killed. */
static pid_t start_holder(const char *path, enum rg_status *code)
{
    int ends[2];
    char result = 0;
    CU_ASSERT_EQUAL(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        struct rg_lock *lock = NULL;
        result = (char)rg_lock_take(path, 100, &lock);
        if (write(ends[1], &result, 1) == 1)
            pause();
        _exit(0);
    }
    CU_ASSERT_EQUAL(read(ends[0], &result, 1), 1);
    close(ends[0]);
    close(ends[1]);
    *code = (enum rg_status)result;
    return child;
}

static void takes_and_releases(void)
{
    int64_t live = rg_alloc_live();
    char path[4096];
    struct rg_lock *lock = NULL, *second = NULL;
    path_of("free.h5", path);
    TEST_OK(rg_lock_take(path, 100, &lock));
    CU_ASSERT_TRUE(lock_exists(path));
    CU_ASSERT_EQUAL(rg_lock_take(path, 100, &second), RG_ERROR_LOCKED);
    CU_ASSERT_PTR_NULL(second);
    TEST_OK(rg_lock_renew(lock));
    rg_lock_release(&lock);
    CU_ASSERT_FALSE(lock_exists(path));
    CU_ASSERT_EQUAL(rg_alloc_live(), live);
}

static void names_the_living_holder(void)
{
    char path[4096], pid[32], host[64] = "";
    enum rg_status code;
    struct rg_lock *lock = NULL;
    struct rg_lock_info info;
    path_of("held.h5", path);
    pid_t child = start_holder(path, &code);
    CU_ASSERT_EQUAL(code, RG_OK);
    CU_ASSERT_EQUAL(rg_lock_take(path, brief, &lock), RG_ERROR_LOCKED);
    snprintf(pid, sizeof pid, "process %d", (int)child);
    gethostname(host, sizeof host - 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(rg_error_message(), pid));
    CU_ASSERT_PTR_NOT_NULL(strstr(rg_error_message(), host));
    rg_lock_look(path, &info);
    CU_ASSERT(info.live && info.pid == child && strcmp(info.host, host) == 0);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

/* The dead child is first a zombie, which kill(pid, 0) still finds, and then gone. */
static void takes_over_from_the_dead(void)
{
    for (int reaped = 0; reaped < 2; reaped++) {
        char path[4096];
        enum rg_status code;
        struct rg_lock *lock = NULL;
        path_of("dead.h5", path);
        pid_t child = start_holder(path, &code);
        CU_ASSERT_EQUAL(code, RG_OK);
        kill(child, SIGKILL);
        if (reaped)
            waitpid(child, NULL, 0);
        else
            rest(0.1);
        double start = rg_clock(CLOCK_MONOTONIC);
        TEST_OK(rg_lock_take(path, 100, &lock));
        CU_ASSERT(rg_clock(CLOCK_MONOTONIC) - start < 10); /* decided by /proc, not by waiting */
        rg_lock_release(&lock);
        waitpid(child, NULL, WNOHANG);
    }
}

static void is_not_fooled_by_a_reused_pid(void)
{
    char path[4096];
    struct rg_lock *lock = NULL, *second = NULL;
    path_of("reused.h5", path);
    TEST_OK(rg_lock_take(path, 100, &lock));
    edit(path, "started", "12345");
    TEST_OK(rg_lock_take(path, 100, &second));
    CU_ASSERT_EQUAL(rg_lock_renew(lock), RG_OK); /* too early to look */
    rg_lock_release(&lock);                      /* not ours any more: stays */
    CU_ASSERT_TRUE(lock_exists(path));
    rg_lock_release(&second);
}

static int real_stderr;

static void hide_stderr(const char *name)
{
    char path[4096];
    path_of(name, path);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    real_stderr = dup(STDERR_FILENO);
    dup2(file, STDERR_FILENO);
    close(file);
}

static void show_stderr(void)
{
    dup2(real_stderr, STDERR_FILENO);
    close(real_stderr);
}

static void waits_for_another_host(void)
{
    char path[4096], wanted[8192], output[64];
    struct rg_lock *lock = NULL, *second = NULL;
    path_of("elsewhere.h5", path);
    TEST_OK(rg_lock_take(path, brief, &lock));
    edit(path, "host", "elsewhere");
    double start = rg_clock(CLOCK_MONOTONIC);
    hide_stderr("said");
    TEST_OK(rg_lock_take(path, brief, &second));
    show_stderr();
    CU_ASSERT(rg_clock(CLOCK_MONOTONIC) - start >= 3 * brief * 0.99);
    TEST_OK(rg_lock_renew(second)); /* its lease begins where the waiting ended */
    snprintf(wanted, sizeof wanted,
             "grep -c 'waiting up to 0.6 s to see whether elsewhere (process %d) still holds "
             ".*elsewhere.h5.lock$' '%s/said'",
             (int)getpid(), test_folder());
    CU_ASSERT_EQUAL(test_shell(wanted, output, sizeof output), 0);
    CU_ASSERT_STRING_EQUAL(output, "1\n");
    rg_lock_release(&lock);
    rg_lock_release(&second);
    CU_ASSERT_FALSE(lock_exists(path));
}

/* A clock set back, there or here, makes a lock that would be live for as long as it was set back. */
static void believes_no_lock_from_the_future(void)
{
    char path[4096], text[64];
    struct rg_lock *lock = NULL;
    struct rg_lock_info info;
    const double offsets[] = {-86400, -50, 50, 86400}, now = rg_clock(CLOCK_REALTIME);
    path_of("future.h5", path);
    TEST_OK(rg_lock_take(path, 100, &lock));
    edit(path, "host", "elsewhere");
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        snprintf(text, sizeof text, "%.3f", now + offsets[i]);
        edit(path, "renewed", text);
        rg_lock_look(path, &info);
        CU_ASSERT_EQUAL(info.live, offsets[i] > -300 && offsets[i] < 300);
    }
    rg_lock_release(&lock);
}

static void sees_another_host_renew(void)
{
    char path[4096];
    struct rg_lock *lock = NULL, *second = NULL;
    path_of("renewed.h5", path);
    TEST_OK(rg_lock_take(path, 1.0, &lock));
    edit(path, "host", "elsewhere");
    pid_t child = fork();
    if (child == 0) {
        rest(0.5);
        edit(path, "counter", "9");
        _exit(0);
    }
    CU_ASSERT_EQUAL(rg_lock_take(path, 1.0, &second), RG_ERROR_LOCKED);
    CU_ASSERT_PTR_NOT_NULL(strstr(rg_error_message(), "elsewhere"));
    waitpid(child, NULL, 0);
    rg_lock_release(&lock);
}

static void goes_on_where_nobody_took_over(void)
{
    char path[4096];
    struct rg_lock *lock = NULL;
    path_of("late.h5", path);
    TEST_OK(rg_lock_take(path, brief, &lock));
    rest(brief / 2);
    TEST_OK(rg_lock_renew(lock));
    rest(brief * 0.6); /* past the first lease, within the second */
    TEST_OK(rg_lock_renew(lock));
    rest(brief * 1.5);
    TEST_OK(rg_lock_renew(lock));
    rg_lock_release(&lock);
    CU_ASSERT_FALSE(lock_exists(path));
}

/* Of one that was killed while it took over. */
static void waits_for_a_claim(void)
{
    char path[4096], claim[4200];
    struct rg_lock *lock = NULL;
    path_of("claimed.h5", path);
    snprintf(claim, sizeof claim, "%s.lock.claim", path);
    TEST_OK(rg_lock_take(path, brief, &lock));
    close(open(claim, O_WRONLY | O_CREAT, 0644));
    const double start = rg_clock(CLOCK_MONOTONIC);
    TEST_OK(rg_lock_refresh(lock)); /* in time: no claim matters */
    CU_ASSERT(rg_clock(CLOCK_MONOTONIC) - start < 3 * brief);
    rest(brief * 1.5);
    const double late = rg_clock(CLOCK_MONOTONIC);
    TEST_OK(rg_lock_refresh(lock));
    CU_ASSERT(rg_clock(CLOCK_MONOTONIC) - late >= 3 * brief * 0.99);
    CU_ASSERT_NOT_EQUAL(access(claim, F_OK), 0);
    rg_lock_release(&lock);
}

/* What the old holder writes goes to its own file, which has no name any more. */
static void does_not_write_to_the_lock_of_another(void)
{
    char path[4096], name[4200], held[RG_LEASE_SIZE + 1], now[RG_LEASE_SIZE + 1];
    struct rg_lock *lock = NULL, *second = NULL;
    path_of("other.h5", path);
    TEST_OK(rg_lock_take(path, brief, &lock));
    edit(path, "started", "12345");
    TEST_OK(rg_lock_take(path, brief, &second));
    snprintf(name, sizeof name, "%s.lock", path);
    CU_ASSERT(rg_lease_read(name, held));
    rest(brief * 1.5);
    CU_ASSERT_EQUAL(rg_lock_renew(lock), RG_ERROR_LOCKED);
    CU_ASSERT_EQUAL(rg_lock_renew(lock), RG_ERROR_LOCKED); /* for good */
    rg_lock_release(&lock);
    CU_ASSERT(rg_lease_read(name, now));
    CU_ASSERT_STRING_EQUAL(now, held);
    rg_lock_release(&second);
}

static void is_refreshed_after_a_long_operation(void)
{
    char path[4096];
    struct rg_lock *lock = NULL;
    path_of("long.h5", path);
    TEST_OK(rg_lock_take(path, brief, &lock));
    rest(brief * 1.5);
    TEST_OK(rg_lock_refresh(lock));
    TEST_OK(rg_lock_renew(lock));
    edit(path, "epoch", "2");
    CU_ASSERT_EQUAL(rg_lock_refresh(lock), RG_ERROR_LOCKED);
    rg_lock_release(&lock);
}

/* Root may write everywhere, but not beyond this many bytes of a file. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    signal(SIGXFSZ, SIG_IGN);
    CU_ASSERT_EQUAL(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void says_why_it_was_not_renewed(void)
{
    char path[4096];
    struct rg_lock *lock = NULL;
    path_of("denied.h5", path);
    TEST_OK(rg_lock_take(path, brief, &lock));
    rest(brief / 2);
    limit_files(0);
    TEST_OK(rg_lock_renew(lock)); /* the lease has not run out yet */
    rest(brief);
    CU_ASSERT_EQUAL(rg_lock_renew(lock), RG_ERROR_LOCKED);
    limit_files(RLIM_INFINITY);
    CU_ASSERT_PTR_NOT_NULL(strstr(rg_error_message(), strerror(EFBIG)));
    rg_lock_release(&lock);
}

static void tells_what_is_in_flight(void)
{
    char path[4096];
    struct rg_lock *lock = NULL;
    struct rg_lock_info info;
    path_of("busy.h5", path);
    TEST_OK(rg_lock_take(path, 100, &lock));
    rg_lock_note(lock, 7);
    rest(1.1);
    TEST_OK(rg_lock_renew(lock));
    rg_lock_look(path, &info);
    CU_ASSERT(info.live && info.in_flight == 7);
    rg_lock_release(&lock);
    rg_lock_look(path, &info);
    CU_ASSERT(!info.exists && !info.live && info.in_flight == 0);
}

static void stops_when_taken_over(void)
{
    char path[4096];
    struct rg_lock *lock = NULL;
    path_of("lost.h5", path);
    TEST_OK(rg_lock_take(path, brief, &lock));
    edit(path, "epoch", "2");
    rest(brief / 2);
    CU_ASSERT_EQUAL(rg_lock_renew(lock), RG_ERROR_LOCKED);
    rg_lock_release(&lock);
    CU_ASSERT_TRUE(lock_exists(path));
}

static void outlives_an_empty_lock(void)
{
    char path[4096], command[8192];
    struct rg_lock *lock = NULL;
    path_of("empty.h5", path);
    snprintf(command, sizeof command, ": > '%s.lock'", path);
    test_shell(command, NULL, 0);
    TEST_OK(rg_lock_take(path, brief, &lock));
    rg_lock_release(&lock);
}

/* Whoever finds the lock finds all of it, so that a kill at any moment leaves no lock without a holder. */
static void is_never_seen_in_part(void)
{
    enum { TIMES = 300 };
    char path[4096], name[4200];
    int seen = 0, in_part = 0;
    path_of("whole.h5", path);
    snprintf(name, sizeof name, "%s.lock", path);
    pid_t child = fork();
    if (child == 0) {
        int failed = 0;
        const double start = rg_clock(CLOCK_MONOTONIC); /* on a busy machine 300 may be one slice */
        for (int i = 0; i < TIMES || rg_clock(CLOCK_MONOTONIC) - start < 1; i++) {
            struct rg_lock *lock = NULL;
            failed += rg_lock_take(path, 100, &lock) != RG_OK;
            rg_lock_release(&lock);
        }
        _exit(failed > 0);
    }
    int status = 0;
    struct stat info;
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (stat(name, &info) != 0)
            continue;
        seen++;
        in_part += info.st_size != RG_LEASE_SIZE;
    }
    CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CU_ASSERT(seen > 0);
    CU_ASSERT_EQUAL(in_part, 0);
    snprintf(name, sizeof name, "ls '%s' | grep -c '^whole'", test_folder());
    CU_ASSERT_EQUAL(test_shell(name, NULL, 0), 1);
}

static void lets_one_of_many_win(void)
{
    enum { N = 8 };
    char path[4096];
    struct rg_lock *lock = NULL;
    enum rg_status codes[N];
    pid_t children[N];
    int winners = 0;
    path_of("race.h5", path);
    TEST_OK(rg_lock_take(path, 100, &lock));
    edit(path, "started", "12345");
    rg_lock_release(&lock);
    CU_ASSERT_TRUE(lock_exists(path));
    int ends[2];
    CU_ASSERT_EQUAL(pipe(ends), 0);
    for (int i = 0; i < N; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            struct rg_lock *mine = NULL;
            char code = (char)rg_lock_take(path, 100, &mine);
            if (write(ends[1], &code, 1) == 1)
                pause();
            _exit(0);
        }
    }
    for (int i = 0; i < N; i++) {
        char code = 0;
        CU_ASSERT_EQUAL(read(ends[0], &code, 1), 1);
        codes[i] = (enum rg_status)code;
        winners += codes[i] == RG_OK;
        CU_ASSERT(codes[i] == RG_OK || codes[i] == RG_ERROR_LOCKED);
    }
    CU_ASSERT_EQUAL(winners, 1);
    for (int i = 0; i < N; i++) {
        kill(children[i], SIGKILL);
        waitpid(children[i], NULL, 0);
    }
    close(ends[0]);
    close(ends[1]);
}

static void explains_a_missing_folder(void)
{
    char path[4096];
    struct rg_lock *lock = NULL;
    path_of("nowhere/x.h5", path);
    CU_ASSERT_EQUAL(rg_lock_take(path, brief, &lock), RG_ERROR_USER);
    CU_ASSERT_PTR_NOT_NULL(strstr(rg_error_message(), "nowhere"));
    CU_ASSERT_PTR_NULL(lock);
}

const struct test_case test_cases[] = {
    {"a free lock is taken and given back", takes_and_releases},
    {"a living holder is named", names_the_living_holder},
    {"a dead holder's lock is taken over, zombie or not", takes_over_from_the_dead},
    {"a process of the same id is not the holder", is_not_fooled_by_a_reused_pid},
    {"a silent holder elsewhere is waited for", waits_for_another_host},
    {"a lock from the future is not believed", believes_no_lock_from_the_future},
    {"a holder elsewhere that renews keeps the lock", sees_another_host_renew},
    {"a lease that ran out is renewed if nobody took over", goes_on_where_nobody_took_over},
    {"a late renewal waits for a take-over under way", waits_for_a_claim},
    {"a lock of another is never written", does_not_write_to_the_lock_of_another},
    {"a lock is refreshed after a long operation", is_refreshed_after_a_long_operation},
    {"a lock that cannot be written says why", says_why_it_was_not_renewed},
    {"a lock tells how many points are in flight", tells_what_is_in_flight},
    {"a lock taken over is lost for good", stops_when_taken_over},
    {"an unreadable lock is taken over in time", outlives_an_empty_lock},
    {"a lock is never seen in part", is_never_seen_in_part},
    {"of many that take over, one wins", lets_one_of_many_win},
    {"a missing folder is a user's error", explains_a_missing_folder},
    {0},
};
