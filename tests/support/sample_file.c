/* sample_file grid|pair|single|SWEEP.cfg PATH: writes the tiny model's file, or that of a sweep file with
 * numbers made up, with its last point left pending (a single one is done), for tests that read it
 * with other programs.                                                                              */
#include <mpi.h>
#include <stdio.h>
#include <string.h>

#include "regime/write.h"
#include "tiny_model.h"

static enum rg_status fill(const char *path, const struct rg_spec *spec,
                           const struct rg_layout *layout)
{
    struct rg_file *file = NULL;
    int64_t n = spec->n_points > 1 ? spec->n_points - 1 : 1;
    RG_TRY(rg_file_create(path, spec, layout, "sample", NULL));
    RG_TRY(rg_file_open(MPI_COMM_WORLD, path, spec, layout, "sample", &file));
    for (int64_t id = 0; id < n; id++) {
        struct rg_record record;
        RG_TRY(tiny_record(layout, id, 0, &record));
        RG_TRY(rg_file_put(file, &record));
    }
    RG_TRY(rg_file_flush(file));
    return rg_file_close(&file);
}

static enum rg_status write_sample(const char *kind, const char *path)
{
    struct tiny_sweep sweep;
    struct rg_spec *read = NULL;
    struct rg_layout *layout = NULL;
    if (strcmp(kind, "grid") == 0)
        tiny_sweep_make(&sweep, 4, 3);
    else if (strcmp(kind, "pair") == 0)
        tiny_sweep_paired(&sweep);
    else if (strcmp(kind, "single") == 0)
        tiny_sweep_single(&sweep);
    else
        RG_TRY(rg_spec_read(&rg_models, kind, NULL, &read));
    const struct rg_spec *spec = read ? read : &sweep.spec;
    RG_TRY(rg_layout_create(spec, &layout));
    enum rg_status code = fill(path, spec, layout);
    rg_layout_destroy(&layout);
    rg_spec_destroy(&read);
    return code;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    MPI_Init(&argc, &argv);
    enum rg_status code = write_sample(argv[1], argv[2]);
    if (code != RG_OK)
        fprintf(stderr, "%s\n%s", rg_error_message(), rg_error_frames());
    MPI_Finalize();
    return code != RG_OK;
}
