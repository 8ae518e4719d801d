/* Knobs and their values as sweep-file text, and back. */
#pragma once

#include <stddef.h>

#include "regime/model.h"
#include "regime/status.h"

/* A number as sweep-file text: the fewest digits that read back to it, always with a point or an exponent
 * (1e+20). Cut at size, which may be no less than 32.                                               */
void rg_real_print(double x, char *text, size_t size);

/* A scalar value of a knob as a word ("0.1", "relu", "5000000000L"), cut at size. */
void rg_value_print(const struct rg_knob *knob, union rg_value value, char *text, size_t size);

/* What a knob allows, in words: "a number from 0.0 to 1.0", "one of ...". Cut at size. */
void rg_knob_allowed(const struct rg_knob *knob, char *text, size_t size);

/* A knob's value in a settings struct as sweep-file text ("0.1", "\"relu\"", "[0.1, 0.2]"), cut at
 * size. Reals are written with the fewest digits that read back to the same value.                 */
void rg_knob_print(const struct rg_knob *knob, const void *settings, char *text, size_t size);

/* Sets a knob from such text (a bare word is accepted for a choice or a text). RG_ERROR_USER with
 * "knob = value: what is allowed" and no place.                                                    */
enum rg_status rg_knob_parse(const struct rg_knob *knob, const char *text,
                             void *settings) RG_MUST_CHECK;

/* Fills a settings struct with the defaults of the model's tables. */
enum rg_status rg_settings_default(const struct rg_model *model, void *settings) RG_MUST_CHECK;
