/* See process.h. */
#include "write/process.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "regime/clock.h"
#include "regime/text.h"

void rg_process_host(char *text, size_t size)
{
    memset(text, 0, size);
    gethostname(text, size - 1);
    rg_printable(text);
}

void rg_process_machine(char *text, size_t size)
{
    char boot[64] = "", space[64] = "";
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    if (file) {
        if (fgets(boot, sizeof boot, file))
            boot[strcspn(boot, "\n")] = '\0';
        fclose(file);
    }
    if (readlink("/proc/self/ns/pid", space, sizeof space - 1) < 0)
        space[0] = '\0';
    snprintf(text, size, "%s/%s", boot, space);
}

bool rg_process_lives(long long pid, long long started)
{
    long long found = pid > 0 ? rg_process_start(pid) : -1;
    return found == 0 || (found > 0 && found == started);
}
