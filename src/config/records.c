/* The epochs at which trajectories are kept: record 0 is before training, then
 *   every:   every, 2 every, ... up to max        epochs: as listed
 *   linear:  round(i max/count), i = 1..count      log:   round(max^(i/(count-1))), i = 0..count-1
 * with repeated epochs taken once; max is the largest max_epochs of the sweep.                     */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "config/spec.h"
#include "regime/memory.h"
#include "regime/text.h"

enum { RECORDS_MAX = 100000, COUNT_DEFAULT = 64 };
enum record_spacing { LINEAR, LOG };

static const struct rg_knob count_knob = {
    .name = "count", .type = RG_INT, .min = 1, .max = RECORDS_MAX};
static const struct rg_knob spacing_knob = {
    .name = "spacing", .type = RG_CHOICE, .choices = "linear log"};
static const struct rg_knob every_knob = {.name = "every", .type = RG_INT, .min = 1, .max = 0x1p62};
static const struct rg_knob epoch_knob = {
    .name = "epochs", .type = RG_INT, .min = 0, .max = 0x1p62};

static int64_t max_epochs(const struct rg_spec *spec)
{
    int index = rg_model_find_knob(spec->model, "max_epochs");
    assert(index >= 0); /* a knob of the training loop */
    return rg_knob_get(rg_model_knob(spec->model, index), spec->largest).integer;
}

static enum rg_status make_room(struct rg_spec *spec, int64_t n)
{
    RG_TRY(rg_alloc(&spec->record_epochs, (size_t)n + 1, sizeof *spec->record_epochs));
    spec->n_records = 1; /* epoch 0 */
    return RG_OK;
}

static void append(struct rg_spec *spec, int64_t epoch)
{
    if (epoch > spec->record_epochs[spec->n_records - 1])
        spec->record_epochs[spec->n_records++] = epoch;
}

static enum rg_status spaced(struct rg_spec *spec, enum record_spacing spacing, int64_t count)
{
    double max = (double)max_epochs(spec);
    RG_TRY(make_room(spec, count));
    for (int64_t i = 1; i <= count; i++) {
        double epoch = spacing == LOG ? pow(max, (double)(i - 1) / (double)(count - 1))
                                      : (double)i * max / (double)count;
        append(spec, llround(epoch));
    }
    return RG_OK;
}

static enum rg_status read_spaced(const config_setting_t *record, struct rg_spec *spec)
{
    union rg_value count = {.integer = COUNT_DEFAULT}, spacing = {.integer = LOG};
    bool found;
    RG_TRY(rg_setting_member(record, &count_knob, &count, &found));
    RG_TRY(rg_setting_member(record, &spacing_knob, &spacing, &found));
    if (spacing.integer == LOG && count.integer < 2)
        return rg_setting_fail(config_setting_get_member(record, "count"),
                               "spacing = \"log\" goes from epoch 1 to the last: at least 2");
    return spaced(spec, (enum record_spacing)spacing.integer, count.integer);
}

static enum rg_status read_every(const config_setting_t *every, struct rg_spec *spec)
{
    union rg_value step;
    RG_TRY(rg_setting_value(every, &every_knob, &step));
    int64_t n = max_epochs(spec) / step.integer;
    if (n > RECORDS_MAX)
        return rg_setting_fail(every, "%lld records over %lld epochs: there are at most %d",
                               (long long)n, (long long)max_epochs(spec), RECORDS_MAX);
    RG_TRY(make_room(spec, n));
    for (int64_t i = 1; i <= n; i++)
        append(spec, i * step.integer);
    return RG_OK;
}

static enum rg_status read_epochs(const config_setting_t *epochs, struct rg_spec *spec)
{
    int n = rg_setting_is_list(epochs) ? config_setting_length(epochs) : -1;
    if (n < 0 || n > RECORDS_MAX)
        return rg_setting_fail(epochs, "must be a [list] of at most %d epochs", RECORDS_MAX);
    RG_TRY(make_room(spec, n));
    int64_t last = -1; /* epoch 0 may be named: its record is there in any case */
    for (int i = 0; i < n; i++) {
        const config_setting_t *element = config_setting_get_elem(epochs, (unsigned)i);
        union rg_value epoch;
        RG_TRY(rg_setting_value(element, &epoch_knob, &epoch));
        if (epoch.integer > max_epochs(spec))
            return rg_setting_fail(element, "lies beyond max_epochs = %lld",
                                   (long long)max_epochs(spec));
        if (epoch.integer <= last)
            return rg_setting_fail(element, "epochs must ascend");
        append(spec, last = epoch.integer);
    }
    return RG_OK;
}

/* ---- overrides ------------------------------------------------------------------------------------- */

static const char override_key[] = "record.epochs=";

bool rg_records_is_override(const char *line)
{
    return strncmp(line, override_key, sizeof override_key - 1) == 0;
}

/* What follows the key in the last such line; NULL: there is none. */
static const char *find_override(const struct rg_spec *spec)
{
    const char *found = NULL;
    for (const char *line = spec->overrides; *line;
         line += strcspn(line, "\n"), line += *line == '\n')
        if (rg_records_is_override(line))
            found = line + sizeof override_key - 1;
    return found;
}

static enum rg_status read_text(const char *text, struct rg_spec *spec)
{
    config_t tree;
    RG_TRY(rg_tree_parse(&tree, NULL, text));
    const enum rg_status code =
        read_epochs(config_setting_get_member(config_root_setting(&tree), "epochs"), spec);
    config_destroy(&tree);
    return code;
}

static enum rg_status read_override(const char *list, struct rg_spec *spec)
{
    static const char form[] = "epochs = %.*s;";
    char *text = NULL;
    const size_t length = strcspn(list, "\n");
    RG_TRY(rg_alloc(&text, length + sizeof form, 1));
    snprintf(text, length + sizeof form, form, (int)length, list);
    const enum rg_status code = read_text(text, spec);
    rg_free(&text);
    return code;
}

enum rg_status rg_records_line(const int64_t *epochs, int64_t n, char **line)
{
    enum { LONGEST = 24 };
    size_t used;
    const size_t size = sizeof override_key + (size_t)n * LONGEST + 8;
    RG_TRY(rg_alloc(line, size, 1));
    used = (size_t)snprintf(*line, size, "%s[", override_key);
    for (int64_t i = 0; i < n; i++)
        used += (size_t)snprintf(*line + used, size - used, "%s%lld%s", i ? ", " : "",
                                 (long long)epochs[i], epochs[i] > INT32_MAX ? "L" : "");
    snprintf(*line + used, size - used, "]\n");
    return RG_OK;
}

enum rg_status rg_records_read(const config_setting_t *record, struct rg_spec *spec)
{
    const char *given = find_override(spec);
    if (spec->declared)
        return record ? rg_setting_fail(record,
                                        "%s is one step without epochs: give a column a "
                                        "dimension of its own for its course",
                                        spec->model->name)
                      : make_room(spec, 0);
    if (given)
        return read_override(given, spec);
    if (!record)
        return spaced(spec, LOG, COUNT_DEFAULT);
    if (!config_setting_is_group(record))
        return rg_setting_fail(record,
                               "write record = { spacing = \"log\"; count = 64; }, "
                               "{ every = 5; } or { epochs = [..]; }");
    RG_TRY(rg_setting_check_keys(record, "record", "every epochs spacing count"));
    const config_setting_t *every = config_setting_get_member(record, "every");
    const config_setting_t *epochs = config_setting_get_member(record, "epochs");
    if ((every || epochs) && config_setting_length(record) > 1)
        return rg_setting_fail(record,
                               "every and epochs stand alone: one way of recording at a "
                               "time");
    if (every)
        return read_every(every, spec);
    return epochs ? read_epochs(epochs, spec) : read_spaced(record, spec);
}
