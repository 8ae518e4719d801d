/* Durations as people and SLURM write them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

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

/* Sum of "NUMBER UNIT" pairs, or "[[H:]M:]S"; NAN if it is neither. */
static double read_duration(const char *text)
{
    double total = 0;
    do {
        char *end;
        double number = strtod(text, &end);
        if (end == text || !(number >= 0) || isinf(number))
            return NAN;
        if (*end == '\0')
            return total + number;
        if (*end == ':') {
            total = (total + number) * 60;
        } else {
            total += number * unit_seconds(*end);
        }
        text = end + 1;
    } while (*text);
    return total;
}

enum rg_status rg_duration_parse(const char *text, double *seconds)
{
    *seconds = read_duration(text);
    RG_REQUIRE(isfinite(*seconds) && text[strlen(text) - 1] != ':', RG_ERROR_USER,
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
