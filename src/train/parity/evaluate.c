/* A visitor of the tree of all strings: one pass sorts them into trained and held out. Both the walk
 * and the training set go through the strings of a length in ascending order.                      */
#include "train/parity/evaluate.h"

void rg_score_add(struct rg_score *score, const struct rg_parity *net, const double *y, int target)
{
    score->n++;
    score->n_right += rg_class(y) == target;
    score->loss += rg_parity_loss(net, y, target);
}

struct rg_score rg_score_sum(const struct rg_score *scores, int n)
{
    struct rg_score sum = {0};
    for (int i = 0; i < n; i++) {
        sum.n += scores[i].n;
        sum.n_right += scores[i].n_right;
        sum.loss += scores[i].loss;
    }
    return sum;
}

double rg_score_accuracy(const struct rg_score *score)
{
    return (double)score->n_right / (double)score->n;
}

double rg_score_loss(const struct rg_score *score)
{
    return score->loss / (double)score->n;
}

static bool is_trained(struct rg_evaluation *evaluation, int length, uint32_t string)
{
    const struct rg_dataset *data = rg_parity_dataset(evaluation->net);
    int64_t *seen = &evaluation->seen[length];
    if (*seen == data->n_of[length] || data->codes_of[length][*seen] != string)
        return false;
    ++*seen;
    return true;
}

static void visit(void *context, const struct rg_block *block)
{
    struct rg_evaluation *evaluation = context;
    const struct rg_task *task = rg_parity_task(block->net);
    double outputs[RG_BLOCK][2];
    if (block->length < rg_parity_dataset(block->net)->min_length)
        return;
    rg_states_outputs(block->net, block->states, 0, block->n, outputs[0]);
    for (int64_t i = 0; i < block->n; i++) {
        const uint32_t string = block->first + (uint32_t)i;
        struct rg_score *scores =
            is_trained(evaluation, block->length, string) ? evaluation->train : evaluation->heldout;
        rg_score_add(&scores[block->length], block->net, outputs[i],
                     rg_task_target(task, block->length, string));
    }
}

struct rg_visitor rg_evaluation_start(struct rg_evaluation *evaluation, const struct rg_parity *net)
{
    *evaluation = (struct rg_evaluation){.net = net};
    return (struct rg_visitor){rg_parity_dataset(net)->max_length, visit, evaluation};
}
