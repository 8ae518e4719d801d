/* What the file says about itself. */
#pragma once

#include "write/variables.h"

/* title, source, sweep_file, sweep_hash, ...: see the list in docs. */
enum rg_status rg_root_attributes_write(hid_t file, const struct rg_spec *spec,
                                        const char *arithmetic) RG_MUST_CHECK;

/* The group `settings`: an attribute per knob, with the value used or the axis along which it varies. */
enum rg_status rg_settings_write(hid_t group, const struct rg_spec *spec) RG_MUST_CHECK;

/* The checksum's attributes `covers` and, in a sweep with snapshots, `covers_snapshots`: names of the datasets it is taken
 * of, in order.                                                                                     */
enum rg_status rg_covers_write(hid_t file, const struct rg_layout *layout) RG_MUST_CHECK;
