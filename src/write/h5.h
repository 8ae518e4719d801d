/* The few HDF5 calls that the station repeats: types, attributes, scales, ids and reasons for failure. */
#pragma once

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "regime/model.h"
#include "regime/status.h"

/* Element types of the file: those of columns, and two that no column has. */
enum { RG_U8 = RG_WEIGHT + 1, RG_CHAR };

/* Before the first HDF5 call of a public function: HDF5 keeps its error stack to itself and does not
 * lock files (our own lock does, and parallel file systems often cannot).                            */
void rg_h5_start(void);

/* Is there a file that HDF5 can be asked to open? Starts HDF5. Errors: RG_ERROR_USER, RG_ERROR_DAMAGED with
 * the reason alone, such as "is empty".                                                             */
enum rg_status rg_h5_check_path(const char *path) RG_MUST_CHECK;

/* What HDF5 says about its last failure. Static memory. */
const char *rg_h5_reason(void);

/* Closes an id of any kind and sets it to H5I_INVALID_HID; invalid ids are accepted. False when HDF5
 * could not close it.                                                                               */
bool rg_h5_close(hid_t *id);

size_t rg_h5_size(int type);       /* bytes of an element */
hid_t rg_h5_file_type(int type);   /* little-endian; not to be closed */
hid_t rg_h5_memory_type(int type); /* native; not to be closed */

/* Attributes. Writers fail with RG_ERROR_SYSTEM naming the attribute. */
enum rg_status rg_h5_put_text(hid_t object, const char *name, const char *text) RG_MUST_CHECK;
enum rg_status rg_h5_put_number(hid_t object, const char *name, int type,
                                const void *value) RG_MUST_CHECK;
enum rg_status rg_h5_put_list(hid_t object, const char *name, int type, int64_t n,
                              const void *values) RG_MUST_CHECK;

/* A text attribute, or a number as text; *text is NULL when there is none. Free with rg_free. */
enum rg_status rg_h5_get_text(hid_t object, const char *name, char **text) RG_MUST_CHECK;

/* Creation properties without time stamps and with creation order; `class` is H5P_FILE_CREATE,
 * H5P_GROUP_CREATE or H5P_DATASET_CREATE.                                                           */
hid_t rg_h5_create_list(hid_t class);
