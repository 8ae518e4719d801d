/* The commands of regime, in the order in which they are listed. A new one is a file beside this one and a line here. */
#include "cli/commands.h"

const struct rg_command *const rg_commands[] = {
    &rg_command_plan,    &rg_command_run,      &rg_command_status, &rg_command_stop,
    &rg_command_verify,  &rg_command_point,    &rg_command_export, &rg_command_replay,
    &rg_command_measure, &rg_command_describe, &rg_command_doctor, NULL,
};
