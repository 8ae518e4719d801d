/* regime COMMAND ...: finds the command, runs it, prints the one error and returns its exit status. */
#include <errno.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/guard.h"
#include "cli/halt.h"
#include "cli/kernels.h"
#include "cli/look.h"
#include "regime/blas.h"
#include "regime/library.h"
#include "regime/memory.h"
#include "regime/text.h"
#include "regime/train.h"
#include "regime/version.h"

static void print_usage(FILE *out)
{
    fprintf(
        out,
        "regime %s: maps the learning regimes of small networks\n\nusage: regime COMMAND ...\n\n",
        rg_version());
    for (const struct rg_command *const *c = rg_commands; *c; c++)
        fprintf(out, "  %-9s %s\n", (*c)->name, (*c)->summary);
    fputs("\nregime COMMAND --help shows a command's options; regime describe shows the models.\n",
          out);
}

static void print_help(const struct rg_command *command)
{
    bool has_options = command->options && command->options->name;
    printf("usage: regime %s%s %s\n\n%s\n", command->name, has_options ? " [OPTIONS]" : "",
           command->words, command->summary);
    if (has_options)
        fputs("\noptions:\n", stdout);
    for (const struct rg_option *o = command->options; o && o->name; o++) {
        char left[64];
        snprintf(left, sizeof left, "%s%s%s%s%s", o->brief ? o->brief : "", o->brief ? ", " : "",
                 o->name, o->argument ? " " : "", o->argument ? o->argument : "");
        printf("  %-28s %s\n", left, o->help);
    }
    if (command->example)
        printf("\nexample:\n  %s\n", command->example);
}

static const struct rg_command *find_command(const char *name)
{
    for (const struct rg_command *const *c = rg_commands; *c; c++)
        if (strcmp((*c)->name, name) == 0)
            return *c;
    return NULL;
}

static enum rg_status unknown_command(const char *name)
{
    char names[256] = "";
    for (const struct rg_command *const *c = rg_commands; *c; c++)
        rg_choice_add(names, sizeof names, (*c)->name);
    return rg_fail(RG_ERROR_USER, __FILE__, __LINE__,
                   "\"%s\" is no command of regime%s; regime --help lists them", name,
                   rg_hint(name, names));
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

/* "file:line: ": editors jump there if nothing stands before it. */
static bool begins_with_place(const char *message)
{
    const char *colon = strchr(message, ':');
    const size_t digits = colon ? strspn(colon + 1, "0123456789") : 0;
    return digits > 0 && strncmp(colon + 1 + digits, ": ", 2) == 0;
}

static void print_error(enum rg_status code)
{
    bool known_to_all = code != RG_ERROR_SYSTEM;
    if (!rg_error_message()[0] || (known_to_all && !rg_first_process()))
        return;
    fprintf(stderr, "%s%s\n",
            begins_with_place(rg_error_message()) ? "" : "regime: ", rg_error_message());
    if (code == RG_ERROR_SYSTEM)
        fputs(rg_error_frames(), stderr);
}

struct call {
    const struct rg_command *command;
    const struct rg_arguments *arguments;
};

static enum rg_status call_in_child(void *context, char *text)
{
    const struct call *call = context;
    (void)text;
    const enum rg_status code = call->command->run(call->arguments);
    fflush(stdout);
    rg_hdf5_end(); /* it may crash there, and then the parent alone is to speak */
    if (code != RG_OK)
        print_error(code);
    return code;
}

static enum rg_status run_command(const struct rg_command *command,
                                  const struct rg_arguments *arguments, char **argv)
{
    char text[RG_GUARD_TEXT];
    if (command->reads && !(command->again && rg_arguments_value(arguments, command->again))) {
        struct call call = {command, arguments};
        return rg_guard(rg_arguments_word(arguments, 0), call_in_child, &call, text);
    }
    if (!rg_kernels_fitted())
        RG_TRY(rg_look(command, arguments, text));
    if (!rg_kernels_fit(command, text, argv) && rg_first_process())
        rg_warn(
            "the program cannot start itself anew (%s), and BLAS goes on with its kernels for %s",
            strerror(errno), rg_blas_kernel());
    return command->run(arguments);
}

static enum rg_status dispatch(int argc, char **argv)
{
    const struct rg_command *command = find_command(argv[1]);
    if (!command)
        return unknown_command(argv[1]);
    if (!command->shares && !rg_first_process())
        return RG_OK;
    if (asks_for_help(argc - 2, argv + 2)) {
        if (rg_first_process())
            print_help(command);
        return RG_OK;
    }
    RG_TRY(rg_arithmetic_check());
    if (command->shares)
        rg_halt_hold();
    struct rg_arguments *arguments = NULL;
    RG_TRY(rg_arguments_parse(command, argc - 2, argv + 2, &arguments));
    enum rg_status code = run_command(command, arguments, argv);
    rg_free(&arguments);
    return code;
}

/* Ends MPI if a command started it. A failure on one rank may leave the others in a collective call:
 * then the whole job is aborted. A user error is known to all ranks and ends in good order.          */
static void leave_mpi(enum rg_status code)
{
    int started, ended;
    MPI_Initialized(&started);
    MPI_Finalized(&ended);
    if (!started || ended)
        return;
    if (code == RG_ERROR_SYSTEM)
        MPI_Abort(MPI_COMM_WORLD, rg_status_exit(code));
    if (!rg_hdf5_is_broken())
        MPI_Finalize();
}

int main(int argc, char **argv)
{
    if ((argc < 2 || argv[1][0] == '-') && !rg_first_process())
        return argc < 2 ? rg_status_exit(RG_ERROR_USER) : 0;
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_usage(argc < 2 ? stderr : stdout);
        return argc < 2 ? rg_status_exit(RG_ERROR_USER) : 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("regime %s (%s)\n", rg_version(), rg_git_revision());
        return 0;
    }
    enum rg_status code = dispatch(argc, argv);
    fflush(stdout);
    if (code != RG_OK)
        print_error(code);
    leave_mpi(code);
    fflush(NULL);
    if (rg_hdf5_is_broken())
        _exit(rg_status_exit(code));
    return rg_status_exit(code);
}
