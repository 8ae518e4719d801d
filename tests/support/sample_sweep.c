/* Sweeps of the sample model. */
#include <stdio.h>

#include "sample_model.h"
#include "test.h"

struct rg_spec *sample_spec(const char *text, const char *overrides)
{
    struct rg_spec *spec = NULL;
    TEST_OK(rg_spec_parse(&sample_registry, "x.cfg", text, overrides, &spec));
    return spec;
}

struct rg_spec *sample_sweep(const char *rest)
{
    char text[8192];
    snprintf(text, sizeof text, "name = \"x\"; model = \"sample\";\n%s", rest);
    return sample_spec(text, NULL);
}
