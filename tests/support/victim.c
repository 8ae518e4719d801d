/* victim PATH: writes the tiny model's file, or resumes it, a few points per flush; KILL_AT=n kills rank
 * KILL_RANK (0) at its n-th call into the file: the calls are this program's own, which count and then
 * go on to the real ones. Prints the number of calls at the end.                                     */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <hdf5.h>
#include <mpi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "regime/write.h"
#include "tiny_model.h"

enum { N_GAIN = 3, N_REPLICATES = 4, N_POINTS = N_GAIN * 2 * N_REPLICATES, PER_FLUSH = 8 };

static int world_rank, n_calls, kill_at = -1, kill_rank;

static void count_call(void)
{
    if (++n_calls == kill_at && world_rank == kill_rank)
        raise(SIGKILL);
}

/* The real function of this name, behind ours. */
#define REAL(name) (__extension__(__typeof__(&name)) dlsym(RTLD_NEXT, #name))

herr_t H5Dwrite(hid_t dataset, hid_t type, hid_t memory, hid_t file, hid_t list, const void *data)
{
    count_call();
    return REAL(H5Dwrite)(dataset, type, memory, file, list, data);
}

herr_t H5Fflush(hid_t object, H5F_scope_t scope)
{
    count_call();
    return REAL(H5Fflush)(object, scope);
}

int rename(const char *from, const char *to)
{
    count_call();
    return REAL(rename)(from, to);
}

int fsync(int file)
{
    count_call();
    return REAL(fsync)(file);
}

static enum rg_status work(const struct rg_spec *spec, const struct rg_layout *layout,
                           struct rg_file *file)
{
    uint8_t done[N_POINTS];
    int size;
    (void)spec;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    RG_TRY(rg_file_scan(file, world_rank == 0 ? done : NULL));
    MPI_Bcast(done, N_POINTS, MPI_UINT8_T, 0, MPI_COMM_WORLD);
    for (int64_t id = 0; id < N_POINTS; id++) {
        struct rg_record record;
        if (!done[id] && id % size == world_rank) {
            RG_TRY(tiny_record(layout, id, 0, &record));
            RG_TRY(rg_file_put(file, &record));
        }
        if (id % PER_FLUSH == PER_FLUSH - 1)
            RG_TRY(rg_file_flush(file));
    }
    return RG_OK;
}

static enum rg_status write_whole(const char *path)
{
    struct tiny_sweep sweep;
    struct rg_layout *layout = NULL;
    struct rg_file *file = NULL;
    tiny_sweep_make(&sweep, N_GAIN, N_REPLICATES);
    RG_TRY(rg_layout_create(&sweep.spec, &layout));
    if (world_rank == 0 && access(path, F_OK) != 0)
        RG_TRY(rg_file_create(path, &sweep.spec, layout, "victim", NULL));
    MPI_Barrier(MPI_COMM_WORLD);
    RG_TRY(rg_file_open(MPI_COMM_WORLD, path, &sweep.spec, layout, "victim", &file));
    RG_TRY(work(&sweep.spec, layout, file));
    RG_TRY(rg_file_close(&file));
    rg_layout_destroy(&layout);
    return RG_OK;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &world_rank);
    kill_at = getenv("KILL_AT") ? atoi(getenv("KILL_AT")) : -1;
    kill_rank = getenv("KILL_RANK") ? atoi(getenv("KILL_RANK")) : 0;
    enum rg_status code = write_whole(argv[1]);
    if (code != RG_OK)
        fprintf(stderr, "%s\n%s", rg_error_message(), rg_error_frames());
    else if (world_rank == 0)
        printf("%d\n", n_calls);
    if (code != RG_OK)
        MPI_Abort(MPI_COMM_WORLD, 1);
    MPI_Finalize();
    return 0;
}
