/* Lists the strings there are, all of the lengths that are trained or those of a file, and chooses the
 * training set out of them: first the places of its strings, in ascending order, then the strings.   */
#include "train/parity/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "regime/memory.h"
#include "train/parity/input.h"
#include "train/parity/parity.h"
#include "train/parity/strings.h"

enum { EVERY_LENGTH = 0 }; /* the sub-stream that no length uses */
enum { ABSENT = 2 };       /* in place of a target: the file lacks the string */

static enum rg_status make_room(const struct rg_parity_settings *settings, int64_t n,
                                struct rg_dataset *dataset)
{
    *dataset = (struct rg_dataset){.min_length = (int)settings->min_length,
                                   .max_length = (int)settings->max_length};
    RG_TRY(rg_alloc(&dataset->codes, (size_t)n, sizeof *dataset->codes));
    RG_TRY(rg_alloc(&dataset->targets, (size_t)n, sizeof *dataset->targets));
    return RG_OK;
}

void rg_dataset_free(struct rg_dataset *dataset)
{
    rg_free(&dataset->codes);
    rg_free(&dataset->targets);
}

/* The n strings behind those there are already have this length. */
static void end_length(struct rg_dataset *dataset, int length, int64_t n)
{
    dataset->codes_of[length] = dataset->codes + dataset->n;
    dataset->targets_of[length] = dataset->targets + dataset->n;
    dataset->n_of[length] = n;
    dataset->n += n;
}

/* ---- all strings ----------------------------------------------------------------------------------- */

/* targets[code] of all codes of this length */
static void ask_task(const struct rg_task *task, int length, int64_t n, uint8_t *targets)
{
    for (uint32_t code = 0; code < n; code++)
        targets[code] = (uint8_t)rg_task_target(task, length, code);
}

static void ask_file(const struct rg_data *data, int length, int64_t n, uint8_t *targets)
{
    const struct rg_strings strings = rg_strings_of(data, length);
    memset(targets, ABSENT, (size_t)n);
    for (int64_t i = 0; i < strings.n; i++)
        targets[(int64_t)strings.codes[i]] = (uint8_t)strings.targets[i];
}

static void add_length(const uint8_t *targets, int length, int64_t n, struct rg_dataset *universe)
{
    int64_t i = universe->n;
    for (uint32_t code = 0; code < n; code++) {
        if (targets[code] == ABSENT)
            continue;
        universe->codes[i] = code;
        universe->targets[i++] = targets[code];
    }
    end_length(universe, length, i - universe->n);
}

enum rg_status rg_dataset_all(const struct rg_parity_settings *settings, const struct rg_task *task,
                              struct rg_dataset *universe)
{
    uint8_t *targets = NULL; /* of one length at a time */
    RG_TRY(make_room(settings, rg_parity_n_strings(settings), universe));
    RG_TRY(rg_alloc(&targets, (size_t)rg_n_strings(settings->n_symbols, universe->max_length),
                    sizeof *targets));
    for (int length = universe->min_length; length <= universe->max_length; length++) {
        const int64_t n = rg_n_strings(settings->n_symbols, length);
        if (settings->data.data)
            ask_file(settings->data.data, length, n, targets);
        else
            ask_task(task, length, n, targets);
        add_length(targets, length, n, universe);
    }
    rg_free(&targets);
    return RG_OK;
}

/* ---- the training set: places of its strings ------------------------------------------------------- */

/* Each string is in with probability `fraction`. One that the universe lacks takes its number all the
 * same, so that the others' do not depend on it.                                                    */
static int64_t choose_length(double fraction, uint64_t key, const struct rg_dataset *universe,
                             int length, uint32_t *places)
{
    struct rg_rng rng = rg_rng_make(key, (uint64_t)length, 0);
    const uint32_t *at = universe->codes_of[length], *end = at + universe->n_of[length];
    int64_t n = 0;
    for (uint32_t code = 0; at < end; code++) {
        const bool chosen = rg_rng_uniform(&rng) < fraction;
        if (*at > code)
            continue;
        if (chosen)
            places[n++] = (uint32_t)(at - universe->codes);
        at++;
    }
    return n;
}

static int64_t choose_fraction(double fraction, uint64_t key, const struct rg_dataset *universe,
                               uint32_t *places)
{
    int64_t n = 0;
    for (int length = universe->min_length; length <= universe->max_length; length++)
        n += choose_length(fraction, key, universe, length, places + n);
    return n;
}

int rg_codes_ascend(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The first n of all n_all places shuffled, then in ascending order. */
static int64_t choose_number(int64_t n, uint64_t key, int64_t n_all, uint32_t *places)
{
    struct rg_rng rng = rg_rng_make(key, EVERY_LENGTH, 0);
    for (int64_t i = 0; i < n_all; i++)
        places[i] = (uint32_t)i;
    for (int64_t i = 0; i < n; i++) {
        const int64_t j = i + (int64_t)rg_rng_below(&rng, (uint64_t)(n_all - i));
        const uint32_t other = places[i];
        places[i] = places[j];
        places[j] = other;
    }
    qsort(places, (size_t)n, sizeof *places, rg_codes_ascend);
    return n;
}

/* ---- the training set: its strings ------------------------------------------------------------------ */

/* Puts the strings in the n places that stand in dataset->codes. */
static void take(const struct rg_dataset *universe, int64_t n, struct rg_dataset *dataset)
{
    int64_t i = 0;
    for (int length = universe->min_length; length <= universe->max_length; length++) {
        const int64_t first = i;
        const int64_t end = universe->codes_of[length] - universe->codes + universe->n_of[length];
        for (; i < n && dataset->codes[i] < end; i++) {
            const uint32_t place = dataset->codes[i];
            dataset->codes[i] = universe->codes[place];
            dataset->targets[i] = universe->targets[place];
        }
        end_length(dataset, length, i - first);
    }
}

enum rg_status rg_dataset_choose(const struct rg_parity_settings *settings, uint64_t key,
                                 const struct rg_dataset *universe, struct rg_dataset *dataset)
{
    RG_TRY(make_room(settings, universe->n, dataset));
    const int64_t n = settings->dataset_size > 0
                          ? choose_number(settings->dataset_size, key, universe->n, dataset->codes)
                          : choose_fraction(settings->fraction, key, universe, dataset->codes);
    take(universe, n, dataset);
    return RG_OK;
}

int64_t rg_dataset_place(const struct rg_dataset *dataset, int length, uint32_t code)
{
    const uint32_t *found = bsearch(&code, dataset->codes_of[length], (size_t)dataset->n_of[length],
                                    sizeof code, rg_codes_ascend);
    return found - dataset->codes;
}
