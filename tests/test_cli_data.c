/* A data file from the command line: what export wrote is trained, the file's content and not its place is
 * the sweep's, and every mistake is answered in one line that names the file. */
#include <hdf5.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/stored.h"
#include "regime/arrays.h"
#include "regime/data.h"
#include "test.h"

const char *const test_suite = "cli_data";

enum { USER = 2 };
static char output[65536];

static int regime(const char *format, ...) __attribute__((format(printf, 1, 2)));

static int regime(const char *format, ...)
{
    char words[1024], command[8192];
    va_list list;
    va_start(list, format);
    vsnprintf(words, sizeof words, format, list);
    va_end(list);
    snprintf(command, sizeof command, "cd '%s' && '%s' %s", test_folder(), TEST_REGIME, words);
    return test_shell(command, output, sizeof output);
}

static void has(const char *text)
{
    if (!strstr(output, text))
        fprintf(stderr, "\n\"%s\" is missing in: %s", text, output);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, text));
}

static const char *path_of(const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    return path;
}

static void rename_here(const char *from, const char *to)
{
    char old[4096];
    snprintf(old, sizeof old, "%s", path_of(from));
    CU_ASSERT_EQUAL(rename(old, path_of(to)), 0);
}

static void write_sweep(void)
{
    FILE *file = fopen(path_of("s.cfg"), "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(
        "name = \"s\"; model = \"parity_rnn\"; seed = 3;\n"
        "axes = { gain = [0.3, 1.0]; both = { fraction = [0.5, 1.0, 1.0]; dataset_size = [0, 0, "
        "20]; };\n"
        "  batching = (\"by_length\", \"all\"); };\n"
        "settings = { max_length = 5; hidden = 8; max_epochs = 20; stop_loss = 0.0; test_strings = "
        "20;\n"
        "  analysis_length = 4; validation_lengths = [10]; };\n"
        "record = { every = 10; };\n",
        file);
    fclose(file);
}

/* ---- what is trained ------------------------------------------------------------------------------- */

static void read_record(const struct rg_stored *stored, int64_t id, struct rg_record *record)
{
    struct rg_stored_point info;
    TEST_OK(rg_store_point(stored->store, stored->layout, id, &info, record));
    CU_ASSERT(info.status == RG_DONE && info.checksum_holds);
}

/* Number of points of two files whose records differ. */
static int64_t n_different(const char *first, const char *second)
{
    struct rg_stored a, b;
    int64_t different = 0;
    TEST_OK(rg_stored_open(path_of(first), &a));
    TEST_OK(rg_stored_open(path_of(second), &b));
    for (int64_t id = 0; id < a.spec->n_points; id++) {
        struct rg_record x, y;
        read_record(&a, id, &x);
        read_record(&b, id, &y);
        different += memcmp(x.data, y.data, a.layout->record_size) != 0;
        rg_record_free(&x);
        rg_record_free(&y);
    }
    rg_stored_close(&a);
    rg_stored_close(&b);
    return different;
}

/* Turns one target over. */
static void change_target(const char *name)
{
    int32_t targets[32];
    const hid_t file = H5Fopen(path_of(name), H5F_ACC_RDWR, H5P_DEFAULT);
    const hid_t set = H5Dopen2(file, "targets_5", H5P_DEFAULT);
    H5Dread(set, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, targets);
    targets[7] ^= 1;
    H5Dwrite(set, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, targets);
    H5Dclose(set);
    H5Fclose(file);
}

static void all_strings_are_no_file(void)
{
    write_sweep();
    CU_ASSERT_EQUAL(regime("run s.cfg -o none.h5 --quiet"), 0);
    CU_ASSERT_EQUAL(regime("export s.cfg gain=1 both=1 batching=all --set "
                           "max_length=6 -o all.h5"),
                    0);
    CU_ASSERT_EQUAL(regime("run s.cfg -o all_run.h5 --set data=all.h5 --quiet"), 0);
    CU_ASSERT_EQUAL(n_different("none.h5", "all_run.h5"), 0);
    /* the planted fault: one target of them */
    CU_ASSERT_EQUAL(regime("export s.cfg gain=1 both=1 batching=all -o one.h5"), 0);
    change_target("one.h5");
    CU_ASSERT_EQUAL(regime("run s.cfg -o one_run.h5 --set data=one.h5 --quiet"), 0);
    CU_ASSERT_EQUAL(n_different("none.h5", "one_run.h5"), 12);
}

static uint64_t training_set(const char *name)
{
    struct rg_data *data = NULL;
    TEST_OK(rg_data_read(path_of(name), "strings_* targets_*", &data));
    const uint64_t hash = rg_data_hash(data);
    rg_data_free(&data);
    return hash;
}

static void an_export_is_data(void)
{
    const char *half = "gain=1 both=0 batching=all", *whole = "gain=1 both=1 batching=all";
    CU_ASSERT_EQUAL(regime("export s.cfg %s -o half.h5", half), 0);
    CU_ASSERT_EQUAL(regime("export s.cfg %s --set data=half.h5 -o again.h5", whole), 0);
    CU_ASSERT_EQUAL(regime("export s.cfg %s --set data=half.h5 -o quarter.h5", half), 0);
    CU_ASSERT_EQUAL(training_set("again.h5"), training_set("half.h5"));
    CU_ASSERT_EQUAL(training_set("quarter.h5"), training_set("half.h5")); /* the same numbers */
    CU_ASSERT_NOT_EQUAL(training_set("all.h5"), training_set("half.h5"));
}

/* ---- whose file it is ------------------------------------------------------------------------------- */

static void a_moved_file_is_the_same(void)
{
    rename_here("all.h5", "moved.h5");
    CU_ASSERT_EQUAL(regime("run s.cfg -o all_run.h5 --set data=all.h5"), USER);
    has("regime: --set: data = \"all.h5\": No such file or directory (looked for in /");
    CU_ASSERT_EQUAL(regime("run s.cfg -o all_run.h5 --set data=moved.h5"), 0);
    has("12 done before");
    CU_ASSERT_EQUAL(regime("status all_run.h5"), 0);
    CU_ASSERT_EQUAL(regime("verify all_run.h5"), 0);
    const char *point = "gain=1 both=0 batching=all";
    CU_ASSERT_EQUAL(regime("point all_run.h5 %s", point), 0);
    has("\"all.h5\"");
    CU_ASSERT_EQUAL(regime("replay all_run.h5 %s -o replay.h5", point), USER);
    has("regime: all_run.h5: data = \"all.h5\": No such file or directory (looked for in /");
    CU_ASSERT_EQUAL(regime("replay all_run.h5 %s --data moved.h5 -o replay.h5", point), 0);
    has("have the stored bytes");
    CU_ASSERT_EQUAL(regime("replay none.h5 %s --data moved.h5 -o never.h5", point), USER);
    has("--data moved.h5: this sweep has none");
}

static void a_changed_file_is_another(void)
{
    change_target("moved.h5");
    CU_ASSERT_EQUAL(regime("run s.cfg -o all_run.h5 --set data=moved.h5"), USER);
    has("all_run.h5 holds another sweep");
    has("\n- data_hash = ");
    has("\n+ data_hash = ");
    CU_ASSERT_EQUAL(
        regime("replay all_run.h5 gain=1 both=0 batching=all --data moved.h5 -o never.h5"), USER);
    has("data = \"moved.h5\": not what the sweep was trained on");
    CU_ASSERT_EQUAL(regime("run s.cfg -o all_run.h5"), USER);
    has("\n- data_hash = ");
    has("\ndata_hash is of what the knob data reads: \"all.h5\" in the file, \"\" asked for "
        "(--set");
    CU_ASSERT_EQUAL(regime("run s.cfg -o none.h5 --set data=moved.h5"), USER);
    has("\n+ data_hash = ");
}

/* ---- mistakes ---------------------------------------------------------------------------------------- */

static void put(hid_t file, const char *name, hsize_t n, const double *values)
{
    const hid_t space = H5Screate_simple(1, &n, NULL);
    const hid_t set =
        H5Dcreate2(file, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(set);
    H5Sclose(space);
}

static void write_data(const char *strings, const char *targets, const double values[2])
{
    const hid_t file = H5Fcreate(path_of("bad.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    put(file, strings, 2, values);
    put(file, targets, 2, (double[]){0, 1});
    H5Fclose(file);
}

static void refused(const char *path, const char *message)
{
    static const char *const commands[] = {"run s.cfg -o bad_run.h5", "plan s.cfg --no-timing",
                                           "export s.cfg gain=1 both=0 batching=all -o bad_ex.h5"};
    char line[512];
    snprintf(line, sizeof line, "regime: --set: data = \"%s\": %s", path, message);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        CU_ASSERT_EQUAL(regime("%s --set data=%s", commands[i], path), USER);
        if (strncmp(output, line, strlen(line)) != 0)
            fprintf(stderr, "\nnot \"%s\" but: %s", line, output);
        CU_ASSERT_EQUAL(strncmp(output, line, strlen(line)), 0);
        CU_ASSERT_EQUAL(strchr(output, '\n'), output + strlen(output) - 1);
    }
}

static void mistakes_are_answered(void)
{
    static const struct {
        const char *strings, *targets;
        double values[2];
        const char *message;
    } cases[] = {
        {"codes_4", "classes_4", {1, 2}, "has no dataset named strings_* targets_*"},
        {"strings_4", "targets_5", {1, 2}, "targets_4 is missing"},
        {"strings_4", "targets_4", {1, 16}, "strings_4: element 1 is 16, not a whole number"},
        {"strings_4", "targets_4", {2, 2}, "strings_4: the string 2 stands there twice"},
    };
    refused("nowhere.h5", "No such file or directory (looked for in /");
    refused("/nowhere.h5", "No such file or directory\n");
    refused(".", "is a folder");
    refused("s.cfg", "is no HDF5 file");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_data(cases[i].strings, cases[i].targets, cases[i].values);
        refused("bad.h5", cases[i].message);
    }
    write_data("strings_4", "targets_4", (double[]){1, 2});
    CU_ASSERT_EQUAL(regime("run s.cfg -o bad_run.h5 --set data=bad.h5"), USER);
    has("only 2 strings of length 1..5 are in the data, fewer than dataset_size = 20");
}

/* The place is that of the setting, wherever the sweep file lies. */
static void a_setting_has_its_line(void)
{
    char command[8192];
    snprintf(command, sizeof command,
             "cd '%s' && mkdir -p sub && printf 'name = \"in\"; model = \"parity_rnn\";\n"
             "settings = {\n data = \"majority.h5\"; };\n' >sub/in.cfg && '%s' run sub/in.cfg",
             test_folder(), TEST_REGIME);
    CU_ASSERT_EQUAL(test_shell(command, output, sizeof output), USER);
    const char *line =
        "sub/in.cfg:3: data = \"majority.h5\": No such file or directory (looked for in ";
    CU_ASSERT_EQUAL(strncmp(output, line, strlen(line)), 0);
}

static void data_are_no_axis(void)
{
    FILE *file = fopen(path_of("axis.cfg"), "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs("name = \"x\"; model = \"parity_rnn\";\naxes = { data = (\"a.h5\", \"b.h5\"); };\n",
          file);
    fclose(file);
    CU_ASSERT_EQUAL(regime("run axis.cfg"), USER);
    has("axis.cfg:2: axes.data: data from a file are no axis");
}

const struct test_case test_cases[] = {
    {"a file of all strings gives the bytes of no file", all_strings_are_no_file},
    {"what export wrote is data", an_export_is_data},
    {"a file that was moved is the same", a_moved_file_is_the_same},
    {"a file that was changed is another", a_changed_file_is_another},
    {"mistakes are answered in one line", mistakes_are_answered},
    {"a setting's mistake has its line", a_setting_has_its_line},
    {"data are no axis", data_are_no_axis},
    {0},
};
