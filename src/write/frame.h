/* A file's frame: every byte beside the rows of its points. Names, attributes, axes and settings are written
 * once, at creation, and the variable frame_checksum holds a hash of them, which nothing may change. */
#pragma once

#include "write/store.h"

#define RG_FRAME "frame_checksum"

/* Sets the checksum of a closed file to what its frame is now. */
enum rg_status rg_frame_seal(const char *path) RG_MUST_CHECK;

/* Takes back the mark that a program leaves which was killed while it had the file open alone. */
enum rg_status rg_frame_unmark(const char *path) RG_MUST_CHECK;
