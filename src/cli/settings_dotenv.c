#include "cli/settings_dotenv.h"

#include "base/text.h"
#include "cli/settings.h"
#include "io/file.h"

#include <stdlib.h>
#include <string.h>

enum {
    DOTENV_BYTES_MAX = 256 * 1024
};

// What libpq 14 to 18 reads (libpq documentation, "Environment Variables") beside what says where
// to connect, and ours.
static const char *const OTHERS[] = {
    "PGPASSWORD",
    "PGPASSFILE",
    "PGOPTIONS",
    "PGAPPNAME",
    "PGSSLMODE",
    "PGREQUIRESSL",
    "PGSSLNEGOTIATION",
    "PGSSLCOMPRESSION",
    "PGSSLCERT",
    "PGSSLKEY",
    "PGSSLCERTMODE",
    "PGSSLROOTCERT",
    "PGSSLCRL",
    "PGSSLCRLDIR",
    "PGSSLSNI",
    "PGSSLMINPROTOCOLVERSION",
    "PGSSLMAXPROTOCOLVERSION",
    "PGREQUIREPEER",
    "PGREQUIREAUTH",
    "PGCHANNELBINDING",
    "PGGSSENCMODE",
    "PGGSSDELEGATION",
    "PGGSSLIB",
    "PGKRBSRVNAME",
    "PGCONNECT_TIMEOUT",
    "PGCLIENTENCODING",
    "PGTARGETSESSIONATTRS",
    "PGLOADBALANCEHOSTS",
    "PGMINPROTOCOLVERSION",
    "PGMAXPROTOCOLVERSION",
    "PGDATESTYLE",
    "PGTZ",
    "PGGEQO",
    "PGSYSCONFDIR",
    "PGLOCALEDIR",
    "MIGRATE_SAFE_CONFIG",
    "MIGRATE_SAFE_PG_BIN",
};

static bool is_wanted(Str name)
{
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++)
        if (str_eq(name, str_from(OTHERS[i])))
            return true;
    return settings_names_database(name);
}

static const char *environment(const char *name)
{
    return getenv(name);
}

static bool is_with_environment(const Context *context)
{
    return option_text(&context->options, OPTION_ENV) != NULL;
}

// libpq and child processes read the environment only. DATABASE_URL is passed on by us.
static bool export_variables(Context *context, DotenvFile *file, Err *err)
{
    VEC_EACH (const DotenvEntry, entry, &file->content.entries) {
        Str name = str_from(entry->name);
        bool is_url = str_ends(name, STR("_URL"));
        bool is_left_out =
            settings_names_database(name) && (is_url || is_with_environment(context));
        if (!is_wanted(name) || is_left_out || entry != dotenv_find(&file->content, name) ||
            getenv(entry->name))
            continue;
        if (setenv(entry->name, entry->value, 0) != 0)
            return fail(err, ERR_CONFIG, "%s of %s cannot be set", entry->name, file->path);
        *vec_append(context->arena, &file->exported) = entry;
    }
    return true;
}

// Python's virtual environments are often folders of that name; a pipe would be waited for.
bool settings_dotenv_load(Context *context, const char *folder, Err *err)
{
    Arena *arena = context->arena;
    DotenvFile *file = arena_new_object(arena, DotenvFile);
    file->path = *folder ? arena_printf(arena, "%s/.env", folder) : ".env";
    context->dotenv = file;
    file->is_read = file_is_regular(file->path);
    file->is_other_thing = !file->is_read && file_exists(file->path);
    if (!file->is_read)
        return true;
    Str text;
    DotenvOptions options = {file->path, is_wanted, environment};
    return file_read(arena, file->path, DOTENV_BYTES_MAX, &text, err) &&
           dotenv_parse(arena, text, &options, &file->content, err) &&
           export_variables(context, file, err);
}

static const char *place_of(const Context *context, const DotenvEntry *entry)
{
    return arena_printf(context->arena, "%s:%d", context->dotenv->path, entry->position.line);
}

// What came out of a file or a secret store often ends in a line end.
static const char *trimmed(const Context *context, const char *text)
{
    Str value = str_trim(str_from(text));
    return value.n ? arena_dup(context->arena, value) : NULL;
}

Variable settings_variable(const Context *context, const char *name)
{
    const DotenvFile *file = context->dotenv;
    const DotenvEntry *entry = file ? dotenv_find(&file->content, str_from(name)) : NULL;
    const char *value = getenv(name);
    bool is_exported = false;
    for (size_t i = 0; file && i < file->exported.len; i++)
        is_exported = is_exported || file->exported.items[i] == entry;
    Variable variable = {.where = name};
    if (value && !is_exported) {
        variable.value = trimmed(context, value);
        variable.is_empty = !variable.value;
    } else if (entry) {
        variable.where = place_of(context, entry);
        variable.is_of_file = true;
        variable.value = trimmed(context, entry->value);
        variable.is_empty = !variable.value;
        if (is_with_environment(context) && settings_names_database(str_from(name)))
            variable.value = NULL;
    }
    return variable;
}

const char *settings_dotenv_exported(const Context *context)
{
    TEXT_SCOPED names;
    text_init(&names, 1024);
    for (size_t i = 0; context->dotenv && i < context->dotenv->exported.len; i++) {
        const char *name = context->dotenv->exported.items[i]->name;
        if (str_starts(str_from(name), STR("PG")))
            text_printf(&names, "%s%s", names.len ? ", " : "", name);
    }
    return names.len ? arena_dup(context->arena, text_str(&names)) : NULL;
}
