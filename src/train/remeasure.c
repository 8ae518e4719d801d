/* Measures of a point that has been trained, from the weights that its record keeps: the network is made anew, given
 * them, and measured once more at each moment of which they are kept. All columns of a moment are measured
 * together, as in training, for some use what others leave.                                           */
#include <string.h>

#include "regime/memory.h"
#include "train/loop.h"

struct again {
    const struct rg_spec *spec;
    const struct rg_layout *layout;
    const struct rg_record *known;
    struct rg_record *record;
    const struct rg_tick *tick;
    void *net;
    void **cells;
    struct rg_shape *shapes;
};

static bool is_kept(const struct rg_spec *spec, enum rg_moment moment)
{
    return moment == RG_AT_END || (moment == RG_AT_RECORD && spec->keep >> RG_AT_RECORD & 1);
}

bool rg_field_is_of_weights(const struct rg_spec *spec, const struct rg_field *field)
{
    const unsigned others = RG_KEPT | RG_SNAPSHOT | RG_OF_RECORDS | RG_OF_COURSE;
    return !(field->column->flags & others) && is_kept(spec, field->moment);
}

enum rg_status rg_check_weights(const struct rg_spec *spec)
{
    const struct rg_model *model = spec->model;
    const char *course = model->of_course ? model->of_course(spec->settings) : NULL;
    RG_REQUIRE(!model->declared, RG_ERROR_USER,
               "%s keeps no weights: only a new run of its program measures", model->name);
    RG_REQUIRE(model->restore, RG_ERROR_USER,
               "%s cannot be measured from kept weights: they are not bit for bit what it trained",
               model->name);
    RG_REQUIRE(!course, RG_ERROR_USER, "%s: its measures need the course of training", course);
    RG_REQUIRE(spec->keep >> RG_AT_END & 1, RG_ERROR_USER,
               "it keeps no final weights (keep = (\"final\");), and without them only a new run "
               "measures");
    return RG_OK;
}

/* The end of a point that diverged has columns of its data only. */
static enum rg_status measure(struct again *again, enum rg_moment moment, int64_t k, int64_t epoch)
{
    const bool network = moment == RG_AT_RECORD || again->known->status == RG_DONE;
    const struct rg_row row = {again->cells, again->shapes, epoch, moment};
    rg_record_cells(again->layout, again->known, moment, k, again->cells);
    if (network)
        again->spec->model->restore(again->net, &row);
    rg_record_cells(again->layout, again->record, moment, k, again->cells);
    for (int c = 0; c < again->layout->n_columns; c++)
        if (!network && !(rg_model_column(again->spec->model, c)->flags & RG_OF_DATA))
            again->cells[c] = NULL;
    RG_TRY(again->spec->model->measure(again->net, &row, again->tick));
    return RG_OK;
}

static int64_t epochs_trained(struct again *again)
{
    int64_t epochs;
    rg_record_cells(again->layout, again->known, RG_AT_END, 0, again->cells);
    memcpy(&epochs, again->cells[RG_LOOP_EPOCHS_TRAINED], sizeof epochs);
    return epochs;
}

static enum rg_status measure_all(struct again *again)
{
    const struct rg_spec *spec = again->spec;
    const int64_t epochs = epochs_trained(again);
    const int64_t last = again->known->status == RG_DONE ? epochs : epochs - 1;
    const int64_t n = is_kept(spec, RG_AT_RECORD) ? spec->n_records : 0;
    for (int64_t k = 0; k < n && spec->record_epochs[k] <= last; k++) {
        RG_TRY(rg_tick(again->tick));
        RG_TRY(measure(again, RG_AT_RECORD, k, spec->record_epochs[k]));
    }
    return measure(again, RG_AT_END, 0, epochs);
}

static enum rg_status prepare(struct again *again, MPI_Comm team, const struct rg_point *point)
{
    const size_t n = (size_t)again->layout->n_columns;
    RG_TRY(rg_alloc(&again->cells, n, sizeof *again->cells));
    RG_TRY(rg_alloc(&again->shapes, n, sizeof *again->shapes));
    rg_loop_shapes(again->layout, again->shapes);
    RG_TRY(again->spec->model->create(team, point, &again->net));
    return RG_OK;
}

enum rg_status rg_measure_again(MPI_Comm team, const struct rg_spec *spec,
                                const struct rg_layout *layout, const struct rg_point *point,
                                const struct rg_record *known, const struct rg_tick *tick,
                                struct rg_record *record)
{
    struct again again = {spec, layout, known, record, tick, NULL, NULL, NULL};
    enum rg_status code = prepare(&again, team, point);
    if (code == RG_OK)
        code = measure_all(&again);
    spec->model->destroy(&again.net);
    rg_free(&again.cells);
    rg_free(&again.shapes);
    RG_TRY(code);
    return RG_OK;
}
