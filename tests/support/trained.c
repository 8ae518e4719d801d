/* Parses, trains, reads back. */
#include "trained.h"

#include <math.h>
#include <string.h>

#include "regime/memory.h"
#include "test.h"

void trained_make(const char *text, int64_t id, const struct rg_tick *tick, struct trained *trained)
{
    trained_make_on(MPI_COMM_SELF, text, id, tick, trained);
}

void trained_make_on(MPI_Comm comm, const char *text, int64_t id, const struct rg_tick *tick,
                     struct trained *trained)
{
    *trained = (struct trained){0};
    TEST_OK(rg_spec_parse(&rg_models, "test.cfg", text, NULL, &trained->spec));
    TEST_OK(rg_layout_create(trained->spec, &trained->layout));
    TEST_OK(rg_alloc(&trained->settings, 1, trained->spec->model->settings_size));
    TEST_OK(rg_record_init(trained->layout, id, &trained->record));
    rg_grid_point(trained->spec, id, trained->settings, &trained->point);
    trained->status =
        rg_train(comm, trained->spec, trained->layout, &trained->point, tick, &trained->record);
}

void trained_free(struct trained *trained)
{
    rg_record_free(&trained->record);
    rg_free(&trained->settings);
    rg_layout_destroy(&trained->layout);
    rg_spec_destroy(&trained->spec);
}

const struct rg_field *trained_field(const struct trained *trained, const char *name)
{
    for (int f = 0; f < trained->layout->n_fields; f++)
        if (strcmp(trained->layout->fields[f].name, name) == 0)
            return &trained->layout->fields[f];
    CU_FAIL("no such field");
    return NULL;
}

double trained_value(const struct trained *trained, const char *name, int64_t i)
{
    const struct rg_field *field = trained_field(trained, name);
    if (!field || i < 0 || i >= field->count)
        return NAN;
    const void *data = trained->record.data + field->offset;
    switch (field->type) {
        case RG_F4:
            return ((const float *)data)[i];
        case RG_F8:
            return ((const double *)data)[i];
        case RG_I4:
            return ((const int32_t *)data)[i];
        case RG_I8:
            return (double)((const int64_t *)data)[i];
        default:
            return ((const uint8_t *)data)[i];
    }
}
