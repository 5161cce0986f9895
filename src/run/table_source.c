#include "run/table_source.h"

#include "base/text.h"
#include "migration/version.h"
#include "queries.h"
#include "run/script.h"
#include "sql/quote.h"

#include <stdlib.h>
#include <string.h>

// Columns of table/find.sql.
enum {
    FOUND_RELATION,
    FOUND_NAME,
    FOUND_MISSING,
    FOUND_HAS_UP,
    FOUND_HAS_DOWN,
};

// Columns of table/rows.sql.
enum {
    ROW_VERSION,
    ROW_DESCRIPTION,
    ROW_UP,
    ROW_DOWN,
    ROW_IS_CURRENT,
    ROW_APPLIED_AT,
    ROW_APPLIED_BY,
};

static bool several(Arena *arena, const Rows *rows, bool wants_up, Err *err)
{
    TEXT_SCOPED list;
    text_init(&list, 1024);
    const char *first = NULL;
    for (size_t i = 0; i < rows->count; i++) {
        if (wants_up && !rows_bool(rows, i, FOUND_HAS_UP))
            continue;
        const char *relation = rows_text(rows, i, FOUND_RELATION);
        text_printf(&list, "%s%s", first ? ", " : "", relation);
        first = first ? first : relation;
    }
    REQUIRE(first);
    fail(err, ERR_CONFIG, "there are several tables of migrations: %s", text_cstr(&list));
    const char *quote = strchr(first, '"') ? "'" : ""; // for the shell
    return err_hint(err, "name the one you mean: --table %s%s%s", quote, first, quote);
}

// Among several tables of the name those with migrations in them count.
static bool choose(Arena *arena, const Rows *rows, const char *name, size_t *ret_chosen, Err *err)
{
    size_t with_up = 0;
    for (size_t i = 0; i < rows->count; i++)
        if (rows_bool(rows, i, FOUND_HAS_UP)) {
            with_up++;
            *ret_chosen = i;
        }
    if (with_up > 1 || (!with_up && rows->count > 1))
        return several(arena, rows, with_up > 0, err);
    if (!with_up)
        *ret_chosen = 0;
    const char *missing = rows_text(rows, *ret_chosen, FOUND_MISSING);
    if (!missing)
        return true;
    fail(err, ERR_CONFIG, "table %s has no column %s", rows_text(rows, *ret_chosen, FOUND_RELATION),
         missing);
    return err_hint(err, name ? "add what is missing (ALTER TABLE ... ADD COLUMN), or correct "
                                "--table"
                              : "add what is missing (ALTER TABLE ... ADD COLUMN), or name the "
                                "migrations: --dir DIR");
}

static bool find(Arena *arena, Target *target, const char *name, Rows *ret_rows, Err *err)
{
    const char *parameters[] = {target->schema, name};
    if (session_query(target->session, arena, QUERY_TABLE_FIND.text, 2, parameters, ret_rows, err))
        return true;
    if (name && err->class == ERR_SERVER) { // to_regclass() could not read it
        err->class = ERR_CONFIG;
        err_hint(err, "write it as SCHEMA.NAME: --table public.schema_versions");
        return err_note(err, "--table %s", name);
    }
    return err_note(err, "looking for a table of migrations");
}

static bool take(Arena *arena, Target *target, const Rows *rows, const char *name,
                 const SourceTable **ret_table, Err *err)
{
    size_t chosen = 0;
    *ret_table = NULL;
    if (!rows->count)
        return true;
    if (!choose(arena, rows, name, &chosen, err))
        return false;
    SourceTable *table = arena_new_object(arena, SourceTable);
    table->relation = rows_text(rows, chosen, FOUND_RELATION);
    table->name = rows_text(rows, chosen, FOUND_NAME);
    table->has_down = rows_bool(rows, chosen, FOUND_HAS_DOWN);
    target->table = table->relation;
    *ret_table = table;
    return true;
}

bool table_source_find(Arena *arena, Target *target, const SourceTable **ret_table, Err *err)
{
    Rows rows;
    bool is_any = false;
    *ret_table = NULL;
    if (!find(arena, target, NULL, &rows, err))
        return false;
    // A table that somebody else calls so is not ours to complain about.
    for (size_t i = 0; i < rows.count; i++)
        is_any |= rows_bool(&rows, i, FOUND_HAS_UP);
    return !is_any || take(arena, target, &rows, NULL, ret_table, err);
}

bool table_source_get(Arena *arena, Target *target, const char *name, const SourceTable **ret_table,
                      Err *err)
{
    Rows rows;
    if (!find(arena, target, name, &rows, err) || !take(arena, target, &rows, name, ret_table, err))
        return false;
    if (*ret_table)
        return true;
    fail(err, ERR_CONFIG, "%s has no table %s", session_target(target->session),
         name ? name : "schema_versions");
    return err_hint(err, name ? "correct --table (a view is not taken)"
                              : "name the table: --table SCHEMA.NAME, or a folder: --dir DIR");
}

// "Add  phone\n number" to "Add phone number".
static const char *one_line(Arena *arena, const char *text)
{
    char *line = arena_strdup(arena, text ? text : "");
    size_t used = 0;
    for (const char *p = line; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (c > ' ' && c != 0x7f)
            line[used++] = *p;
        else if (used && line[used - 1] != ' ')
            line[used++] = ' ';
    }
    while (used && line[used - 1] == ' ')
        used--;
    line[used] = '\0';
    return line;
}

typedef struct Loading {
    Arena *arena;
    const SourceTable *table;
    Source *source;
    const char *current; // the highest version that says so of itself
    const char *applied; // the highest that is applied
} Loading;

static Problem *add_problem(const Loading *loading, ProblemKind kind, const Err *err)
{
    Problem *problem = vec_append(loading->arena, &loading->source->problems);
    *problem = (Problem){.kind = kind, .is_error = true, .err = *err};
    return problem;
}

static const char *path_of(const Loading *loading, const char *version)
{
    return arena_printf(loading->arena, "%s[%s]", loading->table->name,
                        one_line(loading->arena, version));
}

static bool check_version(const Loading *loading, const char *version)
{
    Err err = {0};
    if (version && version_is_valid(str_from(version)))
        return true;
    fail(&err, ERR_CONFIG, version ? "\"%s\" is no version" : "a row has no version",
         one_line(loading->arena, version));
    err_at(&err, path_of(loading, version), (Position){0});
    err_hint(&err,
             "write digits and dots: UPDATE %s SET schema_version_version = '1.1.0' WHERE "
             "schema_version_version %s%s",
             loading->table->relation, version ? "= " : "IS NULL",
             version ? quote_literal(loading->arena, version) : "");
    add_problem(loading, PROBLEM_VERSION, &err);
    return false;
}

static bool load_script(const Loading *loading, const char *path, const char *text, Script *script)
{
    Err err = {0};
    if (script_from_text(loading->arena, path, str_from(text), (Position){1, 1}, script, &err))
        return true;
    add_problem(loading, PROBLEM_CONTENT, &err);
    return false;
}

static const char *later(const char *a, const char *b)
{
    return !a || version_compare(str_from(a), str_from(b)) < 0 ? b : a;
}

static void load_row(Loading *loading, const Rows *rows, size_t row)
{
    Arena *arena = loading->arena;
    const char *version = rows_text(rows, row, ROW_VERSION);
    const char *down = rows_text(rows, row, ROW_DOWN);
    const char *applied_at = rows_text(rows, row, ROW_APPLIED_AT);
    const char *applied_by = rows_text(rows, row, ROW_APPLIED_BY);
    if (!check_version(loading, version))
        return;
    const char *path = path_of(loading, version);
    const char *description = one_line(arena, rows_text(rows, row, ROW_DESCRIPTION));
    Migration migration = {
        .version = version,
        .name = *description ? description : version,
        .layout = LAYOUT_TABLE,
    };
    if (applied_at)
        migration.said_applied =
            applied_by ? arena_printf(arena, "%s by %s", applied_at, one_line(arena, applied_by))
                       : applied_at;
    if (!load_script(loading, path, rows_text(rows, row, ROW_UP), &migration.up))
        return;
    // Blank is as good as none: forms and scripts fill a column they do not need with ''.
    if (str_trim(str_from(down)).n &&
        !load_script(loading, arena_printf(arena, "%s.down", path), down, &migration.down))
        return;
    *vec_append(arena, &loading->source->migrations) = migration;
    if (applied_at && rows_bool(rows, row, ROW_IS_CURRENT))
        loading->current = later(loading->current, version);
    if (applied_at)
        loading->applied = later(loading->applied, version);
}

static int by_version(const void *a, const void *b)
{
    const Migration *left = a;
    const Migration *right = b;
    int order = version_compare(str_from(left->version), str_from(right->version));
    return order ? order : strcmp(left->version, right->version);
}

// Of rows with the same version none can be run: nobody knows which one is meant.
static void refuse_duplicates(Loading *loading)
{
    Migrations *all = &loading->source->migrations;
    size_t kept = 0;
    for (size_t first = 0, end; first < all->len; first = end) {
        for (end = first + 1; end < all->len; end++)
            if (version_compare(str_from(all->items[first].version),
                                str_from(all->items[end].version)) != 0)
                break;
        const Migration migration = all->items[first];
        if (end - first == 1) {
            all->items[kept++] = migration;
            continue;
        }
        Err err = {0};
        fail(&err, ERR_CONFIG, "version %s is the version of %zu rows", migration.version,
             end - first);
        err_at(&err, migration.up.path, (Position){0});
        err_hint(&err, "give the others versions of their own, or DELETE them from %s",
                 loading->table->relation);
        add_problem(loading, PROBLEM_DUPLICATE, &err);
    }
    all->len = kept;
}

static bool read_rows(Arena *arena, Target *target, const SourceTable *table, Rows *ret_rows,
                      Err *err)
{
    const char *sql =
        query_text_for_table(arena, &QUERY_TABLE_ROWS, target->schema, table->relation);
    if (session_query(target->session, arena, sql, 0, NULL, ret_rows, err))
        return true;
    if (strcmp(err->sqlstate, "42501") == 0)
        err_hint(err, "let it: GRANT SELECT, UPDATE ON %s TO %s (and USAGE on its schema)",
                 table->relation, quote_identifier(arena, session_user(target->session)));
    return err_note(err, "reading the migrations in %s", table->relation);
}

bool table_source_load(Arena *arena, Target *target, const SourceTable *table, Source *ret_source,
                       Err *err)
{
    Rows rows;
    Source source = {.table = table};
    Loading loading = {.arena = arena, .table = table, .source = &source};
    if (!read_rows(arena, target, table, &rows, err))
        return false;
    vec_reserve(arena, &source.migrations, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        load_row(&loading, &rows, i);
    if (source.migrations.len)
        qsort(source.migrations.items, source.migrations.len, sizeof *source.migrations.items,
              by_version);
    refuse_duplicates(&loading);
    source.current = loading.current ? loading.current : loading.applied;
    *ret_source = source;
    return true;
}
