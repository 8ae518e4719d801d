/* The shared main of all tests: a program names its suite, test.c runs it and reduces the verdict
 * over all ranks. Under mpirun MPI is initialised before the first test; alone it is too.
 *
 * Do not use CUnit's FATAL asserts before a collective call: they leave the other ranks waiting.   */
#pragma once

#include <CUnit/CUnit.h>
#include <mpi.h>
#include <stdbool.h>

#include "regime/status.h"
#include "test_paths.h"

struct test_case {
    const char *name;
    void (*run)(void);
};

extern const char *const test_suite;        /* defined by each test program */
extern const struct test_case test_cases[]; /* ends with a NULL name */

/* Arguments of the program (after MPI took its own). */
extern int test_argc;
extern char **test_argv;

/* A fresh scratch folder of this test program, removed at the end; the same on all ranks. */
const char *test_folder(void);

/* In MPI_COMM_WORLD. */
int test_rank(void);

/* The larger of the worst deviation so far and the next one, d. Once one is NaN it stays so, where fmax would
 * pass over it; and no comparison holds with NaN, so that CU_ASSERT(worst < tolerance) then fails.   */
double test_worst(double worst, double d);

/* Runs a shell command line; returns the exit status (128 + signal if killed) and, if `output` is not
 * NULL, the first size-1 bytes of what it printed on both streams.                                   */
int test_shell(const char *command, char *output, int size);

/* Asserts that a call succeeded, printing its message and trace if not. */
#define TEST_OK(call)                          \
    do {                                       \
        enum rg_status test_code_ = (call);    \
        test_report_status(test_code_, #call); \
        CU_ASSERT_EQUAL(test_code_, RG_OK);    \
    } while (0)

void test_report_status(enum rg_status code, const char *what);
