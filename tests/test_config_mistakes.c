/* Every mistake that a sweep file can hold is answered by one line: the place, the value, the remedy. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "regime/memory.h"
#include "sample_model.h"
#include "test.h"

const char *const test_suite = "config_mistakes";

struct mistake {
    const char *text, *answer;
};

/* Whether parsing is refused with this very message. */
static bool answered(const char *text, const char *overrides, const char *answer)
{
    struct rg_spec *spec = NULL;
    int64_t before = rg_alloc_live();
    enum rg_status code = rg_spec_parse(&sample_registry, "x.cfg", text, overrides, &spec);
    bool right = code == RG_ERROR_USER && strcmp(rg_error_message(), answer) == 0;
    bool clean = !spec && rg_alloc_live() == before;
    if (!right)
        fprintf(stderr, "\n%s\n  said:   %s\n  wanted: %s\n", text,
                code == RG_OK ? "(accepted)" : rg_error_message(), answer);
    rg_spec_destroy(&spec);
    return right && clean;
}

/* Each text follows a first line with name and model, so that it begins in line 2. */
static void check_all(const struct mistake *mistakes)
{
    for (; mistakes->text; mistakes++) {
        char text[8192];
        snprintf(text, sizeof text, "name = \"x\"; model = \"sample\";\n%s", mistakes->text);
        CU_ASSERT(answered(text, NULL, mistakes->answer));
    }
}

static void top_level(void)
{
    CU_ASSERT(answered("", NULL, "x.cfg: name is missing: write name = \"...\";"));
    CU_ASSERT(answered("name = \"x\";", NULL,
                       "x.cfg: model is missing: write model = \"...\"; with one of: sample"));
    CU_ASSERT(answered("name = \"x\"; model = \"sampel\";", NULL,
                       "x.cfg:1: model = \"sampel\": must be one of \"sample\" (did you mean "
                       "\"sample\"?)"));
    static const char *const names[] = {"", "../up", ".hidden", "-o", "a b", "a/b"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char text[128], answer[256];
        snprintf(text, sizeof text, "name = \"%s\";", names[i]);
        snprintf(answer, sizeof answer,
                 "x.cfg:1: name = \"%s\": names the output file: letters, digits, _ - and . only, "
                 "at most 63, a letter, digit or _ first",
                 names[i]);
        CU_ASSERT(answered(text, NULL, answer));
    }
    static const struct mistake mistakes[] = {
        {"axis = {};",
         "x.cfg:2: axis: unknown key of a sweep file (did you mean \"axes\"?); "
         "allowed: name model dimensions knobs columns seed axes settings command record snapshots "
         "share keep team draw"},
        {"seed = -1;", "x.cfg:2: seed = -1: must be an integer of at least 0"},
        {"seed = \"one\";", "x.cfg:2: seed = \"one\": must be an integer of at least 0"},
        {"axes = [1];", "x.cfg:2: axes: must be a group: axes = { ... };"},
        {"settings = 3;", "x.cfg:2: settings = 3: must be a group: settings = { ... };"},
        {"share = (\"dat\");",
         "x.cfg:2: share[0] = \"dat\": must be one of \"data\", \"init\", "
         "\"order\", \"validation\", \"task\" (did you mean \"data\"?)"},
        {"share = \"data\";",
         "x.cfg:2: share = \"data\": must be a list of names such as (\"data\")"},
        {"keep = (\"last\");",
         "x.cfg:2: keep[0] = \"last\": must be one of \"final\", \"record\", "
         "\"initial\""},
        {"team = 2;",
         "x.cfg:2: team = 2: must be the process grid of a point: team = [rows, columns];"},
        {"draw = \"map; echo\";",
         "x.cfg:2: draw = \"map; echo\": must be a figure of regime_analysis with its "
         "options, without the file: letters, digits, spaces, . _ = - only, at most 63"},
        {"team = [2, 0];", "x.cfg:2: team[1] = 0: must be an integer from 1 to 4096"},
        {0},
    };
    check_all(mistakes);
}

static void knobs(void)
{
    static const struct mistake mistakes[] = {
        {"\nsettings = { gian = 0.1; };",
         "x.cfg:3: settings.gian = 0.1: unknown knob of sample (did you mean \"gain\"?)"},
        {"settings = { zzzzzzz = 0.1; };",
         "x.cfg:2: settings.zzzzzzz = 0.1: unknown knob of sample"},
        {"settings = { gain = \"big\"; };",
         "x.cfg:2: settings.gain = \"big\": must be a number from 0.0 to 10.0"},
        {"settings = { gain = 11; };",
         "x.cfg:2: settings.gain = 11: must be a number from 0.0 to 10.0"},
        {"settings = { hidden = 1.5; };",
         "x.cfg:2: settings.hidden = 1.5: must be an integer from 1 to 4096"},
        {"settings = { hidden = 0; };",
         "x.cfg:2: settings.hidden = 0: must be an integer from 1 to 4096"},
        {"settings = { biased = 1; };", "x.cfg:2: settings.biased = 1: must be true or false"},
        {"settings = { loss = \"cross-entropy\"; };",
         "x.cfg:2: settings.loss = \"cross-entropy\": must be one of \"mse\", \"cross_entropy\" "
         "(did you mean \"cross_entropy\"?)"},
        {"settings = { loss = 1; };",
         "x.cfg:2: settings.loss = 1: must be one of \"mse\", \"cross_entropy\""},
        {"settings = { merge_distances = 0.1; };",
         "x.cfg:2: settings.merge_distances = 0.1: must be a [list] of numbers from 0.0 to 1.0, at "
         "most 64 of them"},
        {"settings = { merge_distances = [0.1, 2.0]; };",
         "x.cfg:2: settings.merge_distances[1] = 2.0: must be a number from 0.0 to 1.0"},
        {"settings = { replicate = 3; };",
         "x.cfg:2: settings.replicate = 3: replicates are an axis: write axes = { replicate = { "
         "count "
         "= 5; }; };"},
        {"settings = { data = 1; };",
         "x.cfg:2: settings.data = 1: must be a text in quotes of at most 255 characters"},
        {0},
    };
    check_all(mistakes);
}

static void axes(void)
{
    static const struct mistake mistakes[] = {
        {"axes = {\n gian = [0.1]; };",
         "x.cfg:3: axes.gian: unknown knob of sample (did you mean \"gain\"?)"},
        {"axes = { gian = { from = 0.1; to = 1; count = 2; }; };",
         "x.cfg:2: axes.gian: unknown knob of sample (did you mean \"gain\"?)"},
        {"axes = { gain = []; };", "x.cfg:2: axes.gain: an empty axis: give it at least one value"},
        {"axes = { both = {}; };", "x.cfg:2: axes.both: an empty axis: give it at least one value"},
        {"axes = { gain = { from = 0; to = 1; count = 0; }; };",
         "x.cfg:2: axes.gain.count = 0: must be an integer from 1 to 9007199254740992"},
        {"axes = { gain = 0.1; };",
         "x.cfg:2: axes.gain = 0.1: an axis is { from = ..; to = ..; count = ..; } or a [list]; a "
         "single value belongs in settings"},
        {"axes = { gain = [0.1, 11.0]; };",
         "x.cfg:2: axes.gain[1] = 11.0: must be a number from 0.0 to 10.0"},
        {"axes = { gain = [0.1, 0.2, 0.1]; };",
         "x.cfg:2: axes.gain: the value 0.1 stands here twice"},
        {"axes = { gain = { from = 0.1; to = 11; count = 3; }; };",
         "x.cfg:2: axes.gain.to = 11: must be a number from 0.0 to 10.0"},
        {"axes = { gain = { from = 0.1; count = 3; }; };",
         "x.cfg:2: axes.gain: to is missing: a range is { from = ..; to = ..; count = ..; }"},
        {"axes = { gain = { from = 0.1; to = 1; }; };",
         "x.cfg:2: axes.gain: count is missing: how many values the axis has"},
        {"axes = { gain = { from = 0.1; to = 1; cuont = 3; }; };",
         "x.cfg:2: axes.gain.cuont = 3: unknown key of a range (did you mean \"count\"?); allowed: "
         "from to count spacing"},
        {"axes = { gain = { from = 0.1; to = 1; count = 3; spacing = \"log10\"; }; };",
         "x.cfg:2: axes.gain.spacing = \"log10\": must be one of \"linear\", \"log\" (did you mean "
         "\"log\"?)"},
        {"axes = { gain = { from = 0; to = 1; count = 3; spacing = \"log\"; }; };",
         "x.cfg:2: axes.gain: a log range lies above 0"},
        {"axes = { gain = { from = 1; to = 1; count = 3; }; };",
         "x.cfg:2: axes.gain: 3 values from 1 to 1 are not all different"},
        {"axes = { shift = { from = -1e308; to = 1e308; count = 3; }; };",
         "x.cfg:2: axes.shift: the range is wider than numbers can be"},
        {"axes = { hidden = { from = 10; to = 20; count = 4; }; };",
         "x.cfg:2: axes.hidden: 4 values from 10 to 20 are not all integers: choose another count, "
         "or write a list"},
        {"axes = { hidden = { from = 1; to = 4; count = 10; spacing = \"log\"; }; };",
         "x.cfg:2: axes.hidden: rounded to integers, the value 1 appears twice: choose a smaller "
         "count"},
        {"axes = { loss = { from = 0; to = 1; count = 2; }; };",
         "x.cfg:2: axes.loss: loss takes no range: list its values"},
        {"axes = { merge_distances = [0.1, 0.2]; };",
         "x.cfg:2: axes.merge_distances = [0.1, 0.2]: a measurement knob is no axis: it changes "
         "what is "
         "measured, not the training; put it into settings"},
        {"axes = { data = (\"a\", \"b\"); };",
         "x.cfg:2: axes.data: a knob that takes a list or a text is no axis; put it into settings"},
        {"axes = { replicate = 3; };",
         "x.cfg:2: axes.replicate = 3: write replicate = { count = 5; }"},
        {"axes = { gain = [0.1]; };\nsettings = {\n gain = 0.2; };",
         "x.cfg:4: settings.gain = 0.2: gain is also an axis: keep one of the two"},
        {0},
    };
    check_all(mistakes);
}

static void groups(void)
{
    static const struct mistake mistakes[] = {
        {"axes = { gain = [0.1]; pair = { gain = [0.2]; }; };",
         "x.cfg:2: axes.pair.gain: gain is on another axis already"},
        {"axes = { pair = { gain = [0.1, 0.2];\n fraction = [1.0]; }; };",
         "x.cfg:3: axes.pair.fraction: 1 value, but gain has 2: they move together"},
        {"axes = { pair = { gian = [0.1, 0.2]; }; };",
         "x.cfg:2: axes.pair.gian = [0.1, 0.2]: unknown knob of sample (did you mean \"gain\"?)"},
        {"axes = { record = { gain = [0.1]; }; };",
         "x.cfg:2: axes.record: the output file uses this name itself; choose another"},
        {"axes = { gain = { gain = [0.1]; fraction = [0.2]; }; };",
         "x.cfg:2: axes.gain: a group of axes that move together needs a name that is no knob"},
        {"axes = { W_h = { gain = [0.1]; }; };",
         "x.cfg:2: axes.W_h: the output file uses this name itself; choose another"},
        {"axes = { a-b = { gain = [0.1]; }; };",
         "x.cfg:2: axes.a-b: a name is made of letters, digits and _"},
        {"axes = { "
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = { gain = [0.1]; }; };",
         "x.cfg:2: axes.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: a name "
         "has at most 63 characters"},
        {"axes = { gain = { from = 0; to = 1; count = 5000000000L; }; "
         "fraction = { from = 0; to = 1;\ncount = 5000000000L; }; };",
         "x.cfg:2: axes.fraction: the product of the axes exceeds 2^63-1 points"},
        {0},
    };
    check_all(mistakes);
    char text[2048] = "axes = {";
    for (int i = 0; i < 17; i++)
        sprintf(text + strlen(text), " a%d = [1];", i);
    strcat(text, " };");
    CU_ASSERT(answered(strcat(text, "name = \"x\"; model = \"sample\";"), NULL,
                       "x.cfg:1: axes: 17 axes: there are at most 16"));
}

static void records(void)
{
    static const struct mistake mistakes[] = {
        {"record = 5;",
         "x.cfg:2: record = 5: write record = { spacing = \"log\"; count = 64; }, { "
         "every = 5; } or { epochs = [..]; }"},
        {"record = { evry = 5; };",
         "x.cfg:2: record.evry = 5: unknown key of record (did you mean \"every\"?); allowed: "
         "every "
         "epochs spacing count"},
        {"record = { every = 5; count = 3; };",
         "x.cfg:2: record: every and epochs stand alone: one way of recording at a time"},
        {"record = { every = 0; };", "x.cfg:2: record.every = 0: must be an integer of at least 1"},
        {"record = { every = 1; };\nsettings = { max_epochs = 100001; };",
         "x.cfg:2: record.every = 1: 100001 records over 100001 epochs: there are at most 100000"},
        {"record = { count = 100001; };",
         "x.cfg:2: record.count = 100001: must be an integer from 1 to 100000"},
        {"record = { epochs = [5, 5]; };", "x.cfg:2: record.epochs[1] = 5: epochs must ascend"},
        {"record = { epochs = [0, 0]; };", "x.cfg:2: record.epochs[1] = 0: epochs must ascend"},
        {"record = { count = 1; };",
         "x.cfg:2: record.count = 1: spacing = \"log\" goes from epoch 1 to the last: at least 2"},
        {"record = { epochs = [1001]; };",
         "x.cfg:2: record.epochs[0] = 1001: lies beyond max_epochs = 1000"},
        {0},
    };
    check_all(mistakes);
}

static void language(void)
{
    static const struct mistake mistakes[] = {
        {"axes = { gain = [0.1,\n 1]; };",
         "x.cfg:3: axes.gain = 1: the numbers of a [list] are of "
         "one type: write 1.0"},
        {"axes = { gain = [1, 0.5]; };",
         "x.cfg:2: axes.gain = 1: the numbers of a [list] are of one type: write 1.0"},
        {"axes = { max_epochs = [1, 5000000000L]; };",
         "x.cfg:2: axes.max_epochs = 1: the numbers of a [list] are of one type: write 1L"},
        {"seed = 5000000000;",
         "x.cfg:2: seed = 5000000000: an integer beyond 32 bits is written with an L behind it"},
        {"seed = 0xFFFFFFFF;",
         "x.cfg:2: seed = 0xFFFFFFFF: an integer beyond 32 bits is written with an L behind it"},
        {"seed = 99999999999999999999L;",
         "x.cfg:2: seed = 99999999999999999999L: integers have at most 64 bits"},
        {"settings = { gain = 1e400; };", "x.cfg:2: settings.gain = 1e400: numbers must be finite"},
        {"settings = { gain = inf; };", "x.cfg:2: settings.gain = inf: numbers must be finite"},
        {"settings = { loss = mse; };", "x.cfg:2: settings.loss = mse: write text in \"quotes\""},
        {"settings = { gain = .; };",
         "x.cfg:2: settings.gain = .: syntax error: neither a number nor a name"},
        {"@include \"/etc/passwd\"",
         "x.cfg:2: @include: a sweep file includes no other "
         "files"},
        {"// @include\n  @include \"y\"",
         "x.cfg:3: @include: a sweep file includes no other files"},
        {"settings = { data = \"abc; };",
         "x.cfg:2: settings.data = \"abc; };: a string that does not end"},
        {"axes = {\n gain = [0.1;\n};", "x.cfg:4: }: syntax error: the [ of line 3 is still open"},
        {"settings = { gain = 0.1;",
         "x.cfg:2: end of file: syntax error: the { of line 2 is still open"},
        {"settings = { gain = 0.1;\n gain = 0.2; };",
         "x.cfg:3: settings.gain: stands here twice, first in line 2"},
        {"axes = }", "x.cfg:2: }: syntax error: closes nothing"},
        {"settings = { gain = 0.1; = 3; };",
         "x.cfg:2: settings = { gain = 0.1; = 3; };: syntax error"},
        {"axes = { pair = { gain = [0.1]; replicate = { count = 2; }; }; };",
         "x.cfg:2: axes.pair.replicate: replicates are an axis of their own, outside of groups"},
        {"name = \"again\";", "x.cfg:2: name: stands here twice, first in line 1"},
        {"axes = { gain = [0.1]; pair = { fraction = [0.5]; }; }; settings = { hidden = 3; } = "
         "0.12345;",
         "x.cfg:2: axes = { gain = [0.1]; pair = { fraction = [0.5]; }; }; sett...: syntax error"},
        {"a = {{{{{{{{{", "x.cfg:2: {: brackets are nested too deeply"},
        {0},
    };
    check_all(mistakes);
}

static void overrides(void)
{
    static const char text[] = "name = \"x\"; model = \"sample\"; axes = { gain = [0.1, 0.2]; };";
    static const struct mistake mistakes[] = {
        {"gain=0.3",
         "--set: gain is an axis of this sweep, not a setting: --only picks a part of "
         "an axis"},
        {"hiden=3", "--set: hiden: unknown knob of sample (did you mean \"hidden\"?)"},
        {"hidden=0", "--set: hidden = 0: must be an integer from 1 to 4096"},
        {"hidden", "--set: hidden: write knob=value"},
        {"hidden=", "--set: hidden = : syntax error"},
        {"loss=msee",
         "--set: loss = \"msee\": must be one of \"mse\", \"cross_entropy\" (did you mean "
         "\"mse\"?)"},
        {"hidden=3; hidden=4", "--set: hidden: stands here twice, first in line 1"},
        {"hidden=3; biased=false", "--set: hidden = 3: one value, and nothing behind it"},
        {"fraction=nan", "--set: fraction = \"nan\": must be a number from 0.0 to 1.0"},
        {"replicate=3",
         "--set: replicate: replicates are an axis: write axes = { replicate = { count = 5; }; };"},
        {"seed=-5", "--set: seed = -5: must be an integer of at least 0"},
        {0},
    };
    for (const struct mistake *m = mistakes; m->text; m++)
        CU_ASSERT(answered(text, m->text, m->answer));
}

/* ---- files ------------------------------------------------------------------------------------- */

static bool file_answered(const char *path, const char *answer)
{
    struct rg_spec *spec = NULL;
    enum rg_status code = rg_spec_read(&sample_registry, path, NULL, &spec);
    bool right = code == RG_ERROR_USER && strstr(rg_error_message(), answer);
    if (!right)
        fprintf(stderr, "\n%s: %s\n", path, rg_error_message());
    rg_spec_destroy(&spec);
    return right;
}

static void write_bytes(const char *path, const char *bytes, size_t n, size_t times)
{
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL(file);
    for (size_t i = 0; file && i < times; i++)
        fwrite(bytes, 1, n, file);
    if (file)
        fclose(file);
}

static void write_many_names(const char *path)
{
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL(file);
    for (int i = 0; file && i < 70000; i++)
        fprintf(file, "a%d = 1; ", i);
    if (file)
        fclose(file);
}

static void files(void)
{
    char path[5000];
    snprintf(path, sizeof path, "%s/x.cfg", test_folder());
    CU_ASSERT(file_answered(path, "/x.cfg: cannot be opened: No such file or directory"));
    CU_ASSERT(file_answered(test_folder(), ": a folder, not a sweep file"));
    write_bytes(path, "seed = 1;\0", 10, 1);
    CU_ASSERT(file_answered(path, "/x.cfg: not a text file (it has zero bytes)"));
    write_bytes(path, "// 16 bytes.....\n", 16, (1 << 16) + 1);
    CU_ASSERT(file_answered(path, "/x.cfg: a sweep file has at most 1 MiB"));
    write_bytes(path, "a = {", 5, 200000);
    CU_ASSERT(file_answered(path, "brackets are nested too deeply"));
    write_many_names(path);
    CU_ASSERT(file_answered(path, "too many settings: a sweep file has at most 1000"));
}

/* Some editors begin a file with it: it is no part of the text, and moves no line. */
static void byte_order_mark(void)
{
    struct rg_spec *spec = NULL;
    CU_ASSERT(answered("\xef\xbb\xbfname = \"x\";\nmodel = 1;", NULL,
                       "x.cfg:2: model = 1: must be one of \"sample\""));
    CU_ASSERT(answered("\xef\xbb\xbf\xef\xbb\xbfname = \"x\";", NULL,
                       "x.cfg:1: \xef: syntax error: neither a number nor a name"));
    TEST_OK(rg_spec_parse(&sample_registry, "x.cfg",
                          "\xef\xbb\xbfname = \"x\"; model = \"sample\";", NULL, &spec));
    rg_spec_destroy(&spec);
}

/* Whether a message of another station is led back to this place. */
static bool placed(const char *message, const char *place)
{
    struct rg_spec *spec = NULL;
    char text[64] = "";
    TEST_OK(rg_spec_parse(&sample_registry, "x.cfg",
                          "name = \"x\"; model = \"sample\";\naxes = {\n gain = [0.1]; };\n"
                          "settings = {\n hidden = 8;\n loss = \"mse\"; };",
                          "loss=mse\nshift=1.0", &spec));
    if (spec)
        rg_spec_place(spec, message, text, sizeof text);
    rg_spec_destroy(&spec);
    return strcmp(text, place) == 0;
}

static void places(void)
{
    CU_ASSERT(placed("gain = 0.1 is too small", "x.cfg:3"));
    CU_ASSERT(placed("too wide: hidden, beside gain", "x.cfg:5"));
    CU_ASSERT(placed("hidden and shift do not go together", "--set"));
    CU_ASSERT(placed("loss", "--set")); /* which takes the place of the file's */
    CU_ASSERT(placed("hidden_gain, fraction, 7", "x.cfg"));
    CU_ASSERT_FALSE(placed("hidden = 8", "x.cfg:3"));
}

static void planted_fault(void)
{
    freopen("/dev/null", "w", stderr); /* the failed comparison prints itself */
    CU_ASSERT_FALSE(answered("name = \"x\"; model = \"sample\";\nseed = -1;", NULL,
                             "x.cfg:1: seed = -1: must be an integer of at least 0"));
    CU_ASSERT_FALSE(answered("name = \"x\"; model = \"sample\";", NULL, ""));
}

const struct test_case test_cases[] = {
    {"top-level keys", top_level},
    {"knobs in settings", knobs},
    {"axes", axes},
    {"paired axes and the grid's size", groups},
    {"records", records},
    {"the language itself", language},
    {"--set", overrides},
    {"files", files},
    {"a byte order mark", byte_order_mark},
    {"the place of what a message names", places},
    {"a wrong line and an accepted text are told from the right answer", planted_fault},
    {0},
};
