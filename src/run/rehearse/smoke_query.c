#include "run/rehearse/smoke_query.h"

#include "base/text.h"
#include "io/file.h"
#include "sql/split.h"

#include <ctype.h>

enum {
    FILE_MAX = 16 << 20,
    ANSWER_MAX = 256 << 20,
    LINES_SHOWN = 8,
    LINE_SHOWN = 200
};

// ---- files

static const char *without_cr(Arena *arena, Str text)
{
    TEXT_SCOPED plain;
    text_init(&plain, FILE_MAX + 1);
    Str line;
    while (str_line(&text, &line)) {
        text_append(&plain, line);
        text_append_char(&plain, '\n');
    }
    return arena_dup(arena, text_str(&plain));
}

static bool read_one(Arena *arena, const char *folder, const char *name, SmokeQuery *ret_query,
                     Err *err)
{
    const char *stem = arena_printf(arena, "%.*s", (int)(strlen(name) - 4), name);
    const char *expected = arena_printf(arena, "%s/%s.expected", folder, stem);
    SmokeQuery query = {.file = arena_printf(arena, "%s/%s", folder, name)};
    Str answer;
    if (!file_read(arena, query.file, FILE_MAX, &query.text, err))
        return false;
    if (file_exists(expected)) {
        if (!file_read(arena, expected, FILE_MAX, &answer, err))
            return false;
        query.answer = without_cr(arena, answer);
        query.is_given = true;
    }
    *ret_query = query;
    return true;
}

bool smoke_queries_read(Arena *arena, const char *folder, SmokeQueries *ret_queries, Err *err)
{
    FileEntries entries;
    SmokeQueries queries = {0};
    if (!file_list(arena, folder, &entries, err))
        return false;
    VEC_EACH (const FileEntry, entry, &entries)
        if (!entry->is_directory && entry->name[0] != '.' &&
            str_ends(str_from(entry->name), STR(".sql")) &&
            !read_one(arena, folder, entry->name, vec_append(arena, &queries), err))
            return false;
    if (!queries.len) {
        fail(err, ERR_CONFIG, "%s has no smoke query", folder);
        return err_hint(err, "a smoke query is a file NAME.sql there, and NAME.expected beside it "
                             "the answer as CSV");
    }
    *ret_queries = queries;
    return true;
}

// ---- answers

// As COPY ... (FORMAT csv) decides it.
static void write_cell(Text *csv, const char *cell, bool is_alone)
{
    if (!cell)
        return;
    if (*cell && !strpbrk(cell, ",\"\r\n") && !(is_alone && strcmp(cell, "\\.") == 0)) {
        text_append(csv, str_from(cell));
        return;
    }
    text_append_char(csv, '"');
    for (const char *p = cell; *p; p++) {
        if (*p == '"')
            text_append_char(csv, '"');
        text_append_char(csv, *p);
    }
    text_append_char(csv, '"');
}

static void write_line(Text *csv, const char *const *cells, int columns)
{
    for (int column = 0; column < columns; column++) {
        if (column)
            text_append_char(csv, ',');
        write_cell(csv, cells[column], columns == 1);
    }
    text_append_char(csv, '\n');
}

static bool write_answer(Arena *arena, const Rows *rows, const char **ret_answer, Err *err)
{
    TEXT_SCOPED csv;
    text_init(&csv, ANSWER_MAX);
    if (rows->columns)
        write_line(&csv, rows->names, rows->columns);
    for (size_t row = 0; row < rows->count; row++)
        write_line(&csv, rows->cells + row * (size_t)rows->columns, rows->columns);
    if (csv.is_cut)
        return fail(err, ERR_CHECK, "its answer is longer than %d MB", ANSWER_MAX >> 20);
    *ret_answer = arena_dup(arena, text_str(&csv));
    return true;
}

// ---- running

static bool says_order(Str sql)
{
    for (Str rest = sql; rest.n >= 8; rest = str_skip(rest, 1))
        if (str_starts_nocase(rest, STR("order by")))
            return true;
    return false;
}

static bool run_statement(Arena *arena, const Splitter *splitter, const Statement *statement,
                          Session *session, Rows *ret_rows, Err *err)
{
    Err failed = {0};
    if (statement->class == STATEMENT_TRANSACTIONAL ||
        statement->class == STATEMENT_NOT_TRANSACTIONAL) {
        if (session_query(session, arena, arena_dup(arena, statement->text), 0, NULL, ret_rows,
                          &failed))
            return true;
        if (failed.class == ERR_SERVER)
            failed.class = ERR_CHECK;
    } else {
        fail(&failed, ERR_CHECK, "a smoke query runs in one transaction, which is rolled back: %s",
             statement->class == STATEMENT_COPY_IN ? "COPY from stdin is not for it"
                                                   : "it cannot end that itself");
    }
    *err = failed;
    return splitter_error_at(splitter, statement, session_error_character(session), err) && false;
}

static bool run_statements(Arena *arena, SmokeQuery *query, Session *session,
                           const char **ret_answer, Err *err)
{
    SplitOptions options = {.file = query->file};
    SPLITTER_SCOPED splitter = splitter_new_text(query->text, &options);
    Statement statement;
    SplitResult got;
    int count = 0;
    Rows rows = {0};
    while ((got = splitter_next(splitter, &statement, err)) == SPLIT_STATEMENT) {
        rows = (Rows){0};
        count++;
        query->is_ordered = says_order(statement.text);
        if (!run_statement(arena, splitter, &statement, session, &rows, err))
            return false;
    }
    if (got == SPLIT_FAILED)
        return false;
    if (!count) {
        fail(err, ERR_CHECK, "it has no statement");
        return err_at(err, query->file, (Position){0});
    }
    return write_answer(arena, &rows, ret_answer, err);
}

bool smoke_query_run(Arena *arena, SmokeQuery *query, Session *session, const char **ret_answer,
                     Err *err)
{
    bool ok = session_exec(session, "BEGIN", err) &&
              run_statements(arena, query, session, ret_answer, err);
    session_rollback(session);
    return ok;
}

// ---- comparing

typedef VEC(Str) Lines;

static void cut_lines(Arena *arena, const char *text, Lines *ret_lines)
{
    Str rest = str_from(text);
    Str line;
    while (str_line(&rest, &line))
        *vec_append(arena, ret_lines) = line;
}

static int compare_lines(const void *left, const void *right)
{
    const Str *a = left;
    const Str *b = right;
    int order = memcmp(a->p, b->p, a->n < b->n ? a->n : b->n);
    return order ? order : (a->n > b->n) - (a->n < b->n);
}

// Nobody promised the order of rows that were not ordered.
static void sort_rows(Lines *lines)
{
    struct {
        Str *items;
        size_t len;
    } rows = {lines->items + 1, lines->len - 1};
    if (lines->len > 2)
        vec_sort(&rows, compare_lines);
}

static void tell(Text *told, const char *what, const Str *line)
{
    if (line)
        text_printf(told, "\n  %s %.*s%s", what, line->n > LINE_SHOWN ? LINE_SHOWN : (int)line->n,
                    line->p, line->n > LINE_SHOWN ? "..." : "");
    else
        text_printf(told, "\n  %s no such line", what);
}

const char *smoke_query_difference(Arena *arena, const SmokeQuery *query, const char *answer)
{
    Lines expected = {0};
    Lines now = {0};
    size_t different = 0;
    TEXT_SCOPED told;
    text_init(&told, FILE_MAX);
    if (strcmp(query->answer, answer) == 0)
        return NULL;
    cut_lines(arena, query->answer, &expected);
    cut_lines(arena, answer, &now);
    if (!query->is_given && !query->is_ordered) {
        sort_rows(&expected);
        sort_rows(&now);
    }
    for (size_t i = 0; i < expected.len || i < now.len; i++) {
        const Str *was = i < expected.len ? &expected.items[i] : NULL;
        const Str *is = i < now.len ? &now.items[i] : NULL;
        if (was && is && str_eq(*was, *is))
            continue;
        if (different++ >= LINES_SHOWN)
            continue;
        text_printf(&told, "%sline %zu:", told.len ? "\n" : "", i + 1);
        tell(&told, "expected:", was);
        tell(&told, "now:     ", is);
    }
    if (different > LINES_SHOWN)
        text_printf(&told, "\nand %zu more lines", different - LINES_SHOWN);
    return different ? arena_dup(arena, text_str(&told)) : NULL;
}
