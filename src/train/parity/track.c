/* Pairs of strings from a knob's text, and how far apart the network has them. */
#include "train/parity/track.h"

#include <stddef.h>
#include <string.h>

/* The string that the text goes on with, and where it ends; NULL: there is none, or it is too long. */
static const char *read_string(const char *text, int64_t n_symbols, int *length, uint8_t *symbols)
{
    text += strspn(text, " ");
    for (*length = 0; *text >= '0' && *text < '0' + n_symbols; text++) {
        if (*length == RG_TRACKED_LENGTH)
            return NULL;
        symbols[(*length)++] = (uint8_t)(*text - '0');
    }
    return *length > 0 ? text + strspn(text, " ") : NULL;
}

static bool differ(const struct rg_tracked_pair *pair)
{
    return pair->length[0] != pair->length[1] ||
           memcmp(pair->symbols[0], pair->symbols[1], (size_t)pair->length[0]) != 0;
}

bool rg_tracked_read(const char *text, int64_t n_symbols, struct rg_tracked *tracked)
{
    *tracked = (struct rg_tracked){0};
    if (text[strspn(text, " ")] == '\0')
        return true;
    int64_t n = 0;
    for (const char *rest = text; rest && n < RG_TRACKED_MAX; rest++) {
        struct rg_tracked_pair *pair = &tracked->pairs[n++];
        for (int i = 0; i < 2 && rest; i++)
            rest = read_string(rest, n_symbols, &pair->length[i], pair->symbols[i]);
        if (!rest || !differ(pair) || (*rest != ',' && *rest != '\0'))
            return false;
        if (*rest == '\0') {
            tracked->n = n;
            return true;
        }
    }
    return false;
}

double rg_tracked_distance(const struct rg_parity *net, const struct rg_tracked_pair *pair,
                           struct rg_states *states, double *rows)
{
    const int64_t hidden = rg_parity_settings(net)->hidden;
    double square = 0;
    for (int i = 0; i < 2; i++) {
        rg_states_start(net, states, 1);
        for (int t = 0; t < pair->length[i]; t++)
            rg_states_advance(net, states, 1, &pair->symbols[i][t]);
        rg_states_hidden(net, states, 0, 1, rows + i * hidden);
    }
    for (int64_t u = 0; u < hidden; u++)
        square += (rows[u] - rows[hidden + u]) * (rows[u] - rows[hidden + u]);
    return square;
}
