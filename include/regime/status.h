/* Errors: a status code travels up the stack, its message and trace wait in one place.
 *
 * Every fallible function returns enum rg_status and hands its result out by pointer. RG_REQUIRE
 * starts an error with a message meant for the user; RG_TRY adds a frame and passes it on. Only
 * main prints the message and chooses the exit code.                                            */
#pragma once

enum rg_status {
    RG_OK = 0,
    RG_ERROR_SYSTEM,  /* memory, MPI, HDF5, a bug: exit 1 */
    RG_ERROR_USER,    /* sweep file, command line, a file of another sweep: exit 2 */
    RG_ERROR_DAMAGED, /* the file is damaged or not ours: exit 3 */
    RG_ERROR_LOCKED,  /* another run holds the file: exit 4 */
    RG_ERROR_SPACE,   /* no space left: exit 5 */
    RG_ERROR_DISK, /* the file cannot be written, for another reason: exit 1, as all ranks know */
    RG_STOPPED     /* stopped in good order before the end: exit 75 */
};

#define RG_MUST_CHECK __attribute__((warn_unused_result))

/* Starts an error: keeps the formatted message (cut at 4 kB) and the first frame, returns `code`. */
enum rg_status rg_fail(enum rg_status code, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds a frame to the current error, returns `code`. */
enum rg_status rg_trace(enum rg_status code, const char *file, int line, const char *what);

/* The message of the last error ("" if none) and its frames, one a line. Owned by the library. */
const char *rg_error_message(void);
const char *rg_error_frames(void);
void rg_error_clear(void);

/* The process exit status that belongs to a code. */
int rg_status_exit(enum rg_status code);
/* The code to which it belongs; RG_ERROR_SYSTEM for one that belongs to none. */
enum rg_status rg_status_of_exit(int status);
/* What an exit status tells the user; NULL: it is none of ours. */
const char *rg_exit_meaning(int status);

/* Prints "regime: warning: ..." on stderr. Not collective: call it on rank 0. */
void rg_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The code stands beside the call for those who read one file at a time, such as static analysers. */
#define RG_TRY(call)                                                              \
    do {                                                                          \
        enum rg_status rg_code_ = (call);                                         \
        if (rg_code_ != RG_OK)                                                    \
            return (void)rg_trace(rg_code_, __FILE__, __LINE__, #call), rg_code_; \
    } while (0)

#define RG_REQUIRE(condition, code, ...)                                           \
    do {                                                                           \
        if (!(condition))                                                          \
            return (void)rg_fail((code), __FILE__, __LINE__, __VA_ARGS__), (code); \
    } while (0)
