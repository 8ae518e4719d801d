/* A sweep file that declares its model's knobs, columns and dimensions: they become tables like any other's, what a
 * sweep is depends on what they are and not on what is said about them, and each mistake has its line.  */
#include <stdio.h>
#include <string.h>

#include "regime/config.h"
#include "regime/grid.h"
#include "regime/knob.h"
#include "regime/memory.h"
#include "regime/train.h"
#include "test.h"

const char *const test_suite = "config_declare";

#define HEAD    "name = \"x\"; model = \"command\"; command = \"cat\";\n"
#define KNOBS   "knobs = ( { name = \"gain\"; type = \"float\"; default = 1; max = 2.0; } "
#define COLUMNS "columns = ( { name = \"loss\"; } );\n"

static struct rg_spec *parse(const char *text)
{
    struct rg_spec *spec = NULL;
    TEST_OK(rg_spec_parse(&rg_models, "x.cfg", text, NULL, &spec));
    return spec;
}

static const char all_kinds[] = HEAD
    "dimensions = ( { name = \"layer\"; size = 3; doc = \"Layer\"; },\n"
    "               { name = \"step\"; values = [1, 10]; unit = \"s\"; } );\n"
    "knobs = ( { name = \"gain\"; type = \"float\"; default = 1; min = 0.0; help = \"Scale\"; },\n"
    "          { name = \"width\"; type = \"int\"; default = 5000000000L; },\n"
    "          { name = \"biased\"; type = \"bool\"; default = true; },\n"
    "          { name = \"kind\"; type = \"choice\"; choices = \"relu tanh\"; default = \"tanh\"; "
    "},\n"
    "          { name = \"sizes\"; type = \"ints\"; default = [2, 3]; },\n"
    "          { name = \"rates\"; type = \"floats\"; default = [0.5]; role = \"measurement\"; },\n"
    "          { name = \"title\"; type = \"text\"; default = \"a \\\"b\\\"\"; },\n"
    "          { name = \"start\"; type = \"int\"; default = -1; role = \"init_seed\"; } );\n"
    "columns = ( { name = \"loss\"; doc = \"Loss\"; },\n"
    "            { name = \"course\"; type = \"float32\"; dimensions = \"step layer\"; },\n"
    "            { name = \"outcome\"; type = \"choice\"; choices = \"bad good\"; },\n"
    "            { name = \"n\"; type = \"int32\"; }, { name = \"seed\"; type = \"int\"; },\n"
    "            { name = \"fits\"; type = \"bool\"; } );\n"
    "axes = { gain = [0.5, 1.0]; kind = (\"relu\", \"tanh\"); replicate = { count = 2; }; };\n";

static void tables(void)
{
    static const char *const defaults[] = {"\"cat\"",  "1.0",    "5000000000L", "true",
                                           "\"tanh\"", "[2, 3]", "[0.5]",       "\"a \\\"b\\\"\"",
                                           "-1"};
    static const enum rg_column_type types[] = {RG_CODE, RG_F8, RG_F4,  RG_CODE,
                                                RG_I4,   RG_I8, RG_FLAG};
    const int64_t before = rg_alloc_live();
    struct rg_spec *spec = parse(all_kinds);
    CU_ASSERT_EQUAL_FATAL(rg_model_n_knobs(spec->model), 9);
    for (int i = 0; i < 9; i++) {
        char value[512];
        rg_knob_print(rg_model_knob(spec->model, i), spec->settings, value, sizeof value);
        CU_ASSERT_STRING_EQUAL(value, defaults[i]);
    }
    CU_ASSERT_EQUAL_FATAL(rg_model_n_columns(spec->model), 7);
    for (int c = 0; c < 7; c++)
        CU_ASSERT_EQUAL(rg_model_column(spec->model, c)->type, types[c]);
    const struct rg_column *course = rg_model_column(spec->model, 2);
    CU_ASSERT_STRING_EQUAL(course->dims[0], "step");
    CU_ASSERT_STRING_EQUAL(course->dims[1], "layer");
    CU_ASSERT_PTR_NULL(course->dims[2]);
    double steps[2] = {0}, layers[3] = {9, 9, 9};
    rg_model_values(spec->model, 0, spec->largest, layers);
    rg_model_values(spec->model, 1, spec->largest, steps);
    CU_ASSERT(layers[0] == 0 && layers[2] == 2 && steps[0] == 1 && steps[1] == 10);
    rg_spec_destroy(&spec);
    CU_ASSERT_EQUAL(rg_alloc_live(), before);
}

/* A point as a sweep of its own has the same tables, values and random keys. */
static void single(void)
{
    struct rg_spec *spec = parse(all_kinds), *again;
    char settings[8192], others[8192], *text = NULL;
    struct rg_point point, alone;
    CU_ASSERT_FATAL(spec->model->settings_size <= sizeof settings);
    rg_grid_point(spec, 5, settings, &point);
    TEST_OK(rg_spec_single(spec, &point, "every = 1;", &text));
    again = parse(text);
    CU_ASSERT_EQUAL(again->n_points, 1);
    rg_grid_point(again, 0, others, &alone);
    CU_ASSERT_EQUAL(memcmp(point.key, alone.key, sizeof point.key), 0);
    CU_ASSERT_EQUAL(again->model->settings_size, spec->model->settings_size);
    CU_ASSERT_EQUAL(memcmp(settings, others, spec->model->settings_size), 0);
    rg_free(&text);
    rg_spec_destroy(&again);
    rg_spec_destroy(&spec);
}

/* Whether two sweeps are the same sweep. */
static bool is_same(const char *a, const char *b)
{
    struct rg_spec *first = parse(a), *second = parse(b);
    char *one = NULL, *other = NULL;
    TEST_OK(rg_spec_resolved(first, &one));
    TEST_OK(rg_spec_resolved(second, &other));
    const bool same = strcmp(one, other) == 0;
    rg_free(&one);
    rg_free(&other);
    rg_spec_destroy(&first);
    rg_spec_destroy(&second);
    return same;
}

static void identity(void)
{
    static const char plain[] = HEAD KNOBS "); " COLUMNS;
    CU_ASSERT(is_same(plain,
                      HEAD "knobs = ( { name = \"gain\"; type = \"float\"; default = 1; help = "
                           "\"Scale\"; min = 0.0; } ); " COLUMNS));
    CU_ASSERT(is_same(plain, HEAD KNOBS "); columns = ( { name = \"loss\"; doc = \"Loss\"; } );"));
    CU_ASSERT_FALSE(is_same(plain, HEAD KNOBS "); columns = ( { name = \"lost\"; } );"));
    CU_ASSERT_FALSE(
        is_same(plain, HEAD KNOBS "); columns = ( { name = \"loss\"; type = \"float32\"; } );"));
    CU_ASSERT_FALSE(is_same(plain,
                            HEAD "knobs = ( { name = \"gain\"; type = \"float\"; default = 1; "
                                 "role = \"stopping\"; } ); " COLUMNS));
    CU_ASSERT_FALSE(is_same(plain,
                            HEAD "knobs = ( { name = \"gain\"; type = \"float\"; default = 2; "
                                 "} ); " COLUMNS));
    CU_ASSERT_FALSE(is_same(
        plain, "name = \"x\"; model = \"command\"; command = \"cat -\";\n" KNOBS "); " COLUMNS));
}

static bool answered(const char *text, const char *answer)
{
    struct rg_spec *spec = NULL;
    const int64_t before = rg_alloc_live();
    enum rg_status code = rg_spec_parse(&rg_models, "x.cfg", text, NULL, &spec);
    if (code == RG_OK)
        code = rg_grid_check(spec);
    const bool right = code == RG_ERROR_USER && strcmp(rg_error_message(), answer) == 0;
    if (!right)
        fprintf(stderr, "\n%s\n  said:   %s\n  wanted: %s\n", text,
                code == RG_OK ? "(accepted)" : rg_error_message(), answer);
    rg_spec_destroy(&spec);
    return right && rg_alloc_live() == before;
}

static void mistakes(void)
{
    static const struct {
        const char *text, *answer;
    } all[] = {
        {HEAD,
         "x.cfg: columns is missing: it declares what the command answers, columns = ( { name "
         "= \"loss\"; type = \"float\"; } );"},
        {HEAD "columns = { };",
         "x.cfg:2: columns: must be a list of at most 256 groups: columns = ( { name = \"loss\"; "
         "type = \"float\"; } );"},
        {HEAD "columns = ( { type = \"int\"; } );",
         "x.cfg:2: columns[0]: name is missing: { name = \"loss\"; type = \"float\"; }"},
        {HEAD "columns = ( { name = \"loss\"; dimension = \"a\"; } );",
         "x.cfg:2: columns[0].dimension = \"a\": unknown key of columns (did you mean "
         "\"dimensions\"?); allowed: name type dimensions choices unit doc"},
        {HEAD "columns = ( { name = \"loss\"; dimensions = \"layer\"; } );",
         "x.cfg:2: columns[0].dimensions = \"layer\": names at most 4 of the dimensions that the "
         "file "
         "declares, separated by a space: none"},
        {HEAD "columns = ( { name = \"a b\"; } );",
         "x.cfg:2: columns[0].name = \"a b\": a name is made of letters, digits and _, at most 48, "
         "a "
         "letter first"},
        {HEAD "columns = ( { name = \"status\"; } );",
         "x.cfg:2: columns[0].name = \"status\": this name has a meaning of its own; choose "
         "another"},
        {HEAD KNOBS "); columns = ( { name = \"gain\"; } );",
         "x.cfg:2: columns[0].name = \"gain\": a knob, a column or a dimension has this name "
         "already"},
        {HEAD "columns = ( { name = \"kind\"; type = \"choice\"; } );",
         "x.cfg:2: columns[0]: choices is missing: write choices = \"relu tanh\";"},
        {HEAD KNOBS ", { name = \"seed\"; type = \"int\"; default = 1; } ); " COLUMNS,
         "x.cfg:2: knobs[1].name = \"seed\": this name has a meaning of its own; choose another"},
        {HEAD KNOBS ", { name = \"n\"; type = \"int\"; } ); " COLUMNS,
         "x.cfg:2: knobs[1]: default is missing: the value where no other is given"},
        {HEAD KNOBS ", { name = \"n\"; type = \"int\"; default = 3; min = 4.0; } ); " COLUMNS,
         "x.cfg:2: knobs[1].default = 3: must be an integer of at least 4"},
        {HEAD KNOBS
         ", { name = \"n\"; type = \"float\"; default = 1; role = \"init_seed\"; } ); " COLUMNS,
         "x.cfg:2: knobs[1]: a seed is of type = \"int\"; below 0 it is not given"},
        {HEAD "dimensions = ( { name = \"layer\"; } ); " COLUMNS,
         "x.cfg:2: dimensions[0]: a dimension has either a size or its values"},
        {HEAD KNOBS "); " COLUMNS "axes = { gain = [1.0, 3.0]; };",
         "x.cfg:3: axes.gain[1] = 3.0: must be a number of at most 2.0"},
        {HEAD KNOBS "); " COLUMNS "settings = { gian = 1.0; };",
         "x.cfg:3: settings.gian = 1.0: unknown knob of command (did you mean \"gain\"?)"},
        {HEAD COLUMNS "record = { every = 1; };",
         "x.cfg:3: record: command is one step without epochs: give a column a dimension of its "
         "own "
         "for its course"},
        {HEAD COLUMNS "team = [2, 1];",
         "x.cfg:3: team = [2, 1]: command trains each point on one rank: leave team out; ranks "
         "share "
         "the points"},
        {HEAD COLUMNS "settings = { command = \"cat\"; };",
         "x.cfg:1: command = \"cat\": stands in the settings too: keep one of the two"},
        {"name = \"x\"; model = \"command\";\n" COLUMNS,
         "x.cfg: command is missing: write command = \"python3 my.py\"; beside model"},
        {"name = \"x\"; model = \"command\";\ncommand = \"pyhton3 my.py\"; " COLUMNS,
         "x.cfg:2: command = pyhton3 my.py: there is no program pyhton3 on PATH; write the path of "
         "one "
         "that can be executed"},
        {"name = \"x\"; model = \"command\";\ncommand = \"cat $HOME\"; " COLUMNS,
         "x.cfg:2: command = cat $HOME: no shell reads it and $ means nothing: words are split at "
         "spaces alone; put the rest into a script"},
        {"name = \"x\"; model = \"linear_net\";\ncommand = \"cat\";",
         "x.cfg:2: command = \"cat\": linear_net has its own: only model = \"command\" leaves it "
         "to the "
         "file"},
        {"name = \"x\"; model = \"linear_net\";\n" KNOBS ");",
         "x.cfg:2: knobs: linear_net has its own: only model = \"command\" leaves it to the file"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        CU_ASSERT(answered(all[i].text, all[i].answer));
}

static void planted_fault(void)
{
    freopen("/dev/null", "w", stderr); /* the failed comparison prints itself */
    CU_ASSERT_FALSE(answered(HEAD COLUMNS, ""));
    CU_ASSERT_FALSE(is_same(all_kinds, HEAD COLUMNS));
}

const struct test_case test_cases[] = {
    {"declarations become the model's tables", tables},
    {"one point as a sweep of its own", single},
    {"what a sweep is", identity},
    {"each mistake has its line", mistakes},
    {"an accepted text and another sweep are told from the right ones", planted_fault},
    {0},
};
