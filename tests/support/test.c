/* Runs the suite of the program it is linked to and returns non-zero if any rank saw a failure. */
#include "test.h"

#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int test_argc;
char **test_argv;
static char folder[4096];

int test_rank(void)
{
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank;
}

double test_worst(double worst, double d)
{
    return isnan(worst) || d <= worst ? worst : d;
}

const char *test_folder(void)
{
    return folder;
}

static void make_folder(void)
{
    if (test_rank() == 0) {
        snprintf(folder, sizeof folder, "%s/scratch.%s.XXXXXX", TEST_BINARY_DIR, test_suite);
        if (!mkdtemp(folder))
            MPI_Abort(MPI_COMM_WORLD, 1);
    }
    MPI_Bcast(folder, sizeof folder, MPI_CHAR, 0, MPI_COMM_WORLD);
}

static void remove_folder(void)
{
    char command[4200];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (test_rank() == 0)
        test_shell(command, NULL, 0);
}

int test_shell(const char *command, char *output, int size)
{
    char whole[16384];
    snprintf(whole, sizeof whole, "{ %s\n} 2>&1", command);
    fflush(NULL);
    FILE *pipe = popen(whole, "r");
    if (!pipe)
        return -1;
    int used = 0;
    for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe))
        if (output && used < size - 1)
            output[used++] = (char)c;
    if (output && size > 0)
        output[used] = '\0';
    int status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void test_report_status(enum rg_status code, const char *what)
{
    if (code != RG_OK)
        fprintf(stderr, "\n%s: status %d: %s\n%s", what, (int)code, rg_error_message(),
                rg_error_frames());
}

static int run_suite(void)
{
    if (CU_initialize_registry() != CUE_SUCCESS)
        return 1;
    CU_pSuite suite = CU_add_suite(test_suite, NULL, NULL);
    for (const struct test_case *test = test_cases; suite && test->name; test++)
        CU_add_test(suite, test->name, test->run);
    CU_basic_set_mode(test_rank() == 0 ? CU_BRM_VERBOSE : CU_BRM_SILENT);
    CU_basic_run_tests();
    int bad = !suite || CU_get_number_of_tests_run() == 0 || CU_get_number_of_failures() > 0;
    if (bad && test_rank() > 0)
        CU_basic_show_failures(CU_get_failure_list());
    CU_cleanup_registry();
    return bad;
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    test_argc = argc;
    test_argv = argv;
    make_folder();
    int bad = run_suite();
    MPI_Allreduce(MPI_IN_PLACE, &bad, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    remove_folder();
    MPI_Finalize();
    return bad;
}
