/* Parsing with libconfig, and the place of a setting. The file's path hangs on the root as its hook, so
 * that any setting can name its place.                                                             */
#include "config/tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/scan.h"
#include "regime/knob.h"
#include "regime/memory.h"
#include "regime/text.h"

/* ---- parsing ----------------------------------------------------------------------------------- */

/* Some editors begin a UTF-8 file with it. */
static const char byte_order_mark[] = "\xef\xbb\xbf";

/* The line itself, without blanks at its ends. */
static void print_line(const char *text, int line, char *out, size_t size)
{
    while (line-- > 1 && strchr(text, '\n'))
        text = strchr(text, '\n') + 1;
    text += strspn(text, " \t\r");
    size_t length = strcspn(text, "\r\n");
    bool cut = length > 60;
    snprintf(out, size, "%.*s%s", cut ? 60 : (int)length, text, cut ? "..." : "");
}

static enum rg_status syntax_error(const config_t *tree, const char *path, const char *text)
{
    char line[80];
    print_line(text, config_error_line(tree), line, sizeof line);
    if (!path && !line[0]) /* the end of an option's one line */
        print_line(text, 1, line, sizeof line);
    if (!path)
        return rg_fail(RG_ERROR_USER, __FILE__, __LINE__, "%s: %s", line, config_error_text(tree));
    return rg_fail(RG_ERROR_USER, __FILE__, __LINE__, "%s:%d: %s: %s", path,
                   config_error_line(tree), line[0] ? line : "(end of file)",
                   config_error_text(tree));
}

enum rg_status rg_tree_parse(config_t *tree, const char *path, const char *text)
{
    text +=
        strncmp(text, byte_order_mark, strlen(byte_order_mark)) == 0 ? strlen(byte_order_mark) : 0;
    RG_TRY(rg_scan(path, text));
    char *whole = NULL; /* libconfig refuses a comment that no newline ends */
    RG_TRY(rg_alloc(&whole, strlen(text) + 2, 1));
    sprintf(whole, "%s\n", text);
    config_init(tree);
    enum rg_status code = RG_OK;
    if (!config_read_string(tree, whole)) {
        code = syntax_error(tree, path, whole);
        config_destroy(tree);
    } else {
        config_setting_set_hook(config_root_setting(tree), (void *)(uintptr_t)path);
    }
    rg_free(&whole);
    return code;
}

/* ---- places ------------------------------------------------------------------------------------ */

/* "axes.gain[2]"; depth is bounded by the scan. */
static size_t print_path(const config_setting_t *setting, char *text, size_t size)
{
    if (config_setting_is_root(setting))
        return 0;
    size_t used = print_path(config_setting_parent(setting), text, size);
    const char *name = config_setting_name(setting);
    if (used >= size)
        return used;
    if (name)
        return used + (size_t)snprintf(text + used, size - used, "%s%s", used ? "." : "", name);
    return used + (size_t)snprintf(text + used, size - used, "[%d]", config_setting_index(setting));
}

static void print_scalar(const config_setting_t *setting, char *text, size_t size)
{
    text[0] = '\0';
    switch (config_setting_type(setting)) {
        case CONFIG_TYPE_INT:
        case CONFIG_TYPE_INT64:
            snprintf(text, size, "%lld", config_setting_get_int64(setting));
            break;
        case CONFIG_TYPE_FLOAT:
            rg_real_print(config_setting_get_float(setting), text, size);
            break;
        case CONFIG_TYPE_BOOL:
            snprintf(text, size, "%s", config_setting_get_bool(setting) ? "true" : "false");
            break;
        case CONFIG_TYPE_STRING:
            snprintf(text, size, "\"%.60s\"", config_setting_get_string(setting));
            break;
        default:
            break;
    }
}

bool rg_setting_word(const config_setting_t *setting, char *text, size_t size)
{
    const char *string = config_setting_get_string(setting);
    if (string)
        return snprintf(text, size, "%s", string) < (int)size && string[0];
    print_scalar(setting, text, size);
    return text[0];
}

/* " = value" of a scalar and of an array of two; longer lists and groups are known by their path. */
static void print_value(const config_setting_t *setting, char *text, size_t size)
{
    char first[100], second[100];
    const bool pair = config_setting_is_array(setting) && config_setting_length(setting) == 2;
    print_scalar(pair ? config_setting_get_elem(setting, 0) : setting, first, sizeof first);
    print_scalar(pair ? config_setting_get_elem(setting, 1) : setting, second, sizeof second);
    text[0] = '\0';
    if (pair)
        snprintf(text, size, " = [%s, %s]", first, second);
    else if (first[0])
        snprintf(text, size, " = %s", first);
}

static const char *file_of(const config_setting_t *setting)
{
    while (!config_setting_is_root(setting))
        setting = config_setting_parent(setting);
    return setting->hook;
}

enum rg_status rg_setting_fail(const config_setting_t *setting, const char *format, ...)
{
    char message[1024], place[512] = "", path[512] = "", value[220];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    const char *file = file_of(setting);
    int line = (int)config_setting_source_line(setting);
    if (file && line > 0)
        snprintf(place, sizeof place, "%s:%d: ", file, line);
    else if (file)
        snprintf(place, sizeof place, "%s: ", file);
    print_path(setting, path, sizeof path);
    print_value(setting, value, sizeof value);
    return rg_fail(RG_ERROR_USER, __FILE__, __LINE__, "%s%s%s%s%s", place, path, value,
                   path[0] ? ": " : "", message);
}

enum rg_status rg_setting_check_keys(const config_setting_t *group, const char *what,
                                     const char *names)
{
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *child = config_setting_get_elem(group, (unsigned)i);
        const char *name = config_setting_name(child);
        if (rg_choice_find(names, name) < 0)
            return rg_setting_fail(child, "unknown key of %s%s; allowed: %s", what,
                                   rg_hint(name, names), names);
    }
    return RG_OK;
}

bool rg_setting_is_list(const config_setting_t *setting)
{
    return config_setting_is_array(setting) || config_setting_is_list(setting);
}
