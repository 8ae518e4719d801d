/* The one pending error of the process: a message for the user and the frames it passed through. */
#include "regime/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_MAX = 4096, FRAMES_MAX = 4096 };

static struct {
    char message[MESSAGE_MAX];
    char frames[FRAMES_MAX];
} error;

static void add_frame(const char *file, int line, const char *what)
{
    size_t used = strlen(error.frames);
    snprintf(error.frames + used, FRAMES_MAX - used, "  %s:%d: %s\n", file, line, what);
}

enum rg_status rg_fail(enum rg_status code, const char *file, int line, const char *format, ...)
{
    char message[MESSAGE_MAX]; /* an argument may be the previous message itself */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    memcpy(error.message, message, sizeof message);
    error.frames[0] = '\0';
    add_frame(file, line, "raised here");
    return code;
}

enum rg_status rg_trace(enum rg_status code, const char *file, int line, const char *what)
{
    add_frame(file, line, what);
    return code;
}

const char *rg_error_message(void)
{
    return error.message;
}

const char *rg_error_frames(void)
{
    return error.frames;
}

void rg_error_clear(void)
{
    error.message[0] = error.frames[0] = '\0';
}

static const struct {
    int status;
    const char *meaning; /* NULL: that of an earlier row */
} exits[] = {
    [RG_OK] = {0, "complete, or the slice asked for is"},
    [RG_ERROR_SYSTEM] = {1, "system error: memory, MPI, HDF5, a disk that fails"},
    [RG_ERROR_USER] = {2, "user error: sweep file, command line, a file of another sweep"},
    [RG_ERROR_DAMAGED] = {3, "the file is damaged or not ours"},
    [RG_ERROR_LOCKED] = {4, "another run holds the file"},
    [RG_ERROR_SPACE] = {5, "no space left"},
    [RG_ERROR_DISK] = {1, NULL},
    [RG_STOPPED] = {75, "stopped in good order before the end: the same command goes on"},
};
enum { N_EXITS = sizeof exits / sizeof *exits };

int rg_status_exit(enum rg_status code)
{
    return exits[code].status;
}

enum rg_status rg_status_of_exit(int status)
{
    for (int code = 0; code < N_EXITS; code++)
        if (exits[code].status == status)
            return (enum rg_status)code;
    return RG_ERROR_SYSTEM;
}

const char *rg_exit_meaning(int status)
{
    for (int code = 0; code < N_EXITS; code++)
        if (exits[code].status == status && exits[code].meaning)
            return exits[code].meaning;
    return NULL;
}

void rg_warn(const char *format, ...)
{
    char message[MESSAGE_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    fprintf(stderr, "regime: warning: %s\n", message); /* in one piece: others write too */
}
