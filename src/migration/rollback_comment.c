#include "migration/rollback_comment.h"

#include "migration/comment_line.h"
#include "migration/rollback_heading.h"
#include "migration/sql_opening.h"
#include "sql/lex.h"
#include "sql/split.h"

typedef struct Search {
    Str text;
    CommentLines lines;
    Str comments; // the text with all but what stands in comments blanked
    char *found;  // the text with all but the rollback blanked
} Search;

// Where one comment's reading stands.
typedef struct Cursor {
    size_t line;
    size_t at;       // byte in the text, in that line or before it
    size_t end_line; // behind the last line that a statement may reach
    bool has_sql;
} Cursor;

// Cheap enough for every file of a folder; the rest is only for those that pass.
static bool mentions_rollback(Str text)
{
    for (size_t i = 0; i + 4 <= text.n; i++)
        if ((text.p[i] | 0x20) == 'r' && str_starts_nocase(str_skip(text, i), STR("roll")))
            return true;
    return false;
}

static void blank(char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i] != '\n' && bytes[i] != '\r')
            bytes[i] = ' ';
}

static Str line_text(const Search *search, size_t line)
{
    const CommentLine *found = &search->lines.items[line];
    return (Str){search->text.p + found->start, found->end - found->start};
}

static Str bullet_skip(Str line)
{
    Str text = str_trim(line);
    size_t digits = 0;
    while (digits < text.n && text.p[digits] >= '0' && text.p[digits] <= '9')
        digits++;
    bool is_bullet = digits + 1 < text.n && text.p[digits + 1] == ' ' &&
                     (digits ? text.p[digits] == '.' || text.p[digits] == ')'
                             : text.p[digits] == '*' || text.p[digits] == '-');
    return is_bullet ? str_trim(str_skip(text, digits + 2)) : text;
}

// Offset in the comment's bytes from `at` to `end` where SQL begins; -1: nowhere.
static ptrdiff_t opening_find(const Search *search, size_t at, size_t end, size_t limit)
{
    Str line = {search->comments.p + at, end - at};
    Str candidate = bullet_skip(line);
    size_t offset = (size_t)(candidate.p - line.p);
    if (candidate.n && sql_opening_is_found((Str){candidate.p, limit - at - offset}))
        return (ptrdiff_t)offset;
    ptrdiff_t rest = rollback_heading_rest(line);
    if (rest >= 0 && (size_t)rest < line.n &&
        sql_opening_is_found((Str){line.p + rest, limit - at - (size_t)rest}))
        return rest;
    return -1;
}

// Does a later line of the statement begin a definition? Then a semicolon is missing, or prose was
// taken for SQL.
static bool swallows_definition(Str statement)
{
    Str line = {0};
    if (sql_opening_has_body(statement))
        return false;
    for (Str rest = statement; str_line(&rest, &line);)
        if (line.p != statement.p && sql_opening_is_definition(str_trim(line)))
            return true;
    return false;
}

// The end, behind its semicolon, of the statement at the start of `text`; 0: it has none, or is of
// a kind that no rollback in comments can hold.
static size_t statement_end(Str text)
{
    Err ignored;
    Statement statement;
    SPLITTER_SCOPED splitter = splitter_new_text(text, &(SplitOptions){.file = ""});
    if (splitter_next(splitter, &statement, &ignored) != SPLIT_STATEMENT)
        return 0;
    bool can_run = statement.class == STATEMENT_TRANSACTIONAL ||
                   statement.class == STATEMENT_NOT_TRANSACTIONAL ||
                   statement.class == STATEMENT_BEGIN || statement.class == STATEMENT_COMMIT;
    if (!can_run || swallows_definition(statement.text))
        return 0;
    Lexer lexer = {
        .text = text, .is_whole = true, .at = (size_t)statement.offset + statement.text.n};
    Token token = lex_next_significant(&lexer);
    return token.kind == TOKEN_SEMICOLON ? token.end : 0;
}

// Behind the last line that a statement of the cursor's line may reach.
static size_t reach(const Search *search, size_t line)
{
    size_t run = search->lines.items[line].run;
    bool is_last_run = run == search->lines.last_run;
    size_t end = line;
    while (end < search->lines.len && search->lines.items[end].run == run &&
           (is_last_run || !search->lines.items[end].is_break))
        end++;
    return end;
}

static void cursor_move(const Search *search, Cursor *cursor, size_t line)
{
    cursor->line = line;
    if (line < search->lines.len && cursor->at < search->lines.items[line].start)
        cursor->at = search->lines.items[line].start;
}

// The statement at `start` goes to what was found; false: it has no end.
static bool statement_take(Search *search, Cursor *cursor, size_t start)
{
    if (cursor->line >= cursor->end_line)
        cursor->end_line = reach(search, cursor->line);
    size_t limit = search->lines.items[cursor->end_line - 1].end;
    size_t length = statement_end((Str){search->comments.p + start, limit - start});
    if (length == 0)
        return false;
    memcpy(search->found + start, search->comments.p + start, length);
    cursor->has_sql = true;
    cursor->at = start + length;
    while (search->lines.items[cursor->line].end < cursor->at)
        cursor->line++;
    return true;
}

static bool is_spoiling(Str line)
{
    line = str_trim(line);
    if (str_starts(line, STR("--")) || str_starts_nocase(line, STR("migrate-safe")))
        return false;
    return line.n && line.p[line.n - 1] == ';';
}

// Reads the lines from the heading on. False: something in them may be SQL and is not understood.
// The cursor stops at the first line that does not belong to it.
static bool below_read(Search *search, Cursor *cursor)
{
    size_t run = search->lines.items[cursor->line].run;
    bool is_last_run = run == search->lines.last_run;
    size_t run_end = search->text.n;
    while (cursor->line < search->lines.len && search->lines.items[cursor->line].run == run) {
        const CommentLine *line = &search->lines.items[cursor->line];
        Str rest = {search->comments.p + cursor->at, line->end - cursor->at};
        if (line->is_break && cursor->has_sql && !is_last_run)
            break;
        if (rollback_heading_is_other(rest))
            break;
        ptrdiff_t opening = opening_find(search, cursor->at, line->end, run_end);
        if (opening < 0 && is_spoiling(rest))
            return false;
        if (opening < 0)
            cursor_move(search, cursor, cursor->line + 1);
        else if (!statement_take(search, cursor, cursor->at + (size_t)opening))
            return false;
    }
    return true;
}

// All the rollbacks of the run that begins at `first`. True when there is SQL in it; the line
// behind the run in any case.
static bool run_read(Search *search, size_t first, size_t *ret_next)
{
    size_t end = first;
    while (end < search->lines.len &&
           search->lines.items[end].run == search->lines.items[first].run)
        end++;
    *ret_next = end;
    Cursor cursor = {0};
    cursor_move(search, &cursor, first);
    while (cursor.line < end) {
        size_t line = cursor.line;
        Str text = line_text(search, line);
        ptrdiff_t rest = rollback_heading_rest(text);
        bool is_heading = rollback_heading_is(text) ||
                          (rest >= 0 && sql_opening_is_found(str_skip(text, (size_t)rest)));
        if (is_heading && !below_read(search, &cursor)) {
            size_t start = search->lines.items[first].start;
            blank(search->found + start, search->lines.items[end - 1].end - start);
            return false;
        }
        if (cursor.line == line)
            cursor_move(search, &cursor, line + 1);
    }
    return cursor.has_sql;
}

bool rollback_comment_find(Arena *arena, Str text, Str *ret_sql)
{
    Search search = {.text = text};
    if (!mentions_rollback(text) || !comment_lines_read(arena, text, &search.lines))
        return false;
    char *comments = arena_dup(arena, text);
    search.found = arena_dup(arena, text);
    blank(comments, text.n);
    blank(search.found, text.n);
    for (size_t line = 0; line < search.lines.len; line++) {
        Str content = line_text(&search, line);
        memcpy(comments + search.lines.items[line].start, content.p, content.n);
    }
    search.comments = (Str){comments, text.n};
    size_t places = 0;
    for (size_t line = 0, next; line < search.lines.len; line = next)
        places += run_read(&search, line, &next);
    if (places != 1)
        return false;
    *ret_sql = (Str){search.found, text.n};
    return true;
}
