#include "sql/split_refuse.h"

static const struct {
    Str name; // an empty one ends the table and stands for all others
    const char *hint;
} META_COMMANDS[] = {
    {STR("i"), "put the file's SQL here"},
    {STR("ir"), "put the file's SQL here"},
    {STR("include"), "put the file's SQL here"},
    {STR("include_relative"), "put the file's SQL here"},
    {STR("copy"), "write COPY ... FROM stdin; with the data on the lines below it"},
    {STR("c"), "a migration works on one database: take the command out"},
    {STR("connect"), "a migration works on one database: take the command out"},
    {STR("set"), "write the value itself where the variable stands"},
    {STR("gset"), "write the value itself where the variable stands"},
    {STR("gexec"), "write DO $$ ... EXECUTE ... $$ instead"},
    {STR("echo"), "take the command out; RAISE NOTICE in a DO block prints"},
    {STR("qecho"), "take the command out; RAISE NOTICE in a DO block prints"},
    {STR("if"), "write DO $$ ... IF ... END IF ... $$ instead"},
    {STR("elif"), "write DO $$ ... IF ... END IF ... $$ instead"},
    {STR("else"), "write DO $$ ... IF ... END IF ... $$ instead"},
    {STR("endif"), "write DO $$ ... IF ... END IF ... $$ instead"},
    {STR(""), "a migration is plain SQL: take the command out"},
};

// Letters, digits and _ as far as they go, else the one character behind the backslash.
static Str command_name(Str command)
{
    Str name = str_skip(command, 1);
    size_t length = 0;
    while (length < name.n && length < 32 &&
           (((name.p[length] | 0x20) >= 'a' && (name.p[length] | 0x20) <= 'z') ||
            name.p[length] == '_'))
        length++;
    if (length == 0)
        length = utf8_offset(name, 1);
    return (Str){name.p, length};
}

// The next word of the line; psql takes quotes off it.
static Str setting_word(Str *rest)
{
    *rest = str_trim(*rest);
    Str word = *rest;
    word.n = 0;
    while (word.n < rest->n && rest->p[word.n] != ' ' && rest->p[word.n] != '\t')
        word.n++;
    *rest = str_skip(*rest, word.n);
    bool is_quoted = word.n >= 2 && word.p[0] == '\'' && word.p[word.n - 1] == '\'';
    return is_quoted ? (Str){word.p + 1, word.n - 2} : word;
}

bool is_passed_setting(Str rest)
{
    // how psql shows what it does: nothing of it is seen here
    static const Str SHOWN[] = {STR("QUIET"),     STR("ECHO"),         STR("ECHO_HIDDEN"),
                                STR("VERBOSITY"), STR("SHOW_CONTEXT"), STR("SHOW_ALL_RESULTS")};
    static const Str TRUE_WORDS[] = {STR("on"), STR("true"), STR("yes"), STR("1"), STR("")};
    if (str_until(rest, '\\').n < rest.n) // another command behind it
        return false;
    Str name = setting_word(&rest);
    Str value = setting_word(&rest);
    for (size_t i = 0; i < sizeof SHOWN / sizeof SHOWN[0]; i++)
        if (str_eq(name, SHOWN[i]))
            return true;
    // the first error ends a migration
    for (size_t i = 0; i < sizeof TRUE_WORDS / sizeof TRUE_WORDS[0]; i++)
        if (str_eq(name, STR("ON_ERROR_STOP")) && str_eq_nocase(value, TRUE_WORDS[i]))
            return str_trim(rest).n == 0;
    return false;
}

bool refuse_meta_command(const SplitInput *input, Str command, int64_t offset, Err *err)
{
    Str name = command_name(command);
    if (str_eq(name, STR("."))) {
        fail(err, ERR_CONFIG, "\\. ends COPY data, but no COPY ... FROM stdin stands before it");
        err_hint(err, "take the line out, or write COPY ... FROM stdin; above the data");
        return input_error_at(input, offset, err);
    }
    if (name.n == 0) {
        fail(err, ERR_CONFIG, "a backslash outside of quotes");
        err_hint(err, "take it out");
        return input_error_at(input, offset, err);
    }
    size_t known = 0;
    while (META_COMMANDS[known].name.n && !str_eq(META_COMMANDS[known].name, name))
        known++;
    fail(err, ERR_CONFIG, "psql meta-command \\" STR_FMT " cannot run here", STR_ARG(name));
    err_hint(err, "%s", META_COMMANDS[known].hint);
    return input_error_at(input, offset, err);
}

static void fail_dollar_string(Str text, Err *err)
{
    Str tag = str_until(str_skip(text, 1), '$');
    if (tag.n > 63) // what a name may have
        tag.n = utf8_whole_prefix((Str){tag.p, 63});
    fail(err, ERR_CONFIG, "unterminated dollar-quoted string ($" STR_FMT "$)", STR_ARG(tag));
    err_hint(err, "write the same $" STR_FMT "$ where it ends", STR_ARG(tag));
}

bool refuse_unterminated(const SplitInput *input, const Lexer *lexer, Token token, int64_t offset,
                         Err *err)
{
    if (token.kind == TOKEN_DOLLAR_STRING) {
        fail_dollar_string(lex_text(lexer, token), err);
    } else if (token.kind == TOKEN_COMMENT) {
        fail(err, ERR_CONFIG, "unterminated comment");
        err_hint(err, "each /* wants its own */, also inside of a comment");
    } else if (token.kind == TOKEN_QUOTED_NAME) {
        fail(err, ERR_CONFIG, "unterminated quoted identifier");
        err_hint(err, "write the closing \" (one inside of the name is written twice)");
    } else {
        fail(err, ERR_CONFIG, "unterminated quoted string");
        err_hint(err, "write the closing ' (one inside of the string is written twice)");
    }
    return input_error_at(input, offset, err);
}

bool refuse_open_body(const SplitInput *input, int64_t offset, Err *err)
{
    fail(err, ERR_CONFIG, "unterminated BEGIN ATOMIC body");
    err_hint(err, "write END; behind the semicolon of its last statement");
    return input_error_at(input, offset, err);
}

bool refuse_open_parenthesis(const SplitInput *input, int64_t offset, Err *err)
{
    fail(err, ERR_CONFIG, "unclosed parenthesis");
    err_hint(err, "write the ) that belongs to it; a semicolon before it ends no statement");
    return input_error_at(input, offset, err);
}

bool refuse_text_behind_copy(const SplitInput *input, int64_t offset, Err *err)
{
    fail(err, ERR_CONFIG, "text behind the semicolon of COPY ... FROM stdin");
    err_detail(err, "The data begins on the next line; psql would run this text after the data.");
    err_hint(err, "move it below the line with \\.");
    return input_error_at(input, offset, err);
}

bool refuse_unended_copy(const SplitInput *input, int64_t statement, Err *err)
{
    fail(err, ERR_CONFIG, "the data of COPY ... FROM stdin does not end with \"\\.\"");
    err_hint(err, "end it with a line that has \\. alone; without it the file may be cut off");
    return input_error_at(input, statement, err);
}
