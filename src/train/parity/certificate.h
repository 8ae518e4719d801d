/* A proof that a ReLU network reads every string as a task's automaton does, as numbers, and its check.
 *
 * Node s stands for the hidden states E_s = {h : ||h - centre_s||_P <= radius_s}, ||v||_P^2 = v^T P_s v, and for
 * one state of the task. Node 0 is h_0. The network's map takes E_s into E_{next(s, x)} on symbol x, and the
 * readout has the right sign all over E_s: by induction the network is right on every string whose nodes
 * are. Only units that `switching` names may change between active and silent within E_s on that symbol. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "regime/model.h"
#include "regime/status.h"
#include "train/parity/task.h"
#include "train/parity/weights.h"

struct rg_certificate {
    const struct rg_weights *weights; /* not owned, as the task */
    const struct rg_task *task;
    int n_nodes;
    double *centres; /* [n_nodes][n] */
    int32_t *next;   /* [n_nodes][n_symbols] */
    uint8_t *states; /* [n_nodes] of the task */
    double *norms;   /* [n_nodes][n][n] P: symmetric bit for bit, eigenvalues above RG_NORM_LEAST */
    double *radii;   /* [n_nodes] */
    double *gains;   /* [n_nodes][n_symbols] squared Lipschitz constant from P_s to P_{next} */
    bool *switching; /* [n_nodes][n_symbols][n] */
    double *multipliers; /* [n_nodes][n_symbols][n] of the switching units, above 0 */
    double delta;        /* see below */
};

#define RG_NORM_LEAST 0.5

enum rg_status rg_certificate_create(const struct rg_weights *weights, const struct rg_task *task,
                                     int n_nodes, struct rg_certificate *certificate) RG_MUST_CHECK;
void rg_certificate_free(struct rg_certificate *certificate);
