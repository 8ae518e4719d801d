/* Writing into the cells of a row, whatever their types. */
#include "train/cells.h"

#include "regime/train.h"

static int index_of(int column)
{
    return rg_loop_columns.n + column;
}

bool rg_row_wants(const struct rg_row *row, int first, int last)
{
    for (int column = first; column <= last; column++)
        if (row->cells[index_of(column)])
            return true;
    return false;
}

void rg_row_put(const struct rg_row *row, int column, int64_t i, double value)
{
    void *cell = row->cells[index_of(column)];
    const enum rg_column_type type = row->shapes[index_of(column)].type;
    if (!cell)
        return;
    if (type == RG_F4)
        ((float *)cell)[i] = (float)value;
    else if (type == RG_F8)
        ((double *)cell)[i] = value;
    else if (type == RG_I4)
        ((int32_t *)cell)[i] = (int32_t)value;
    else if (type == RG_I8)
        ((int64_t *)cell)[i] = (int64_t)value;
    else
        ((uint8_t *)cell)[i] = (uint8_t)value;
}

double rg_row_get(const struct rg_row *row, int column, int64_t i)
{
    const void *cell = row->cells[index_of(column)];
    switch (row->shapes[index_of(column)].type) {
        case RG_F4:
            return ((const float *)cell)[i];
        case RG_F8:
            return ((const double *)cell)[i];
        case RG_I4:
            return ((const int32_t *)cell)[i];
        case RG_I8:
            return (double)((const int64_t *)cell)[i];
        default:
            return ((const uint8_t *)cell)[i];
    }
}

void rg_row_put_at(const struct rg_row *row, int column, int64_t i, int64_t j, double value)
{
    rg_row_put(row, column, i * rg_row_sizes(row, column)[1] + j, value);
}

const int64_t *rg_row_sizes(const struct rg_row *row, int column)
{
    return row->shapes[index_of(column)].sizes;
}
