/* A planted fault: a global name without the prefix, and a look at a station to the right. */
#include "regime/write.h"

int eager_grid(void);

int eager_grid(void)
{
    return 0;
}
