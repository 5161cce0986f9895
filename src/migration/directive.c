#include "migration/directive.h"

#include "base/utf8.h"
#include "migration/foreign_directive.h"
#include "migration/header.h"

#include <limits.h>

#define KNOWN                                                                                      \
    "no-transaction, lock-timeout 2s, statement-timeout 10min, ignore RULE: reason, "              \
    "ignore-file RULE: reason, irreversible: reason, idempotent, verify: SQL"

typedef struct Parse {
    Arena *arena;
    Str text;
    const char *file;
    int line_number;
    Str line;
    bool is_in_header; // before the first statement
    bool is_in_block;  // in a /* comment */ of the header
    Directives *directives;
} Parse;

typedef struct DirectiveKind {
    Str word;
    const char *example;
    bool (*apply)(Parse *parse, const struct DirectiveKind *kind, Str value, Err *err);
} DirectiveKind;

static bool said_twice(const DirectiveKind *kind, Err *err)
{
    fail(err, ERR_CONFIG, STR_FMT " is said twice", STR_ARG(kind->word));
    return err_hint(err, "keep one of the two lines");
}

static bool flag_apply(const DirectiveKind *kind, Str value, bool *flag, Err *err)
{
    if (value.n) { // "no-transaction: false" must not switch it on
        fail(err, ERR_CONFIG, STR_FMT " takes no value", STR_ARG(kind->word));
        return err_hint(err, "write \"-- migrate-safe: %s\"", kind->example);
    }
    *flag = true;
    return true;
}

static bool no_transaction_apply(Parse *parse, const DirectiveKind *kind, Str value, Err *err)
{
    return flag_apply(kind, value, &parse->directives->no_transaction, err);
}

static bool idempotent_apply(Parse *parse, const DirectiveKind *kind, Str value, Err *err)
{
    return flag_apply(kind, value, &parse->directives->is_idempotent, err);
}

static bool timeout_read(const DirectiveKind *kind, Str value, int64_t *ret_ms, Err *err)
{
    if (value.n == 0)
        fail(err, ERR_CONFIG, STR_FMT " needs a duration", STR_ARG(kind->word));
    else if (!duration_parse(value, ret_ms))
        fail(err, ERR_CONFIG, STR_FMT " has no duration that can be read: \"" STR_FMT "\"",
             STR_ARG(kind->word), STR_ARG(value));
    else if (*ret_ms > INT_MAX) // the limit of PostgreSQL's own settings
        fail(err, ERR_CONFIG, STR_FMT " is longer than PostgreSQL's limit of %d ms",
             STR_ARG(kind->word), INT_MAX);
    else
        return true;
    return err_hint(err, "write for example \"-- migrate-safe: %s\"", kind->example);
}

static bool lock_timeout_apply(Parse *parse, const DirectiveKind *kind, Str value, Err *err)
{
    int64_t ms = 0;
    if (parse->directives->lock_timeout_ms)
        return said_twice(kind, err);
    if (!timeout_read(kind, value, &ms, err))
        return false;
    if (ms == 0) {
        fail(err, ERR_CONFIG, "lock-timeout 0 would wait for a lock without end");
        return err_hint(err, "write for example \"-- migrate-safe: %s\"", kind->example);
    }
    parse->directives->lock_timeout_ms = (int)ms;
    return true;
}

static bool statement_timeout_apply(Parse *parse, const DirectiveKind *kind, Str value, Err *err)
{
    int64_t ms = 0;
    if (parse->directives->statement_timeout_ms)
        return said_twice(kind, err);
    if (!timeout_read(kind, value, &ms, err))
        return false;
    parse->directives->statement_timeout_ms = ms ? ms : -1;
    return true;
}

static bool ignore_add(Parse *parse, Str value, bool is_whole_file, Err *err)
{
    IgnoreDirective ignore;
    if (!ignore_directive_read(parse->arena, value, &ignore, err))
        return false;
    ignore.line = parse->line_number;
    ignore.is_whole_file = is_whole_file;
    *vec_append(parse->arena, &parse->directives->ignores) = ignore;
    return true;
}

static bool ignore_apply(Parse *parse, const DirectiveKind *kind, Str value, Err *err)
{
    return ignore_add(parse, value, false, err);
}

static bool ignore_file_apply(Parse *parse, const DirectiveKind *kind, Str value, Err *err)
{
    return ignore_add(parse, value, true, err);
}

static bool irreversible_apply(Parse *parse, const DirectiveKind *kind, Str value, Err *err)
{
    if (parse->directives->irreversible)
        return said_twice(kind, err);
    if (value.n == 0) {
        fail(err, ERR_CONFIG, "irreversible needs a reason");
        return err_hint(err, "write \"-- migrate-safe: %s\"", kind->example);
    }
    parse->directives->irreversible = arena_dup(parse->arena, value);
    return true;
}

static bool verify_apply(Parse *parse, const DirectiveKind *kind, Str value, Err *err)
{
    while (value.n && value.p[value.n - 1] == ';')
        value = str_trim((Str){value.p, value.n - 1});
    if (value.n == 0) {
        fail(err, ERR_CONFIG, "verify needs SQL that returns true");
        return err_hint(err, "write for example \"-- migrate-safe: %s\"", kind->example);
    }
    size_t column = utf8_count((Str){parse->line.p, (size_t)(value.p - parse->line.p)}) + 1;
    *vec_append(parse->arena, &parse->directives->verifies) = (VerifyDirective){
        .sql = arena_dup(parse->arena, value), .position = {parse->line_number, (int)column}};
    return true;
}

static const DirectiveKind KINDS[] = {
    {STR("no-transaction"), "no-transaction", no_transaction_apply},
    {STR("idempotent"), "idempotent", idempotent_apply},
    {STR("lock-timeout"), "lock-timeout 2s", lock_timeout_apply},
    {STR("statement-timeout"), "statement-timeout 10min", statement_timeout_apply},
    {STR("ignore"), "ignore RULE: reason", ignore_apply},
    {STR("ignore-file"), "ignore-file RULE: reason", ignore_file_apply},
    {STR("irreversible"), "irreversible: reason", irreversible_apply},
    {STR("verify"), "verify: SELECT count(*) = 0 FROM orders WHERE total < 0", verify_apply},
};

// Takes the directive's word off `rest`, and one ':' or '=' behind it.
static Str word_take(Str *rest)
{
    Str word = *rest;
    word.n = 0;
    while (word.n < rest->n && !__builtin_strchr(" \t:=", rest->p[word.n]))
        word.n++;
    Str value = str_trim(str_skip(*rest, word.n));
    if (value.n && (value.p[0] == ':' || value.p[0] == '='))
        value = str_trim(str_skip(value, 1));
    *rest = value;
    return word;
}

static const DirectiveKind *kind_find(Str word)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++)
        if (str_eq_nocase(word, KINDS[i].word))
            return &KINDS[i];
    return NULL;
}

// A comment that begins with our name. Without the colon it is prose, unless a directive follows:
// then its writer meant one, and silence would run the file without it.
static bool named_comment_parse(Parse *parse, Str rest, bool is_well_named, Err *err)
{
    rest = str_trim(rest);
    bool has_colon = rest.n && rest.p[0] == ':';
    if (has_colon)
        rest = str_trim(str_skip(rest, 1));
    Str value = rest;
    Str word = word_take(&value);
    const DirectiveKind *kind = kind_find(word);
    if (kind && is_well_named && has_colon)
        return kind->apply(parse, kind, value, err);
    if (kind) {
        fail(err, ERR_CONFIG, "a directive begins with \"-- migrate-safe:\"");
        return err_hint(err, "write \"-- migrate-safe: " STR_FMT "\"", STR_ARG(rest));
    }
    if (!is_well_named || !has_colon)
        return true;
    fail(err, ERR_CONFIG, "unknown directive \"" STR_FMT "\"", STR_ARG(word));
    return err_hint(err, "known are: " KNOWN);
}

static bool comment_parse(Parse *parse, Str line, Err *err)
{
    static const Str NAME = STR("migrate-safe");
    static const Str MISSPELT[] = {STR("migrate_safe"), STR("migrate safe"), STR("migratesafe")};
    Str comment = str_trim(str_skip(line, 2));
    if (str_starts_nocase(comment, NAME))
        return named_comment_parse(parse, str_skip(comment, NAME.n), true, err);
    for (size_t i = 0; i < sizeof MISSPELT / sizeof MISSPELT[0]; i++)
        if (str_starts_nocase(comment, MISSPELT[i]))
            return named_comment_parse(parse, str_skip(comment, MISSPELT[i].n), false, err);
    if (!parse->is_in_header)
        return true;
    ForeignDirective foreign =
        foreign_directive_read(line, line.p == parse->text.p, parse->directives, err);
    if (foreign == FOREIGN_NONE)
        header_read(parse->arena, comment, parse->file, parse->directives);
    return foreign != FOREIGN_REFUSED;
}

// A line of the header that does not begin with "--": blank, in a block comment, or SQL, which
// ends the header.
static void header_line_parse(Parse *parse, Str line)
{
    if (!parse->is_in_block) {
        if (line.n == 0)
            return;
        if (!str_starts(line, STR("/*"))) {
            parse->is_in_header = false;
            return;
        }
        parse->is_in_block = true;
        line = str_skip(line, 2);
    }
    ptrdiff_t end = str_find(line, STR("*/"));
    Str behind = end < 0 ? (Str){0} : str_trim(str_skip(line, (size_t)end + 2));
    header_read(parse->arena, end < 0 ? line : (Str){line.p, (size_t)end}, parse->file,
                parse->directives);
    if (end >= 0) {
        parse->is_in_block = false;
        parse->is_in_header = behind.n == 0 || str_starts(behind, STR("--"));
    }
}

static bool line_parse(Parse *parse, Err *err)
{
    Str line = str_trim(parse->line);
    if (!str_starts(line, STR("--"))) {
        if (parse->is_in_header)
            header_line_parse(parse, line);
        return true;
    }
    if (comment_parse(parse, line, err))
        return true;
    size_t column = utf8_count((Str){parse->line.p, (size_t)(line.p - parse->line.p)}) + 1;
    err_at(err, parse->file, (Position){parse->line_number, (int)column});
    return err_quote(err, parse->text, (size_t)(line.p - parse->text.p));
}

bool directives_parse(Arena *arena, Str text, const char *file, int first_line,
                      Directives *ret_directives, Err *err)
{
    Directives directives = {0};
    Parse parse = {.arena = arena,
                   .text = text,
                   .file = file,
                   .line_number = first_line,
                   .is_in_header = true,
                   .directives = &directives};
    for (Str rest = text; str_line(&rest, &parse.line); parse.line_number++)
        if (!line_parse(&parse, err))
            return false;
    *ret_directives = directives;
    return true;
}
