/* regime point FILE AXIS=VALUE ...: everything the file says about one point. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"
#include "cli/pick.h"
#include "cli/stored.h"
#include "regime/grid.h"
#include "regime/knob.h"
#include "regime/memory.h"
#include "regime/text.h"

enum { SHOWN = 12 /* values of an array; weights are longer */ };

/* ---- values ------------------------------------------------------------------------------------ */

static void print_real(double value, int digits)
{
    if (isnan(value))
        printf(" -");
    else
        printf(" %.*g", digits, value);
}

static void print_integer(int64_t value)
{
    if (value == -1)
        printf(" -");
    else
        printf(" %lld", (long long)value);
}

static void print_element(const struct rg_field *field, const unsigned char *at)
{
    char name[RG_NAME_MAX];
    float f4;
    double f8;
    int32_t i4;
    int64_t i8;
    switch (field->type) {
        case RG_F4:
            print_real((memcpy(&f4, at, sizeof f4), (double)f4), 9);
            break;
        case RG_F8:
            print_real((memcpy(&f8, at, sizeof f8), f8), 17);
            break;
        case RG_I4:
            print_integer((memcpy(&i4, at, sizeof i4), i4));
            break;
        case RG_I8:
            print_integer((memcpy(&i8, at, sizeof i8), i8));
            break;
        case RG_CODE:
            printf(" %s",
                   rg_choice_name(field->column->meanings, *at, name, sizeof name) ? name : "?");
            break;
        default:
            printf(" %s", *at ? "yes" : "no");
    }
}

/* Those that are left when the last ones, as far as they hold no number, are left out. */
static int64_t n_known(const struct rg_field *field, const unsigned char *row)
{
    unsigned char fill[sizeof(double)];
    const size_t size = rg_column_type_size(field->type);
    int64_t n = field->count;
    if (field->type == RG_CODE || field->type == RG_FLAG) /* their fill value is one of them */
        return n;
    rg_fill(field->type, 1, fill);
    while (n > 1 && memcmp(row + (size_t)(n - 1) * size, fill, size) == 0)
        n--;
    return n;
}

static void print_field(const struct rg_layout *layout, const struct rg_field *field,
                        const struct rg_record *record)
{
    const unsigned char *row = record->data + field->offset;
    printf("  %-28s", field->name);
    const int64_t n = field->count > SHOWN ? n_known(field, row) : field->count;
    if (n > SHOWN) {
        printf(" %lld values (", (long long)n);
        for (int d = 0; d < field->n_dims; d++)
            printf("%s%s", d ? ", " : "", layout->dims[field->dims[d]].name);
        puts(")");
        return;
    }
    for (int64_t i = 0; i < n; i++)
        print_element(field, row + (size_t)i * rg_column_type_size(field->type));
    puts("");
}

static void print_columns(const struct rg_layout *layout, const struct rg_record *record)
{
    puts("at the end");
    for (int f = 0; f < layout->n_fields; f++)
        if (layout->fields[f].moment == RG_AT_END)
            print_field(layout, &layout->fields[f], record);
}

/* ---- where it comes from ----------------------------------------------------------------------- */

static void print_origin(const struct rg_stored_point *info)
{
    static const char *const statuses[] = {"pending", "done", "diverged", "failed"};
    char when[64] = "", lasted[64];
    time_t start = (time_t)info->start;
    struct tm local;
    printf("  %-28s %s%s\n", "status",
           info->status <= RG_FAILED ? statuses[info->status] : "unknown",
           info->status != RG_PENDING && !info->checksum_holds
               ? "; DAMAGED: the checksum does not hold (see regime verify)"
               : "");
    if (info->status == RG_PENDING || isnan(info->start))
        return;
    if (localtime_r(&start, &local))
        strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &local);
    rg_duration_print(info->wall_seconds, lasted, sizeof lasted);
    printf("  %-28s %s, rank %lld\n  %-28s %s\n  %-28s %s\n", "host", info->host,
           (long long)info->rank, "started", when, "took", lasted);
}

static void print_settings(const struct rg_spec *spec, const struct rg_point *point)
{
    char value[RG_LIST_MAX * 32];
    static const char *const streams[] = {"data", "init", "order", "validation", "task"};
    puts("settings");
    for (int i = 0; i < rg_model_n_knobs(spec->model); i++) {
        const struct rg_knob *knob = rg_model_knob(spec->model, i);
        rg_knob_print(knob, point->settings, value, sizeof value);
        printf("  %-28s %s\n", knob->name, value);
    }
    printf("random streams\n  %-28s %llu\n", "seed of the sweep", (unsigned long long)spec->seed);
    for (int s = 0; s < RG_N_STREAMS; s++)
        printf("  key of %-21s %016llx\n", streams[s], (unsigned long long)point->key[s]);
}

/* "--set" and each of the lines "knob=value". */
static void print_overrides(const char *lines)
{
    for (size_t n; *lines; lines += n + (lines[n] == '\n')) {
        n = strcspn(lines, "\n");
        printf(" --set '%.*s'", (int)n, lines);
    }
}

static int team_size(const struct rg_spec *spec)
{
    return spec->team[0] * spec->team[1];
}

/* What takes a team, or is one step, is no work for replay, but for a run of that slice. */
static void print_run(const char *path, const struct rg_spec *spec, int64_t id)
{
    if (team_size(spec) > 1)
        printf("  mpirun -q -n %d regime run SWEEP.cfg", team_size(spec));
    else
        printf("  regime run SWEEP.cfg");
    print_overrides(spec->overrides);
    char place[1024];
    rg_grid_print(spec, id, place, sizeof place);
    for (char *word = strtok(place, " "); word; word = strtok(NULL, " "))
        printf(" --only %s", word);
    printf(" -o point.h5\n  (the attribute sweep_file of %s is the text of SWEEP.cfg)\n", path);
}

static void print_commands(const char *path, const struct rg_spec *spec, int64_t id)
{
    char place[1024], file[2 * RG_PATH_SIZE];
    puts("again, alone");
    if (team_size(spec) > 1 || spec->declared) {
        print_run(path, spec, id);
        return;
    }
    rg_grid_print(spec, id, place, sizeof place);
    rg_shell_quote(path, file, sizeof file);
    printf("  regime replay %s%s%s -o point.h5\n", file, place[0] ? " " : "", place);
}

/* ---- the command ------------------------------------------------------------------------------- */

static enum rg_status show(const char *path, const struct rg_stored *stored, int64_t id)
{
    char place[1024];
    struct rg_stored_point info;
    struct rg_record record;
    struct rg_point point;
    void *settings = NULL;
    RG_TRY(rg_alloc(&settings, 1, stored->spec->model->settings_size));
    enum rg_status code = rg_store_point(stored->store, stored->layout, id, &info, &record);
    if (code == RG_OK) {
        rg_grid_print(stored->spec, id, place, sizeof place);
        rg_grid_point(stored->spec, id, settings, &point);
        printf("point %lld of %lld%s%s\n", (long long)id, (long long)stored->spec->n_points,
               place[0] ? ": " : "", place);
        print_origin(&info);
        if (info.status != RG_PENDING)
            print_columns(stored->layout, &record);
        print_settings(stored->spec, &point);
        print_commands(path, stored->spec, id);
        rg_record_free(&record);
    }
    rg_free(&settings);
    return code;
}

static enum rg_status run(const struct rg_arguments *arguments)
{
    const char *path = rg_arguments_word(arguments, 0);
    struct rg_stored stored;
    int64_t id = 0;
    enum rg_status code = rg_stored_open(path, &stored);
    if (code == RG_OK)
        code = rg_pick_point(arguments, stored.spec, &id);
    if (code == RG_OK)
        code = show(path, &stored, id);
    rg_stored_close(&stored);
    return code;
}

const struct rg_command rg_command_point = {
    .name = "point",
    .words = "FILE AXIS=VALUE ...",
    .min_words = 1,
    .max_words = -1,
    .summary = "one point: values, status, settings, keys, host, time, and how to run it again",
    .example = "regime point quick.h5 gain=0.1 fraction=1",
    .reads = true,
    .run = run,
};
