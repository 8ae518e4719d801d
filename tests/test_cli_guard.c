/* The guard around readers: their code and text come back, a crash or an endless loop is damage, anything
 * else that ends a reader is not.                                                                    */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/guard.h"
#include "test.h"

const char *const test_suite = "cli_guard";

static enum rg_status answer(void *context, char *text)
{
    snprintf(text, RG_GUARD_TEXT, "the words of a reader");
    return *(const enum rg_status *)context;
}

static void hands_back_code_and_text(void)
{
    static const enum rg_status codes[] = {
        RG_OK, RG_ERROR_SYSTEM, RG_ERROR_USER, RG_ERROR_DAMAGED, RG_ERROR_LOCKED, RG_ERROR_SPACE};
    char text[RG_GUARD_TEXT];
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        enum rg_status code = codes[i];
        rg_error_clear();
        CU_ASSERT_EQUAL(rg_guard("x.h5", answer, &code, text), codes[i]);
        CU_ASSERT_STRING_EQUAL(text, "the words of a reader");
        CU_ASSERT_STRING_EQUAL(rg_error_message(), "");
    }
}

/* Without the handlers of a sanitizer, which would make it an ordinary end. */
static enum rg_status end_by(void *context, char *text)
{
    const int number = *(const int *)context;
    struct rlimit limit;
    snprintf(text, RG_GUARD_TEXT, "half");
    signal(number, SIG_DFL);
    if (number != SIGXCPU)
        raise(number);
    getrlimit(RLIMIT_CPU, &limit);
    limit.rlim_cur = 1;
    setrlimit(RLIMIT_CPU, &limit);
    volatile bool forever = true;
    while (forever)
        ;
    return RG_OK;
}

static void tells_a_crash_from_a_result(void)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGXCPU};
    char text[RG_GUARD_TEXT];
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        int number = faults[i];
        CU_ASSERT_EQUAL(rg_guard("some/x.h5", end_by, &number, text), RG_ERROR_DAMAGED);
        CU_ASSERT_STRING_EQUAL(text, "");
        CU_ASSERT_PTR_NOT_NULL(strstr(rg_error_message(), "some/x.h5: damaged: "));
        CU_ASSERT_PTR_NULL(strchr(rg_error_message(), '\n'));
    }
}

/* What ends a reader from outside ends its parent too: here a second one, that is looked at. */
static void dies_as_its_reader_does(void)
{
    static const int ends[] = {SIGTERM, SIGPIPE, SIGKILL};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        int number = ends[i], status = 0;
        pid_t reader = fork();
        if (reader == 0) {
            char text[RG_GUARD_TEXT];
            signal(number, SIG_DFL);
            _exit(rg_guard("x.h5", end_by, &number, text) == RG_OK);
        }
        waitpid(reader, &status, 0);
        CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == number);
    }
}

static enum rg_status overflow(void *context, char *text)
{
    (void)text;
    return ((const char *)context)[1] ? RG_OK : RG_ERROR_USER; /* one byte too far */
}

/* A fault of our own must not pass for damage where the sanitizers look on. */
static void lets_sanitizers_speak(void)
{
#ifdef __SANITIZE_ADDRESS__
    char text[RG_GUARD_TEXT], *short_one = strdup("");
    int said = dup(STDERR_FILENO), nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDERR_FILENO);
    CU_ASSERT_EQUAL(rg_guard("x.h5", overflow, short_one, text), RG_ERROR_SYSTEM);
    dup2(said, STDERR_FILENO);
    close(said);
    close(nowhere);
    free(short_one);
#else
    (void)overflow;
#endif
}

const struct test_case test_cases[] = {
    {"a reader's code and text come back", hands_back_code_and_text},
    {"a crash and an endless loop are damage", tells_a_crash_from_a_result},
    {"what ends the reader from outside ends its parent", dies_as_its_reader_does},
    {"a sanitizer's verdict is no damage", lets_sanitizers_speak},
    {0},
};
