#include "run/rehearse/old_statements.h"

#include "queries.h"
#include "sql/quote.h"
#include "sql/split.h"

// The extension's own schema is in no search_path of ours.
static const char STATEMENTS[] =
    "SELECT s.query, r.rolname, pg_catalog.sum(s.calls)::pg_catalog.int8 "
    "FROM %s.pg_stat_statements AS s "
    "JOIN pg_catalog.pg_database AS d ON d.oid OPERATOR(pg_catalog.=) s.dbid "
    "LEFT JOIN pg_catalog.pg_roles AS r ON r.oid OPERATOR(pg_catalog.=) s.userid "
    "WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database() "
    "AND pg_catalog.length(s.query) OPERATOR(pg_catalog.<) 1000000 "
    "GROUP BY s.query, r.rolname ORDER BY r.rolname, 3 DESC, s.query";

// ---- reading

// Ours, and what watches a server: the catalog is not the application's.
static bool is_of_catalog(const char *query)
{
    static const char *const SIGNS[] = {"migrate_safe.", "FROM pg_catalog.", "OPERATOR(pg_catalog.",
                                        "pg_stat_statements", NULL};
    for (const char *const *sign = SIGNS; *sign; sign++)
        if (strstr(query, *sign))
            return true;
    return false;
}

static bool is_asked_by_application(Arena *arena, const char *query, const char **ret_text)
{
    static const char *const WORDS[] = {"select", "insert", "update", "delete",
                                        "merge",  "with",   "values", NULL};
    Err ignored = {0};
    SplitOptions options = {.file = ""};
    SPLITTER_SCOPED splitter = splitter_new_text(str_from(query), &options);
    Statement statement;
    bool is_one = false;
    if (is_of_catalog(query) || splitter_next(splitter, &statement, &ignored) != SPLIT_STATEMENT)
        return false;
    Str begin = statement.text;
    while (begin.n && begin.p[0] == '(')
        begin = str_skip(begin, 1);
    for (const char *const *word = WORDS; *word; word++)
        is_one = is_one || str_starts_nocase(begin, str_from(*word));
    *ret_text = arena_dup(arena, statement.text);
    // another one behind it would be run
    return is_one && splitter_next(splitter, &statement, &ignored) == SPLIT_END;
}

static bool read_search_paths(Arena *arena, Session *target, OldStatements *statements, Err *err)
{
    Rows rows;
    if (!session_query(target, arena, QUERY_REHEARSE_SEARCH_PATHS.text, 0, NULL, &rows, err))
        return false;
    VEC_EACH (OldStatement, statement, statements)
        for (size_t row = 0; row < rows.count; row++)
            if (statement->role && strcmp(rows_text(&rows, row, 0), statement->role) == 0)
                statement->search_path = rows_text(&rows, row, 1);
    return true;
}

static const char *take_rows(Arena *arena, const Rows *rows, OldStatements *statements)
{
    int64_t hidden = 0;
    for (size_t row = 0; row < rows->count; row++) {
        const char *query = rows_text(rows, row, 0);
        const char *text;
        if (strcmp(query, "<insufficient privilege>") == 0)
            hidden++;
        else if (is_asked_by_application(arena, query, &text))
            *vec_append(arena, statements) = (OldStatement){
                .text = text,
                .role = rows_text(rows, row, 1),
                .calls = rows_int(rows, row, 2),
            };
    }
    return hidden ? "statements of other roles are not shown to this one; GRANT pg_read_all_stats "
                    "lets it see them"
                  : NULL;
}

bool old_statements_read(Arena *arena, Session *target, OldStatements *ret_statements,
                         const char **ret_without, Err *err)
{
    Rows rows;
    Err refused = {0};
    OldStatements statements = {0};
    if (!session_query(target, arena, QUERY_REHEARSE_STATEMENTS_SCHEMA.text, 0, NULL, &rows, err))
        return false;
    if (!rows.count) {
        *ret_without = "the database has no extension pg_stat_statements";
        return true;
    }
    const char *sql = arena_printf(arena, STATEMENTS, rows_text(&rows, 0, 0));
    if (!session_query(target, arena, sql, 0, NULL, &rows, &refused)) {
        if (refused.class != ERR_SERVER) {
            *err = refused;
            return false;
        }
        *ret_without = arena_strdup(arena, refused.message);
        return true;
    }
    const char *without = take_rows(arena, &rows, &statements);
    if (!read_search_paths(arena, target, &statements, err))
        return false;
    *ret_statements = statements;
    *ret_without = without;
    return true;
}

// ---- trying

static bool is_same(const char *one, const char *other)
{
    return one == other || (one && other && strcmp(one, other) == 0);
}

// A role that the copy has not, or that the session may not be, is left out.
static bool become(Session *copy, Arena *arena, const OldStatement *statement, Err *err)
{
    Rows ignored_rows;
    Err ignored = {0};
    if (!session_exec(copy, "RESET ROLE; RESET search_path", err))
        return false;
    const char *path = statement->search_path;
    if (path &&
        !session_query(copy, arena, "SELECT pg_catalog.set_config('search_path', $1, false)", 1,
                       &path, &ignored_rows, err))
        return false;
    const char *set = statement->role ? arena_printf(arena, "SET ROLE %s",
                                                     quote_identifier(arena, statement->role))
                                      : NULL;
    return !set || session_exec(copy, set, &ignored) || session_is_alive(copy);
}

static bool prepare(Session *copy, Arena *arena, const OldStatement *statement,
                    OldStatementRefusals *refusals, Err *err)
{
    Err refused = {0};
    ARENA_SCOPED scratch = arena_new();
    // a comment at its end would hide what follows
    const char *sql = arena_printf(
        scratch, "PREPARE migrate_safe_old AS %s\n;\nDEALLOCATE migrate_safe_old", statement->text);
    if (session_exec(copy, sql, &refused))
        return true;
    if (refused.class != ERR_SERVER) {
        *err = refused;
        return false;
    }
    *vec_append(arena, refusals) = (OldStatementRefusal){
        .statement = statement,
        .sqlstate = arena_strdup(arena, refused.sqlstate),
        .message = arena_strdup(arena, refused.message),
    };
    return true;
}

bool old_statements_try(Arena *arena, const OldStatements *statements, bool only_prepared,
                        Session *copy, OldStatementRefusals *ret_refusals, Err *err)
{
    const OldStatement *last = NULL;
    OldStatementRefusals refusals = {0};
    VEC_EACH (const OldStatement, statement, statements) {
        if (only_prepared && !statement->is_prepared)
            continue;
        if ((!last || !is_same(last->role, statement->role)) &&
            !become(copy, arena, statement, err))
            return false;
        last = statement;
        if (!prepare(copy, arena, statement, &refusals, err))
            return false;
    }
    if (last && !session_exec(copy, "RESET ROLE; RESET search_path", err))
        return false;
    *ret_refusals = refusals;
    return true;
}
