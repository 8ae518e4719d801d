/* The tasks are the automata that their knobs say; random ones follow the rule of their making, as often as it
 * says; tables that make no sense are refused in one line; a network learns another task than parity. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "parity.h"
#include "regime/grid.h"
#include "regime/train.h"
#include "train/parity/strings.h"

const char *const test_suite = "train_task";

static struct rg_parity_settings settings_of(int64_t task, int64_t n_symbols)
{
    struct rg_parity_settings settings = test_parity_settings();
    settings.task = task;
    settings.n_symbols = n_symbols;
    settings.max_length = settings.analysis_length = 4;
    return settings;
}

/* Number of strings to length 4 whose target is not that of `expected`, which is told the ones. */
static int n_wrong(const struct rg_parity_settings *settings, int (*expected)(int ones))
{
    const struct rg_task task = rg_task_of(settings, 0);
    int wrong = 0;
    for (int length = 0; length <= 4; length++)
        for (uint32_t code = 0; code < rg_n_strings(settings->n_symbols, length); code++) {
            int ones = 0;
            uint32_t left = code;
            for (int i = 0; i < length; i++, left /= (uint32_t)settings->n_symbols)
                ones += left % (uint32_t)settings->n_symbols == 1;
            wrong += rg_task_target(&task, length, code) != expected(ones);
        }
    return wrong;
}

static int is_odd(int ones)
{
    return ones % 2;
}

static int is_multiple_of_3(int ones)
{
    return ones % 3 == 0;
}

static void counting(void)
{
    for (int64_t n_symbols = 2; n_symbols <= RG_SYMBOLS_MAX; n_symbols++) {
        struct rg_parity_settings parity = settings_of(RG_PARITY, n_symbols);
        struct rg_parity_settings modulo = settings_of(RG_MODULO, n_symbols);
        CU_ASSERT_EQUAL(n_wrong(&parity, is_odd), 0);
        CU_ASSERT_EQUAL(n_wrong(&modulo, is_multiple_of_3), 0);
        CU_ASSERT(n_wrong(&parity, is_multiple_of_3) > 0);
        modulo.modulus = 4;
        CU_ASSERT(n_wrong(&modulo, is_multiple_of_3) > 0);
    }
}

/* "Does the string end in 02?", over three symbols. */
static const struct rg_ints ends_in_02 = {9, {1, 0, 0, 1, 0, 2, 1, 0, 0}},
                            its_outputs = {3, {0, 0, 1}};

static void a_table(void)
{
    struct rg_parity_settings settings = settings_of(RG_TABLE, 3);
    settings.task_transitions = ends_in_02;
    settings.task_outputs = its_outputs;
    TEST_OK(rg_parity_check(&settings));
    const struct rg_task task = rg_task_of(&settings, 0);
    for (uint32_t code = 0; code < 81; code++)
        CU_ASSERT_EQUAL(rg_task_target(&task, 4, code), code % 9 == 2);
}

/* ---- random automata --------------------------------------------------------------------------------- */

/* States that a string of length 1 or more leads to, as bits. */
static unsigned reached_by(const struct rg_task *task)
{
    unsigned reached = 0, before = 1;
    for (int length = 1; length <= RG_TASK_STATES; length++) {
        unsigned now = 0;
        for (int state = 0; state < task->n_states; state++)
            for (int64_t symbol = 0; before >> state & 1 && symbol < task->n_symbols; symbol++)
                now |= 1u << task->next[state][symbol];
        reached |= now;
        before = now;
    }
    return reached;
}

static bool is_constant(const struct rg_task *task)
{
    int ones = 0;
    for (int state = 1; state < task->n_states; state++)
        ones += task->output[state];
    return ones == 0 || ones == task->n_states - 1;
}

static void each_follows_the_rule(void)
{
    for (int64_t n_symbols = 2; n_symbols <= RG_SYMBOLS_MAX; n_symbols++) {
        const struct rg_parity_settings settings = settings_of(RG_RANDOM_AUTOMATON, n_symbols);
        int broken = 0;
        for (uint64_t key = 0; key < 500; key++) {
            const struct rg_task task = rg_task_of(&settings, key);
            broken += task.n_states < 3 || task.n_states > 7 || is_constant(&task);
            broken += reached_by(&task) != (1u << task.n_states) - 2; /* all but the initial one */
            for (int symbol = 0; symbol < n_symbols && symbol < 6; symbol++)
                broken += task.next[0][symbol] != symbol + 1;
        }
        CU_ASSERT_EQUAL(broken, 0);
    }
}

enum { CAP = 7, TASKS = 20000 };

/* share[n] of automata over two symbols that end with n states: of the chances of each transition in turn. A
 * task whose n - 1 outputs are all alike is drawn again.                                              */
static void expect_sizes(double p_new, double share[CAP + 1])
{
    double chance[CAP + 1] = {[3] = 1}, sum = 0;
    for (int transition = 0; transition < 2 * (CAP - 1); transition++)
        for (int n = CAP - 1; n >= 3; n--) {
            if (transition >= 2 * (n - 1))
                continue; /* none is left */
            chance[n + 1] += p_new * chance[n];
            chance[n] *= 1 - p_new;
        }
    for (int n = 3; n <= CAP; n++)
        sum += share[n] = chance[n] * (1 - ldexp(1, 2 - n));
    for (int n = 3; n <= CAP; n++)
        share[n] /= sum;
}

static bool is_likely(double count, double n, double p)
{
    return fabs(count - n * p) <= 5 * sqrt(n * p * (1 - p));
}

/* Do tasks that are drawn with one probability have the sizes that another leads to expect? */
static bool fit(double p_new, double p_expected)
{
    struct rg_parity_settings settings = settings_of(RG_RANDOM_AUTOMATON, 2);
    double share[CAP + 1];
    int count[CAP + 1] = {0};
    bool likely = true;
    settings.p_new = p_new;
    for (uint64_t key = 0; key < TASKS; key++)
        count[rg_task_of(&settings, key).n_states]++;
    expect_sizes(p_expected, share);
    for (int n = 3; n <= CAP; n++)
        likely &= is_likely(count[n], TASKS, share[n]);
    return likely;
}

static void sizes_are_as_often_as_expected(void)
{
    for (int fifths = 0; fifths <= 5; fifths++)
        CU_ASSERT_TRUE(fit(fifths / 5.0, fifths / 5.0));
    CU_ASSERT_FALSE(fit(0.6, 0.65)); /* planted fault */
}

/* The last state of seven has transitions to any of the six others and itself, not to the initial one. */
static void old_states_are_equally_often_led_to(void)
{
    const struct rg_parity_settings settings = settings_of(RG_RANDOM_AUTOMATON, 2);
    int count[CAP] = {0}, n = 0, ones = 0, outputs = 0;
    for (uint64_t key = 0; key < TASKS; key++) {
        const struct rg_task task = rg_task_of(&settings, key);
        ones += task.output[0];
        outputs++;
        for (int symbol = 0; task.n_states == CAP && symbol < 2; symbol++, n++)
            count[task.next[CAP - 1][symbol]]++;
    }
    CU_ASSERT_EQUAL(count[0], 0);
    for (int state = 1; state < CAP; state++)
        CU_ASSERT(is_likely(count[state], n, 1.0 / 6));
    CU_ASSERT(is_likely(ones, outputs, 0.5));
}

/* The key that a sweep gives the task's stream at its first and second point. */
static void keys_of(const char *sweep, enum rg_stream stream, uint64_t keys[2])
{
    struct rg_spec *spec = NULL;
    struct rg_parity_settings settings;
    TEST_OK(rg_spec_parse(&rg_models, NULL, sweep, NULL, &spec));
    for (int id = 0; id < 2; id++) {
        struct rg_point point;
        rg_grid_point(spec, id, &settings, &point);
        keys[id] = point.key[stream];
    }
    rg_spec_destroy(&spec);
}

static void the_seed_is_the_tasks_alone(void)
{
    static const char sweep[] =
        "name = \"x\"; model = \"parity_rnn\"; seed = %d;"
        "axes = { %s = [1, 2]; };"
        "settings = { task = \"random_automaton\"; %s };";
    uint64_t here[2], there[2];
    char text[512];
    for (int stream = 0; stream < RG_N_STREAMS; stream++) {
        snprintf(text, sizeof text, sweep, 1, "task_seed", "");
        keys_of(text, (enum rg_stream)stream, here);
        CU_ASSERT_EQUAL(here[0] == here[1], stream != RG_STREAM_TASK);
        snprintf(text, sizeof text, sweep, 2, "task_seed", "");
        keys_of(text, (enum rg_stream)stream, there);
        CU_ASSERT_EQUAL(here[0] == there[0], stream == RG_STREAM_TASK);
    }
    snprintf(text, sizeof text, sweep, 3, "hidden", "task_seed = 1;");
    keys_of(text, RG_STREAM_TASK, there);
    snprintf(text, sizeof text, sweep, 1, "task_seed", "");
    keys_of(text, RG_STREAM_TASK, here);
    CU_ASSERT_EQUAL(there[0], here[0]);
    CU_ASSERT_EQUAL(there[1], here[0]);
}

/* ---- mistakes ---------------------------------------------------------------------------------------- */

static void mistakes_are_answered(void)
{
    static const struct {
        const char *settings, *message;
    } cases[] = {
        {"task = \"table\";", "task_outputs: 0 states; task = table has 1 to 8"},
        {"task = \"table\"; task_outputs = [0, 1];",
         "task_transitions: 0 numbers; 2 states (task_outputs) with 2 symbols have 4"},
        {"task = \"table\"; n_symbols = 3; analysis_length = 7;\n task_outputs = [0, 1]; "
         "task_transitions = [0, 1, 1, "
         "0];",
         "task_transitions: 4 numbers; 2 states (task_outputs) with 3 symbols have 6"},
        {"task = \"table\";\n task_outputs = [0, 1]; task_transitions = [0, 1, 2, 0];",
         "task_transitions: state 1 leads to state 2 by symbol 0; there are states 0 to 1"},
        {"task = \"table\";\n task_outputs = [0, 2];",
         "settings.task_outputs[1] = 2: must be an integer from 0 to 1"},
        {"task = \"table\";\n task_outputs = [1, 1]; task_transitions = [0, 1, 1, 0];",
         "task_outputs: all 2 states have class 1, which leaves nothing to learn"},
        {"theory_kappa = 3.0;", "theory_kappa acts only with theory_pairs = 1 or more"},
        {"pair_records = 3;", "pair_records acts only with pairs = true"},
        {"run_distances = [0.1];\n spread = \"run\";",
         "run_distances acts only with spread = final"},
        {"track_pairs = \"0 0\";",
         "track_pairs = \"0 0\": must be pairs of different strings of 1 to 30 symbols, 0 to 1, as "
         "in \"0 1, 00 11\""},
        {"track_pairs = [\"0 1\"];",
         "settings.track_pairs: must be a text in quotes of at most 255 characters, such as \"0 1, "
         "00 11\""},
        {"merge_distances = [];",
         "merge_distances = []: must hold one or more, as in [0.1], or run_distances must"},
        {"merge_distances = [0.1, 0.0];",
         "settings.merge_distances[1] = 0.0: must be a number from 1e-09 to 1000.0"},
        {"run_distances = [0];",
         "settings.run_distances[0] = 0: must be a number from 1e-09 to 1000.0"},
        {"merge_distances = [0.1, 0.2, 0.1];", "merge_distances: 0.1 is given twice"},
        {"run_distances = [0.2, 0.2];", "run_distances: 0.2 is given twice"},
        {"merge_distances = [0.1, 0.01];\n run_distances = [0.01];",
         "x.cfg:3: run_distances: 0.01 is in merge_distances too, and the file tells both rules "
         "apart by their numbers alone: write 0.01001, say"},
        {"task_outputs = [0, 1];", "task_outputs acts only with task = table"},
        {"modulus = 5;", "modulus acts only with task = modulo"},
        {"n_symbols = 3; max_length = 13; analysis_length = 7;",
         "max_length = 13: at most 12 with n_symbols = 3 (2097150 strings in all)"},
        {"n_symbols = 5; max_length = 8;",
         "analysis_length = 10: at most 5 with n_symbols = 5 (8190 strings"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char command[2048], output[4096];
        snprintf(command, sizeof command,
                 "cd '%s' && cat >x.cfg <<'END'\nname = \"x\"; model = \"parity_rnn\";\n"
                 "settings = {%s };\nEND\n'%s' plan x.cfg --no-timing",
                 test_folder(), cases[i].settings, TEST_REGIME);
        CU_ASSERT_EQUAL(test_shell(command, output, sizeof output), 2);
        const bool told = strstr(output, cases[i].message) &&
                          (strstr(output, "x.cfg:2: ") || strstr(output, "x.cfg:3: "));
        if (!told || strchr(output, '\n') != output + strlen(output) - 1)
            CU_FAIL(output);
    }
}

/* ---- training ---------------------------------------------------------------------------------------- */

static double train(struct rg_parity *net, int epochs)
{
    struct rg_step step = {0};
    for (int epoch = 0; epoch < epochs; epoch += step.epoch_end)
        TEST_OK(rg_parity_step(net, &step));
    return step.train_loss;
}

/* Chance is ln 2, and the better constant answer not far below it. */
static void others_than_parity_are_learnt(void)
{
    for (int64_t n_symbols = 2; n_symbols <= 3; n_symbols++) {
        struct rg_parity_settings settings = settings_of(RG_MODULO, n_symbols);
        settings.gain = 0.5;
        settings.hidden = 30;
        settings.learning_rate = 0.1;
        settings.max_length = n_symbols == 2 ? 7 : 5;
        settings.batch = 16;
        struct rg_parity *net = test_parity_create(&settings, 3);
        CU_ASSERT(train(net, 5) > 0.5);
        const double loss = train(net, 400);
        printf("\n  %d symbols: loss %g", (int)n_symbols, loss);
        CU_ASSERT(loss < 0.02);
        test_parity_destroy(net);
    }
    printf("\n ");
}

const struct test_case test_cases[] = {
    {"ones are counted over every alphabet", counting},
    {"a table is the automaton that it says", a_table},
    {"each random automaton follows the rule", each_follows_the_rule},
    {"their sizes are as often as expected", sizes_are_as_often_as_expected},
    {"old states are equally often led to", old_states_are_equally_often_led_to},
    {"task_seed is the task's alone", the_seed_is_the_tasks_alone},
    {"mistakes are answered in one line", mistakes_are_answered},
    {"other tasks than parity are learnt", others_than_parity_are_learnt},
    {0},
};
