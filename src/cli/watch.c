/* See watch.h. Each look is a child process' (guard.h): HDF5 in this one is never started, so that it can go on for
 * days, over files that are made, replaced or damaged meanwhile. The child leaves its words in a file that
 * has no name; this process alone writes to the terminal.                                             */
#include "cli/watch.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/guard.h"
#include "cli/heatmap.h"
#include "cli/overview.h"
#include "cli/screen.h"
#include "regime/clock.h"

enum { FRAME_SIZE = 1 << 16, MAP_LINES = 24 };
static const double SHARE = 0.1; /* of the time, for looking */

struct watch {
    char path[RG_PATH_SIZE];
    bool json, screen;
    bool waits;      /* programs are told once that it does */
    double interval; /* seconds */
    FILE *words;     /* of the last look */
    char frame[FRAME_SIZE];
};

/* ---- a look, in the child -------------------------------------------------------------------------- */

/* Of the words so far. */
static int count_lines(FILE *words)
{
    int n = 0;
    rewind(words);
    for (int c; (c = fgetc(words)) != EOF;)
        n += c == '\n';
    fseek(words, 0, SEEK_END);
    return n;
}

/* Without a sweep that can be read there are no axes. What others need is left free: the words before, the time below. */
static enum rg_status print_map(const struct watch *watch, const struct rg_overview *overview)
{
    int columns = 80, lines = MAP_LINES;
    if (!overview->readable) {
        fprintf(watch->words, "  no map: %s\n", overview->why_not);
        return RG_OK;
    }
    if (watch->screen) {
        rg_screen_size(&columns, &lines);
        lines -= count_lines(watch->words) + 1;
    }
    return rg_heatmap_print(watch->words, overview->stored.store, overview->stored.spec, columns,
                            lines);
}

static enum rg_status print(const struct watch *watch, const struct rg_overview *overview)
{
    if (watch->json) {
        rg_overview_print_json(watch->words, overview);
    } else {
        RG_TRY(rg_overview_print(watch->words, watch->path, overview));
        RG_TRY(print_map(watch, overview));
    }
    return rg_overview_judge(watch->path, overview);
}

static enum rg_status write_words(const struct watch *watch)
{
    struct rg_overview overview;
    enum rg_status code = rg_overview_open(watch->path, &overview);
    if (code == RG_OK)
        code = print(watch, &overview);
    rg_overview_close(&overview);
    return code;
}

static enum rg_status look(void *context, char *text)
{
    const struct watch *watch = context;
    const enum rg_status code = write_words(watch);
    fflush(watch->words);
    if (code != RG_OK)
        snprintf(text, RG_GUARD_TEXT, "%s", rg_error_message());
    return code;
}

/* ---- between looks --------------------------------------------------------------------------------- */

struct scene { /* what can be told without opening the file */
    bool there;
    struct rg_lock_info lock;
};

static struct scene look_around(const char *path)
{
    struct scene scene = {.there = access(path, F_OK) == 0};
    rg_lock_look(path, &scene.lock);
    return scene;
}

static void sleep_for(double seconds)
{
    const struct timespec time = {.tv_sec = (time_t)seconds,
                                  .tv_nsec = (long)(1e9 * (seconds - (double)(time_t)seconds))};
    nanosleep(&time, NULL); /* a signal ends it: the caller looks what is new */
}

/* Until the next look: earlier if a run has come or gone, or the terminal wants it. */
static void rest(const struct watch *watch, const struct scene *before, double seconds)
{
    const double end = rg_clock(CLOCK_MONOTONIC) + seconds;
    for (double left = seconds; left > 0 && !(watch->screen && rg_screen_is_stale());
         left = end - rg_clock(CLOCK_MONOTONIC)) {
        const struct scene now = look_around(watch->path);
        if (now.there != before->there || now.lock.live != before->lock.live)
            return;
        sleep_for(left < 1 ? left : 1);
    }
}

/* ---- showing --------------------------------------------------------------------------------------- */

static void read_words(struct watch *watch)
{
    rewind(watch->words);
    const size_t n = fread(watch->frame, 1, sizeof watch->frame - 1, watch->words);
    watch->frame[n] = '\0';
}

static void add_line(struct watch *watch, const char *line)
{
    const size_t used = strlen(watch->frame);
    snprintf(watch->frame + used, sizeof watch->frame - used, "%s\n", line);
}

static void show(const struct watch *watch)
{
    if (watch->screen) {
        rg_screen_draw(watch->frame);
        return;
    }
    fputs(watch->frame, stdout);
    fflush(stdout);
}

static enum rg_status wait_for_file(struct watch *watch, const struct scene *scene)
{
    char line[RG_PATH_SIZE + 128];
    if (scene->lock.live)
        snprintf(line, sizeof line, "%s: being made by the run on %s (process %lld)", watch->path,
                 scene->lock.host, (long long)scene->lock.pid);
    else
        snprintf(line, sizeof line, "%s: no such file yet", watch->path);
    watch->frame[0] = '\0';
    if (!watch->json)
        add_line(watch, line);
    else if (!watch->waits)
        fprintf(stderr, "%s: waiting\n", line);
    watch->waits = true;
    return RG_OK;
}

/* Fills the frame. What a guard or a reader says of a file is a line of it, as long as a run may mend it. */
static enum rg_status take_look(struct watch *watch, const struct scene *scene)
{
    char text[RG_GUARD_TEXT], line[64];
    if (!scene->there)
        return wait_for_file(watch, scene);
    rewind(watch->words);
    if (ftruncate(fileno(watch->words), 0) != 0)
        return rg_fail(RG_ERROR_SYSTEM, __FILE__, __LINE__, "what a look says cannot be kept");
    const enum rg_status code = rg_guard(watch->path, look, watch, text);
    if (text[0] && code != RG_OK)
        (void)rg_fail(code, __FILE__, __LINE__, "%s", text);
    read_words(watch);
    if (watch->json)
        return code;
    if (code != RG_OK && scene->lock.live)
        add_line(watch, rg_error_message());
    const time_t now = time(NULL);
    strftime(line, sizeof line, "  at %Y-%m-%d %H:%M:%S", localtime(&now));
    add_line(watch, line);
    return code;
}

/* A file that was there and is not is about to come back only while somebody holds it. */
static enum rg_status follow(struct watch *watch)
{
    for (bool seen = false;;) {
        const struct scene scene = look_around(watch->path);
        const double begun = rg_clock(CLOCK_MONOTONIC);
        seen = seen || scene.there;
        const bool over = seen && !scene.lock.live;
        RG_REQUIRE(scene.there || !over, RG_ERROR_USER, "%s: gone, and no run holds it",
                   watch->path);
        const enum rg_status code = take_look(watch, &scene);
        show(watch);
        if (over)
            return code;
        rg_error_clear();
        const double took = rg_clock(CLOCK_MONOTONIC) - begun;
        rest(watch, &scene, watch->interval > took / SHARE ? watch->interval : took / SHARE);
    }
}

static enum rg_status read_options(const struct rg_arguments *arguments, struct watch *watch)
{
    const char *interval = rg_arguments_value(arguments, "--interval");
    RG_TRY(rg_stored_word(arguments, watch->path));
    watch->json = rg_arguments_value(arguments, "--json") != NULL;
    watch->interval = isatty(STDOUT_FILENO) ? 1 : 60;
    if (interval)
        RG_TRY(rg_duration_parse(interval, &watch->interval));
    return RG_OK;
}

/* The last state stays where it can be read. */
enum rg_status rg_watch(const struct rg_arguments *arguments)
{
    static struct watch watch;
    RG_TRY(read_options(arguments, &watch));
    watch.words = tmpfile();
    RG_REQUIRE(watch.words, RG_ERROR_SYSTEM, "no temporary file can be made (TMPDIR, /tmp)");
    watch.screen = !watch.json && rg_screen_open();
    const enum rg_status code = follow(&watch);
    if (watch.screen) {
        rg_screen_close();
        watch.screen = false;
        show(&watch);
    }
    fclose(watch.words);
    return code;
}
