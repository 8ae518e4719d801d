/* Together: MPI's collective calls, and HDF5 through MPI-IO. Alone: no call of MPI, and HDF5's own driver,
 * which gives the file the same bytes but hands small reads and writes on late: asked here not to.
 *
 * A failed write leaves MPI-IO and HDF5 in a state in which their collective calls are no longer made by all
 * ranks, and some wait for ever: in MPI_File_sync, which Open MPI leaves at once on a rank with a failed
 * write behind it, and where HDF5 closes a file that was open for writing, for rank 0 writes the superblock
 * anew then, the same bytes, before a barrier to which it does not come if that fails. No property keeps
 * HDF5 from it. So each rank syncs by itself, by the file's descriptors, and these lead to a device that
 * takes everything before HDF5 closes them. Alone HDF5 has a mark to take back that it made on opening. */
#include "write/writers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
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

/* With MPI-IO HDF5 compares the file's size with the one that it expects, at the first flush and then no more. */
enum rg_status rg_writers_settle(const struct rg_writers *writers, hid_t file)
{
    RG_REQUIRE(!is_parallel(writers) || H5Fflush(file, H5F_SCOPE_LOCAL) >= 0, RG_ERROR_SYSTEM,
               "cannot sync the file: %s", rg_h5_reason());
    return RG_OK;
}

hid_t rg_writers_transfer(const struct rg_writers *writers)
{
    hid_t list = H5Pcreate(H5P_DATASET_XFER);
    if (is_parallel(writers))
        H5Pset_dxpl_mpio(list, H5FD_MPIO_COLLECTIVE);
    return list;
}

/* The first byte of the view that HDF5 sets is one of the dataset, that of the whole file is 0. */
void rg_writers_catch_up(const struct rg_writers *writers, hid_t file)
{
    MPI_File *handle = NULL;
    MPI_Offset first = 0;
    if (!is_parallel(writers) || H5Fget_vfd_handle(file, H5P_DEFAULT, (void **)&handle) < 0)
        return;
    if (MPI_File_get_byte_offset(*handle, 0, &first) == MPI_SUCCESS && first != 0)
        MPI_File_set_view(*handle, 0, MPI_BYTE, MPI_BYTE, "native", MPI_INFO_NULL);
}

/* ---- the descriptors behind MPI-IO and HDF5 ------------------------------------------------------ */

/* The next one that is open on the file; -1: no more. */
static int next_descriptor(DIR *all, const struct stat *file)
{
    for (struct dirent *entry; all && (entry = readdir(all));) {
        const int descriptor = (int)strtol(entry->d_name, NULL, 10);
        struct stat opened;
        if (fstat(descriptor, &opened) == 0 && opened.st_dev == file->st_dev &&
            opened.st_ino == file->st_ino)
            return descriptor;
    }
    return -1;
}

static void close_all(DIR *all)
{
    if (all)
        closedir(all);
}

enum rg_status rg_writers_sync(const struct stat *named)
{
    DIR *all = opendir("/proc/self/fd");
    int reason = all ? EBADF : errno; /* where there is none */
    for (int descriptor; (descriptor = next_descriptor(all, named)) >= 0;)
        if (reason == 0 || reason == EBADF)
            reason = fsync(descriptor) == 0 ? 0 : errno;
    close_all(all);
    errno = reason;
    RG_REQUIRE(reason == 0, RG_ERROR_SYSTEM, "cannot sync the file: %s", strerror(reason));
    return RG_OK;
}

static void divert(const struct stat *named)
{
    const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    DIR *all = nowhere >= 0 ? opendir("/proc/self/fd") : NULL;
    for (int descriptor; (descriptor = next_descriptor(all, named)) >= 0;)
        dup2(nowhere, descriptor);
    close_all(all);
    if (nowhere >= 0)
        close(nowhere);
}

bool rg_writers_close(const struct rg_writers *writers, const struct stat *named, hid_t *file)
{
    if (*file >= 0 && is_parallel(writers))
        divert(named);
    return rg_h5_close(file);
}
