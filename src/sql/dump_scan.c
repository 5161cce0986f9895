#include "sql/dump_scan.h"

#include "base/require.h"
#include "base/text.h"
#include "sql/lex.h"
#include "sql/split_scope.h"
#include "sql/statement.h"

#include <stdlib.h>

enum {
    STATEMENT_MAX = 1 << 30, // PostgreSQL takes none that is longer
    ROOM = 1 << 16,
    LABEL = 80
};

struct DumpScan {
    const char *file;
    DumpHandler handler;
    Text text;   // what is not done with, from `done` on
    size_t done; // bytes of it that are
    Lexer lexer;
    SplitScope scope;
    int64_t line; // where `done` stands, from 1
    bool is_in_statement;
    int64_t statement_line; // where it begins
    bool is_copying;
    bool awaits_rows;   // the line of COPY has not ended yet
    bool is_inside_row; // the beginning of a long one was given away
    int64_t rows;       // of this COPY
    Text copy;          // its statement's beginning
    int dumps;          // heads that were seen
    bool is_complete;
};

DumpScan *dump_scan_new(const char *file, const DumpHandler *handler)
{
    DumpScan *scan = calloc(1, sizeof *scan);
    if (!scan)
        require_memory();
    scan->file = file;
    scan->handler = *handler;
    scan->line = 1;
    text_init(&scan->text, STATEMENT_MAX);
    text_init(&scan->copy, LABEL);
    return scan;
}

void dump_scan_free(DumpScan *scan)
{
    if (!scan)
        return;
    text_done(&scan->text);
    text_done(&scan->copy);
    free(scan);
}

void dump_scan_free_at(DumpScan **scan)
{
    dump_scan_free(*scan);
    *scan = NULL;
}

static Str view(const DumpScan *scan)
{
    return str_skip(text_str(&scan->text), scan->done);
}

static void pass(DumpScan *scan, size_t bytes)
{
    scan->line += str_count_lines((Str){view(scan).p, bytes});
    scan->done += bytes;
}

// What is done with makes room, but not for every few bytes.
static void compact(DumpScan *scan)
{
    if (scan->done < ROOM && scan->done < scan->text.len)
        return;
    Str rest = view(scan);
    if (rest.n)
        memmove(scan->text.data, rest.p, rest.n);
    text_truncate(&scan->text, rest.n);
    scan->done = 0;
}

// ---- errors

static bool refuse(const DumpScan *scan, int64_t line, Err *err)
{
    return err_at(err, scan->file, (Position){.line = (int)line, .column = 1});
}

static bool refuse_command(const DumpScan *scan, Str command, int64_t line, Err *err)
{
    bool is_connect = str_eq(command, STR("\\connect")) || str_eq(command, STR("\\c"));
    if (is_connect) {
        fail(err, ERR_CHECK, "the dump makes a database of its own, and changes to it");
        err_hint(err, "make it again without --create: pg_dump --format=custom DATABASE");
    } else {
        fail(err, ERR_CHECK, "the dump has a command for psql in it: " STR_FMT,
             STR_ARG(str_until(command, '\n')));
        err_detail(err, "pg_dump writes none; such a line can run any program as whoever loads it");
        err_hint(err, "look at that line, and take another backup");
    }
    return refuse(scan, line, err);
}

static bool refuse_behind_end(const DumpScan *scan, int64_t line, Err *err)
{
    fail(err, ERR_CHECK, "something stands behind the end of the dump");
    err_hint(err, "take another backup: this one was joined with something else");
    return refuse(scan, line, err);
}

// ---- rows

static bool give_rows(DumpScan *scan, size_t bytes, int64_t lines, int64_t rows, Err *err)
{
    const DumpHandler *handler = &scan->handler;
    Str piece = {view(scan).p, bytes};
    scan->rows += rows;
    if (bytes && handler->on_data && !handler->on_data(handler->context, piece, rows, err))
        return false;
    scan->line += lines;
    scan->done += bytes;
    return true;
}

static bool is_last_line(Str line)
{
    return str_eq(line, STR("\\.")) || str_eq(line, STR("\\.\r"));
}

// As many whole lines as there are; of a long one what there is.
static bool take_rows(DumpScan *scan, Err *err)
{
    Str text = view(scan);
    int64_t lines = 0;
    size_t used = 0;
    while (used < text.n) {
        const char *newline = memchr(text.p + used, '\n', text.n - used);
        if (!newline)
            break;
        Str line = {text.p + used, (size_t)(newline - text.p) - used};
        used += line.n + 1;
        lines++;
        if (!scan->is_inside_row && is_last_line(line)) {
            scan->is_copying = false;
            return give_rows(scan, used, lines, lines - 1, err);
        }
        scan->is_inside_row = false;
    }
    if (text.n - used > ROOM) {
        used = text.n;
        scan->is_inside_row = true;
    }
    return give_rows(scan, used, lines, lines, err);
}

// ---- statements

static bool give_statement(DumpScan *scan, Err *err)
{
    const DumpHandler *handler = &scan->handler;
    Str text = {view(scan).p, scan->lexer.at};
    int64_t line = scan->statement_line;
    bool is_copy = statement_classify(text) == STATEMENT_COPY_IN;
    if (handler->on_statement && !handler->on_statement(handler->context, text, line, err))
        return false;
    text_clear(&scan->copy);
    if (is_copy)
        text_append(&scan->copy, str_until(text, '('));
    pass(scan, text.n);
    scan->is_in_statement = false;
    scan->scope = (SplitScope){0};
    scan->lexer = (Lexer){0};
    scan->is_copying = is_copy;
    scan->awaits_rows = is_copy;
    scan->is_inside_row = false;
    scan->rows = 0;
    return true;
}

static bool take_comment(DumpScan *scan, Str text, Err *err)
{
    const DumpHandler *handler = &scan->handler;
    if (str_eq(text, STR("-- PostgreSQL database cluster dump"))) {
        fail(err, ERR_CHECK, "it is a dump of a whole server (pg_dumpall), not of one database");
        err_hint(err, "make one of the database: migrate-safe backup create");
        return refuse(scan, scan->line, err);
    }
    if (str_eq(text, STR("-- PostgreSQL database dump")) && scan->dumps++) {
        fail(err, ERR_CHECK, "there is a second dump behind the first");
        err_hint(err, "take another backup: two files were joined to one");
        return refuse(scan, scan->line, err);
    }
    if (str_eq(text, STR("-- PostgreSQL database dump complete")))
        scan->is_complete = true;
    return !handler->on_comment || handler->on_comment(handler->context, text, err);
}

// \restrict and \unrestrict are pg_dump's own; their word is passed over with them.
static bool take_command(DumpScan *scan, Str command, bool *ret_is_whole, Err *err)
{
    bool is_restrict = str_eq(command, STR("\\restrict")) || str_eq(command, STR("\\unrestrict"));
    if (!is_restrict || scan->is_in_statement)
        return refuse_command(scan, command, scan->line, err);
    Str rest = view(scan);
    const char *newline = memchr(rest.p, '\n', rest.n);
    *ret_is_whole = newline || scan->lexer.is_whole;
    if (*ret_is_whole) {
        pass(scan, newline ? (size_t)(newline - rest.p) + 1 : rest.n);
        scan->lexer = (Lexer){.is_whole = scan->lexer.is_whole};
    }
    return true;
}

// A token that stands between statements, which is then done with.
static void pass_token(DumpScan *scan)
{
    pass(scan, scan->lexer.at);
    scan->lexer = (Lexer){.is_whole = scan->lexer.is_whole};
}

static bool begin_statement(DumpScan *scan, Err *err)
{
    if (scan->is_complete)
        return refuse_behind_end(scan, scan->line, err);
    scan->is_in_statement = true;
    scan->statement_line = scan->line;
    return true;
}

// One token. False in `ret_goes_on`: more bytes are needed.
static bool take_token(DumpScan *scan, bool *ret_goes_on, Err *err)
{
    Lexer *lexer = &scan->lexer;
    bool is_whole = lexer->is_whole;
    lexer->text = view(scan);
    if (scan->is_in_statement && scope_is_settled(&scan->scope))
        lex_skip_dull(lexer);
    Token token = lex_next(lexer);
    *ret_goes_on = token.kind != TOKEN_MORE && token.kind != TOKEN_END && !token.is_unterminated;
    if (!*ret_goes_on)
        return true;
    if (token.kind == TOKEN_BACKSLASH) {
        Str command = lex_text(lexer, token);
        lexer->at = token.start; // seen again when its line is whole
        return take_command(scan, command, ret_goes_on, err);
    }
    bool is_between = token.kind == TOKEN_SPACE || token.kind == TOKEN_COMMENT;
    if (is_between && scan->is_in_statement)
        return true;
    if (is_between) {
        bool is_fine = token.kind == TOKEN_SPACE || take_comment(scan, lex_text(lexer, token), err);
        pass_token(scan);
        return is_fine;
    }
    if (!scan->is_in_statement && !begin_statement(scan, err))
        return false;
    scope_follow(&scan->scope, lexer, token, (int64_t)token.start);
    if (token.kind != TOKEN_SEMICOLON || scope_is_open(&scan->scope))
        return true;
    bool is_given = give_statement(scan, err);
    lexer->is_whole = is_whole;
    return is_given;
}

// Behind the semicolon of COPY the line ends; the rows begin with the next.
static bool pass_line_end(DumpScan *scan)
{
    Str text = view(scan);
    const char *newline = text.n ? memchr(text.p, '\n', text.n) : NULL;
    if (newline)
        pass(scan, (size_t)(newline - text.p) + 1);
    scan->awaits_rows = !newline;
    return newline;
}

static bool take(DumpScan *scan, Err *err)
{
    for (bool goes_on = true; goes_on;) {
        if (scan->awaits_rows) {
            goes_on = pass_line_end(scan);
        } else if (scan->is_copying) {
            if (!take_rows(scan, err))
                return false;
            goes_on = !scan->is_copying;
        } else if (!take_token(scan, &goes_on, err)) {
            return false;
        }
    }
    compact(scan);
    return true;
}

bool dump_scan_feed(DumpScan *scan, Str piece, Err *err)
{
    text_append(&scan->text, piece);
    if (scan->text.is_cut) {
        fail(err, ERR_CHECK, "a statement of the dump is longer than PostgreSQL takes");
        return refuse(scan, scan->statement_line, err);
    }
    return take(scan, err);
}

static bool refuse_end(const DumpScan *scan, Err *err)
{
    char label[LABEL];
    if (scan->is_copying) {
        Str table = str_trim(str_skip(text_str(&scan->copy), STR("COPY").n));
        fail(err, ERR_CHECK, "the dump ends inside of the rows of " STR_FMT ", behind row %lld",
             STR_ARG(table), (long long)scan->rows);
    } else if (scan->is_in_statement) {
        Statement statement = {.text = view(scan)};
        fail(err, ERR_CHECK, "the dump ends inside of a statement: %s",
             statement_label(&statement, label, sizeof label));
        refuse(scan, scan->statement_line, err);
    } else if (!scan->dumps) {
        fail(err, ERR_CHECK, "it is not a dump of pg_dump: its first line is missing");
    } else {
        fail(err, ERR_CHECK, "the dump's last line is missing: it was cut off between statements");
    }
    return err_hint(err, "take another backup: migrate-safe backup list");
}

bool dump_scan_end(DumpScan *scan, Err *err)
{
    scan->lexer.is_whole = true;
    if (!take(scan, err))
        return false;
    bool is_whole = scan->dumps && scan->is_complete && !scan->is_copying && !scan->is_in_statement;
    return is_whole || refuse_end(scan, err);
}
