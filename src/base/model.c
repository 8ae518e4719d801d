/* Reading a model's tables. */
#include "regime/model.h"

#include <string.h>

int rg_model_n_knobs(const struct rg_model *model)
{
    int n = 0;
    for (int part = 0; part < RG_PARTS_MAX && model->knobs[part]; part++)
        n += model->knobs[part]->n;
    return n;
}

const struct rg_knob *rg_model_knob(const struct rg_model *model, int index)
{
    int part = 0;
    while (index >= model->knobs[part]->n)
        index -= model->knobs[part++]->n;
    return &model->knobs[part]->rows[index];
}

int rg_model_find_knob(const struct rg_model *model, const char *name)
{
    for (int i = 0; i < rg_model_n_knobs(model); i++)
        if (strcmp(rg_model_knob(model, i)->name, name) == 0)
            return i;
    return -1;
}

int rg_model_n_columns(const struct rg_model *model)
{
    int n = 0;
    for (int part = 0; part < RG_PARTS_MAX && model->columns[part]; part++)
        n += model->columns[part]->n;
    return n;
}

const struct rg_column *rg_model_column(const struct rg_model *model, int index)
{
    int part = 0;
    while (index >= model->columns[part]->n)
        index -= model->columns[part++]->n;
    return &model->columns[part]->rows[index];
}

int rg_model_find_dimension(const struct rg_model *model, const char *name)
{
    for (int d = 0; d < model->n_dimensions; d++)
        if (strcmp(model->dimensions[d].name, name) == 0)
            return d;
    return -1;
}

int64_t rg_model_size(const struct rg_model *model, int dimension, const void *largest)
{
    return model->fixed ? model->fixed[dimension].n : model->dimensions[dimension].size(largest);
}

void rg_model_values(const struct rg_model *model, int dimension, const void *largest,
                     double *values)
{
    const struct rg_dimension *row = &model->dimensions[dimension];
    const struct rg_fixed *fixed = model->fixed ? &model->fixed[dimension] : NULL;
    if (row->values)
        row->values(largest, values);
    else
        for (int64_t i = 0; i < rg_model_size(model, dimension, largest); i++)
            values[i] = fixed && fixed->values ? fixed->values[i] : (double)i;
}

union rg_value rg_knob_get(const struct rg_knob *knob, const void *settings)
{
    union rg_value value;
    memcpy(&value, (const char *)settings + knob->offset, sizeof value);
    return value;
}

struct rg_input *rg_settings_input(const struct rg_model *model, void *settings)
{
    for (int i = 0; i < rg_model_n_knobs(model); i++) {
        const struct rg_knob *knob = rg_model_knob(model, i);
        if (knob->type == RG_DATA)
            return (struct rg_input *)((char *)settings + knob->offset);
    }
    return NULL;
}

void rg_knob_set(const struct rg_knob *knob, void *settings, union rg_value value)
{
    memcpy((char *)settings + knob->offset, &value, sizeof value);
}
