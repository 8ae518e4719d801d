/* regime stop FILE: leaves FILE.stop, at which rank 0 of the run looks once a second; so a run can be stopped
 * from any machine that sees the file. It stays, so that a batch script does not start the run again; the
 * next run that somebody starts removes it.                                                          */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/stored.h"
#include "regime/lock.h"
#include "regime/text.h"

static enum rg_status nothing_to_stop(const char *path, const char *name)
{
    char quoted[RG_PATH_SIZE + 64];
    rg_shell_quote(name, quoted, sizeof quoted);
    return rg_fail(RG_ERROR_USER, __FILE__, __LINE__,
                   "%s: no run holds it: there is nothing to stop%s; a job that waits in the queue "
                   "is stopped by: touch %s",
                   path, access(path, F_OK) == 0 ? "" : ", and no such file", quoted);
}

static enum rg_status stop(const struct rg_arguments *arguments)
{
    char path[RG_PATH_SIZE], name[RG_PATH_SIZE + 8];
    struct rg_lock_info lock;
    RG_TRY(rg_stored_word(arguments, path));
    rg_lock_look(path, &lock);
    snprintf(name, sizeof name, "%s.stop", path);
    if (!lock.live)
        return nothing_to_stop(path, name);
    const int file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    const bool before = file < 0 && errno == EEXIST;
    RG_REQUIRE(file >= 0 || before, RG_ERROR_USER, "%s: cannot be created: %s", name,
               strerror(errno));
    if (file >= 0)
        close(file);
    else
        utimensat(AT_FDCWD, name, NULL, 0); /* a run that found it when it began is meant too */
    printf(
        "%s: asked the run on %s (process %lld%s%s) to stop%s; regime status %s shows when it "
        "has\n",
        path, lock.host, (long long)lock.pid, lock.job[0] ? ", SLURM job " : "", lock.job,
        before ? " before" : "", path);
    return RG_OK;
}

const struct rg_command rg_command_stop = {
    .name = "stop",
    .words = "FILE",
    .min_words = 1,
    .max_words = 1,
    .summary = "asks a running sweep to stop in good order; the same command resumes it",
    .example = "regime stop quick.h5",
    .needs_run = true,
    .description =
        "Leaves `FILE.stop`, which the run sees within seconds, from any machine that sees the "
        "file. It then writes what is finished, saves the points in training and ends with exit "
        "status 75; a batch job does not go back into the queue. The command that started it goes "
        "on. `regime status FILE` shows when it has stopped.",
    .run = stop,
};
