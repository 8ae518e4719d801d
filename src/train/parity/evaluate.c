/* A visitor of the tree: one pass sorts the strings of the universe into trained and held out. The walk
 * and both sets go through the strings of a length in ascending order.                              */
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

/* Is this string the next one of its length in the set? Then moves on to the one behind it. */
static bool meets(const struct rg_dataset *set, int64_t next[], int length, uint32_t string)
{
    const int64_t i = next[length];
    if (i == set->n_of[length] || set->codes_of[length][i] != string)
        return false;
    next[length]++;
    return true;
}

static void add_string(struct rg_evaluation *evaluation, int length, uint32_t string,
                       const double *outputs)
{
    const struct rg_dataset *universe = rg_parity_universe(evaluation->net);
    const int64_t i = evaluation->passed[length];
    if (!meets(universe, evaluation->passed, length, string))
        return;
    const bool trained =
        meets(rg_parity_dataset(evaluation->net), evaluation->seen, length, string);
    struct rg_score *scores = trained ? evaluation->train : evaluation->heldout;
    rg_score_add(&scores[length], evaluation->net, outputs, universe->targets_of[length][i]);
}

static void visit(void *context, const struct rg_block *block)
{
    struct rg_evaluation *evaluation = context;
    if (rg_parity_universe(block->net)->n_of[block->length] == 0)
        return;
    for (int64_t i = 0; i < block->n; i++)
        add_string(evaluation, block->length, block->first + (uint32_t)i, block->outputs[i]);
}

struct rg_visitor rg_evaluation_start(struct rg_evaluation *evaluation, const struct rg_parity *net)
{
    *evaluation = (struct rg_evaluation){.net = net};
    return (struct rg_visitor){rg_parity_dataset(net)->max_length, visit, evaluation};
}
