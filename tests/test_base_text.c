/* Numbers as they stand in sentences: sizes, plurals and durations. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "regime/text.h"
#include "test.h"

const char *const test_suite = "base_text";

static bool prints(void (*print)(double value, char *text, size_t size), double value,
                   const char *wanted)
{
    char text[32];
    print(value, text, sizeof text);
    bool right = strcmp(text, wanted) == 0;
    if (!right)
        printf("\n  %g: %s, not %s", value, text, wanted);
    return right;
}

static void sizes(void)
{
    CU_ASSERT(prints(rg_bytes_print, 0, "0 bytes"));
    CU_ASSERT(prints(rg_bytes_print, 720, "720 bytes"));
    CU_ASSERT(prints(rg_bytes_print, 1536, "1.5 KiB"));
    CU_ASSERT(prints(rg_bytes_print, 2e6, "1.9 MiB")); /* was 0.002 GB */
    CU_ASSERT(prints(rg_bytes_print, 0x1p40 * 12, "12 TiB"));
    CU_ASSERT(prints(rg_bytes_print, 0x1p80, "1048576 EiB"));
}

static void durations(void)
{
    CU_ASSERT(prints(rg_duration_print, 0, "0s"));
    CU_ASSERT(prints(rg_duration_print, 0.0502, "0.05s"));
    CU_ASSERT(prints(rg_duration_print, 4.32, "4.3s"));
    CU_ASSERT(prints(rg_duration_print, 9.96, "10s"));
    CU_ASSERT(prints(rg_duration_print, 61.4, "1m 01s"));
    CU_ASSERT(prints(rg_duration_print, 93784, "1d 2h 03m"));
}

static bool reads(const char *text, double expected)
{
    double seconds = 0;
    return rg_duration_parse(text, &seconds) == RG_OK && seconds == expected;
}

static void written_durations(void)
{
    static const char *const wrong[] = {"1h30", "1:30m", "h",   "-1s", "1x",
                                        "1:",   ":1",    "inf", "1s2", ""};
    CU_ASSERT(reads("90", 90));
    CU_ASSERT(reads("1.5", 1.5));
    CU_ASSERT(reads("90s", 90));
    CU_ASSERT(reads("1h30m", 5400));
    CU_ASSERT(reads("2d", 172800));
    CU_ASSERT(reads("1:30", 90));
    CU_ASSERT(reads("01:30:00", 5400));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        double seconds;
        CU_ASSERT_EQUAL(rg_duration_parse(wrong[i], &seconds), RG_ERROR_USER);
    }
}

static void plurals(void)
{
    CU_ASSERT_STRING_EQUAL(rg_plural(0), "s");
    CU_ASSERT_STRING_EQUAL(rg_plural(1), "");
    CU_ASSERT_STRING_EQUAL(rg_plural(2), "s");
}

static bool quotes(const char *path, const char *expected)
{
    char text[64];
    rg_shell_quote(path, text, sizeof text);
    return strcmp(text, expected) == 0;
}

static void paths_for_a_shell(void)
{
    CU_ASSERT(quotes("out/a-b_1.h5", "out/a-b_1.h5"));
    CU_ASSERT(quotes("my file.h5", "'my file.h5'"));
    CU_ASSERT(quotes("it's", "'it'\\''s'"));
    CU_ASSERT(quotes("-o.h5", "./-o.h5"));
    CU_ASSERT(quotes("- $x", "'./- $x'"));
}

static void planted_fault(void)
{
    CU_ASSERT_FALSE(prints(rg_bytes_print, 1500, "1.5 KB"));
}

const struct test_case test_cases[] = {
    {"paths are quoted for a shell", paths_for_a_shell},
    {"sizes", sizes},
    {"durations", durations},
    {"durations as they are written", written_durations},
    {"plurals", plurals},
    {"a wrong text is noticed", planted_fault},
    {0},
};
