/* See kernels.h. BLAS reads its environment while it is loaded, hence a second start. The first leaves the
 * name of the kernels that BLAS had taken in a variable, which also keeps the second from a third. */
#include "cli/kernels.h"

#include <stdlib.h>
#include <unistd.h>

#include "regime/blas.h"

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

static void start_anew(const char *wanted, char **argv)
{
    setenv(guard, rg_blas_kernel(), 1);
    setenv("OPENBLAS_CORETYPE", wanted, 1);
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    setenv("OMP_NUM_THREADS", "1", 1);
    execv("/proc/self/exe", argv);
}

bool rg_kernels_fitted(void)
{
    return getenv(guard) != NULL;
}

bool rg_kernels_fit(const struct rg_command *command, const char *stored, char **argv)
{
    if (command->bits == RG_NO_BITS)
        return true;
    rg_blas_one_thread();
    if (rg_kernels_fitted() || getenv("OPENBLAS_CORETYPE"))
        return true;
    const char *wanted = rg_blas_wanted(stored[0] ? stored : NULL);
    if (wanted)
        start_anew(wanted, argv);
    return !wanted;
}
