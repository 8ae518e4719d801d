/* A deep linear network on its team: y = W_L ... W_1 x. */
#pragma once

#include "regime/model.h"
#include "train/dist/prepared.h"
#include "train/linear/task.h"
#include "train/num/residual.h"
#include "train/num/sgd.h"

struct rg_linear_products {
    struct rg_prepared forward; /* M_l = W_l M_(l-1) */
    struct rg_prepared back;    /* slope of M_(l-1) = W_l^T slope of M_l */
    struct rg_prepared move;    /* W_l += slope of M_l, M_(l-1)^T */
};

struct rg_linear {
    const struct rg_linear_settings *settings;
    struct rg_team *team;
    struct rg_linear_task task;
    bool failed; /* a factorisation did not converge: there is no network */

    /* Layer l = 1 ... depth stands at l - 1. */
    struct rg_matrix *weights; /* W_l, [width l][width l - 1] */
    struct rg_matrix *maps;    /* M_l = W_l ... W_1, [width l][n_in]; maps[0] is empty: it is W_1 */
    struct rg_matrix *slopes;  /* -learning_rate times the loss's slope in M_l, [width l][n_in] */
    int64_t n_variances;       /* 1: of all inputs */
    double *variances;         /* [n_variances] Sxx's diagonal, this rank's columns of the map */

    struct rg_linear_products *products; /* of layer l = 2 ... depth at l - 1 */
    struct rg_linear_measures *measures;
    const struct rg_residual *residual;
    const struct rg_sgd *sgd;
};

/* A layer's weights as used on the data, [width l][width l - 1] row-major, on every rank. Collective on the
 * team. Errors: RG_ERROR_SYSTEM.                                                                    */
enum rg_status rg_linear_weights(const struct rg_linear *net, int64_t layer,
                                 double *out) RG_MUST_CHECK;

/* The whole map, M_L of the present weights. Collective on the team. */
const struct rg_matrix *rg_linear_map(struct rg_linear *net);

/* Loss above its floor of a map of the network's shape, of training and of the population, which are one
 * where training is exact. Both overwrite the last slope. Collective on the team.                   */
double rg_linear_excess(struct rg_linear *net, const struct rg_matrix *map);
enum rg_status rg_linear_test_excess(struct rg_linear *net, const struct rg_matrix *map,
                                     double *loss) RG_MUST_CHECK; /* RG_ERROR_SYSTEM */
