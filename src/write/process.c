/* /proc/PID/stat: "pid (name) state ppid ... starttime(22)"; the name may hold spaces and parentheses, so
 * the fields are counted from the last closing one.                                                  */
#include "write/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void rg_process_host(char *text, size_t size)
{
    memset(text, 0, size);
    gethostname(text, size - 1);
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

long long rg_process_start(long long pid)
{
    enum { FIELDS_TO_START = 19 /* from the state, field 3, to field 22 */ };
    char path[64], text[2048];
    snprintf(path, sizeof path, "/proc/%lld/stat", pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return -1;
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = '\0';
    char *field = strrchr(text, ')');
    if (!field || strlen(field) < 3 || field[2] == 'Z' || field[2] == 'X')
        return -1;
    field += 2;
    for (int i = 0; i < FIELDS_TO_START && field; i++) {
        field = strchr(field, ' ');
        field = field ? field + 1 : NULL;
    }
    return field ? strtoll(field, NULL, 10) : -1;
}

bool rg_process_lives(long long pid, long long started)
{
    long long found = pid > 0 ? rg_process_start(pid) : -1;
    return found >= 0 && found == started;
}
