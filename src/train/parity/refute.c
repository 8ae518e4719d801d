/* Three sets of strings, one way of reading them: side by side, each judged after every symbol. */
#include "train/parity/refute.h"

#include <string.h>

#include "regime/memory.h"
#include "regime/rng.h"
#include "train/parity/reader.h"
#include "train/parity/words.h"

enum {
    RANDOM_PART = 2,     /* of the validation stream: validate.h has the others */
    SHORT_STRINGS = 512, /* at most of one length */
    PREFIXES = 8,
    WORDS = 64,
    REPEATED_LENGTH = 500,
    RANDOM_STRINGS = 16,
    SYMBOLS_PER_TICK = 50
};

struct strings { /* n of them, all of one length */
    int n;
    int64_t length;
    uint8_t (*symbol)(const void *context, int i, int64_t place);
    const void *context;
};

/* ---- runs ------------------------------------------------------------------------------------------- */

static void encode(int64_t length, const uint8_t *symbols, struct rg_runs *runs)
{
    runs->length = length;
    runs->n = 0;
    for (int64_t t = 0; t < length; t++) {
        const bool goes_on = t > 0 && symbols[t] == symbols[t - 1];
        runs->n += !goes_on;
        if (runs->n > RG_RUNS_MAX)
            continue;
        runs->symbols[runs->n - 1] = symbols[t];
        runs->counts[runs->n - 1] = goes_on ? runs->counts[runs->n - 1] + 1 : 1;
    }
    if (runs->n > RG_RUNS_MAX)
        runs->n = RG_RUNS_MAX;
}

/* ---- reading ---------------------------------------------------------------------------------------- */

struct wrong {
    int64_t length;   /* 0: there is none */
    uint8_t *symbols; /* [RG_TESTED_LENGTH] */
};

struct search {
    struct rg_reader reader;
    uint8_t *symbols; /* [capacity] that come next */
    struct wrong shortest, beyond;
    struct rg_refutation *found;
};

/* The first `length` symbols of string i, if they are fewer. */
static void keep_shorter(const struct strings *strings, int i, int64_t length, struct wrong *wrong)
{
    if (wrong->length > 0 && wrong->length <= length)
        return;
    wrong->length = length;
    for (int64_t t = 0; t < length; t++)
        wrong->symbols[t] = strings->symbol(strings->context, i, t);
}

static void report(struct search *s, const struct strings *strings, int i, int64_t length)
{
    if (length > s->found->longest)
        s->found->longest = length;
    keep_shorter(strings, i, length, &s->shortest);
    if (length > s->found->short_length)
        keep_shorter(strings, i, length, &s->beyond);
}

/* To their end, or to the first wrong one: its length goes out as `until`, 0 if there is none. */
static enum rg_status read(struct search *s, const struct strings *strings, bool to_end,
                           const struct rg_tick *tick, int64_t *until)
{
    *until = 0;
    rg_reader_start(&s->reader, strings->n);
    for (int64_t t = 0; t < strings->length && (to_end || *until == 0); t++) {
        for (int i = 0; i < strings->n; i++)
            s->symbols[i] = strings->symbol(strings->context, i, t);
        rg_reader_advance(&s->reader, strings->n, s->symbols);
        for (int i = 0; i < strings->n; i++)
            if (rg_reader_errs(&s->reader, i)) {
                report(s, strings, i, t + 1);
                *until = *until > 0 ? *until : t + 1;
            }
        if (t % SYMBOLS_PER_TICK == 0)
            RG_TRY(rg_tick(tick));
    }
    return RG_OK;
}

/* ---- the three sets --------------------------------------------------------------------------------- */

struct strands {
    int n_symbols;
    const struct rg_strand *strands;
};

static uint8_t strand_symbol(const void *context, int i, int64_t place)
{
    const struct strands *strands = context;
    return (uint8_t)rg_strand_symbol(&strands->strands[i], strands->n_symbols, place);
}

static enum rg_status read_short(struct search *s, const struct rg_tick *tick)
{
    struct rg_strand strands[SHORT_STRINGS];
    const int n_symbols = s->reader.weights->n_symbols;
    const int length = rg_words_length(n_symbols, SHORT_STRINGS);
    const struct strands context = {n_symbols, strands};
    struct strings strings = {1, length, strand_symbol, &context};
    int64_t until;
    for (int t = 0; t < length; t++)
        strings.n *= n_symbols;
    for (int i = 0; i < strings.n; i++)
        strands[i] = (struct rg_strand){length, 1, i, 0};
    s->found->short_length = length;
    RG_TRY(read(s, &strings, true, tick, &until));
    return RG_OK;
}

static enum rg_status read_repeated(struct search *s, const struct rg_strand *strands, int n,
                                    const struct rg_tick *tick)
{
    const struct strands context = {s->reader.weights->n_symbols, strands};
    const struct strings strings = {n, REPEATED_LENGTH, strand_symbol, &context};
    int64_t until;
    RG_TRY(read(s, &strings, true, tick, &until));
    return RG_OK;
}

static uint8_t random_symbol(const void *context, int i, int64_t place)
{
    const uint8_t *symbols = context;
    return symbols[place * RANDOM_STRINGS + i];
}

static enum rg_status read_random(struct search *s, uint64_t key, uint8_t *symbols,
                                  const struct rg_tick *tick)
{
    const struct strings strings = {RANDOM_STRINGS, RG_TESTED_LENGTH, random_symbol, symbols};
    struct rg_rng rng = rg_rng_make(key, RANDOM_PART, 0);
    for (int i = 0; i < RANDOM_STRINGS * RG_TESTED_LENGTH; i++)
        symbols[i] = (uint8_t)rg_rng_below(&rng, (uint64_t)s->reader.weights->n_symbols);
    RG_TRY(read(s, &strings, false, tick, &s->found->first_random));
    return RG_OK;
}

/* ---- the whole -------------------------------------------------------------------------------------- */

/* Alone, by other routines than those that found it. It may be within rounding of both answers. */
static bool is_wrong(struct search *s, const struct wrong *wrong)
{
    const struct rg_weights *w = s->reader.weights;
    const struct rg_task *task = s->reader.task;
    int state = 0;
    rg_reader_start(&s->reader, 1);
    for (int64_t t = 0; t < wrong->length; t++) {
        rg_weights_preactivate(w, s->reader.h, wrong->symbols[t], s->reader.z);
        rg_weights_activate(w, s->reader.z, s->reader.h);
        state = task->next[state][wrong->symbols[t]];
    }
    return wrong->length > 0 &&
           (rg_weights_output(w, s->reader.h) > 0) != (task->output[state] == 1);
}

static enum rg_status search(struct search *s, uint64_t key, struct rg_strand **strands,
                             uint8_t **symbols, const struct rg_tick *tick)
{
    const struct rg_weights *w = s->reader.weights;
    int n;
    RG_TRY(rg_words_list(w->n_symbols, rg_words_length(w->n_symbols, PREFIXES),
                         rg_words_length(w->n_symbols, WORDS), strands, &n));
    const int capacity = n > SHORT_STRINGS ? n : SHORT_STRINGS;
    RG_TRY(rg_reader_create(w, s->reader.task, capacity, &s->reader));
    RG_TRY(rg_alloc(&s->symbols, (size_t)capacity, sizeof *s->symbols));
    RG_TRY(rg_alloc(&s->shortest.symbols, RG_TESTED_LENGTH, sizeof *s->shortest.symbols));
    RG_TRY(rg_alloc(&s->beyond.symbols, RG_TESTED_LENGTH, sizeof *s->beyond.symbols));
    RG_TRY(rg_alloc(symbols, RANDOM_STRINGS * RG_TESTED_LENGTH, sizeof **symbols));
    RG_TRY(read_short(s, tick));
    RG_TRY(read_repeated(s, *strands, n, tick));
    RG_TRY(read_random(s, key, *symbols, tick));
    if (is_wrong(s, &s->shortest))
        encode(s->shortest.length, s->shortest.symbols, &s->found->shortest);
    s->found->beyond = is_wrong(s, &s->beyond) ? s->beyond.length : 0;
    return RG_OK;
}

enum rg_status rg_refute(const struct rg_weights *weights, const struct rg_task *task, uint64_t key,
                         const struct rg_tick *tick, struct rg_refutation *refutation)
{
    struct search s = {.reader = {.weights = weights, .task = task}, .found = refutation};
    struct rg_strand *strands = NULL;
    uint8_t *symbols = NULL;
    *refutation = (struct rg_refutation){0};
    const enum rg_status code = search(&s, key, &strands, &symbols, tick);
    rg_reader_free(&s.reader);
    rg_free(&s.symbols);
    rg_free(&s.shortest.symbols);
    rg_free(&s.beyond.symbols);
    rg_free(&strands);
    rg_free(&symbols);
    RG_TRY(code);
    return RG_OK;
}
