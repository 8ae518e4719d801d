/* Durations as people and SLURM write them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "regime/clock.h"

static const struct {
    char letter;
    double seconds;
} units[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

static double unit_seconds(char letter)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (units[i].letter == letter)
            return units[i].seconds;
    return NAN;
}

/* NAN if there is none, or a negative one. */
static double read_number(const char *text, char **end)
{
    const double number = strtod(text, end);
    return *end == text || !(number >= 0) || isinf(number) ? NAN : number;
}

/* "NUMBER UNIT" pairs; NAN if it is something else. */
static double read_pairs(const char *text)
{
    double total = 0;
    for (char *end; *text; text = end + 1) {
        total += read_number(text, &end) * unit_seconds(*end);
        if (isnan(total))
            break;
    }
    return total;
}

/* "[[H:]M:]S"; NAN if it is something else. */
static double read_clock(const char *text)
{
    char *end;
    double total = read_number(text, &end);
    while (*end == ':')
        total = 60 * total + read_number(end + 1, &end);
    return *end ? NAN : total;
}

enum rg_status rg_duration_parse(const char *text, double *seconds)
{
    *seconds = strpbrk(text, "dhms") ? read_pairs(text) : read_clock(text);
    RG_REQUIRE(isfinite(*seconds), RG_ERROR_USER,
               "\"%s\" is not a duration: write 90s, 11h50m, 2d or 01:30:00", text);
    return RG_OK;
}

void rg_duration_print(double seconds, char *text, size_t size)
{
    if (seconds >= 0.001 && seconds < 9.95) {
        snprintf(text, size, "%.2gs", seconds);
        return;
    }
    long s = lround(fmin(fmax(seconds, 0), 1e15));
    if (s < 60)
        snprintf(text, size, "%lds", s);
    else if (s < 3600)
        snprintf(text, size, "%ldm %02lds", s / 60, s % 60);
    else if (s < 86400)
        snprintf(text, size, "%ldh %02ldm", s / 3600, s / 60 % 60);
    else
        snprintf(text, size, "%ldd %ldh %02ldm", s / 86400, s / 3600 % 24, s / 60 % 60);
}

void rg_ago_print(double when, char *text, size_t size)
{
    char duration[64];
    rg_duration_print(fmax(rg_clock(CLOCK_REALTIME) - when, 0), duration, sizeof duration);
    snprintf(text, size, "%s ago", duration);
}
