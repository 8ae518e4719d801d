/* The serial reader's inside, shared by the sources that read. */
#pragma once

#include "regime/write.h"
#include "write/rows.h"

struct rg_store {
    char *path;
    hid_t id;
    struct rg_rows rows;
    char **attributes; /* in the order of store.c's table */
};

/* Opens with H5F_ACC_RDONLY or H5F_ACC_RDWR. */
enum rg_status rg_store_open_as(const char *path, unsigned mode,
                                struct rg_store **store) RG_MUST_CHECK;
