/* What the file says about itself: the root attributes, every knob's value, what the checksum covers. */
#include "write/metadata.h"

#include <stdio.h>
#include <string.h>

#include "regime/memory.h"
#include "regime/text.h"
#include "regime/version.h"
#include "write/rows.h"

static enum rg_status setting(hid_t group, const struct rg_knob *knob, const void *settings)
{
    const char *at = (const char *)settings + knob->offset;
    const struct rg_ints *ints = (const void *)at;
    const struct rg_reals *reals = (const void *)at;
    char text[RG_TEXT_MAX];
    switch (knob->type) {
        case RG_INT:
        case RG_BOOL:
            return rg_h5_put_number(group, knob->name, RG_I8, at);
        case RG_REAL:
            return rg_h5_put_number(group, knob->name, RG_F8, at);
        case RG_INTS:
            if (ints->n > 0)
                return rg_h5_put_list(group, knob->name, RG_I8, ints->n, ints->values);
            break;
        case RG_REALS:
            if (reals->n > 0)
                return rg_h5_put_list(group, knob->name, RG_F8, reals->n, reals->values);
            break;
        case RG_CHOICE:
            rg_choice_name(knob->choices, rg_knob_get(knob, settings).integer, text, sizeof text);
            return rg_h5_put_text(group, knob->name, text);
        case RG_TEXT:
        case RG_DATA:
            return rg_h5_put_text(group, knob->name, at);
    }
    return rg_h5_put_text(group, knob->name, "[]");
}

static const struct rg_axis *axis_of(const struct rg_spec *spec, int knob)
{
    for (int a = 0; a < spec->n_axes; a++)
        for (int m = 0; m < spec->axes[a].n_members; m++)
            if (spec->axes[a].members[m].knob == knob)
                return &spec->axes[a];
    return NULL;
}

enum rg_status rg_settings_write(hid_t group, const struct rg_spec *spec)
{
    for (int i = 0; i < rg_model_n_knobs(spec->model); i++) {
        const struct rg_knob *knob = rg_model_knob(spec->model, i);
        char text[RG_NAME_MAX + 8];
        const struct rg_axis *axis = axis_of(spec, i);
        if (!axis) {
            RG_TRY(setting(group, knob, spec->settings));
            continue;
        }
        snprintf(text, sizeof text, "axis %s", axis->name);
        RG_TRY(rg_h5_put_text(group, knob->name, text));
    }
    return RG_OK;
}

enum rg_status rg_root_attributes_write(hid_t file, const struct rg_spec *spec,
                                        const char *arithmetic)
{
    char source[64], hash[32], data_hash[32], *resolved = NULL;
    uint64_t number;
    RG_TRY(rg_sweep_hash(spec, &number));
    RG_TRY(rg_spec_resolved(spec, &resolved));
    snprintf(source, sizeof source, "regime %s", rg_version());
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)number);
    snprintf(data_hash, sizeof data_hash, "%016llx", (unsigned long long)spec->data_hash);
    const struct {
        const char *name, *text;
    } rows[] = {
        {"title", spec->name},
        {"source", source},
        {"git_revision", rg_git_revision()},
        {"model", spec->model->name},
        {"arithmetic", arithmetic},
        {"sweep_file", spec->text},
        {"overrides", spec->overrides},
        {"sweep_resolved", resolved},
        {"sweep_hash", hash},
        {"data_hash", spec->data_hash ? data_hash : NULL},
    };
    enum rg_status code = RG_OK;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && code == RG_OK; i++)
        if (rows[i].text)
            code = rg_h5_put_text(file, rows[i].name, rows[i].text);
    rg_free(&resolved);
    RG_TRY(code);
    const int32_t version = spec->snapshots.n > 0 ? RG_FORMAT_VERSION : RG_FORMAT_PLAIN;
    return rg_h5_put_number(file, "format_version", RG_I4, &version);
}

static enum rg_status put_covers(hid_t checksum, const char *attribute,
                                 const struct rg_layout *layout, int first, int end)
{
    char *text = NULL;
    RG_TRY(rg_alloc(&text, (size_t)layout->n_fields + 1, RG_NAME_MAX + 1));
    for (int f = first; f < end; f++) {
        strcat(text, f > first ? " " : "");
        strcat(text, layout->fields[f].name);
    }
    enum rg_status code = rg_h5_put_text(checksum, attribute, text);
    rg_free(&text);
    return code;
}

enum rg_status rg_covers_write(hid_t file, const struct rg_layout *layout)
{
    hid_t checksum = H5Dopen2(file, "checksum", H5P_DEFAULT);
    enum rg_status code = put_covers(checksum, RG_COVERS, layout, 0, layout->n_common);
    if (code == RG_OK && layout->n_fields > layout->n_common)
        code =
            put_covers(checksum, RG_COVERS_SNAPSHOTS, layout, layout->n_common, layout->n_fields);
    rg_h5_close(&checksum);
    return code;
}
