/* The registry of an earlier regime: parity_rnn and linear_net as they are, but without the columns of parity_rnn
 * that OLDER_LACKS names, separated by spaces.                                                        */
#include <stdlib.h>
#include <string.h>

#include "regime/text.h"
#include "regime/train.h"
#include "train/linear/linear.h"
#include "train/parity/parity.h"

enum { ROWS_MAX = 256, DIMENSIONS_MAX = 64 };

static struct rg_model parity;
static struct rg_columns parts[RG_PARTS_MAX];
static struct rg_column rows[RG_PARTS_MAX][ROWS_MAX];
static struct rg_dimension dimensions[DIMENSIONS_MAX];

static const struct rg_model *const models[] = {&parity, &rg_linear_model};
const struct rg_registry rg_models = {models, sizeof models / sizeof *models};

static int64_t nothing(const void *largest)
{
    (void)largest;
    return 0;
}

/* A column with an empty dimension has no dataset. */
static void hide(struct rg_column *column)
{
    int n = 0;
    while (n < RG_DIMS_MAX - 1 && column->dims[n])
        n++;
    column->dims[n] = "nothing";
}

static void copy_part(int part, const char *lacks)
{
    const struct rg_columns *from = rg_parity_model.columns[part];
    if (!from)
        return;
    memcpy(rows[part], from->rows, (size_t)from->n * sizeof *from->rows);
    for (int c = 0; c < from->n; c++)
        if (lacks && rg_choice_find(lacks, rows[part][c].name) >= 0)
            hide(&rows[part][c]);
    parts[part] = (struct rg_columns){rows[part], from->n};
    parity.columns[part] = &parts[part];
}

__attribute__((constructor)) static void make_models(void)
{
    const int n = rg_parity_model.n_dimensions;
    parity = rg_parity_model;
    memcpy(dimensions, parity.dimensions, (size_t)n * sizeof *dimensions);
    dimensions[n] = (struct rg_dimension){.name = "nothing", .size = nothing, .unit = "1"};
    parity.dimensions = dimensions;
    parity.n_dimensions = n + 1;
    for (int part = 0; part < RG_PARTS_MAX; part++)
        copy_part(part, getenv("OLDER_LACKS"));
}
