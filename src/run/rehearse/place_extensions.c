// Extensions whose files the server must have: of the database that is copied, and those that
// scripts ask for.
#include "run/rehearse/place_private.h"

#include "base/text.h"
#include "check/backup_contents.h"
#include "check/status.h"
#include "io/json.h"
#include "queries.h"
#include "run/script.h"
#include "sql/lex.h"

#include <string.h>

enum {
    LIST_MAX = 1800 // what a detail can hold
};

static void need(RehearsalPlace *place, const char *name, const char *file, Position position)
{
    VEC_EACH (const NeededExtension, needed, &place->needed)
        if (strcmp(needed->name, name) == 0)
            return;
    *vec_append(place->arena, &place->needed) =
        (NeededExtension){.name = name, .file = file, .position = position};
}

// ---- of scripts

static bool take_word(Lexer *lexer, Token *token, Str word)
{
    if (!lex_is_word(lexer, *token, word))
        return false;
    *token = lex_next_significant(lexer);
    return true;
}

// Of CREATE EXTENSION; NULL: it is another statement.
static const char *extension_of(Arena *arena, Str text)
{
    Lexer lexer = {.text = text, .is_whole = true};
    Token token = lex_next_significant(&lexer);
    if (!take_word(&lexer, &token, STR("CREATE")) || !take_word(&lexer, &token, STR("EXTENSION")))
        return NULL;
    (void)(take_word(&lexer, &token, STR("IF")) && take_word(&lexer, &token, STR("NOT")) &&
           take_word(&lexer, &token, STR("EXISTS")));
    Str name = lex_text(&lexer, token);
    if (token.kind == TOKEN_QUOTED_NAME && name.n > 2 && name.p[0] == '"')
        return arena_dup(arena, (Str){name.p + 1, name.n - 2});
    return token.kind == TOKEN_WORD ? arena_dup(arena, name) : NULL;
}

// What cannot be read or cut is said where it is run.
static void find_in_script(RehearsalPlace *place, const Script *script)
{
    SCRIPT_SCOPED reader = NULL;
    Err ignored = {0};
    Statement statement;
    if (!script_open(script, &reader, &ignored))
        return;
    while (splitter_next(script_splitter(reader), &statement, &ignored) == SPLIT_STATEMENT) {
        const char *name = extension_of(place->arena, statement.text);
        if (name)
            need(place, name, script->path, statement.position);
    }
}

static void find_in_source(RehearsalPlace *place)
{
    Status status = {0};
    History none = {0};
    bool is_of_target =
        place->target && !(place->options.has_kind && place->options.kind == REHEARSAL_FROM_EMPTY);
    if (!place->options.source)
        return;
    status_build(place->arena, &place->options.source->migrations,
                 is_of_target ? &place->target->history : &none, &status);
    VEC_EACH (const StatusEntry, entry, &status.entries)
        if (status_is_pending(entry))
            find_in_script(place, &entry->migration->up);
}

static void find_in_prelude(RehearsalPlace *place)
{
    for (const char *const *path = place->options.prelude; path && *path; path++) {
        Script script = {.is_present = true, .path = *path, .start = {1, 1}};
        Err ignored = {0};
        if (script_load(place->arena, place->arena, &script, &ignored))
            find_in_script(place, &script);
    }
}

// ---- of databases

static bool find_in_target(RehearsalPlace *place, Err *err)
{
    Rows rows;
    if (!session_query(place->target->session, place->arena, QUERY_BACKUP_EXTENSIONS.text, 0, NULL,
                       &rows, err))
        return err_note(err, "reading the target's extensions");
    for (size_t i = 0; i < rows.count; i++)
        need(place, rows_text(&rows, i, 0), NULL, (Position){0, 0});
    return true;
}

bool place_extensions_find(RehearsalPlace *place, Err *err)
{
    const BackupManifest *manifest = place->backup.manifest;
    bool is_empty = place->options.has_kind && place->options.kind == REHEARSAL_FROM_EMPTY;
    if (manifest)
        VEC_EACH (const ExtensionFact, extension, &manifest->extensions)
            need(place, extension->name, NULL, (Position){0, 0});
    if (place->target && !is_empty && !find_in_target(place, err))
        return false;
    find_in_source(place);
    find_in_prelude(place);
    return true;
}

Words place_extensions_names(const RehearsalPlace *place)
{
    Words names = {0};
    VEC_EACH (const NeededExtension, needed, &place->needed)
        *vec_append(place->arena, &names) = needed->name;
    return names;
}

// ---- what is missing

static const NeededExtension *find_needed(const RehearsalPlace *place, const char *name)
{
    VEC_EACH (const NeededExtension, needed, &place->needed)
        if (strcmp(needed->name, name) == 0)
            return needed;
    return NULL;
}

static void describe(const RehearsalPlace *place, const NeededExtension *needed,
                     const char *package, Text *lines)
{
    const char *where = needed->file ? arena_printf(place->arena, "%s:%d:%d", needed->file,
                                                    needed->position.line, needed->position.column)
                                     : "of the database";
    text_printf(lines, "%s%s (%s): apt-get install %s", lines->len ? "\n" : "", needed->name, where,
                package);
}

static bool refuse(const RehearsalPlace *place, const Rows *missing, Err *err)
{
    TEXT_SCOPED lines;
    const char *packages = "";
    text_init(&lines, LIST_MAX);
    fail(err, ERR_CONFIG, "extension %s is not installed on %s (PostgreSQL %d)",
         rows_text(missing, 0, 0), place->cluster ? "the throwaway server" : "that server",
         place->major);
    for (size_t i = 0; i < missing->count; i++) {
        const char *name = rows_text(missing, i, 0);
        const NeededExtension *needed = find_needed(place, name);
        const char *package = extension_package(place->arena, name, place->major);
        describe(place, needed, package, &lines);
        packages = arena_printf(place->arena, "%s %s", packages, package);
        if (needed->file && !err->file[0])
            err_at(err, needed->file, needed->position);
    }
    err_detail(err, "%s", text_cstr(&lines));
    return err_hint(err, "apt-get install%s", packages);
}

bool place_extensions_check(RehearsalPlace *place, Err *err)
{
    Rows missing;
    Words names = place_extensions_names(place);
    const char *parameters[] = {json_words_line(place->arena, names.items, names.len)};
    if (!session_query(place->server, place->arena, QUERY_BACKUP_MISSING_EXTENSIONS.text, 1,
                       parameters, &missing, err))
        return false;
    return missing.count == 0 || refuse(place, &missing, err);
}
