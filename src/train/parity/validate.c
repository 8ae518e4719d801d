/* Long strings are read side by side, one column of hidden states each, and the task's automaton reads
 * along to know the targets.                                                                        */
#include "train/parity/validate.h"

#include <assert.h>
#include <string.h>

#include "regime/memory.h"
#include "train/parity/strings.h"

enum { WIDTH = 128, SYMBOLS_PER_TICK = 50 };

struct rg_validator {
    const struct rg_parity *net;
    struct rg_states *states; /* [WIDTH] */
    struct rg_states *before; /* [WIDTH] of words: at the end of an earlier round */
    int64_t n;                /* strings being read */
    uint8_t symbols[WIDTH];   /* what each reads next */
    uint8_t task_states[WIDTH];
    double outputs[WIDTH][2];
};

enum rg_status rg_validator_create(const struct rg_parity *net, struct rg_validator **validator)
{
    RG_TRY(rg_alloc(validator, 1, sizeof **validator));
    (*validator)->net = net;
    RG_TRY(rg_states_create(net, WIDTH, &(*validator)->states));
    RG_TRY(rg_states_create(net, WIDTH, &(*validator)->before));
    return RG_OK;
}

void rg_validator_destroy(struct rg_validator **validator)
{
    if (!*validator)
        return;
    rg_states_destroy(&(*validator)->states);
    rg_states_destroy(&(*validator)->before);
    rg_free(validator);
}

static void start(struct rg_validator *v, int64_t n)
{
    v->n = n;
    memset(v->task_states, 0, sizeof v->task_states);
    rg_states_start(v->net, v->states, n);
}

static void read_symbols(struct rg_validator *v)
{
    const struct rg_task *task = rg_parity_task(v->net);
    rg_states_advance(v->net, v->states, v->n, v->symbols);
    for (int64_t i = 0; i < v->n; i++)
        v->task_states[i] = task->next[v->task_states[i]][v->symbols[i]];
}

static int target(const struct rg_validator *v, int64_t i)
{
    return rg_parity_task(v->net)->output[v->task_states[i]];
}

static enum rg_status tick_now_and_then(int64_t symbol, const struct rg_tick *tick)
{
    return symbol % SYMBOLS_PER_TICK == 0 ? rg_tick(tick) : RG_OK;
}

/* ---- random strings ------------------------------------------------------------------------------ */

/* A random number serves as many symbols as it holds. */
struct pool {
    uint64_t n_symbols, bound; /* numbers are below the bound; 0: below 2^64 */
    int64_t size;              /* symbols of a number */
};

static struct pool pool_of(uint64_t n_symbols)
{
    struct pool pool = {n_symbols, n_symbols, 1};
    for (; pool.bound <= UINT64_MAX / n_symbols; pool.size++)
        pool.bound *= n_symbols;
    if (n_symbols == 2) { /* all of its bits */
        pool.bound = 0;
        pool.size = 64;
    }
    return pool;
}

/* Symbol t of a string whose numbers come from the stream; `number` is what is left of the last one. */
static uint8_t pool_take(const struct pool *pool, int64_t t, struct rg_rng *rng, uint64_t *number)
{
    if (t % pool->size == 0)
        *number = pool->bound > 0 ? rg_rng_below(rng, pool->bound) : rg_rng_u64(rng);
    const uint64_t left = *number;
    *number = pool->n_symbols == 2 ? left >> 1 : left / pool->n_symbols;
    return (uint8_t)(left - *number * pool->n_symbols);
}

static enum rg_status read_random(struct rg_validator *v, struct rg_rng *rngs, int64_t length,
                                  const struct rg_tick *tick)
{
    const struct pool pool = pool_of((uint64_t)rg_parity_settings(v->net)->n_symbols);
    uint64_t numbers[WIDTH] = {0};
    for (int64_t t = 0; t < length; t++) {
        for (int64_t i = 0; i < v->n; i++)
            v->symbols[i] = pool_take(&pool, t, &rngs[i], &numbers[i]);
        read_symbols(v);
        RG_TRY(tick_now_and_then(t, tick));
    }
    return RG_OK;
}

enum rg_status rg_validate_random(struct rg_validator *v, enum rg_validation set, int64_t length,
                                  int64_t n_strings, const struct rg_tick *tick,
                                  struct rg_score *score)
{
    const uint64_t key = rg_parity_key(v->net, RG_STREAM_VALIDATION);
    const uint64_t substream = (uint64_t)set << 32 | (uint64_t)length;
    struct rg_rng rngs[WIDTH];
    *score = (struct rg_score){0};
    for (int64_t first = 0; first < n_strings; first += WIDTH) {
        start(v, n_strings - first < WIDTH ? n_strings - first : WIDTH);
        for (int64_t i = 0; i < v->n; i++)
            rngs[i] = rg_rng_make(key, substream, (uint64_t)(first + i));
        RG_TRY(read_random(v, rngs, length, tick));
        rg_states_outputs(v->net, v->states, 0, v->n, v->outputs[0]);
        for (int64_t i = 0; i < v->n; i++)
            rg_score_add(score, v->net, v->outputs[i], target(v, i));
    }
    return RG_OK;
}

/* ---- structured strings -------------------------------------------------------------------------- */

/* A word is read again and again until the network is wrong or nothing new can come: its state and the
 * task's are, to the bit, what they were at the end of an earlier round, so that all that follows has been
 * seen. The state that later ones are compared with is that after round 1, 2, 4, 8, ...: a cycle of any
 * length is found.                                                                                  */
struct words {
    int length[WIDTH];
    uint8_t symbols[WIDTH][RG_LENGTH_MAX];
    uint8_t task_states[WIDTH]; /* with the validator's `before` */
};
static_assert((int)WIDTH >= (int)RG_STRUCTURED_WORDS, "all words are read side by side");

static bool is_primitive(int length, const uint8_t *symbols)
{
    for (int period = 1; period < length; period++)
        if (length % period == 0 &&
            memcmp(symbols, symbols + period, (size_t)(length - period)) == 0)
            return false;
    return true;
}

static int find_words(int64_t n_symbols, struct words *words)
{
    int n = 0;
    for (int length = 1; length <= rg_longest(n_symbols, RG_STRUCTURED_WORDS); length++)
        for (uint32_t code = 0; code < rg_n_strings(n_symbols, length); code++) {
            rg_string_symbols(n_symbols, length, code, words->symbols[n]);
            words->length[n] = length;
            n += is_primitive(length, words->symbols[n]);
        }
    return n;
}

/* The last word takes the place of word i. */
static void drop_word(struct rg_validator *v, struct words *words, int64_t i)
{
    const int64_t last = --v->n;
    words->length[i] = words->length[last];
    memmove(words->symbols[i], words->symbols[last], sizeof words->symbols[i]);
    words->task_states[i] = words->task_states[last];
    v->task_states[i] = v->task_states[last];
    rg_states_copy(v->net, v->states, last, v->states, i);
    rg_states_copy(v->net, v->before, last, v->before, i);
}

/* Is word i, after so many symbols, where it has been before? */
static bool is_circling(struct rg_validator *v, struct words *words, int64_t i, int n_symbols)
{
    const int round = n_symbols / words->length[i];
    if (n_symbols % words->length[i] != 0)
        return false;
    if (round > 1 && words->task_states[i] == v->task_states[i] &&
        rg_states_equal(v->net, v->states, i, v->before, i))
        return true;
    if ((round & (round - 1)) == 0) {
        words->task_states[i] = v->task_states[i];
        rg_states_copy(v->net, v->states, i, v->before, i);
    }
    return false;
}

static enum rg_status count_words(struct rg_validator *v, const struct rg_tick *tick, int64_t *n,
                                  int64_t *n_right)
{
    struct words words;
    start(v, find_words(rg_parity_settings(v->net)->n_symbols, &words));
    *n += v->n;
    for (int t = 0; t < RG_STRUCTURED_SYMBOLS && v->n > 0; t++) {
        for (int64_t i = 0; i < v->n; i++)
            v->symbols[i] = words.symbols[i][t % words.length[i]];
        read_symbols(v);
        rg_states_outputs(v->net, v->states, 0, v->n, v->outputs[0]);
        for (int64_t i = v->n - 1; i >= 0; i--) {
            const bool right = rg_class(v->outputs[i]) == target(v, i);
            const bool circling = right && is_circling(v, &words, i, t + 1);
            *n_right += circling;
            if (!right || circling)
                drop_word(v, &words, i);
        }
        RG_TRY(tick_now_and_then(t, tick));
    }
    *n_right += v->n;
    return RG_OK;
}

struct prefixes { /* right[length][string]: on the string and all of its prefixes */
    bool right[RG_LENGTH_MAX + 1][RG_STRUCTURED_STRINGS];
};

static void visit_prefixes(void *context, const struct rg_block *block)
{
    struct prefixes *prefixes = context;
    const struct rg_task *task = rg_parity_task(block->net);
    const uint32_t n_symbols = (uint32_t)task->n_symbols;
    for (int64_t i = 0; i < block->n; i++) {
        const uint32_t string = block->first + (uint32_t)i;
        const bool right = block->length == 0 || rg_class(block->outputs[i]) ==
                                                     rg_task_target(task, block->length, string);
        const bool before =
            block->length == 0 || prefixes->right[block->length - 1][string / n_symbols];
        prefixes->right[block->length][string] = right && before;
    }
}

int64_t rg_structured_length(int64_t n_symbols)
{
    return rg_longest(n_symbols, RG_STRUCTURED_STRINGS);
}

static enum rg_status count_prefixes(int64_t n_symbols, struct rg_tree *tree,
                                     const struct rg_tick *tick, int64_t *n, int64_t *n_right)
{
    struct prefixes prefixes;
    const int length = (int)rg_structured_length(n_symbols);
    const int64_t n_strings = rg_n_strings(n_symbols, length);
    const struct rg_visitor visitor = {length, visit_prefixes, &prefixes};
    RG_TRY(rg_tree_walk(tree, 1, &visitor, tick));
    for (int64_t string = 0; string < n_strings; string++)
        *n_right += prefixes.right[length][string];
    *n += n_strings;
    return RG_OK;
}

enum rg_status rg_validate_structured(struct rg_validator *v, struct rg_tree *tree,
                                      const struct rg_tick *tick, double *accuracy)
{
    int64_t n = 0, n_right = 0;
    RG_TRY(count_prefixes(rg_parity_settings(v->net)->n_symbols, tree, tick, &n, &n_right));
    RG_TRY(count_words(v, tick, &n, &n_right));
    *accuracy = (double)n_right / (double)n;
    return RG_OK;
}
