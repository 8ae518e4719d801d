/* Damaged sweep files: whatever is in them, parsing ends in good order, and a refusal names the file.
 * Cases are mutations of valid files with a fixed seed: test_config_fuzz [CASES]. With the sanitizers
 * (preset dev) any read beyond a buffer shows.                                                      */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "regime/grid.h"
#include "regime/memory.h"
#include "regime/rng.h"
#include "sample_model.h"
#include "test.h"

const char *const test_suite = "config_fuzz";

enum { CASES = 20000, TEXT_MAX = 4096 };

static const char *const seeds[] = {
    "name = \"a\"; model = \"sample\"; seed = 1;\n"
    "axes = { gain = { from = 0.1; to = 1.0; count = 20; spacing = \"log\"; };\n"
    "  fraction = [0.1, 0.5, 1.0]; replicate = { count = 5; }; };\n"
    "settings = { max_length = 10; hidden = 100; loss = \"cross_entropy\"; stop_loss = 1e-3; };\n"
    "record = { spacing = \"log\"; count = 64; };  // a comment\n",
    "name = \"b\"; model = \"sample\"; team = [2, 2]; share = (\"data\", \"init\");\n"
    "axes : { pair = { gain = [0.1, 0.2]; learning_rate = [1e-2, .5] }\n"
    "  activation = (\"relu\", \"tanh\"), biased = [true, false], data_seed = [0x10, -1] }\n"
    "keep = (\"final\", \"record\"); # another\nrecord = { every = 5; };\n"
    "settings = { merge_distances = [0.01, 0.1]; data = \"x \\\" \\\\ y\" \"z\"; max_epochs = "
    "5000000000L; }; /* the\nend */ record = { epochs = [1, 2]; };",
};

static const char *const morsels[] = {
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "=",
    ";",
    "\"",
    "\\",
    "/*",
    "//",
    "#",
    "@",
    "@include \"/etc/passwd\"\n",
    "1e400",
    "inf",
    "nan",
    "0x",
    "L",
    "-",
    ".",
    ",",
    "\n",
    "\r",
    "\f",
    "\x80\xff",
    "true",
    "gain",
    "99999999999999999999",
    "9223372036854775807L",
    "-9223372036854775808L",
    "1e-320",
    "count",
    "*",
    "replicate",
    "axes",
    "hidden = [",
    "{{{{{{{{{",
    "((((((((",
    "%s%n",
    "\"\\x",
    "from = ",
    "9007199254740992L",
};

static uint64_t below(struct rg_rng *rng, size_t bound)
{
    return rg_rng_below(rng, bound > 0 ? bound : 1);
}

/* Replaces `cut` bytes at `at` by the n bytes of `with`. */
static void splice(char *text, size_t at, size_t cut, const char *with, size_t n)
{
    size_t length = strlen(text);
    cut = cut < length - at ? cut : length - at;
    if (length - cut + n >= TEXT_MAX)
        return;
    memmove(text + at + n, text + at + cut, length - at - cut + 1);
    memcpy(text + at, with, n);
}

static void mutate(struct rg_rng *rng, char *text)
{
    size_t length = strlen(text), at = below(rng, length + 1), n = below(rng, 30);
    const char *morsel = morsels[below(rng, sizeof morsels / sizeof *morsels)];
    char byte = (char)(1 + below(rng, 255)), piece[32];
    switch (below(rng, 5)) {
        case 0:
            splice(text, at, 0, morsel, strlen(morsel));
            break;
        case 1:
            splice(text, at, 1, &byte, 1);
            break;
        case 2:
            splice(text, at, n, "", 0);
            break;
        case 3: /* a piece from elsewhere */
            snprintf(piece, n + 1, "%s", text + below(rng, length + 1));
            splice(text, at, 0, piece, strlen(piece));
            break;
        default:
            splice(text, at, below(rng, 8), morsel, strlen(morsel));
    }
}

/* Uses an accepted spec as a run would. */
static bool is_sound(const struct rg_spec *spec)
{
    struct sample_settings settings;
    struct rg_point point;
    char text[1024], *resolved = NULL;
    rg_grid_point(spec, spec->n_points - 1, &settings, &point);
    rg_grid_print(spec, spec->n_points / 2, text, sizeof text);
    bool printed = rg_spec_resolved(spec, &resolved) == RG_OK;
    rg_free(&resolved);
    return printed && spec->n_points >= 1 && spec->n_records >= 1 && spec->n_records <= 100001;
}

static bool names_file(const char *message)
{
    return strncmp(message, "fuzz.cfg:", 9) == 0 && strlen(message) > 12;
}

/* True if the text is read in good order; counts the accepted ones. */
static bool survives(const char *text, int64_t *accepted)
{
    struct rg_spec *spec = NULL;
    rg_error_clear();
    enum rg_status code = rg_spec_parse(&sample_registry, "fuzz.cfg", text, NULL, &spec);
    bool good = code == RG_OK ? is_sound(spec)
                              : code == RG_ERROR_USER && !spec && names_file(rg_error_message());
    *accepted += code == RG_OK;
    rg_spec_destroy(&spec);
    return good && rg_alloc_live() == 0;
}

static void mutations(void)
{
    int64_t cases = test_argc > 1 ? atoll(test_argv[1]) : CASES, accepted = 0, bad = 0;
    for (int64_t i = 0; i < cases; i++) {
        struct rg_rng rng = rg_rng_make(1, (uint64_t)i, 0);
        char text[TEXT_MAX];
        strcpy(text, seeds[i % 2]);
        for (uint64_t n = below(&rng, 6); n > 0; n--)
            mutate(&rng, text);
        if (survives(text, &accepted))
            continue;
        if (bad++ < 3)
            fprintf(stderr, "\ncase %lld: %s\n%s\n", (long long)i, rg_error_message(), text);
    }
    CU_ASSERT_EQUAL(bad, 0);
    CU_ASSERT(accepted > cases / 20 && accepted < cases / 2); /* both kinds are met */
}

static void overrides(void)
{
    for (int64_t i = 0; i < CASES / 4; i++) {
        struct rg_rng rng = rg_rng_make(2, (uint64_t)i, 0);
        char text[TEXT_MAX] = "hidden=7\nmerge_distances=[0.1, 0.2]\ndata=a b\nseed=3\n";
        for (uint64_t n = 1 + below(&rng, 4); n > 0; n--)
            mutate(&rng, text);
        struct rg_spec *spec = NULL;
        rg_error_clear();
        enum rg_status code = rg_spec_parse(&sample_registry, "fuzz.cfg",
                                            "name = \"x\"; model = \"sample\";", text, &spec);
        CU_ASSERT(code == RG_OK || strncmp(rg_error_message(), "--set: ", 7) == 0);
        rg_spec_destroy(&spec);
    }
}

static void planted_fault(void)
{
    CU_ASSERT_FALSE(names_file("other.cfg:1: gain"));
    CU_ASSERT_FALSE(names_file("fuzz.cfg: "));
}

const struct test_case test_cases[] = {
    {"mutations of valid files", mutations},
    {"mutations of --set", overrides},
    {"a message without the file is seen", planted_fault},
    {0},
};
