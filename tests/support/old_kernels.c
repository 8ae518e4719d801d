/* Preloaded into a program: OpenBLAS takes the processor for a Prescott, as it does with some that came after
 * it. It asks its environment first, while it is loaded, and the first answer is this one; whoever asks
 * afterwards hears the truth. With REFUSE_EXEC in the environment the program cannot start itself anew. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static char *look_up(const char *name)
{
    const size_t length = strlen(name);
    for (char **entry = environ; entry && *entry; entry++)
        if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=')
            return *entry + length + 1;
    return NULL;
}

char *getenv(const char *name)
{
    static bool asked;
    static char prescott[] = "Prescott";
    char *value = look_up(name);
    if (strcmp(name, "OPENBLAS_CORETYPE") != 0 || asked)
        return value;
    asked = true;
    return value ? value : prescott;
}

int execv(const char *path, char *const argv[])
{
    if (!look_up("REFUSE_EXEC"))
        return execve(path, argv, environ);
    errno = EPERM;
    return -1;
}
