/* See halt.h. A handler only notes its signal; rank 0 looks some times a second. */
#include "cli/halt.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/slurm.h"
#include "regime/clock.h"
#include "regime/status.h"

static const struct {
    int number;
    const char *name;
} signals[] = {{SIGUSR1, "SIGUSR1"}, {SIGTERM, "SIGTERM"}, {SIGINT, "SIGINT"}};
enum { N_SIGNALS = sizeof signals / sizeof *signals };

static volatile sig_atomic_t received[N_SIGNALS];

static void note(int number)
{
    for (int i = 0; i < N_SIGNALS; i++)
        if (signals[i].number == number && ++received[i] > 1 && number == SIGINT)
            _exit(128 + SIGINT);
}

static void block(int how)
{
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < N_SIGNALS; i++)
        sigaddset(&set, signals[i].number);
    sigprocmask(how, &set, NULL);
}

void rg_halt_hold(void)
{
    block(SIG_BLOCK);
}

void rg_halt_listen(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < N_SIGNALS; i++)
        sigaction(signals[i].number, &action, NULL);
    block(SIG_UNBLOCK);
}

bool rg_halt_alarmed(void)
{
    return received[1] != 0;
}

static struct timespec time_of(const char *file)
{
    struct stat info;
    return stat(file, &info) == 0 ? info.st_mtim : (struct timespec){0};
}

static bool is_earlier(const struct rg_halt *halt)
{
    const struct timespec now = time_of(halt->file);
    return now.tv_sec != 0 && now.tv_sec == halt->earlier.tv_sec &&
           now.tv_nsec == halt->earlier.tv_nsec;
}

void rg_halt_init(struct rg_halt *halt, const char *path, double limit)
{
    *halt = (struct rg_halt){.deadline = INFINITY};
    snprintf(halt->file, sizeof halt->file, "%s.stop", path);
    const struct timespec made = time_of(halt->file);
    if (made.tv_sec != 0 && !rg_slurm_restarted() && !rg_slurm_waited_at((double)made.tv_sec))
        halt->earlier = made;
    if (!isnan(limit)) {
        halt->deadline = rg_clock_start() + limit;
        return;
    }
    const double end = rg_slurm_end();
    if (!isnan(end))
        halt->deadline = rg_clock(CLOCK_MONOTONIC) + end - rg_clock(CLOCK_REALTIME);
}

void rg_halt_tidy(const struct rg_halt *halt)
{
    if (is_earlier(halt) && unlink(halt->file) == 0)
        rg_warn("removed %s, which an earlier run was stopped by", halt->file);
}

double rg_halt_first_flush(const struct rg_halt *halt, double interval)
{
    static const double share = 0.05; /* of the time that is left */
    return fmin(interval, share * (halt->deadline - rg_clock(CLOCK_MONOTONIC)));
}

/* At worst a flush for other reasons has just begun when the deadline comes near, and before either flush every
 * rank is in a step. The rest is for the file and MPI to be closed.                                  */
static double margin(const struct rg_schedule_state *state)
{
    static const double rest = 2;
    return 2 * (state->longest_flush + state->longest_step) + rest;
}

const char *rg_halt_reason(struct rg_halt *halt, const struct rg_schedule_state *state)
{
    static const double interval = 1; /* seconds between looks at the file */
    const double now = rg_clock(CLOCK_MONOTONIC);
    for (int i = 0; i < N_SIGNALS; i++)
        if (received[i])
            return signals[i].name;
    if (now + margin(state) >= halt->deadline)
        return "the time limit";
    if (now < halt->next_look)
        return NULL;
    halt->next_look = now + interval;
    return access(halt->file, F_OK) == 0 && !is_earlier(halt) ? halt->file : NULL;
}
