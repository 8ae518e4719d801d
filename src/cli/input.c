/* A data file on its way from disk to the spec: read, checked, sent to all ranks, adopted. */
#include "cli/input.h"

#include "cli/follow.h"
#include "regime/memory.h"
#include "regime/write.h"

/* NULL: nothing to read. */
static const struct rg_input *input_of(const struct rg_spec *spec)
{
    const struct rg_input *input = rg_settings_input(spec->model, spec->settings);
    return input && input->path[0] ? input : NULL;
}

static enum rg_status read_checked(const struct rg_spec *spec, const char *place,
                                   struct rg_data **data)
{
    const struct rg_data_form *form = spec->model->form;
    const char *path = input_of(spec)->path;
    enum rg_status code = rg_data_read(path, form->names, data);
    if (code == RG_OK)
        code = form->check(*data);
    if (code == RG_OK)
        return RG_OK;
    rg_data_free(data);
    return rg_fail(code, __FILE__, __LINE__, "%s: data = \"%s\": %s", place, path,
                   rg_error_message());
}

enum rg_status rg_input_load(struct rg_spec *spec, const char *place)
{
    struct rg_data *data = NULL;
    if (!input_of(spec))
        return RG_OK;
    RG_TRY(read_checked(spec, place, &data));
    rg_spec_adopt_data(spec, data);
    return RG_OK;
}

/* From the rank that has them to those where *data is NULL. Collective on comm. */
static enum rg_status broadcast(MPI_Comm comm, struct rg_data **data)
{
    const bool received = *data == NULL;
    if (received)
        RG_TRY(rg_alloc(data, 1, sizeof **data));
    double *values = (*data)->values;
    MPI_Bcast(*data, sizeof **data, MPI_BYTE, 0, comm);
    if (received)
        RG_TRY(rg_alloc(&values, (size_t)(*data)->n_values, sizeof *values));
    (*data)->values = values;
    MPI_Bcast(values, (int)(*data)->n_values, MPI_DOUBLE, 0, comm);
    return RG_OK;
}

enum rg_status rg_input_share(MPI_Comm comm, struct rg_spec *spec)
{
    struct rg_data *data = NULL;
    int rank;
    if (!input_of(spec))
        return RG_OK;
    MPI_Comm_rank(comm, &rank);
    RG_TRY(rg_follow_root(comm, rank == 0 ? read_checked(spec, spec->path, &data) : RG_OK));
    RG_TRY(broadcast(comm, &data));
    rg_spec_adopt_data(spec, data);
    return RG_OK;
}
