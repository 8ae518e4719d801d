/* libFuzzer entry for sweep files (see fuzz.sh). Aborts if parsing leaks, succeeds by halves, or fails
 * without a message.                                                                               */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "regime/config.h"
#include "regime/grid.h"
#include "regime/memory.h"
#include "regime/train.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = calloc(size + 1, 1);
    require(text != NULL);
    memcpy(text, data, size);
    struct rg_spec *spec = NULL;
    rg_error_clear();
    enum rg_status code = rg_spec_parse(&rg_models, "fuzz.cfg", text, NULL, &spec);
    require(code == RG_OK || code == RG_ERROR_USER);
    require((code == RG_OK) == (spec != NULL) && (code == RG_OK || rg_error_message()[0]));
    if (spec) {
        enum rg_status checked = rg_grid_check(spec);
        require(checked == RG_OK || checked == RG_ERROR_USER);
    }
    rg_spec_destroy(&spec);
    require(rg_alloc_live() == 0);
    free(text);
    return 0;
}
