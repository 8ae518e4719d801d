/* See kernels.h. BLAS reads its environment while it is loaded, hence a second start. The first leaves the
 * name of the kernels that BLAS had taken in a variable, which also keeps the second from a third. */
#include "cli/kernels.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/stored.h"
#include "regime/blas.h"
#include "regime/memory.h"
#include "regime/train.h"

static const char *const guard = "REGIME_BLAS_GUESSED";

const char *rg_kernels_guessed(void)
{
    const char *before = getenv(guard);
    return before ? before : rg_blas_kernel();
}

bool rg_kernels_asked(void)
{
    return getenv("OPENBLAS_CORETYPE") && !getenv(guard);
}

/* A pipe would be empty when the command reads it. */
static bool can_be_read_twice(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

static enum rg_status read_of_output(const struct rg_arguments *arguments, char **arithmetic)
{
    const char *sweep = rg_arguments_word(arguments, 0);
    char path[RG_PATH_SIZE], *overrides = NULL;
    struct rg_spec *spec = NULL;
    if (rg_arguments_value(arguments, "--fresh") || !can_be_read_twice(sweep))
        return RG_OK;
    RG_TRY(rg_arguments_join(arguments, "--set", &overrides));
    enum rg_status code = rg_spec_read(&rg_models, sweep, overrides, &spec);
    rg_free(&overrides);
    RG_TRY(code);
    rg_stored_path(arguments, spec, path, sizeof path);
    rg_spec_destroy(&spec);
    return rg_stored_arithmetic(path, arithmetic);
}

/* The stored arithmetic whose bits the command is to make again, NULL if there is none. Free with rg_free.
 * What is wrong with a file is said by the command itself.                                          */
static char *find_stored(const struct rg_command *command, const struct rg_arguments *arguments)
{
    char *arithmetic = NULL;
    enum rg_status code = RG_OK;
    if (command->bits == RG_BITS_OF_OUTPUT)
        code = read_of_output(arguments, &arithmetic);
    if (command->bits == RG_BITS_OF_FILE)
        code = rg_stored_arithmetic(rg_arguments_word(arguments, 0), &arithmetic);
    if (code != RG_OK)
        rg_error_clear();
    rg_hdf5_end();
    return arithmetic;
}

static void start_anew(const char *wanted, char **argv)
{
    setenv(guard, rg_blas_kernel(), 1);
    setenv("OPENBLAS_CORETYPE", wanted, 1);
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    setenv("OMP_NUM_THREADS", "1", 1);
    execv("/proc/self/exe", argv);
}

bool rg_kernels_fit(const struct rg_command *command, const struct rg_arguments *arguments,
                    char **argv)
{
    if (command->bits == RG_NO_BITS)
        return true;
    rg_blas_one_thread();
    if (getenv(guard) || getenv("OPENBLAS_CORETYPE"))
        return true;
    char *stored = find_stored(command, arguments);
    const char *wanted = rg_blas_wanted(stored);
    rg_free(&stored);
    if (wanted)
        start_anew(wanted, argv);
    return !wanted;
}
