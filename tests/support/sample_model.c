/* The tables of the sample model. Its only rule: no more strings than there are. */
#include "sample_model.h"

#define FIELD(name) offsetof(struct sample_settings, name)

static const struct rg_knob knobs[] = {
    {"max_epochs", RG_INT, RG_STOPPING, FIELD(loop.max_epochs), "1000", 1, 1e12, NULL, NULL, "1",
     "..."},
    {"stop_loss", RG_REAL, RG_STOPPING, FIELD(loop.stop_loss), "1e-3", 0, 1e9, NULL, NULL, "1",
     "..."},
    {"data_seed", RG_INT, RG_SEED_DATA, FIELD(loop.data_seed), "-1", -1, 0x1p63, NULL, NULL, "1",
     "..."},
    {"init_seed", RG_INT, RG_SEED_INIT, FIELD(loop.init_seed), "-1", -1, 0x1p63, NULL, NULL, "1",
     "..."},
    {"order_seed", RG_INT, RG_SEED_ORDER, FIELD(loop.order_seed), "-1", -1, 0x1p63, NULL, NULL, "1",
     "..."},
    {"gain", RG_REAL, RG_TRAINING, FIELD(gain), "0.1", 0, 10, NULL, NULL, "1", "..."},
    {"fraction", RG_REAL, RG_TRAINING, FIELD(fraction), "1.0", 0, 1, NULL, NULL, "1", "..."},
    {"learning_rate", RG_REAL, RG_TRAINING, FIELD(learning_rate), "0.02", 0, 1e3, NULL, NULL, "1",
     "..."},
    {"shift", RG_REAL, RG_TRAINING, FIELD(shift), "0.0", -1e308, 1e308, NULL, NULL, "1", "..."},
    {"hidden", RG_INT, RG_TRAINING, FIELD(hidden), "100", 1, 4096, NULL, NULL, "1", "..."},
    {"max_length", RG_INT, RG_TRAINING, FIELD(max_length), "10", 1, 20, NULL, NULL, "1", "..."},
    {"dataset_size", RG_INT, RG_TRAINING, FIELD(dataset_size), "0", 0, 1e9, NULL, NULL, "1", "..."},
    {"activation", RG_CHOICE, RG_TRAINING, FIELD(activation), "relu", 0, 0, "relu tanh", NULL, "1",
     "..."},
    {"loss", RG_CHOICE, RG_TRAINING, FIELD(loss), "mse", 0, 0, "mse cross_entropy", NULL, "1",
     "..."},
    {"biased", RG_BOOL, RG_TRAINING, FIELD(biased), "true", 0, 1, NULL, NULL, "1", "..."},
    {"merge_distances", RG_REALS, RG_MEASUREMENT, FIELD(merge_distances), "[0.1]", 0, 1, NULL, NULL,
     "1", "..."},
    {"validation_lengths", RG_INTS, RG_MEASUREMENT, FIELD(validation_lengths), "[50, 100]", 1, 1e6,
     NULL, NULL, "1", "..."},
    {"data", RG_TEXT, RG_TRAINING, FIELD(data), "", 0, 0, NULL, NULL, "1", "..."},
};

static const struct rg_column columns[] = {
    {"train_loss", RG_F8, {NULL}, RG_HISTORY, NULL, "1", "..."},
    {"W_h", RG_WEIGHT, {"unit", "unit"}, RG_KEPT, NULL, "1", "..."},
};

static int64_t units(const void *largest)
{
    return ((const struct sample_settings *)largest)->hidden;
}

static const struct rg_dimension dimensions[] = {
    {.name = "unit", .size = units, .doc = "..."},
};

static enum rg_status check(const void *settings)
{
    const struct sample_settings *s = settings;
    int64_t exist = (INT64_C(2) << s->max_length) - 2;
    RG_REQUIRE(s->dataset_size <= exist, RG_ERROR_USER,
               "dataset_size = %lld: at most %lld strings exist", (long long)s->dataset_size,
               (long long)exist);
    return RG_OK;
}

static double cost(const void *settings)
{
    const struct sample_settings *s = settings;
    return (double)s->hidden * (double)s->hidden;
}

static size_t memory(const void *settings, const int team[2])
{
    const struct sample_settings *s = settings;
    return (size_t)(s->hidden * s->hidden) * sizeof(float) / (size_t)(team[0] * team[1]);
}

static bool narrow(const void *settings)
{
    (void)settings;
    return false;
}

static const struct rg_knobs knob_table = {knobs, sizeof knobs / sizeof *knobs};
static const struct rg_columns column_table = {columns, sizeof columns / sizeof *columns};

const struct rg_model sample_model = {
    .name = "sample",
    .doc = "a model of tables",
    .settings_size = sizeof(struct sample_settings),
    .knobs = {&knob_table},
    .columns = {&column_table},
    .dimensions = dimensions,
    .n_dimensions = 1,
    .teams = true,
    .checked = "dataset_size max_length",
    .check = check,
    .cost = cost,
    .memory = memory,
    .wide = narrow,
};

static const struct rg_model *const models[] = {&sample_model};
const struct rg_registry sample_registry = {models, 1};
