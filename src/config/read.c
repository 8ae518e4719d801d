/* A sweep file from disk, and one read by rank 0 for all ranks. */
#include <errno.h>
#include <mpi.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "config/scan.h"
#include "regime/agree.h"
#include "regime/config.h"
#include "regime/memory.h"

/* Reads at most RG_FILE_MAX bytes into text[RG_FILE_MAX + 2]. */
static enum rg_status read_stream(FILE *file, const char *path, char *text)
{
    struct stat info;
    RG_REQUIRE(fstat(fileno(file), &info) != 0 || !S_ISDIR(info.st_mode), RG_ERROR_USER,
               "%s: a folder, not a sweep file", path);
    size_t n = fread(text, 1, RG_FILE_MAX + 1, file);
    RG_REQUIRE(!ferror(file), RG_ERROR_USER, "%s: cannot be read: %s", path, strerror(errno));
    RG_REQUIRE(n <= RG_FILE_MAX, RG_ERROR_USER, "%s: a sweep file has at most 1 MiB", path);
    RG_REQUIRE(!memchr(text, '\0', n), RG_ERROR_USER, "%s: not a text file (it has zero bytes)",
               path);
    return RG_OK;
}

static enum rg_status read_text(const char *path, char *text)
{
    FILE *file = fopen(path, "r");
    RG_REQUIRE(file, RG_ERROR_USER, "%s: cannot be opened: %s", path, strerror(errno));
    enum rg_status code = read_stream(file, path, text);
    fclose(file);
    return code;
}

enum rg_status rg_spec_read(const struct rg_registry *registry, const char *path,
                            const char *overrides, struct rg_spec **spec)
{
    char *text = NULL;
    *spec = NULL;
    RG_TRY(rg_alloc(&text, RG_FILE_MAX + 2, 1));
    enum rg_status code = read_text(path, text);
    if (code == RG_OK)
        code = rg_spec_parse(registry, path, text, overrides, spec);
    rg_free(&text);
    return code;
}

/* ---- all ranks --------------------------------------------------------------------------------- */

/* Rank 0's text, on the others into a block of their own. Collective on comm. */
static enum rg_status share_text(MPI_Comm comm, const char *mine, char **theirs)
{
    int rank, size = mine ? (int)strlen(mine) + 1 : 0;
    MPI_Comm_rank(comm, &rank);
    MPI_Bcast(&size, 1, MPI_INT, 0, comm);
    enum rg_status code = rg_alloc(theirs, (size_t)size, 1);
    if (code == RG_OK && mine)
        memcpy(*theirs, mine, (size_t)size);
    code = rg_agree(comm, code);
    if (code == RG_OK)
        MPI_Bcast(*theirs, size, MPI_CHAR, 0, comm);
    return code;
}

static enum rg_status share_parsed(MPI_Comm comm, const struct rg_registry *registry,
                                   const char *path, struct rg_spec **spec)
{
    char *text = NULL, *overrides = NULL;
    enum rg_status code = share_text(comm, *spec ? (*spec)->text : NULL, &text);
    if (code == RG_OK)
        code = share_text(comm, *spec ? (*spec)->overrides : NULL, &overrides);
    if (code == RG_OK) {
        if (!*spec)
            code = rg_spec_parse(registry, path, text, overrides, spec);
        code = rg_agree(comm, code);
    }
    rg_free(&text);
    rg_free(&overrides);
    return code;
}

enum rg_status rg_spec_share(MPI_Comm comm, const struct rg_registry *registry, const char *path,
                             const char *overrides, struct rg_spec **spec)
{
    int rank;
    MPI_Comm_rank(comm, &rank);
    *spec = NULL;
    enum rg_status code = RG_OK;
    if (rank == 0)
        code = rg_spec_read(registry, path, overrides, spec);
    code = rg_agree(comm, code);
    if (code == RG_OK)
        code = share_parsed(comm, registry, path, spec);
    if (code != RG_OK)
        rg_spec_destroy(spec);
    return code;
}
