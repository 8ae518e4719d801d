/* See look.h. Everything of the output that a command will open is opened once: MPI's processes could not
 * be told of a crash one by one.                                                                     */
#include "cli/look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/input.h"
#include "cli/stored.h"
#include "regime/memory.h"
#include "regime/train.h"

bool rg_first_process(void)
{
    static const char *const variables[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *rank = getenv(variables[i]);
        if (rank)
            return strcmp(rank, "0") == 0;
    }
    return true;
}

static enum rg_status look_at(void *path, char *arithmetic)
{
    struct rg_stored stored;
    struct rg_stored_point info;
    struct rg_record record;
    enum rg_status code = rg_stored_open(path, &stored);
    if (code == RG_OK)
        code = rg_store_point(stored.store, stored.layout, 0, &info, &record);
    if (code == RG_OK)
        rg_record_free(&record);
    const char *known = stored.store ? rg_store_attribute(stored.store, "arithmetic") : NULL;
    snprintf(arithmetic, RG_GUARD_TEXT, "%s", known ? known : "");
    rg_stored_close(&stored);
    return RG_OK;
}

static enum rg_status look_at_output(const char *path, char *arithmetic)
{
    if (access(path, F_OK) != 0)
        return RG_OK;
    return rg_guard(path, look_at, (void *)path, arithmetic);
}

/* A pipe would be empty when the command reads it. */
static bool can_be_read_twice(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

static enum rg_status look_for_sweep(const struct rg_command *command,
                                     const struct rg_arguments *arguments, char *arithmetic)
{
    char path[RG_PATH_SIZE];
    struct rg_spec *spec = NULL;
    if (!can_be_read_twice(rg_arguments_word(arguments, 0)))
        return RG_OK;
    if (rg_stored_sweep(arguments, &spec) != RG_OK) {
        rg_error_clear();
        return RG_OK;
    }
    enum rg_status code = rg_stored_path(arguments, spec, path);
    if (code == RG_OK)
        code = look_at_output(path, arithmetic);
    if (rg_arguments_value(arguments, "--fresh"))
        arithmetic[0] = '\0';
    if (code == RG_OK && command->shares && rg_first_process())
        code = rg_input_look(spec);
    rg_spec_destroy(&spec);
    return code;
}

enum rg_status rg_look(const struct rg_command *command, const struct rg_arguments *arguments,
                       char arithmetic[RG_GUARD_TEXT])
{
    arithmetic[0] = '\0';
    switch (command->bits) {
        case RG_BITS_OF_OUTPUT:
            return look_for_sweep(command, arguments, arithmetic);
        case RG_BITS_OF_FILE:
            return look_at_output(rg_arguments_word(arguments, 0), arithmetic);
        default:
            return RG_OK;
    }
}
