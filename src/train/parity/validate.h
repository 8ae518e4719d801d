/* Does the network go on being right beyond the lengths it was trained on? */
#pragma once

#include <stdint.h>

#include "regime/model.h"
#include "train/parity/evaluate.h"
#include "train/parity/network.h"
#include "train/parity/tree.h"

struct rg_validator;

enum rg_status rg_validator_create(const struct rg_parity *net,
                                   struct rg_validator **validator) RG_MUST_CHECK;
void rg_validator_destroy(struct rg_validator **validator);

enum rg_validation { RG_VALIDATION, RG_TEST }; /* two independent sets of strings */

/* Score on n_strings random strings of one length. They depend on the point's validation stream, the
 * set, the length and their index alone: the same ones at all moments of a point.                   */
enum rg_status rg_validate_random(struct rg_validator *validator, enum rg_validation set,
                                  int64_t length, int64_t n_strings, const struct rg_tick *tick,
                                  struct rg_score *score) RG_MUST_CHECK;

/* Strings that random ones miss: all of length 9, and each primitive word of length 1 to 6 repeated
 * for 500 symbols; over more symbols than two shorter ones, as many or fewer. Share of them on which the
 * network is right after every prefix. The tree must reach length rg_structured_length.             */
enum { RG_STRUCTURED_STRINGS = 1022, RG_STRUCTURED_WORDS = 128, RG_STRUCTURED_SYMBOLS = 500 };
int64_t rg_structured_length(int64_t n_symbols);
enum rg_status rg_validate_structured(struct rg_validator *validator, struct rg_tree *tree,
                                      const struct rg_tick *tick, double *accuracy) RG_MUST_CHECK;
