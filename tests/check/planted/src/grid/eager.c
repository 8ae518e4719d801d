/* Planted faults: a global name without the prefix, a look at a station to the right, and a call of BLACS. */
#include "regime/write.h"

int eager_grid(void);
void Cblacs_gridexit(int context);

int eager_grid(void)
{
    Cblacs_gridexit(0);
    return 0;
}
