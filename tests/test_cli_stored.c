/* status, verify and point on files that are whole, damaged, cut short or somebody else's: the exit status
 * that the contract names, one line on the place and the remedy, and never a word from HDF5's stack.   */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file_tools.h"
#include "regime/lock.h"
#include "regime/store.h"
#include "test.h"

const char *const test_suite = "cli_stored";

enum { DAMAGED = 3, USER = 2 };
static char output[65536];

static int shell(const char *format, const char *a, const char *b)
{
    char command[16384];
    snprintf(command, sizeof command, format, a, b);
    return test_shell(command, output, sizeof output);
}

static bool says(const char *words)
{
    bool found = strstr(output, words) != NULL;
    if (!found)
        fprintf(stderr, "\n\"%s\" is not in:\n%s\n", words, output);
    return found;
}

static bool is_one_line(void)
{
    const char *end = strchr(output, '\n');
    return strncmp(output, "regime: ", 8) == 0 && end && end[1] == '\0';
}

static void path_of(const char *name, char path[4096])
{
    snprintf(path, 4096, "%s/%s", test_folder(), name);
}

static const char sweep_text[] =
    "name = \"stored\"; model = \"parity_rnn\"; seed = 1;\n"
    "axes = { gain = [0.1, 0.3, 0.6, 1.0]; fraction = [0.2, 0.4, 0.6, 0.8, 1.0]; };\n"
    "settings = { max_length = 4; hidden = 8; };\n";

/* A file with made-up numbers; the last of its 20 points is pending. */
static void make_sample(const char *name, char path[4096])
{
    char sweep[4096];
    path_of("stored.cfg", sweep);
    FILE *file = fopen(sweep, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(sweep_text, file);
    fclose(file);
    path_of(name, path);
    CU_ASSERT_EQUAL(shell("'" TEST_BINARY_DIR "/sample_file' '%s' '%s'", sweep, path), 0);
}

/* Every reading command must answer this file with this code, one line, and these words. */
static void refused(const char *path, int code, const char *words)
{
    static const char *const commands[] = {"status '%s'%s", "status --json '%s'%s", "verify '%s'%s",
                                           "verify --repair '%s'%s", "point '%s' gain=0.1%s"};
    char command[8192];
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        snprintf(command, sizeof command, "%s %s", TEST_REGIME, commands[i]);
        CU_ASSERT_EQUAL(shell(command, path, ""), code);
        CU_ASSERT_TRUE(is_one_line());
        CU_ASSERT_TRUE(says(words));
    }
}

static void shows_a_stored_sweep(void)
{
    char path[4096];
    make_sample("shown.h5", path);
    CU_ASSERT_EQUAL(shell(TEST_REGIME " status '%s'%s", path, ""), 0);
    CU_ASSERT_TRUE(says("20 points: 16 done, 3 diverged, 0 failed, 0 in flight, 1 pending"));
    CU_ASSERT_EQUAL(
        shell(TEST_REGIME " status --json '%s' | /usr/bin/env python3 -c '%s'", path,
              "import json, sys\n"
              "s = json.load(sys.stdin)\n"
              "assert list(s) == [\"state\", \"points\", \"done\", \"diverged\", "
              "\"failed\", \"in_flight\", \"pending\", \"saved\", \"points_per_second\", "
              "\"eta_seconds\"]\n"
              "assert s[\"state\"] == \"stopped\" and s[\"points\"] == 20\n"
              "assert s[\"points_per_second\"] == 2 and s[\"eta_seconds\"] is None"),
        0);
    CU_ASSERT_EQUAL(shell(TEST_REGIME " verify '%s'%s", path, ""), 0);
    CU_ASSERT_EQUAL(shell(TEST_REGIME " point '%s' gain=0.3 fraction=0.6%s", path, ""), 0);
    CU_ASSERT_TRUE(says("point 7 of 20: gain=0.3 fraction=0.6"));
    CU_ASSERT_TRUE(says("epochs_trained               7000"));
    CU_ASSERT_TRUE(says("regime replay"));
    CU_ASSERT_EQUAL(shell(TEST_REGIME " point '%s' gain=1.0 fraction=1.0%s", path, ""), 0);
    CU_ASSERT_TRUE(says("pending"));
    CU_ASSERT_EQUAL(shell(TEST_REGIME " point '%s' gain=0.3%s", path, ""), USER);
    CU_ASSERT_TRUE(is_one_line() && says("fraction"));
    CU_ASSERT_EQUAL(shell(TEST_REGIME " point '%s' gian=0.3 fraction=1.0%s", path, ""), USER);
    CU_ASSERT_TRUE(is_one_line() && says("gian"));
}

static double eta(const char *path)
{
    static const char key[] = "\"eta_seconds\": ";
    CU_ASSERT_EQUAL(shell(TEST_REGIME " status --json '%s'%s", path, ""), 0);
    const char *at = strstr(output, key);
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    return atof(at + strlen(key)); /* 0: null */
}

/* The file's points took half a second each on one rank, and one is left. What the fit makes of so few points of one
 * time is within a tenth of it.                                                                      */
static void eta_follows_the_ranks_at_work(const char *path, struct rg_lock *lock)
{
    static const struct {
        int64_t in_flight;
        const char *rate;
        double eta;
    } cases[] = {
        {0, "\"points_per_second\": 0,", 0},
        {1, "\"points_per_second\": 2,", 0.5},
        {4, "\"points_per_second\": 8,", 0.125},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rg_lock_note(lock, cases[i].in_flight);
        TEST_OK(rg_lock_refresh(lock));
        CU_ASSERT_DOUBLE_EQUAL(eta(path), cases[i].eta, 0.1 * cases[i].eta);
        CU_ASSERT_TRUE(says(cases[i].rate));
    }
}

/* Of points that take the longer the larger the gain is, one of the longest is left. */
static void eta_knows_what_is_left(const char *path, struct rg_lock *lock)
{
    double seconds[4][5];
    for (int gain = 0; gain < 4; gain++)
        for (int fraction = 0; fraction < 5; fraction++)
            seconds[gain][fraction] = 1 << gain;
    const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    const hid_t wall = H5Dopen2(file, "provenance/wall_seconds", H5P_DEFAULT);
    CU_ASSERT(H5Dwrite(wall, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, seconds) >= 0);
    H5Dclose(wall);
    H5Fclose(file);
    rg_lock_note(lock, 1);
    TEST_OK(rg_lock_refresh(lock));
    CU_ASSERT_DOUBLE_EQUAL(eta(path), 8, 1.5);
}

static void sees_a_live_run(void)
{
    char path[4096];
    struct rg_lock *lock = NULL;
    make_sample("live.h5", path);
    TEST_OK(rg_lock_take(path, 30, &lock));
    CU_ASSERT_EQUAL(shell(TEST_REGIME " status '%s'%s", path, ""), 0);
    CU_ASSERT_TRUE(says("running on"));
    CU_ASSERT_FALSE(strstr(output, "points/s") != NULL); /* the run has named no rank at work */
    eta_follows_the_ranks_at_work(path, lock);
    eta_knows_what_is_left(path, lock);
    CU_ASSERT_EQUAL(shell(TEST_REGIME " verify --repair '%s'%s", path, ""), 4);
    CU_ASSERT_TRUE(is_one_line() && says("another run holds it"));
    rg_lock_release(&lock);
}

static void names_damaged_points(void)
{
    char path[4096];
    make_sample("damaged.h5", path);
    file_tools_flip_byte(path, "train_loss", 7 * 8);
    CU_ASSERT_EQUAL(shell(TEST_REGIME " verify '%s'%s", path, ""), DAMAGED);
    CU_ASSERT_TRUE(says("bad: point 7 gain=0.3 fraction=0.6 (done)"));
    CU_ASSERT_EQUAL(shell(TEST_REGIME " point '%s' gain=0.3 fraction=0.6%s", path, ""), 0);
    CU_ASSERT_TRUE(says("DAMAGED"));
    CU_ASSERT_EQUAL(shell(TEST_REGIME " verify --repair '%s'%s", path, ""), 0);
    CU_ASSERT_EQUAL(shell(TEST_REGIME " verify '%s'%s", path, ""), 0);
    CU_ASSERT_EQUAL(shell(TEST_REGIME " status '%s'%s", path, ""), 0);
    CU_ASSERT_TRUE(says("2 pending"));
}

static void refuses_what_is_no_file_of_ours(void)
{
    char path[4096], whole[4096], command[16384];
    path_of("missing.h5", path);
    refused(path, USER, "No such file");
    refused(test_folder(), USER, "is a folder");
    path_of("text.h5", path);
    shell("echo hello > '%s'%s", path, "");
    refused(path, DAMAGED, "is no HDF5 file");
    shell(": > '%s'%s", path, "");
    refused(path, DAMAGED, "is empty");
    shell("mkfifo '%s.fifo'%s", path, "");
    strcat(path, ".fifo");
    refused(path, USER, "no ordinary file");
    make_sample("whole.h5", whole);
    path_of("cut.h5", path);
    for (int kept = 1; kept < 100; kept += 14) {
        snprintf(command, sizeof command, "head -c $(($(wc -c < '%s') * %d / 100)) '%%s' > '%%s'",
                 whole, kept);
        shell(command, whole, path);
        refused(path, DAMAGED, path);
    }
}

/* Changes the file through HDF5, as a stranger might. */
static void tamper(const char *path, void (*change)(hid_t file))
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    change(file);
    H5Fclose(file);
}

static void remove_status(hid_t file)
{
    H5Ldelete(file, "status", H5P_DEFAULT);
}

static void raise_version(hid_t file)
{
    hid_t attribute = H5Aopen(file, "format_version", H5P_DEFAULT);
    H5Awrite(attribute, H5T_NATIVE_INT, &(int){99});
    H5Aclose(attribute);
}

static void remove_source(hid_t file)
{
    H5Adelete(file, "source");
}

static void replace_column(hid_t file)
{
    hid_t space = H5Screate(H5S_SCALAR);
    H5Ldelete(file, "train_loss", H5P_DEFAULT);
    H5Dclose(H5Dcreate2(file, "train_loss", H5T_STD_I16BE, space, H5P_DEFAULT, H5P_DEFAULT,
                        H5P_DEFAULT));
    H5Sclose(space);
}

static void put_column(hid_t file, const hsize_t dims[3])
{
    hid_t space = H5Screate_simple(3, dims, NULL);
    H5Ldelete(file, "train_loss", H5P_DEFAULT);
    H5Dclose(H5Dcreate2(file, "train_loss", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT,
                        H5P_DEFAULT));
    H5Sclose(space);
}

static void turn_column(hid_t file)
{
    put_column(file, (hsize_t[]){5, 4, 1});
}

static void widen_column(hid_t file)
{
    put_column(file, (hsize_t[]){4, 5, (hsize_t)1 << 40});
}

static void leaves_no_id_open(const char *path)
{
    struct rg_store *store = NULL;
    CU_ASSERT_EQUAL(rg_store_open(path, &store), RG_ERROR_DAMAGED);
    CU_ASSERT_PTR_NULL(store);
    CU_ASSERT_EQUAL(H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL), 0);
    rg_error_clear();
}

static void refuses_strange_files(void)
{
    static const struct {
        void (*change)(hid_t file);
        const char *words;
    } cases[] = {
        {remove_status, "status is missing"},
        {raise_version, "newer program"},
        {remove_source, "no sweep of regime"},
        {replace_column, "train_loss"},
        {turn_column, "train_loss has other axes"},
        {widen_column, "train_loss has another type or shape"},
    };
    char path[4096], name[32];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(name, sizeof name, "strange%zu.h5", i);
        make_sample(name, path);
        tamper(path, cases[i].change);
        refused(path, DAMAGED, cases[i].words);
        leaves_no_id_open(path);
    }
    path_of("foreign.h5", path);
    H5Fclose(H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    refused(path, DAMAGED, "no sweep of regime");
}

static void add_attribute(hid_t file)
{
    hid_t space = H5Screate(H5S_SCALAR);
    H5Aclose(H5Acreate2(file, "note", H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(space);
}

static void status_names_damage(void)
{
    char path[4096];
    make_sample("noted.h5", path);
    tamper(path, add_attribute);
    CU_ASSERT_EQUAL(shell(TEST_REGIME " status '%s'%s", path, ""), DAMAGED);
    CU_ASSERT_TRUE(is_one_line() && says("damaged outside its points") && says("--accept"));
    CU_ASSERT_EQUAL(shell(TEST_REGIME " verify --accept '%s'%s", path, ""), 0);
    CU_ASSERT_EQUAL(shell(TEST_REGIME " status '%s'%s", path, ""), 0);
    make_sample("strange.h5", path);
    file_tools_flip_byte(path, "status", 3);
    file_tools_flip_byte(path, "status", 5);
    CU_ASSERT_EQUAL(shell(TEST_REGIME " status --json '%s'%s", path, ""), DAMAGED);
    CU_ASSERT_TRUE(
        says("2 points of an unknown status, which count as pending: regime verify --repair"));
    CU_ASSERT_TRUE(says("\"pending\": 3,"));
    CU_ASSERT_EQUAL(shell(TEST_REGIME " verify --repair '%s'%s", path, ""), 0);
    CU_ASSERT_EQUAL(shell(TEST_REGIME " status '%s'%s", path, ""), 0);
}

/* Root may read everything: then an ordinary user tries. */
static void needs_permission(void)
{
    char path[4096];
    make_sample("closed.h5", path);
    shell("chmod 000 '%s'%s", path, "");
    if (geteuid() != 0) {
        refused(path, USER, "no permission");
        return;
    }
    shell("there=$(mktemp -d) && cp '" TEST_REGIME
          "' $there/regime && "
          "chmod 755 $there $there/regime '%s' && "
          "setpriv --reuid 65534 --clear-groups $there/regime status '%s'; code=$?; "
          "rm -r $there; exit $code",
          test_folder(), path);
    CU_ASSERT_TRUE(is_one_line());
    CU_ASSERT_TRUE(says("ermission"));
}

const struct test_case test_cases[] = {
    {"a stored sweep is shown", shows_a_stored_sweep},
    {"a live run is seen by its lock", sees_a_live_run},
    {"damaged points are named and repaired", names_damaged_points},
    {"what is no file of ours is refused in one line", refuses_what_is_no_file_of_ours},
    {"strange HDF5 files are refused in one line", refuses_strange_files},
    {"status tells what is damaged beside the records", status_names_damage},
    {"permission is asked for", needs_permission},
    {0},
};
