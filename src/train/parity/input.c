/* The arrays that `regime export` writes, read back: strings_L and targets_L. */
#include "train/parity/input.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "regime/memory.h"

/* strings_L or targets_L; NULL: there is none. */
static const struct rg_array *find(const struct rg_data *data, const char *kind, int length)
{
    char name[RG_ARRAY_NAME_MAX];
    snprintf(name, sizeof name, "%s_%d", kind, length);
    return rg_data_find(data, name);
}

struct rg_strings rg_strings_of(const struct rg_data *data, int length)
{
    const struct rg_array *codes = find(data, "strings", length);
    if (!codes)
        return (struct rg_strings){0};
    return (struct rg_strings){codes->dims[0], data->values + codes->first,
                               data->values + find(data, "targets", length)->first};
}

/* ---- is it usable? --------------------------------------------------------------------------------- */

static bool has_length(const struct rg_data *data, const struct rg_array *array)
{
    for (int length = 1; length <= RG_LENGTH_MAX; length++)
        if (find(data, "strings", length) == array || find(data, "targets", length) == array)
            return true;
    return false;
}

static enum rg_status check_names(const struct rg_data *data)
{
    for (int i = 0; i < data->n; i++)
        RG_REQUIRE(has_length(data, &data->arrays[i]), RG_ERROR_USER,
                   "%s: the arrays are named strings_L and targets_L, with L from 1 to %d and "
                   "no zero before it",
                   data->arrays[i].name, RG_LENGTH_MAX);
    return RG_OK;
}

static enum rg_status check_pair(const struct rg_data *data, int length)
{
    const struct rg_array *codes = find(data, "strings", length);
    const struct rg_array *targets = find(data, "targets", length);
    if (!codes && !targets)
        return RG_OK;
    RG_REQUIRE(codes && targets, RG_ERROR_USER,
               "%s_%d is missing: strings and targets come in pairs", codes ? "targets" : "strings",
               length);
    RG_REQUIRE(codes->n_dims == 1 && targets->n_dims == 1, RG_ERROR_USER,
               "%s: must have one dimension", (codes->n_dims == 1 ? targets : codes)->name);
    RG_REQUIRE(codes->dims[0] == targets->dims[0], RG_ERROR_USER,
               "%s and %s have %" PRId64 " and %" PRId64 " elements: a target for each string",
               codes->name, targets->name, codes->dims[0], targets->dims[0]);
    return RG_OK;
}

/* Whole numbers from 0 to last. */
static enum rg_status check_range(const char *kind, int length, int64_t n, const double *values,
                                  double last)
{
    for (int64_t i = 0; i < n; i++)
        RG_REQUIRE(values[i] >= 0 && values[i] <= last && values[i] == floor(values[i]),
                   RG_ERROR_USER,
                   "%s_%d: element %" PRId64 " is %.10g, not a whole number from 0 to %.0f", kind,
                   length, i, values[i], last);
    return RG_OK;
}

/* seen[code] */
static enum rg_status check_distinct(int length, const struct rg_strings *strings, bool *seen)
{
    for (int64_t i = 0; i < strings->n; i++) {
        bool *this = &seen[(int64_t)strings->codes[i]];
        RG_REQUIRE(!*this, RG_ERROR_USER, "strings_%d: the string %.0f stands there twice", length,
                   strings->codes[i]);
        *this = true;
    }
    return RG_OK;
}

static enum rg_status check_strings(int64_t n_symbols, int length, const struct rg_strings *strings)
{
    bool *seen = NULL;
    const double n = fmin(pow((double)n_symbols, length), RG_STRINGS_MAX);
    RG_TRY(check_range("strings", length, strings->n, strings->codes, n - 1));
    RG_TRY(check_range("targets", length, strings->n, strings->targets, 1));
    RG_TRY(rg_alloc(&seen, (size_t)n, sizeof *seen));
    const enum rg_status code = check_distinct(length, strings, seen);
    rg_free(&seen);
    return code;
}

static enum rg_status check(const struct rg_data *data, const void *largest)
{
    const struct rg_parity_settings *settings = largest;
    int64_t n = 0;
    RG_TRY(check_names(data));
    for (int length = 1; length <= RG_LENGTH_MAX; length++) {
        RG_TRY(check_pair(data, length));
        const struct rg_strings strings = rg_strings_of(data, length);
        RG_TRY(check_strings(settings->n_symbols, length, &strings));
        n += strings.n;
    }
    RG_REQUIRE(n > 0, RG_ERROR_USER, "holds no string");
    return RG_OK;
}

const struct rg_data_form rg_parity_form = {
    .names = "strings_* targets_*",
    .doc =
        "strings_L [n]: strings of length L as codes, whole numbers whose L digits in base "
        "n_symbols (bits, where there are two symbols) are the symbols, the first the highest; "
        "none twice, in any order. targets_L [n]: their targets, 0 or 1. Lengths may be missing; "
        "those outside min_length to max_length are not used. So a file that regime export wrote "
        "is one.",
    .check = check,
};
