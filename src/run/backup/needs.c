#include "run/backup/needs.h"

#include "base/text.h"
#include "io/json.h"
#include "queries.h"
#include "sql/quote.h"

enum {
    LIST_MAX = 1800 // what a detail can hold
};

typedef struct Needs {
    Arena *arena;
    Session *into;
    Text missing;      // a line each
    const char *first; // what to type about the first of them
} Needs;

static bool find_missing(const Needs *needs, const Query *query, const Words *names, Rows *ret_rows,
                         Err *err)
{
    const char *parameters[] = {json_words_line(needs->arena, names->items, names->len)};
    return session_query(needs->into, needs->arena, query->text, 1, parameters, ret_rows, err);
}

static void miss(Needs *needs, const char *kind, const char *name, const char *command)
{
    text_printf(&needs->missing, "%s%s %s: %s", needs->missing.len ? "\n" : "", kind, name,
                command);
    if (!needs->first)
        needs->first = command;
}

// ---- extensions

static bool look_for_extensions(Needs *needs, const BackupContents *contents, Err *err)
{
    Rows rows;
    if (!find_missing(needs, &QUERY_BACKUP_MISSING_EXTENSIONS, &contents->extensions, &rows, err))
        return false;
    int major = session_server_major(needs->into);
    for (size_t i = 0; i < rows.count; i++) {
        const char *name = rows_text(&rows, i, 0);
        miss(needs, "extension", name,
             arena_printf(needs->arena, "apt-get install %s",
                          extension_package(needs->arena, name, major)));
    }
    return true;
}

// ---- roles

// One that is there already is fine: the superuser of a throwaway cluster is.
static bool make_roles_of(const Needs *needs, const BackupManifest *manifest, Err *err)
{
    VEC_EACH (const char *, statement, &manifest->roles) {
        if (session_exec(needs->into, *statement, err))
            continue;
        if (strcmp(err->sqlstate, "42710") != 0)
            return err_note(err, "a role of the manifest cannot be made");
        *err = (Err){0};
    }
    return true;
}

static bool look_for_roles(Needs *needs, const Words *names, bool makes, Err *err)
{
    Rows rows;
    if (!find_missing(needs, &QUERY_BACKUP_MISSING_ROLES, names, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const char *name = quote_name(needs->arena, rows_text(&rows, i, 0));
        const char *command = arena_printf(needs->arena, "CREATE ROLE %s", name);
        if (!makes)
            miss(needs, "role", name, command);
        else if (!session_exec(needs->into, command, err))
            return false;
    }
    return true;
}

// ---- tablespaces

// Inside of the data directory: servers can do that since the minor releases of August 2022.
static bool make_tablespace(const Needs *needs, const char *name, Err *err)
{
    const char *command = arena_printf(needs->arena, "CREATE TABLESPACE %s LOCATION ''", name);
    return session_exec(needs->into, "SET allow_in_place_tablespaces = true", err) &&
           session_exec(needs->into, command, err);
}

static bool look_for_tablespaces(Needs *needs, const BackupContents *contents, bool makes, Err *err)
{
    Rows rows;
    if (!find_missing(needs, &QUERY_BACKUP_MISSING_TABLESPACES, &contents->tablespaces, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const char *name = quote_name(needs->arena, rows_text(&rows, i, 0));
        if (!makes)
            miss(needs, "tablespace", name,
                 arena_printf(needs->arena, "CREATE TABLESPACE %s LOCATION '/...'", name));
        else if (!make_tablespace(needs, name, err))
            return false;
    }
    return true;
}

// ---- the whole

static bool refuse(const Needs *needs, Err *err)
{
    fail(err, ERR_CHECK, "the backup needs what server %s does not have",
         session_target(needs->into));
    err_detail(err, "%s", text_cstr(&needs->missing));
    return err_hint(err, "%s", needs->first);
}

// It was dropped at the source, and a dump cannot say so.
static bool lacks_public(const BackupManifest *manifest)
{
    if (!manifest || !manifest->schema || !manifest->schema->objects.len)
        return false;
    VEC_EACH (const SnapshotObject, object, &manifest->schema->objects)
        if (strcmp(object->kind, "schema") == 0 && strcmp(object->identity, "public") == 0)
            return false;
    return true;
}

static bool prepare(Needs *needs, const BackupContents *contents, const NeedsOptions *options,
                    Err *err)
{
    bool makes = options->makes_roles;
    bool is_ok =
        look_for_extensions(needs, contents, err) &&
        (!makes || options->has_roles || !options->manifest ||
         make_roles_of(needs, options->manifest, err)) &&
        (options->is_without_owners || look_for_roles(needs, &contents->roles, makes, err)) &&
        look_for_roles(needs, &contents->bound_roles, makes, err) &&
        look_for_tablespaces(needs, contents, makes, err);
    if (!is_ok)
        return false;
    if (needs->missing.len)
        return refuse(needs, err);
    // pg_dump --schema=public and dumps of changed servers bring it; a new database has it already.
    return (!contents->makes_public && !lacks_public(options->manifest)) ||
           session_exec(needs->into, "DROP SCHEMA IF EXISTS public", err);
}

bool needs_prepare(Arena *arena, Session *into, const BackupContents *contents,
                   const NeedsOptions *options, Err *err)
{
    Needs needs = {.arena = arena, .into = into};
    text_init(&needs.missing, LIST_MAX);
    bool is_ok = prepare(&needs, contents, options, err);
    text_done(&needs.missing);
    return is_ok;
}
