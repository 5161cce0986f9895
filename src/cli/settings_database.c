// Which database is meant, who says so, and when nobody does: what was looked at.
#include "base/text.h"
#include "cli/settings.h"
#include "cli/settings_dotenv.h"

#include <string.h>

// In the order of their strength.
static const char *const DATABASE_VARIABLES[] = {"DATABASE_URL", "SUPABASE_DB_URL"};
static const char *const LIBPQ_VARIABLES[] = {
    "PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGSERVICE", "PGUSER", "PGSERVICEFILE"};
// The same as keywords of a connection string; of a file of services it has none.
static const char *const LIBPQ_KEYWORDS[] = {"host",    "hostaddr", "port", "dbname",
                                             "service", "user",     NULL};

#define COUNT(names) (sizeof(names) / sizeof *(names))

static bool is_in(Str name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(name, str_from(names[i])))
            return true;
    return false;
}

bool settings_names_database(Str variable)
{
    return is_in(variable, DATABASE_VARIABLES, COUNT(DATABASE_VARIABLES)) ||
           is_in(variable, LIBPQ_VARIABLES, COUNT(LIBPQ_VARIABLES));
}

static bool check_environment(const Context *context, const OptionValue *database, Err *err)
{
    const char *env = option_text(&context->options, OPTION_ENV);
    if (!env || database->origin != ORIGIN_ENVIRONMENT_BLOCK)
        return true;
    for (size_t i = 0; i < COUNT(DATABASE_VARIABLES); i++) {
        Variable variable = settings_variable(context, DATABASE_VARIABLES[i]);
        if (!variable.value || strcmp(variable.value, database->text) == 0)
            continue;
        fail(err, ERR_CONFIG, "%s names another database than environment \"%s\" does",
             variable.where, env);
        return err_hint(err, "unset %s, or leave --env out", variable.where);
    }
    return true;
}

// First the environment's own variables, then those of the file.
static bool take_variable(Context *context, bool is_of_file, Err *err)
{
    for (size_t i = 0; i < COUNT(DATABASE_VARIABLES); i++) {
        Variable variable = settings_variable(context, DATABASE_VARIABLES[i]);
        if (variable.value && variable.is_of_file == is_of_file)
            return option_set(context->arena, &context->options, OPTION_DATABASE,
                              is_of_file ? ORIGIN_DOTENV : ORIGIN_VARIABLE, variable.where,
                              variable.value, err);
    }
    return true;
}

bool settings_take_variables(Context *context, Err *err)
{
    const OptionValue *database = &context->options.values[OPTION_DATABASE];
    if (!check_environment(context, database, err))
        return false;
    if (database->where && database->origin == ORIGIN_ENVIRONMENT_BLOCK)
        return true;
    return take_variable(context, false, err) && take_variable(context, true, err);
}

// ---- nobody names one

static void tell_variable(const Context *context, const char *name, Text *out)
{
    Variable variable = settings_variable(context, name);
    bool is_ours = !variable.is_of_file;
    text_printf(out, ", %s (%s)", name, is_ours && variable.is_empty ? "empty" : "not set");
}

static void tell_dotenv(const Context *context, Text *out)
{
    const DotenvFile *file = context->dotenv;
    size_t found = 0;
    if (!file)
        return;
    text_printf(out, ", %s (", file->path);
    for (size_t i = 0; i < COUNT(DATABASE_VARIABLES); i++) {
        const char *name = DATABASE_VARIABLES[i];
        const DotenvEntry *entry = dotenv_find(&file->content, str_from(name));
        Variable variable = settings_variable(context, name);
        if (!entry)
            continue;
        text_printf(out, "%s%s of line %d %s", found++ ? ", " : "", name, entry->position.line,
                    !variable.is_of_file ? "gives way to the empty variable"
                    : variable.is_empty  ? "is empty"
                                         : "does not count with --env");
    }
    text_append(out, file->is_other_thing ? STR("not a regular file)")
                     : !file->is_read     ? STR("not there)")
                     : !found             ? STR("has neither)")
                                          : STR(")"));
}

static void tell_file(const Context *context, Text *out)
{
    const char *env = option_text(&context->options, OPTION_ENV);
    const char *file = settings_file(context);
    if (!file)
        text_printf(out, ", %s (not there)", SETTINGS_FILE);
    else if (env)
        text_printf(out, ", %s (environment \"%s\" and defaults have no database:)", file, env);
    else
        text_printf(out, ", %s (its defaults have no database:)", file);
}

static bool no_database(const Context *context, Err *err)
{
    const char *env = option_text(&context->options, OPTION_ENV);
    TEXT_SCOPED looked;
    text_init(&looked, sizeof err->detail);
    text_append(&looked, STR("looked at --database (not given)"));
    for (size_t i = 0; i < COUNT(DATABASE_VARIABLES); i++)
        tell_variable(context, DATABASE_VARIABLES[i], &looked);
    tell_dotenv(context, &looked);
    tell_file(context, &looked);
    text_append(&looked, STR(", PGHOST, PGDATABASE and libpq's other variables (none is set)"));
    fail(err, ERR_CONFIG, "no database is named");
    err_detail(err, "%s", text_cstr(&looked));
    if (env)
        return err_hint(err,
                        "add it to %s: environments: %s: database: ..., or export DATABASE_URL",
                        settings_file(context), env);
    return err_hint(err, "export DATABASE_URL=postgresql://USER:PASSWORD@HOST:PORT/DATABASE");
}

// What is said for all environments is nobody's own: production would run on it by mistake.
static bool only_of_defaults(const Context *context, const OptionValue *database, Err *err)
{
    const char *env = option_text(&context->options, OPTION_ENV);
    fail(err, ERR_CONFIG, "environment \"%s\" names no database of its own", env);
    err_detail(err, "the one of defaults: (%s) is not taken for it", database->where);
    return err_hint(err, "add it to %s: environments: %s: database: ..., or give --database URL",
                    settings_file(context), env);
}

bool settings_database(const Context *context, const char **ret_url, const char **ret_where,
                       Err *err)
{
    const OptionValue *database = &context->options.values[OPTION_DATABASE];
    if (database->where && database->origin == ORIGIN_DEFAULTS &&
        option_text(&context->options, OPTION_ENV))
        return only_of_defaults(context, database, err);
    if (database->where) {
        *ret_url = database->text;
        *ret_where = database->where;
        return true;
    }
    for (size_t i = 0; i < COUNT(LIBPQ_VARIABLES); i++) {
        Variable variable = settings_variable(context, LIBPQ_VARIABLES[i]);
        if (!variable.value)
            continue;
        *ret_url = NULL;
        *ret_where = variable.where;
        return true;
    }
    return no_database(context, err);
}

bool settings_has_database(const Context *context)
{
    Err ignored = {0};
    const char *url;
    const char *where;
    return settings_database(context, &url, &where, &ignored);
}

void settings_libpq(const Context *context, const char **ret_text, const char **ret_where)
{
    TEXT_SCOPED text;
    TEXT_SCOPED where;
    text_init(&text, 4096);
    text_init(&where, 4096);
    for (size_t i = 0; i < COUNT(LIBPQ_VARIABLES); i++) {
        Variable variable = settings_variable(context, LIBPQ_VARIABLES[i]);
        if (!variable.value)
            continue;
        text_printf(&where, "%s%s", where.len ? ", " : "", variable.where);
        if (LIBPQ_KEYWORDS[i])
            text_printf(&text, "%s%s=%s", text.len ? " " : "", LIBPQ_KEYWORDS[i], variable.value);
    }
    *ret_text = text.len ? arena_dup(context->arena, text_str(&text)) : NULL;
    *ret_where = where.len ? arena_dup(context->arena, text_str(&where)) : NULL;
}
