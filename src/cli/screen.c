/* See screen.h. The alternate screen, as pagers use it: whatever a resize does to its lines, the next drawing puts
 * right, and the terminal has its old content back at the end. The sequences are those of ECMA-48 and xterm,
 * which every terminal in use knows, but for one that calls itself dumb.                              */
#include "cli/screen.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ENTER "\033[?1049h\033[?25l"
#define LEAVE "\033[?25h\033[?1049l"

static const int endings[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
static volatile sig_atomic_t stale;
static pid_t owner; /* not a child */

static void put(const char *text, size_t size)
{
    while (size > 0) {
        const ssize_t n = write(STDOUT_FILENO, text, size);
        if (n <= 0)
            return;
        text += n;
        size -= (size_t)n;
    }
}

static void end(int number)
{
    if (getpid() == owner)
        put(LEAVE, sizeof LEAVE - 1);
    raise(number); /* once more, and now in the system's way */
}

static void suspend(int number)
{
    (void)number;
    if (getpid() != owner)
        return;
    put(LEAVE, sizeof LEAVE - 1);
    raise(SIGSTOP);
    put(ENTER, sizeof ENTER - 1);
    stale = 1;
}

static void note(int number)
{
    (void)number;
    stale = 1;
}

/* What the caller ignores, as under nohup, stays ignored. */
static void handle(int number, void (*handler)(int number), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags}, before;
    sigemptyset(&action.sa_mask);
    if (sigaction(number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

bool rg_screen_open(void)
{
    const char *term = getenv("TERM");
    if (!isatty(STDOUT_FILENO) || !term || !term[0] || strcmp(term, "dumb") == 0)
        return false;
    owner = getpid();
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        handle(endings[i], end, (int)SA_RESETHAND);
    handle(SIGTSTP, suspend, SA_RESTART);
    handle(SIGWINCH, note, SA_RESTART);
    put(ENTER, sizeof ENTER - 1);
    return true;
}

void rg_screen_close(void)
{
    put(LEAVE, sizeof LEAVE - 1);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        handle(endings[i], SIG_DFL, 0);
    handle(SIGTSTP, SIG_DFL, 0);
    handle(SIGWINCH, SIG_DFL, 0);
}

void rg_screen_size(int *columns, int *lines)
{
    struct winsize size = {0};
    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    *columns = size.ws_col > 0 ? size.ws_col : 80;
    *lines = size.ws_row > 0 ? size.ws_row : 24;
}

bool rg_screen_is_stale(void)
{
    return stale != 0;
}

static bool begins_character(unsigned char byte) /* of UTF-8 */
{
    return (byte & 0xC0) != 0x80;
}

/* One line of the text, cut at the right margin; returns where the next begins. */
static const char *draw_line(const char *text, int columns, FILE *out)
{
    int used = 0;
    for (; *text && *text != '\n'; text++) {
        const unsigned char byte = (unsigned char)*text;
        used += begins_character(byte);
        if (used <= columns)
            fputc(byte < ' ' || byte == 0x7F ? '?' : byte, out);
    }
    fputs("\033[K", out);
    return *text ? text + 1 : text;
}

void rg_screen_draw(const char *text)
{
    char *frame = NULL;
    size_t size = 0;
    int columns, lines;
    FILE *out = open_memstream(&frame, &size);
    if (!out)
        return;
    stale = 0;
    rg_screen_size(&columns, &lines);
    fputs("\033[H", out);
    for (int line = 0; *text && line < lines; line++) {
        if (line > 0)
            fputs("\r\n", out);
        text = draw_line(text, columns, out);
    }
    fputs("\033[J", out);
    if (fclose(out) == 0)
        put(frame, size); /* at once: nobody sees half of it */
    free(frame);
}
