/* Ranges, bit for bit as numpy.linspace and numpy.geomspace make them, so that a grid computed in Python
 * aligns with the file's coordinates. (NumPy's own pow may differ from the C library's in the last bit
 * where it is built with vector kernels; the values in the file are these.)                        */
#include <math.h>

#include "regime/config.h"

static double linear(double from, double to, int64_t count, int64_t i)
{
    if (count == 1)
        return from;
    if (i == count - 1)
        return to;
    double step = (to - from) / (double)(count - 1);
    double moved = step == 0 ? (double)i / (double)(count - 1) * (to - from) : (double)i * step;
    return moved + from;
}

double rg_range_value(const struct rg_member *range, int64_t count, int64_t i)
{
    bool inner = i > 0 && i < count - 1;
    if (range->spacing == RG_LINEAR || !inner)
        return linear(range->from, range->to, count, i);
    return pow(10.0, linear(log10(range->from), log10(range->to), count, i));
}
