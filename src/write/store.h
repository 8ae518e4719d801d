/* The serial reader's inside, shared by the sources that read. */
#pragma once

#include "regime/store.h"
#include "write/opened.h"

struct rg_store {
    char *path;
    hid_t id;
    struct rg_rows rows;
    struct rg_opened *opened; /* what points are read from */
    char **attributes;        /* in the order of store.c's table */
};

/* Opens with H5F_ACC_RDONLY or H5F_ACC_RDWR. */
enum rg_status rg_store_open_as(const char *path, unsigned mode,
                                struct rg_store **store) RG_MUST_CHECK;

/* Errors: RG_ERROR_USER for a file that may be read but not written, or has several names. */
enum rg_status rg_may_write(const char *path) RG_MUST_CHECK;

/* Puts the file's name before the message of RG_ERROR_DAMAGED; returns the code. */
enum rg_status rg_damage_named(const char *path, enum rg_status code) RG_MUST_CHECK;
