/* regime stop FILE: not yet. */
#include "cli/cli.h"

static enum rg_status stop(const struct rg_arguments *arguments)
{
    return rg_fail(
        RG_ERROR_USER, __FILE__, __LINE__,
        "regime stop %s: not in this version; end the job (scancel, kill): finished points "
        "are safe, and the same command resumes",
        rg_arguments_word(arguments, 0));
}

const struct rg_command rg_command_stop = {
    .name = "stop",
    .words = "FILE",
    .min_words = 1,
    .max_words = 1,
    .summary = "asks a running sweep to stop in good order (not in this version)",
    .run = stop,
};
