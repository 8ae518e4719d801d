/* A data file on its way from disk to the spec: read, checked, sent to all ranks, adopted. */
#include "cli/input.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/guard.h"
#include "regime/agree.h"
#include "regime/arrays.h"
#include "regime/memory.h"

/* NULL: nothing to read. */
static const struct rg_input *input_of(const struct rg_spec *spec)
{
    const struct rg_input *input = rg_settings_input(spec->model, spec->settings);
    return input && input->path[0] ? input : NULL;
}

/* A path that does not begin with / begins where the program was started: where that was, if nothing is
 * there. "" otherwise; cut at size.                                                                 */
static void print_folder(const char *path, char *text, size_t size)
{
    char folder[2048];
    text[0] = '\0';
    if (path[0] != '/' && access(path, F_OK) != 0 && getcwd(folder, sizeof folder))
        snprintf(text, size, " (looked for in %s, where regime was started)", folder);
}

static enum rg_status refuse(enum rg_status code, const struct rg_spec *spec, const char *place,
                             const char *path)
{
    char known[512], folder[2200];
    if (!place)
        rg_spec_place(spec, "data", known, sizeof known);
    print_folder(path, folder, sizeof folder);
    return rg_fail(code, __FILE__, __LINE__, "%s: data = \"%s\": %s%s", place ? place : known, path,
                   rg_error_message(), folder);
}

static enum rg_status read_checked(const struct rg_spec *spec, const char *place, const char *path,
                                   struct rg_data **data)
{
    const struct rg_data_form *form = spec->model->form;
    enum rg_status code = rg_data_read(path, form->names, data);
    if (code == RG_OK)
        code = form->check(*data, spec->largest);
    if (code == RG_OK)
        return RG_OK;
    rg_data_free(data);
    return refuse(code, spec, place, path);
}

static enum rg_status try_to_read(void *context, char *text)
{
    const struct rg_spec *spec = context;
    struct rg_data *data = NULL;
    (void)text;
    if (rg_data_read(input_of(spec)->path, spec->model->form->names, &data) == RG_OK)
        rg_data_free(&data);
    return RG_OK;
}

enum rg_status rg_input_look(const struct rg_spec *spec)
{
    char text[RG_GUARD_TEXT];
    const struct rg_input *input = input_of(spec);
    if (!input || access(input->path, F_OK) != 0)
        return RG_OK;
    return rg_guard(input->path, try_to_read, (void *)spec, text);
}

enum rg_status rg_input_load(struct rg_spec *spec, const char *place)
{
    const struct rg_input *input = input_of(spec);
    struct rg_data *data = NULL;
    if (!input)
        return RG_OK;
    RG_TRY(rg_input_look(spec));
    RG_TRY(read_checked(spec, place, input->path, &data));
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
    const struct rg_input *input = input_of(spec);
    struct rg_data *data = NULL;
    int rank;
    if (!input)
        return RG_OK;
    MPI_Comm_rank(comm, &rank);
    RG_TRY(rg_agree(comm, rank == 0 ? read_checked(spec, NULL, input->path, &data) : RG_OK));
    RG_TRY(broadcast(comm, &data));
    rg_spec_adopt_data(spec, data);
    return RG_OK;
}
