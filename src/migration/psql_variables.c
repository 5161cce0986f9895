// The rules are those of psqlscan.l; psql would hand on a variable without a value as it stands,
// for the server to refuse: here it is refused with its name.
#include "migration/psql_variables.h"

#include "sql/lex.h"
#include "sql/quote.h"
#include "sql/statement.h"

typedef struct Scan {
    Expanding *expanding;
    const ExpansionValues *values;
    Arena *arena;
    Lexer lexer;
    size_t statement; // where the one in hand begins; NOWHERE: not begun
    size_t depth;     // of parentheses
    size_t json;      // depth inside of JSON_OBJECT( ... ); 0: not in one
    size_t brackets;
    bool is_json; // the last word was JSON_OBJECT or JSON_OBJECTAGG
    Err *err;
} Scan;

static const size_t NOWHERE = (size_t)-1;

typedef struct Variable {
    size_t start; // of the colon
    size_t end;
    Str name;
    char kind; // ':' raw, '\'' literal, '"' identifier, '?' whether it has a value
} Variable;

static bool is_variable_byte(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || byte == '_' || (unsigned char)byte >= 0x80;
}

static Str name_from(Str text, size_t at)
{
    size_t end = at;
    while (end < text.n && is_variable_byte(text.p[end]))
        end++;
    return (Str){text.p + at, end - at};
}

// A name between quotes, or in {? }.
static bool read_enclosed(Str text, size_t at, Str opening, char closing, Variable *variable)
{
    if (!str_starts(str_skip(text, at), opening))
        return false;
    variable->name = name_from(text, at + opening.n);
    variable->end = at + opening.n + variable->name.n + 1;
    return variable->name.n && variable->end <= text.n && text.p[variable->end - 1] == closing;
}

// What stands behind a colon.
static bool read_variable(Str text, size_t colon, Variable *ret_variable)
{
    Variable variable = {.start = colon};
    size_t at = colon + 1;
    if (read_enclosed(text, at, STR("'"), '\'', &variable)) {
        variable.kind = '\'';
    } else if (read_enclosed(text, at, STR("\""), '"', &variable)) {
        variable.kind = '"';
    } else if (read_enclosed(text, at, STR("{?"), '}', &variable)) {
        variable.kind = '?';
    } else {
        variable.kind = ':';
        variable.name = name_from(text, at);
        variable.end = at + variable.name.n;
    }
    *ret_variable = variable;
    return variable.name.n > 0;
}

static const char *value_text(Scan *scan, const Variable *variable, const char *value)
{
    switch (variable->kind) {
    case '\'':
        return quote_literal(scan->arena, value);
    case '"':
        return quote_identifier(scan->arena, value);
    case '?':
        return value ? "TRUE" : "FALSE";
    default:
        return value;
    }
}

static bool replace(Scan *scan, const Variable *variable)
{
    const char *value = expansion_value(scan->values, variable->name);
    scan->lexer.at = variable->end;
    if (value || variable->kind == '?')
        return expanding_put(scan->expanding, variable->start, variable->end,
                             str_from(value_text(scan, variable, value)), scan->err);
    bool is_kept = scan->values && scan->values->keeps_unknown;
    if (is_kept || scan->brackets || scan->json || str_is_digits(variable->name)) {
        scan->lexer.at = variable->start + 1; // quotes behind it are SQL
        return true;
    }
    expanding_fail(scan->expanding, variable->start, scan->err,
                   "the psql variable " STR_FMT " has no value", STR_ARG(variable->name));
    return err_hint(scan->err,
                    "give it one: --set " STR_FMT "=VALUE, or in sqitch.conf below "
                    "[core \"variables\"]",
                    STR_ARG(variable->name));
}

// Operators, brackets, commas and colons as they stand together; only a colon at their end can
// begin a variable, unless it is {?.
static bool follow_other(Scan *scan, Token token)
{
    Str text = scan->lexer.text;
    for (size_t at = token.start; at < token.end; at++) {
        Variable variable;
        if (text.p[at] == '[')
            scan->brackets++;
        else if (text.p[at] == ']' && scan->brackets)
            scan->brackets--;
        if (text.p[at] != ':')
            continue;
        bool is_pair = at + 1 < text.n && (text.p[at + 1] == ':' || text.p[at + 1] == '=');
        if (is_pair) {
            at++;
            continue;
        }
        if (read_variable(text, at, &variable))
            return replace(scan, &variable);
    }
    return true;
}

static void pass_line(Scan *scan)
{
    Str rest = str_skip(scan->lexer.text, scan->lexer.at);
    Str line = str_until(rest, '\n');
    scan->lexer.at += line.n < rest.n ? line.n + 1 : line.n;
}

// psql sends the lines below COPY ... FROM stdin as they are.
static void pass_copy_data(Scan *scan)
{
    Str text = scan->lexer.text;
    pass_line(scan);
    while (scan->lexer.at < text.n) {
        size_t start = scan->lexer.at;
        pass_line(scan);
        Str line = str_trim((Str){text.p + start, scan->lexer.at - start});
        if (str_eq(line, STR("\\.")))
            return;
    }
}

static void end_statement(Scan *scan, size_t end)
{
    Str statement = {0};
    if (scan->statement != NOWHERE)
        statement = (Str){scan->lexer.text.p + scan->statement, end - scan->statement};
    scan->statement = NOWHERE;
    scan->depth = scan->json = scan->brackets = 0;
    if (str_starts_nocase(statement, STR("copy")) &&
        statement_classify(statement) == STATEMENT_COPY_IN)
        pass_copy_data(scan);
}

static void follow_parenthesis(Scan *scan, bool is_open)
{
    if (is_open) {
        scan->depth++;
        if (scan->is_json && !scan->json)
            scan->json = scan->depth;
    } else if (scan->depth) {
        if (scan->json == scan->depth)
            scan->json = 0;
        scan->depth--;
    }
}

static bool follow(Scan *scan, Token token)
{
    if (scan->statement == NOWHERE && token.kind != TOKEN_SEMICOLON)
        scan->statement = token.start;
    switch (token.kind) {
    case TOKEN_OTHER:
        return follow_other(scan, token);
    case TOKEN_OPEN:
    case TOKEN_CLOSE:
        follow_parenthesis(scan, token.kind == TOKEN_OPEN);
        break;
    case TOKEN_SEMICOLON:
        if (!scan->depth)
            end_statement(scan, token.start);
        break;
    case TOKEN_BACKSLASH: // a line for psql: the splitter takes it or refuses it
        pass_line(scan);
        scan->statement = NOWHERE;
        break;
    case TOKEN_END:
    case TOKEN_MORE:
    case TOKEN_SPACE:
    case TOKEN_COMMENT:
    case TOKEN_WORD:
    case TOKEN_QUOTED_NAME:
    case TOKEN_STRING:
    case TOKEN_DOLLAR_STRING:
    case TOKEN_NUMBER:
    case TOKEN_DOT:
        break;
    }
    return true;
}

bool psql_variables_expand(Expanding *expanding, const Expansion *expansion, Err *err)
{
    ARENA_SCOPED arena = arena_new();
    Scan scan = {
        .expanding = expanding,
        .values = expansion->values,
        .arena = arena,
        .lexer = {.text = expanding_text(expanding), .is_whole = true},
        .statement = NOWHERE,
        .err = err,
    };
    for (;;) {
        Token token = lex_next(&scan.lexer);
        if (token.kind == TOKEN_END || token.is_unterminated) // the splitter says so
            return true;
        if (token.kind == TOKEN_SPACE || token.kind == TOKEN_COMMENT)
            continue;
        if (!follow(&scan, token))
            return false;
        scan.is_json = lex_is_word(&scan.lexer, token, STR("json_object")) ||
                       lex_is_word(&scan.lexer, token, STR("json_objectagg"));
    }
}
