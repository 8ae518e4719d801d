/* regime doctor: asks every check of the table about this machine, and prints verdict and remedy.
 * Hints leave the exit status at 0; only what cannot work makes it 1.                              */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/doctor.h"
#include "regime/text.h"

static void print_finding(const char *name, const struct rg_finding *finding)
{
    static const char *const words[] = {"ok", "hint", "BROKEN"};
    printf("%-14s %-7s %s\n", name, words[finding->verdict], finding->text);
    if (finding->fix[0])
        printf("%22s fix: %s\n", "", finding->fix);
}

static enum rg_status doctor(const struct rg_arguments *arguments)
{
    (void)arguments;
    struct rg_facts facts;
    rg_doctor_probe(&facts);
    int count[3] = {0};
    for (int i = 0; i < rg_doctor_n_checks; i++) {
        struct rg_finding finding = {0};
        rg_doctor_checks[i].judge(&facts, &finding);
        print_finding(rg_doctor_checks[i].name, &finding);
        count[finding.verdict]++;
    }
    printf("\n%d fine, %d hint%s, %d broken\n", count[RG_FINE], count[RG_HINT],
           rg_plural(count[RG_HINT]), count[RG_BROKEN]);
    RG_REQUIRE(count[RG_BROKEN] == 0, RG_ERROR_SYSTEM,
               "something above is broken; its fix is named");
    return RG_OK;
}

const struct rg_command rg_command_doctor = {
    .name = "doctor",
    .words = "",
    .summary = "looks at MPI, HDF5, BLAS and the file system, and names a fix for what is wrong",
    .example = "regime doctor",
    .bits = RG_NEW_BITS,
    .run = doctor,
};
