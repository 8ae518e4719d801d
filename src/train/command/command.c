/* The model command: a point is one process of a program of the user's, told its knobs and seeds as JSON and asked
 * for its columns. A step starts it, or looks after it for a moment; the last one is that after which it has ended.
 * Whatever goes wrong with it is the point's failure, told in one line, and the sweep goes on.          */
#include "train/command/command.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "regime/memory.h"
#include "train/command/answer.h"
#include "train/command/beside.h"
#include "train/command/child.h"
#include "train/command/tables.h"

struct run {
    const struct rg_model *model;
    struct rg_beside beside; /* the point, and its question */
    char command[RG_TEXT_MAX], *words[RG_WORDS_MAX + 1];
    struct rg_child child;
    bool started;
    struct json_object *answer; /* NULL: there is none, or not yet */
    enum rg_failure failure;
    char reason[1200], why[2048];
};

static enum rg_status create(MPI_Comm team, const struct rg_point *point, void **net)
{
    const struct rg_command_settings *settings = point->settings;
    struct run *run;
    (void)team;
    RG_TRY(rg_alloc(&run, 1, sizeof *run));
    *net = run;
    run->model = point->model;
    run->beside = (struct rg_beside){point->file, point->id, settings->command, NULL};
    snprintf(run->command, sizeof run->command, "%s", settings->command);
    rg_command_split(run->command, run->words);
    RG_TRY(rg_child_init(&run->child));
    return rg_question_make(point, &run->beside.question);
}

static void destroy(void **net)
{
    struct run *run = *net;
    if (!run)
        return;
    rg_child_free(&run->child);
    rg_answer_free(&run->answer);
    rg_free(&run->beside.question);
    rg_free(net);
}

/* ---- how it ended -------------------------------------------------------------------------------- */

static enum rg_failure fail(struct run *run, enum rg_failure failure, const char *format,
                            const char *what)
{
    snprintf(run->reason, sizeof run->reason, format, what);
    return failure;
}

static enum rg_failure judge_output(struct run *run)
{
    size_t size;
    char *text = rg_child_map(&run->child, 1, &size);
    run->answer = rg_answer_parse(text ? text : "", size, run->reason, sizeof run->reason);
    rg_child_unmap(text, size);
    if (!run->answer)
        return RG_NO_JSON;
    if (rg_answer_check(run->model, run->answer, run->reason, sizeof run->reason))
        return RG_NO_FAILURE;
    rg_answer_free(&run->answer);
    return RG_WRONG_COLUMNS;
}

static enum rg_failure judge(struct run *run)
{
    const int status = run->child.status;
    char number[32];
    if (run->child.too_much)
        return fail(run, RG_TOO_MUCH_OUTPUT, "%s",
                    "it wrote more than 64 MiB and was ended: print only the answer, and messages "
                    "now and then");
    if (WIFSIGNALED(status))
        return fail(run, RG_SIGNAL, "it was ended by a signal (%s)", strsignal(WTERMSIG(status)));
    snprintf(number, sizeof number, "%d", WEXITSTATUS(status));
    if (WEXITSTATUS(status) != 0)
        return fail(run, RG_EXIT_STATUS, "it ended with exit status %s", number);
    return judge_output(run);
}

/* ---- the model ----------------------------------------------------------------------------------- */

static enum rg_failure start(struct run *run)
{
    rg_answer_free(&run->answer);
    const int error = rg_child_start(&run->child, run->words, run->beside.question);
    run->started = error == 0;
    return run->started ? RG_NO_FAILURE
                        : fail(run, RG_NOT_STARTED, "it cannot be started: %s", strerror(error));
}

/* Not long, so that a stop is heard. */
static void wait_a_moment(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

/* A program that fails everywhere must not fill the terminal and the disk. */
static const char *tell(struct run *run)
{
    enum { MOST = 20 };
    static int n_failed; /* in this process */
    if (++n_failed > MOST)
        return NULL;
    rg_beside_keep(&run->beside, &run->child, run->reason, run->why, sizeof run->why);
    if (n_failed == MOST)
        rg_warn("20 points have failed on this rank: what else fails here is counted, not told");
    return run->why;
}

static enum rg_status step(void *net, struct rg_step *step)
{
    struct run *run = net;
    *step = (struct rg_step){0};
    run->failure = run->started ? RG_NO_FAILURE : start(run);
    if (run->started && !rg_child_ended(&run->child)) {
        wait_a_moment();
        return RG_OK;
    }
    if (run->started)
        run->failure = judge(run);
    run->started = false;
    step->failed = run->failure != RG_NO_FAILURE;
    step->epoch_end = !step->failed;
    if (step->epoch_end) {
        step->train_loss = rg_answer_diverged(run->answer) ? NAN : 0;
        rg_beside_clear(&run->beside);
        return RG_OK;
    }
    step->why = tell(run);
    return RG_OK;
}

static enum rg_status measure(void *net, const struct rg_row *row, const struct rg_tick *tick)
{
    const struct run *run = net;
    (void)tick;
    if (row->cells[0])
        *(uint8_t *)row->cells[0] = (uint8_t)run->failure;
    if (run->answer)
        rg_answer_put(run->model, run->answer, row);
    return RG_OK;
}

static double cost(const void *settings)
{
    (void)settings;
    return 1;
}

static size_t memory(const void *settings, const int team[2])
{
    (void)settings, (void)team;
    return sizeof(struct run);
}

static bool wide(const void *settings)
{
    (void)settings;
    return true;
}

const struct rg_model rg_command_model = {
    .name = "command",
    .doc =
        "A program of your own, in PyTorch or anything else: one process for each point, without a "
        "shell. Its knobs, columns and their dimensions are declared in the sweep file; it reads "
        "the "
        "point's knobs and seeds as JSON and prints its columns as JSON. docs/command_model.md has "
        "the details, regime describe SWEEP.cfg the tables of a sweep.",
    .libraries = RG_PROGRAM,
    .settings_size = sizeof(struct rg_command_settings),
    .knobs = {&rg_command_knobs},
    .columns = {&rg_command_columns},
    .declared = true,
    .check = rg_command_check,
    .cost = cost,
    .memory = memory,
    .wide = wide,
    .create = create,
    .step = step,
    .measure = measure,
    .destroy = destroy,
};
