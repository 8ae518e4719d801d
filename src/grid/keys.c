/* Keys of a point's random streams. They depend on names and values alone: not on the id, the grid's
 * shape, or the order of axes or table rows. So adding values, extending an axis or merging two sweeps
 * changes no existing point. The sum over axes is commutative for that reason.                     */
#include "grid/keys.h"

#include <string.h>

#include "regime/hash.h"
#include "regime/text.h"

static uint64_t value_hash(const struct rg_knob *knob, union rg_value value)
{
    uint64_t named = rg_hash_text(0, knob->name);
    char choice[RG_NAME_MAX];
    if (knob->type == RG_CHOICE &&
        rg_choice_name(knob->choices, value.integer, choice, RG_NAME_MAX))
        return rg_hash_text(named, choice);
    if (knob->type == RG_REAL)
        value.real += 0.0; /* -0.0 is 0.0 */
    return rg_hash(named, &value, sizeof value);
}

static uint64_t axes_hash(const struct rg_spec *spec, const void *settings)
{
    uint64_t sum = 0;
    for (int a = 0; a < spec->n_axes; a++) {
        for (int m = 0; m < spec->axes[a].n_members; m++) {
            int index = spec->axes[a].members[m].knob;
            if (index == RG_REPLICATE)
                continue;
            const struct rg_knob *knob = rg_model_knob(spec->model, index);
            if (knob->role == RG_TRAINING)
                sum += value_hash(knob, rg_knob_get(knob, settings));
        }
    }
    return sum;
}

static uint64_t hash_words(const uint64_t *words, size_t n)
{
    return rg_hash(0, words, n * sizeof *words);
}

/* A seed knob's own stream; RG_N_STREAMS for other roles. */
static enum rg_stream seeded_stream(enum rg_role role)
{
    static const struct {
        enum rg_role role;
        enum rg_stream stream;
    } pairs[] = {
        {RG_SEED_DATA, RG_STREAM_DATA},
        {RG_SEED_INIT, RG_STREAM_INIT},
        {RG_SEED_ORDER, RG_STREAM_ORDER},
        {RG_SEED_TASK, RG_STREAM_TASK},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (pairs[i].role == role)
            return pairs[i].stream;
    return RG_N_STREAMS;
}

static void apply_seed_knobs(const struct rg_model *model, struct rg_point *point)
{
    for (int i = 0; i < rg_model_n_knobs(model); i++) {
        const struct rg_knob *knob = rg_model_knob(model, i);
        enum rg_stream stream = seeded_stream(knob->role);
        if (stream == RG_N_STREAMS)
            continue;
        int64_t seed = rg_knob_get(knob, point->settings).integer;
        if (seed >= 0)
            point->key[stream] = hash_words((uint64_t[]){stream, (uint64_t)seed}, 2);
    }
}

void rg_point_keys(const struct rg_spec *spec, struct rg_point *point)
{
    uint64_t axes = axes_hash(spec, point->settings);
    for (int s = 0; s < RG_N_STREAMS; s++) {
        bool shared = spec->share >> s & 1;
        uint64_t words[] = {spec->seed, (uint64_t)s, (uint64_t)point->replicate, shared ? 0 : axes};
        point->key[s] = hash_words(words, 4);
    }
    apply_seed_knobs(spec->model, point);
}
