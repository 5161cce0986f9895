#include "run/integrity/own.h"

#include "base/text.h"
#include "io/file.h"
#include "sql/split.h"

#include <string.h>

enum {
    FILE_MAX = 16 << 20,
    ROWS_SHOWN = 5,
    LINE_MAX_BYTES = 1000
};

#define OWN_OPEN "DECLARE migrate_safe_own NO SCROLL CURSOR FOR "
#define OWN_BACK "ROLLBACK TO SAVEPOINT migrate_safe_own"

typedef struct OwnFile {
    const char *path;
    const char *name; // that it gives itself, or the file's
    const char *why;  // NULL: it does not say
    Verdict verdict;  // of a row
    Str text;
} OwnFile;

typedef struct Own {
    Arena *arena;
    Session *session;
    CheckList *checks;
    const OwnFile *file;
    size_t passed;
} Own;

static bool said(Str line, Str key, Str *ret_value)
{
    if (!str_starts_nocase(line, key))
        return false;
    *ret_value = str_trim(str_skip(line, key.n));
    return ret_value->n > 0;
}

static void read_head(Arena *arena, OwnFile *file)
{
    Str rest = file->text;
    Str line;
    while (str_line(&rest, &line)) {
        Str value;
        line = str_trim(line);
        if (line.n && !str_starts(line, STR("--")))
            return;
        if (!line.n)
            continue;
        line = str_trim(str_skip(line, 2));
        if (said(line, STR("name:"), &value))
            file->name = arena_dup(arena, value);
        else if (said(line, STR("why:"), &value))
            file->why = arena_dup(arena, value);
        else if (said(line, STR("severity:"), &value) && str_eq_nocase(value, STR("warn")))
            file->verdict = VERDICT_WARN;
    }
}

static Check *add(const Own *own, Verdict verdict, const char *fix, const char *value)
{
    Check *check = check_list_add(own->arena, own->checks, &INTEGRITY_KINDS[INTEGRITY_OWN], verdict,
                                  fix, "%s: %s", own->file->name, value);
    if (own->file->why)
        check_detail(own->arena, check, "why: %s", own->file->why);
    return check;
}

static const char *row_text(Arena *arena, const Rows *rows, size_t row)
{
    TEXT_SCOPED text;
    text_init(&text, LINE_MAX_BYTES);
    for (int column = 0; column < rows->columns; column++) {
        const char *cell = rows_text(rows, row, column);
        text_printf(&text, "%s%s=%s", column ? ", " : "", rows->names[column],
                    cell ? cell : "null");
    }
    return arena_dup(arena, text_str(&text));
}

static void judge_rows(Own *own, const Rows *rows, int64_t more)
{
    Arena *arena = own->arena;
    int64_t count = (int64_t)rows->count + (more > 0 ? more : 0);
    if (!count) {
        own->passed++;
        return;
    }
    Check *check =
        add(own, own->file->verdict,
            arena_printf(arena, "repair what it shows: psql -f %s", own->file->path),
            arena_printf(arena, "%lld %s", (long long)count, count == 1 ? "row" : "rows"));
    for (size_t row = 0; row < rows->count; row++)
        check_detail(arena, check, "%s", row_text(arena, rows, row));
    if (more > 0)
        check_detail(arena, check, "and %lld more", (long long)more);
}

// Rights, time and locks say nothing of the rows.
static void judge_failure(Own *own, const Err *err)
{
    static const char *const UNKNOWN[] = {"42501", "57014", "55P03", "53"};
    Arena *arena = own->arena;
    Verdict verdict = VERDICT_FAIL;
    for (size_t i = 0; i < sizeof UNKNOWN / sizeof *UNKNOWN; i++)
        if (strncmp(err->sqlstate, UNKNOWN[i], strlen(UNKNOWN[i])) == 0)
            verdict = VERDICT_UNKNOWN;
    Check *check = add(own, verdict, arena_printf(arena, "psql -f %s shows it", own->file->path),
                       arena_printf(arena, "it cannot be run: %s", err->message));
    if (err->position.line)
        check_detail(arena, check, "%s:%d:%d", err->file, err->position.line, err->position.column);
    if (err->detail[0])
        check_detail(arena, check, "%s", err->detail);
}

static bool fetch(Own *own, const char *sql, Rows *ret_rows, int64_t *ret_more, Err *err)
{
    Session *session = own->session;
    const char *open = arena_printf(own->arena, OWN_OPEN "%s", sql);
    Rows ignored;
    if (!session_query(session, own->arena, open, 0, NULL, &ignored, err) ||
        !session_query(session, own->arena,
                       arena_printf(own->arena, "FETCH %d FROM migrate_safe_own", ROWS_SHOWN), 0,
                       NULL, ret_rows, err) ||
        !session_exec(session, "MOVE ALL FROM migrate_safe_own", err))
        return false;
    *ret_more = session_rows_affected(session);
    return true;
}

static bool ask(Own *own, const Splitter *splitter, const Statement *statement, Err *err)
{
    Rows rows = {0};
    int64_t more = 0;
    Err failure = {0};
    if (fetch(own, statement->text.p, &rows, &more, &failure)) {
        judge_rows(own, &rows, more);
    } else if (failure.class != ERR_SERVER) {
        *err = failure;
        return false;
    } else {
        size_t before = strlen(OWN_OPEN);
        size_t character = session_error_character(own->session);
        splitter_error_at(splitter, statement, character > before ? character - before : 0,
                          &failure);
        judge_failure(own, &failure);
    }
    return session_exec(own->session, OWN_BACK, err);
}

static bool run_file(Own *own, Err *err)
{
    SplitOptions options = {.file = own->file->path};
    SPLITTER_SCOPED splitter = splitter_new_text(own->file->text, &options);
    Statement statement;
    Err failure = {0};
    size_t count = 0;
    for (;; count++) {
        switch (splitter_next(splitter, &statement, &failure)) {
        case SPLIT_STATEMENT:
            if (!ask(own, splitter, &statement, err))
                return false;
            break;
        case SPLIT_FAILED:
            judge_failure(own, &failure);
            return true;
        case SPLIT_END:
            if (!count)
                add(own, VERDICT_FAIL,
                    "write a query there, each row of which is wrong: SELECT id FROM orders WHERE "
                    "total < 0;",
                    "it has no query");
            return true;
        }
    }
}

static bool run_folder(Own *own, const char *folder, Err *err)
{
    FileEntries entries;
    if (!file_list(own->arena, folder, &entries, err))
        return false;
    VEC_EACH (const FileEntry, entry, &entries) {
        if (entry->is_directory || entry->name[0] == '.' ||
            !str_ends(str_from(entry->name), STR(".sql")))
            continue;
        OwnFile file = {.path = arena_printf(own->arena, "%s/%s", folder, entry->name),
                        .name = entry->name,
                        .verdict = VERDICT_FAIL};
        if (!file_read(own->arena, file.path, FILE_MAX, &file.text, err))
            return false;
        read_head(own->arena, &file);
        own->file = &file;
        if (!run_file(own, err))
            return false;
    }
    return true;
}

bool own_queries_examine(Arena *arena, Session *session, const OwnQueriesOptions *options,
                         CheckList *checks, Err *err)
{
    Own own = {.arena = arena, .session = session, .checks = checks};
    size_t before = checks->checks.len;
    bool ok = session_exec(session,
                           arena_printf(arena,
                                        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                                        "SET LOCAL statement_timeout = %lld;"
                                        "SET LOCAL lock_timeout = 200; SAVEPOINT migrate_safe_own",
                                        (long long)options->timeout_ms),
                           err) &&
              run_folder(&own, options->folder, err);
    session_rollback(session);
    if (ok && !options->wants_findings_only && (own.passed || checks->checks.len == before))
        check_list_add(arena, checks, &INTEGRITY_KINDS[INTEGRITY_OWN], VERDICT_PASS, NULL, "%s",
                       integrity_counted(arena, INTEGRITY_OWN, own.passed));
    return ok;
}
