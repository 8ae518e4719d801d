/* Together: MPI's collective calls, and HDF5 through MPI-IO. Alone: no call of MPI, and HDF5's own driver,
 * which gives the file the same bytes but neither syncs it on a flush nor hands small reads and writes
 * on at once: both are asked for here.                                                              */
#include "write/writers.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "regime/agree.h"
#include "write/h5.h"

static bool is_parallel(const struct rg_writers *writers)
{
    return writers->comm != MPI_COMM_NULL;
}

void rg_writers_init(MPI_Comm comm, struct rg_writers *writers)
{
    *writers = (struct rg_writers){.comm = comm, .rank = 0, .size = 1};
    if (!is_parallel(writers))
        return;
    MPI_Comm_rank(comm, &writers->rank);
    MPI_Comm_size(comm, &writers->size);
}

/* ---- one answer for all ------------------------------------------------------------------------ */

enum rg_status rg_writers_agree(const struct rg_writers *writers, enum rg_status code)
{
    return is_parallel(writers) ? rg_agree(writers->comm, code) : code;
}

int64_t rg_writers_most(const struct rg_writers *writers, int64_t value)
{
    if (is_parallel(writers))
        MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_INT64_T, MPI_MAX, writers->comm);
    return value;
}

void rg_writers_gather(const struct rg_writers *writers, const uint8_t *mine, int n, uint8_t *all)
{
    if (is_parallel(writers))
        MPI_Gather(mine, n, MPI_UINT8_T, all, n, MPI_UINT8_T, 0, writers->comm);
    else
        memcpy(all, mine, (size_t)n);
}

/* ---- HDF5 -------------------------------------------------------------------------------------- */

/* Without a sieve buffer what is read back comes from the file and not from what was just written. */
static herr_t choose_driver(const struct rg_writers *writers, hid_t list)
{
    return is_parallel(writers) ? H5Pset_fapl_mpio(list, writers->comm, MPI_INFO_NULL)
                                : H5Pset_sieve_buf_size(list, 0);
}

hid_t rg_writers_open(const struct rg_writers *writers, const char *path)
{
    hid_t list = H5Pcreate(H5P_FILE_ACCESS);
    hid_t file =
        choose_driver(writers, list) >= 0 ? H5Fopen(path, H5F_ACC_RDWR, list) : H5I_INVALID_HID;
    rg_h5_close(&list);
    return file;
}

hid_t rg_writers_transfer(const struct rg_writers *writers)
{
    hid_t list = H5Pcreate(H5P_DATASET_XFER);
    if (is_parallel(writers))
        H5Pset_dxpl_mpio(list, H5FD_MPIO_COLLECTIVE);
    return list;
}

static enum rg_status sync_alone(hid_t file)
{
    void *descriptor = NULL;
    RG_REQUIRE(H5Fget_vfd_handle(file, H5P_DEFAULT, &descriptor) >= 0, RG_ERROR_SYSTEM,
               "cannot sync the file: %s", rg_h5_reason());
    RG_REQUIRE(fsync(*(const int *)descriptor) == 0, RG_ERROR_SYSTEM, "cannot sync the file: %s",
               strerror(errno));
    return RG_OK;
}

enum rg_status rg_writers_sync(const struct rg_writers *writers, hid_t file)
{
    RG_REQUIRE(H5Fflush(file, H5F_SCOPE_LOCAL) >= 0, RG_ERROR_SYSTEM, "cannot sync the file: %s",
               rg_h5_reason());
    return is_parallel(writers) ? RG_OK : sync_alone(file);
}
