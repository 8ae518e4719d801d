/* The registry of an earlier regime: parity_rnn and linear_net as they are, but without the columns and knobs of
 * parity_rnn that OLDER_LACKS names, separated by spaces. A knob that is missing has the value 0.     */
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
static struct rg_knobs knob_parts[RG_PARTS_MAX];
static struct rg_knob knob_rows[RG_PARTS_MAX][ROWS_MAX];
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

static bool is_lacking(const char *name)
{
    const char *lacks = getenv("OLDER_LACKS");
    return lacks && rg_choice_find(lacks, name) >= 0;
}

static void copy_columns(int part)
{
    const struct rg_columns *from = rg_parity_model.columns[part];
    if (!from)
        return;
    memcpy(rows[part], from->rows, (size_t)from->n * sizeof *from->rows);
    for (int c = 0; c < from->n; c++)
        if (is_lacking(rows[part][c].name))
            hide(&rows[part][c]);
    parts[part] = (struct rg_columns){rows[part], from->n};
    parity.columns[part] = &parts[part];
}

static void copy_knobs(int part)
{
    const struct rg_knobs *from = rg_parity_model.knobs[part];
    if (!from)
        return;
    for (int k = 0; k < from->n; k++)
        if (!is_lacking(from->rows[k].name))
            knob_rows[part][knob_parts[part].n++] = from->rows[k];
    knob_parts[part].rows = knob_rows[part];
    parity.knobs[part] = &knob_parts[part];
}

__attribute__((constructor)) static void make_models(void)
{
    const int n = rg_parity_model.n_dimensions;
    parity = rg_parity_model;
    memcpy(dimensions, parity.dimensions, (size_t)n * sizeof *dimensions);
    dimensions[n] = (struct rg_dimension){.name = "nothing", .size = nothing, .unit = "1"};
    parity.dimensions = dimensions;
    parity.n_dimensions = n + 1;
    for (int part = 0; part < RG_PARTS_MAX; part++) {
        copy_columns(part);
        copy_knobs(part);
    }
}
