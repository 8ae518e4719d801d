/* Pairs of strings from a knob's text, and how far apart the network has them. */
#include "train/parity/track.h"

#include <stddef.h>
#include <string.h>

/* The string that the text goes on with, and where it ends; NULL: there is none, or it is too long. */
static const char *read_string(const char *text, int *length, uint32_t *code)
{
    text += strspn(text, " ");
    const size_t n = strspn(text, "01");
    if (n < 1 || n > RG_TRACKED_LENGTH)
        return NULL;
    *length = (int)n;
    *code = 0;
    for (size_t i = 0; i < n; i++)
        *code = *code << 1 | (text[i] == '1');
    return text + n + strspn(text + n, " ");
}

bool rg_tracked_read(const char *text, struct rg_tracked *tracked)
{
    *tracked = (struct rg_tracked){0};
    if (text[strspn(text, " ")] == '\0')
        return true;
    int64_t n = 0;
    for (const char *rest = text; rest && n < RG_TRACKED_MAX; rest++) {
        struct rg_tracked_pair *pair = &tracked->pairs[n++];
        for (int i = 0; i < 2 && rest; i++)
            rest = read_string(rest, &pair->length[i], &pair->code[i]);
        if (rest && *rest == '\0') {
            tracked->n = n;
            return true;
        }
        if (!rest || *rest != ',')
            return false;
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
        for (int t = pair->length[i] - 1; t >= 0; t--)
            rg_states_advance(net, states, 1, &(uint8_t){pair->code[i] >> t & 1});
        rg_states_hidden(net, states, 0, 1, rows + i * hidden);
    }
    for (int64_t u = 0; u < hidden; u++)
        square += (rows[u] - rows[hidden + u]) * (rows[u] - rows[hidden + u]);
    return square;
}
