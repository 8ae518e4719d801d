/* See movers.h. */
#include "movers.h"

#include <string.h>

static void write_away(void *context, void *piece, size_t size)
{
    char **to = context;
    memcpy(*to, piece, size);
    *to += size;
}

static void fill_in(void *context, void *piece, size_t size)
{
    char **from = context;
    memcpy(piece, *from, size);
    *from += size;
}

struct rg_mover mover_to(char **place)
{
    return (struct rg_mover){write_away, place};
}

struct rg_mover mover_from(char **place)
{
    return (struct rg_mover){fill_in, place};
}
