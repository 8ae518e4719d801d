/* Creation is whole or nothing: what stands in its way is said before a byte is written, nothing is left
 * behind, and a file that is there is complete and as long as planned.                              */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "file_tools.h"
#include "regime/memory.h"
#include "regime/store.h"
#include "regime/text.h"
#include "regime/write.h"
#include "test.h"
#include "tiny_model.h"

const char *const test_suite = "write_create";

/* In the system's place: so much is free, where it is set. */
static double free_bytes = -1;

int statvfs(const char *path, struct statvfs *disk)
{
    __typeof__(&statvfs) real = __extension__(__typeof__(&statvfs)) dlsym(RTLD_NEXT, "statvfs");
    const int result = real(path, disk);
    if (result == 0 && free_bytes >= 0) {
        disk->f_frsize = 1;
        disk->f_bavail = (fsblkcnt_t)free_bytes;
    }
    return result;
}

static struct tiny_sweep sweep;
static struct rg_layout *layout;

static void setup(int64_t n_gain, int64_t n_replicates)
{
    tiny_sweep_make(&sweep, n_gain, n_replicates);
    TEST_OK(rg_layout_create(&sweep.spec, &layout));
}

static void path_of(const char *name, char path[4096])
{
    snprintf(path, 4096, "%s/%s", test_folder(), name);
}

static int64_t file_size(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? (int64_t)info.st_size : -1;
}

/* The creation fails with this code and words, and leaves neither the file nor a temporary one. */
static void fails(const char *path, enum rg_status code, const char *words)
{
    char command[4200];
    int64_t before = file_size(path), live = rg_alloc_live();
    snprintf(command, sizeof command, "ls '%s'.tmp.* 2>/dev/null", path);
    CU_ASSERT_EQUAL(rg_file_create(path, &sweep.spec, layout, "test", NULL), code);
    CU_ASSERT_PTR_NOT_NULL(strstr(rg_error_message(), words));
    CU_ASSERT_EQUAL(file_size(path), before);
    CU_ASSERT_NOT_EQUAL(test_shell(command, NULL, 0), 0);
    CU_ASSERT_EQUAL(rg_alloc_live(), live);
}

static void is_as_long_as_planned(void)
{
    char path[4096];
    setup(50, 20);
    path_of("planned.h5", path);
    double planned = rg_file_planned(&sweep.spec, layout);
    TEST_OK(rg_file_create(path, &sweep.spec, layout, "test", NULL));
    int64_t size = file_size(path);
    CU_ASSERT(size > 2000 * (int64_t)layout->record_size / 2);
    CU_ASSERT((double)size <= planned && planned < (double)(size + size / 10 + (1 << 17)));
    rg_layout_destroy(&layout);
}

static void reserves_its_blocks(void)
{
    char path[4096];
    struct stat info;
    setup(50, 20);
    path_of("reserved.h5", path);
    TEST_OK(rg_file_create(path, &sweep.spec, layout, "test", NULL));
    stat(path, &info);
    CU_ASSERT((int64_t)info.st_blocks * 512 >= (int64_t)info.st_size);
    rg_layout_destroy(&layout);
}

static void starts_with_fill_values(void)
{
    char path[4096];
    struct rg_store *store = NULL;
    struct rg_summary summary;
    struct rg_stored_point info;
    struct rg_record empty, found;
    setup(3, 2);
    path_of("empty.h5", path);
    TEST_OK(rg_file_create(path, &sweep.spec, layout, "test", NULL));
    TEST_OK(rg_store_open(path, &store));
    TEST_OK(rg_store_summary(store, &summary));
    CU_ASSERT(summary.points == 12 && summary.pending == 12 && summary.workers == 0);
    TEST_OK(rg_record_init(layout, 5, &empty));
    TEST_OK(rg_store_point(store, layout, 5, &info, &found));
    CU_ASSERT_EQUAL(info.status, RG_PENDING);
    CU_ASSERT_EQUAL(memcmp(empty.data, found.data, layout->record_size), 0);
    CU_ASSERT_STRING_EQUAL(rg_store_attribute(store, "arithmetic"), "test");
    CU_ASSERT_STRING_EQUAL(rg_store_attribute(store, "overrides"), "width=3\n");
    CU_ASSERT_PTR_NULL(rg_store_attribute(store, "nothing"));
    rg_record_free(&empty);
    rg_record_free(&found);
    rg_store_close(&store);
    rg_layout_destroy(&layout);
}

static void is_the_same_every_time(void)
{
    char first[4096], second[4096];
    setup(3, 2);
    path_of("first.h5", first);
    path_of("second.h5", second);
    TEST_OK(rg_file_create(first, &sweep.spec, layout, "test", NULL));
    sleep(1); /* a time stamp would differ */
    TEST_OK(rg_file_create(second, &sweep.spec, layout, "test", NULL));
    CU_ASSERT_TRUE(file_tools_same_bytes(first, second));
    rg_layout_destroy(&layout);
}

static void keeps_a_long_sweep_file(void)
{
    enum { LENGTH = 300000 };
    char path[4096];
    char *text = malloc(LENGTH + 1);
    struct rg_store *store = NULL;
    memset(text, 'x', LENGTH);
    text[LENGTH] = '\0';
    setup(3, 2);
    sweep.spec.text = text;
    path_of("long.h5", path);
    TEST_OK(rg_file_create(path, &sweep.spec, layout, "test", NULL));
    TEST_OK(rg_store_open(path, &store));
    CU_ASSERT_STRING_EQUAL(store ? rg_store_attribute(store, "sweep_file") : "", text);
    rg_store_close(&store);
    rg_layout_destroy(&layout);
    free(text);
}

static void wants_room(void)
{
    char path[4096];
    setup(1 << 20, 1 << 20); /* a petabyte */
    path_of("large.h5", path);
    fails(path, RG_ERROR_SPACE, "are free in");
    rg_layout_destroy(&layout);
}

static void wants_a_folder(void)
{
    char path[4096];
    setup(3, 2);
    path_of("nowhere/x.h5", path);
    fails(path, RG_ERROR_USER, "mkdir -p");
    path_of("there.h5", path);
    TEST_OK(rg_file_create(path, &sweep.spec, layout, "test", NULL));
    fails(path, RG_ERROR_USER, "exists already");
    rg_layout_destroy(&layout);
}

/* The message says what is required, more than what is there: the file's bytes, 2 % and 1 MiB. */
static void wants_a_margin(void)
{
    char path[4096], wanted[32], there[32], words[128];
    setup(3, 2);
    path_of("small.h5", path);
    const double required = ceil(1.02 * rg_file_planned(&sweep.spec, layout) + (1 << 20));
    const double short_of = required - 1e5;
    rg_bytes_print(required, wanted, sizeof wanted);
    rg_bytes_print(short_of, there, sizeof there);
    CU_ASSERT_STRING_NOT_EQUAL(wanted, there);
    snprintf(words, sizeof words, "needs %s with its margin, but only %s are free in", wanted,
             there);
    free_bytes = short_of;
    fails(path, RG_ERROR_SPACE, words);
    free_bytes = required;
    TEST_OK(rg_file_create(path, &sweep.spec, layout, "test", NULL));
    free_bytes = -1;
    rg_layout_destroy(&layout);
}

const struct test_case test_cases[] = {
    {"the file is as long as planned", is_as_long_as_planned},
    {"its blocks are reserved", reserves_its_blocks},
    {"every point is pending and every value a fill value", starts_with_fill_values},
    {"the bytes follow from the sweep alone", is_the_same_every_time},
    {"a long sweep file is kept whole", keeps_a_long_sweep_file},
    {"a full disk is noticed before", wants_room},
    {"a missing folder is named, a file is not overwritten", wants_a_folder},
    {"a full file system is refused with a margin, which is told", wants_a_margin},
    {0},
};
