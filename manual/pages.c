/* What each page says: the tables' rows, and a few sentences that no table has. */
#include <string.h>

#include "cli/commands.h"
#include "cli/describe.h"
#include "manual.h"
#include "regime/config.h"
#include "regime/data.h"
#include "regime/knob.h"
#include "regime/train.h"

enum { TEXT = 4096 };

static void write_rows(FILE *out, const struct writer *w, const struct rg_term *rows)
{
    for (; rows->term; rows++)
        w->item(out, rows->term, rows->text);
}

/* ---- regime(1) --------------------------------------------------------------------------------- */

static const struct rg_term variables[] = {
    {"REGIME_ISA",
     "Widest instruction set of the kernels: `base`, `avx2` or `avx512` (default: the machine's); "
     "another word is refused."},
    {"REGIME_LEASE",
     "Seconds, from 1 to 3600, for which a run holds its file without renewing `FILE.lock` "
     "(default "
     "60); the same for all runs on a file."},
    {"SLURM_JOB_END_TIME",
     "When the job ends, in seconds since 1970: the default of `--time-limit`. Where it is not set "
     "inside a job, SLURM is asked."},
    {0},
};

static const struct rg_term files[] = {
    {"NAME.h5", "The output of the sweep NAME, in the current folder unless `--output` says else."},
    {"FILE.lock", "Beside the output: the lease of the run that works on it."},
    {"FILE.inflight",
     "The states of the points in training; `FILE.inflight.RANK`: finished points "
     "that could not be written. The next run takes up both."},
    {"FILE.stop", "`regime stop` was called; the next run that somebody starts removes it."},
    {0},
};

static void write_regime(FILE *out, const struct writer *w, const void *subject)
{
    (void)subject;
    w->title(out, "regime", 1, "maps the learning regimes of small networks");
    w->heading(out, "Synopsis");
    w->literal(out, "regime COMMAND ...\nregime COMMAND --help\nregime --help | --version");
    w->heading(out, "Description");
    w->paragraph(out,
                 "Trains a network at every point of a grid that a sweep file describes, under "
                 "`mpirun` on any number of ranks, and writes one HDF5 file. Ended at any "
                 "moment, the same command goes on from what is finished; the numbers are the "
                 "same on any number of ranks and after any interruption.");
    w->heading(out, "Commands");
    for (const struct rg_command *const *c = rg_commands; *c; c++)
        w->item(out, (*c)->name, (*c)->summary);
    w->heading(out, "Exit status");
    for (int status = 0; status < 128; status++) {
        char number[16];
        snprintf(number, sizeof number, "%d", status);
        if (rg_exit_meaning(status))
            w->item(out, number, rg_exit_meaning(status));
    }
    w->heading(out, "Environment");
    write_rows(out, w, variables);
    w->heading(out, "Files");
    write_rows(out, w, files);
}

/* ---- regime-COMMAND(1) ------------------------------------------------------------------------- */

static void write_topic(FILE *out, const struct writer *w, const struct rg_topic *topic)
{
    w->heading(out, topic->title);
    w->paragraph(out, topic->text);
    if (topic->terms)
        write_rows(out, w, topic->terms);
}

static void write_command(FILE *out, const struct writer *w, const void *subject)
{
    const struct rg_command *command = subject;
    const bool has_options = command->options && command->options->name;
    char text[TEXT];
    snprintf(text, sizeof text, "regime-%s", command->name);
    w->title(out, text, 1, command->summary);
    w->heading(out, "Synopsis");
    snprintf(text, sizeof text, "regime %s%s%s%s", command->name, has_options ? " [OPTIONS]" : "",
             command->words[0] ? " " : "", command->words);
    w->literal(out, text);
    if (command->description) {
        w->heading(out, "Description");
        w->paragraph(out, command->description);
    }
    if (has_options)
        w->heading(out, "Options");
    for (const struct rg_option *o = command->options; o && o->name; o++) {
        snprintf(text, sizeof text, "%s%s%s%s%s", o->brief ? o->brief : "", o->brief ? ", " : "",
                 o->name, o->argument ? " " : "", o->argument ? o->argument : "");
        w->item(out, text, o->help);
    }
    for (const struct rg_topic *topic = command->topics; topic && topic->title; topic++)
        write_topic(out, w, topic);
    if (command->example) {
        w->heading(out, "Example");
        (command->needs_run ? w->literal : w->command)(out, command->example);
    }
}

/* ---- regime-sweep(5) --------------------------------------------------------------------------- */

static const char example[] =
    "name  = \"parity_phase\";\n"
    "model = \"parity_rnn\";\n"
    "seed  = 1;\n"
    "axes = {                                 // the grid is their product, outermost first\n"
    "  gain      = { from = 0.1; to = 1.0; count = 20; };\n"
    "  hidden    = [16, 64, 256];\n"
    "  pair      = { init_seed = [1, 2]; order_seed = [3, 4]; };   // move together\n"
    "  replicate = { count = 5; };            // independent repeats\n"
    "};\n"
    "settings = { max_length = 10; stop_loss = 1e-3; };";

static void write_sweep(FILE *out, const struct writer *w, const void *subject)
{
    (void)subject;
    w->title(out, "regime-sweep", 5, "sweep files: what is trained, and over which grid");
    w->heading(out, "Description");
    w->paragraph(out,
                 "A sweep file is written in the language of libconfig: `key = value;`, groups "
                 "in braces, lists in brackets, comments after `//`. A knob of the model is an "
                 "axis or a setting, not both; one that is in neither has its default.");
    w->literal(out, example);
    w->paragraph(
        out,
        "Whole numbers serve where real ones are asked for, but a list is of one kind: "
        "`[0.1, 1.0]`. Those beyond 32 bits end in `L`. A linear range has the values of "
        "numpy.linspace, a logarithmic one (`spacing = \"log\"`) those of numpy.geomspace. "
        "There are at most 16 axes. A mistake is answered with its line and, where one is "
        "near, the name that was meant.");
    w->heading(out, "Keys");
    const struct rg_key *key;
    for (int i = 0; (key = rg_spec_key(i)); i++) {
        char term[TEXT];
        snprintf(term, sizeof term, "%s = %s;", key->name, key->example);
        w->item(out, term, key->help);
    }
}

/* ---- regime-MODEL(7) --------------------------------------------------------------------------- */

static void write_knobs(FILE *out, const struct writer *w, const struct rg_model *model)
{
    w->heading(out, "Knobs");
    w->paragraph(out,
                 "With their defaults. Training, stopping and seed knobs can be axes, but for "
                 "those marked setting only.");
    for (int i = 0; i < rg_model_n_knobs(model); i++) {
        const struct rg_knob *knob = rg_model_knob(model, i);
        char term[TEXT], allowed[TEXT], text[2 * TEXT];
        rg_knob_summary(knob, term, sizeof term);
        rg_knob_allowed(knob, allowed, sizeof allowed);
        snprintf(text, sizeof text, "%s. Allowed: %s.", knob->help, allowed);
        w->item(out, term, text);
    }
}

static void write_columns(FILE *out, const struct writer *w, const struct rg_model *model)
{
    w->heading(out, "Columns");
    w->paragraph(out,
                 "Variables of the output file, at the end of each point. Those also over "
                 "record have a second one, `NAME_history`.");
    for (int i = 0; i < rg_model_n_columns(model); i++) {
        const struct rg_column *column = rg_model_column(model, i);
        char term[TEXT], text[TEXT];
        rg_column_summary(column, term, sizeof term);
        snprintf(text, sizeof text, "%s.%s%s%s", column->doc, column->meanings ? " From 0: " : "",
                 column->meanings ? column->meanings : "", column->meanings ? "." : "");
        w->item(out, term, text);
    }
    if (model->n_dimensions > 0)
        w->heading(out, "Dimensions");
    for (int i = 0; i < model->n_dimensions; i++)
        w->item(out, model->dimensions[i].name, model->dimensions[i].doc);
}

static void write_model(FILE *out, const struct writer *w, const void *subject)
{
    const struct rg_model *model = subject;
    char name[64];
    snprintf(name, sizeof name, "regime-%s", model->name);
    w->title(out, name, 7, "a model of regime: its knobs, and the columns of its files");
    w->heading(out, "Description");
    w->paragraph(out, model->doc);
    write_knobs(out, w, model);
    if (model->form) {
        char text[TEXT];
        w->heading(out, "Data from a file");
        snprintf(text, sizeof text, "The arrays %s. %s", model->form->names, model->form->doc);
        w->paragraph(out, text);
    }
    write_columns(out, w, model);
}

/* ---- all of them ------------------------------------------------------------------------------- */

static struct page about(const char *subject_name, int section,
                         void (*write)(FILE *, const struct writer *, const void *),
                         const void *subject)
{
    struct page page = {.section = section, .write = write, .subject = subject};
    snprintf(page.name, sizeof page.name, "regime-%s", subject_name);
    return page;
}

struct page manual_page(int index)
{
    if (index-- == 0)
        return (struct page){.name = "regime", .section = 1, .write = write_regime};
    for (const struct rg_command *const *c = rg_commands; *c; c++)
        if (index-- == 0)
            return about((*c)->name, 1, write_command, *c);
    if (index-- == 0)
        return about("sweep", 5, write_sweep, NULL);
    for (int i = 0; i < rg_models.n; i++)
        if (index-- == 0)
            return about(rg_models.models[i]->name, 7, write_model, rg_models.models[i]);
    return (struct page){0};
}
