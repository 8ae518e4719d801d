/* Automata reduced: known ones, random ones against the table of pairs that some continuation tells apart. */
#include <string.h>

#include "regime/rng.h"
#include "test.h"
#include "train/parity/reduce.h"

const char *const test_suite = "train_reduce";

enum { N_MAX = 24, N_SYMBOLS = 3 };

struct table { /* room for an automaton */
    int32_t next[N_MAX * N_SYMBOLS];
    uint8_t output[N_MAX];
    struct rg_dfa dfa;
};

static void use(struct table *t, int64_t n_states, int n_symbols, int64_t initial)
{
    t->dfa = (struct rg_dfa){n_states, initial, n_symbols, t->next, t->output};
}

/* What rg_reduce makes of it, copied. */
static void reduce(const struct table *t, struct table *result)
{
    struct rg_reducer *reducer = NULL;
    TEST_OK(rg_reducer_create(N_MAX, t->dfa.n_symbols, &reducer));
    const struct rg_dfa r = rg_reduce(reducer, &t->dfa);
    memcpy(result->next, r.next, (size_t)(r.n_states * r.n_symbols) * sizeof *r.next);
    memcpy(result->output, r.output, (size_t)r.n_states);
    use(result, r.n_states, r.n_symbols, r.initial);
    rg_reducer_destroy(&reducer);
}

static bool same(const struct table *a, const struct table *b)
{
    const int64_t n = a->dfa.n_states;
    return n == b->dfa.n_states && memcmp(a->output, b->output, (size_t)n) == 0 &&
           memcmp(a->next, b->next, (size_t)(n * a->dfa.n_symbols) * sizeof *a->next) == 0;
}

/* Even and odd twice, and a state that nothing leads to and that leads nowhere. */
static const struct table twice = {.next = {2, 1, 3, 0, 0, 3, 1, 2, -1, -1},
                                   .output = {0, 1, 0, 1, 1}};
static const struct table parity = {.next = {0, 1, 1, 0}, .output = {0, 1}};

static void parity_is_two_states(void)
{
    struct table start = twice, result;
    use(&start, 5, 2, 0);
    reduce(&start, &result);
    struct table expected = parity;
    use(&expected, 2, 2, 0);
    CU_ASSERT(same(&result, &expected));
}

/* From its odd half the automaton answers the other way round. */
static void initial_state_counts(void)
{
    struct table start = twice, result;
    use(&start, 5, 2, 3);
    reduce(&start, &result);
    CU_ASSERT_EQUAL(result.dfa.n_states, 2);
    CU_ASSERT_EQUAL(result.output[0], 1);
}

/* Even ones give class 1, odd ones 0, and h_0's own state, of which nothing is asked, the class 0: it is one with the
 * state of even ones, first in the table or last. Where some string leads to it, it is a state of its own. */
static void output_of_the_empty_string_is_no_matter(void)
{
    struct table start = {.next = {1, 2, 1, 2, 2, 1}, .output = {0, 1, 0}}, result;
    struct table expected = {.next = {0, 1, 1, 0}, .output = {1, 0}};
    struct table last = {.next = {0, 1, 1, 0, 0, 1}, .output = {1, 0, 0}};
    use(&start, 3, 2, 0);
    use(&expected, 2, 2, 0);
    reduce(&start, &result);
    CU_ASSERT(same(&result, &expected));
    use(&last, 3, 2, 2);
    reduce(&last, &result);
    CU_ASSERT(same(&result, &expected));
    start.next[2] = 0;
    reduce(&start, &result);
    CU_ASSERT_EQUAL(result.dfa.n_states, 3);
    struct table other = {.next = {2, 1, 1, 2, 2, 1}, .output = {0, 1, 0}};
    use(&other, 3, 2, 0);
    reduce(&other, &result);
    CU_ASSERT_EQUAL(result.dfa.n_states, 2);
    other.next[0] = other.next[1] = 2; /* as no other state goes on */
    reduce(&other, &result);
    CU_ASSERT_EQUAL(result.dfa.n_states, 3);
}

static void planted_faults(void)
{
    struct table wrong_transition = twice, swapped_output = twice, not_finite = twice, result;
    wrong_transition.next[3 * 2 + 1] = 3;
    use(&wrong_transition, 5, 2, 0);
    reduce(&wrong_transition, &result);
    CU_ASSERT_EQUAL(result.dfa.n_states, 4);
    swapped_output.output[2] = 1;
    use(&swapped_output, 5, 2, 0);
    reduce(&swapped_output, &result);
    CU_ASSERT(result.dfa.n_states > 2);
    not_finite.next[2 * 2] = -1;
    use(&not_finite, 5, 2, 0);
    reduce(&not_finite, &result);
    CU_ASSERT_EQUAL(result.dfa.n_states, 0);
}

/* ---- random automata ----------------------------------------------------------------------------- */

static void draw(struct rg_rng *rng, struct table *t)
{
    const int64_t n = 1 + (int64_t)rg_rng_below(rng, N_MAX);
    for (int64_t i = 0; i < n * N_SYMBOLS; i++)
        t->next[i] = (int32_t)rg_rng_below(rng, (uint64_t)n);
    for (int64_t i = 0; i < n; i++)
        t->output[i] = (uint8_t)(rg_rng_below(rng, 6) == 0);
    use(t, n, N_SYMBOLS, (int64_t)rg_rng_below(rng, (uint64_t)n));
}

/* Marks the states that strings lead to. */
static void reach(const struct table *t, int64_t state, bool *reached)
{
    if (reached[state])
        return;
    reached[state] = true;
    for (int x = 0; x < t->dfa.n_symbols; x++)
        reach(t, t->next[state * t->dfa.n_symbols + x], reached);
}

/* Is the initial state entered from none? */
static bool stands_alone(const struct table *t, const bool *reached)
{
    bool alone = true;
    for (int64_t i = 0; i < t->dfa.n_states * N_SYMBOLS; i++)
        alone &= !reached[i / N_SYMBOLS] || t->next[i] != t->dfa.initial;
    return alone;
}

/* Told apart: other outputs, or a symbol to states that are. Filled until nothing changes. */
static int64_t n_classes(const struct table *t)
{
    bool apart[N_MAX][N_MAX], reached[N_MAX] = {false}, changed = true;
    const int64_t n = t->dfa.n_states;
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++)
            apart[i][j] = t->output[i] != t->output[j];
    while (changed) {
        changed = false;
        for (int64_t i = 0; i < n * n * N_SYMBOLS; i++) {
            const int64_t a = i / N_SYMBOLS / n, b = i / N_SYMBOLS % n, x = i % N_SYMBOLS;
            if (!apart[a][b] && apart[t->next[a * N_SYMBOLS + x]][t->next[b * N_SYMBOLS + x]])
                apart[a][b] = changed = true;
        }
    }
    reach(t, t->dfa.initial, reached);
    if (stands_alone(t, reached)) {
        reached[t->dfa.initial] = false;
        count = 1;
        for (int64_t i = 0; i < n; i++) {
            bool like = reached[i];
            for (int x = 0; x < N_SYMBOLS; x++)
                like &= !apart[t->next[i * N_SYMBOLS + x]][t->next[t->dfa.initial * N_SYMBOLS + x]];
            count = like ? 0 : count;
        }
    }
    for (int64_t i = 0; i < n; i++) {
        bool first = reached[i];
        for (int64_t j = 0; j < i; j++)
            first &= !reached[j] || apart[i][j];
        count += first;
    }
    return count;
}

static int answer(const struct table *t, int length, uint64_t string)
{
    int64_t state = t->dfa.initial;
    for (int i = 0; i < length; i++, string /= N_SYMBOLS)
        state = t->next[state * N_SYMBOLS + (int64_t)(string % N_SYMBOLS)];
    return t->output[state];
}

/* Its states in another order. */
static void rename_states(struct rg_rng *rng, const struct table *t, struct table *renamed)
{
    uint32_t name[N_MAX];
    const int64_t n = t->dfa.n_states;
    for (int64_t i = 0; i < n; i++)
        name[i] = (uint32_t)i;
    rg_rng_shuffle(rng, n, name);
    for (int64_t i = 0; i < n; i++) {
        renamed->output[name[i]] = t->output[i];
        for (int x = 0; x < N_SYMBOLS; x++)
            renamed->next[(int64_t)name[i] * N_SYMBOLS + x] =
                (int32_t)name[t->next[i * N_SYMBOLS + x]];
    }
    use(renamed, n, N_SYMBOLS, name[t->dfa.initial]);
}

static void random_automata(void)
{
    int64_t n_smaller = 0;
    for (uint64_t k = 0; k < 500; k++) {
        struct rg_rng rng = rg_rng_make(k, 0, 0);
        struct table t, renamed, result, again;
        draw(&rng, &t);
        reduce(&t, &result);
        CU_ASSERT_EQUAL(result.dfa.n_states, n_classes(&t));
        n_smaller += result.dfa.n_states < t.dfa.n_states;
        for (int i = 0; i < 200; i++) {
            const int length = 1 + (int)rg_rng_below(&rng, 40);
            const uint64_t string = rg_rng_u64(&rng);
            CU_ASSERT_EQUAL(answer(&t, length, string), answer(&result, length, string));
        }
        rename_states(&rng, &t, &renamed);
        reduce(&renamed, &again);
        CU_ASSERT(same(&result, &again));
    }
    CU_ASSERT(n_smaller > 100);
}

const struct test_case test_cases[] = {
    {"parity told apart twice is parity", parity_is_two_states},
    {"the initial state counts", initial_state_counts},
    {"the output of the empty string is no matter", output_of_the_empty_string_is_no_matter},
    {"a wrong transition, a swapped output, a missing one are noticed", planted_faults},
    {"random automata: least, of the same outputs, whatever their states are called",
     random_automata},
    {0},
};
