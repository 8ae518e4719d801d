/* Named arrays: lookup, identity, end. */
#include "regime/data.h"

#include <string.h>

#include "regime/hash.h"
#include "regime/memory.h"

const struct rg_array *rg_data_find(const struct rg_data *data, const char *name)
{
    for (int i = 0; i < data->n; i++)
        if (strcmp(data->arrays[i].name, name) == 0)
            return &data->arrays[i];
    return NULL;
}

int64_t rg_array_size(const struct rg_array *array)
{
    int64_t size = 1;
    for (int d = 0; d < array->n_dims; d++)
        size *= array->dims[d];
    return size;
}

/* Each link of the chain takes in its length, so that no array can borrow from its neighbour. */
uint64_t rg_data_hash(const struct rg_data *data)
{
    uint64_t hash = 0;
    for (int i = 0; i < data->n; i++) {
        const struct rg_array *array = &data->arrays[i];
        hash = rg_hash_text(hash, array->name);
        hash = rg_hash(hash, array->dims, (size_t)array->n_dims * sizeof *array->dims);
        hash = rg_hash(hash, data->values + array->first,
                       (size_t)rg_array_size(array) * sizeof *data->values);
    }
    return hash;
}

void rg_data_free(struct rg_data **data)
{
    if (*data)
        rg_free(&(*data)->values);
    rg_free(data);
}
