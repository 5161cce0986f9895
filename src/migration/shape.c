#include "migration/shape.h"

#include "sql/lex.h"

#include <stdio.h>

static bool refuse(const Statement *statement, const char *file, const char *message,
                   const char *hint, Err *err)
{
    fail(err, ERR_CONFIG, "%s", message);
    err_hint(err, "%s", hint);
    return err_at(err, file, statement->position);
}

static bool add_not_transactional(Shape *shape, const Statement *statement, const char *file,
                                  Err *err)
{
    char label[sizeof shape->label];
    statement_label(statement, label, sizeof label);
    if (shape->open_begin.line) {
        fail(err, ERR_CONFIG, "%s cannot run inside the transaction that BEGIN opens at line %d",
             label, shape->open_begin.line);
        err_hint(err, "move it out of BEGIN ... COMMIT, best into a migration of its own");
        return err_at(err, file, statement->position);
    }
    if (!shape->not_transactional++) {
        shape->first_not_transactional = statement->position;
        snprintf(shape->label, sizeof shape->label, "%s", label);
    }
    shape->statements++;
    return true;
}

// SET TRANSACTION ISOLATION LEVEL has to come before any query, and ours come before it: our BEGIN
// asks for the level, and setting the same once more is no error.
static void take_isolation(Shape *shape, Str text)
{
    static const Str WORDS[] = {STR("set"), STR("transaction"), STR("isolation"), STR("level")};
    static const char *const LEVELS[] = {"SERIALIZABLE", "REPEATABLE READ", "READ COMMITTED",
                                         "READ UNCOMMITTED"};
    Lexer lexer = {.text = text, .is_whole = true};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (!lex_is_word(&lexer, lex_next_significant(&lexer), WORDS[i]))
            return;
    Token token = lex_next_significant(&lexer);
    Str first = lex_text(&lexer, token);
    bool is_read =
        lex_is_word(&lexer, token, STR("read")) || lex_is_word(&lexer, token, STR("repeatable"));
    Str second = is_read ? lex_text(&lexer, lex_next_significant(&lexer)) : (Str){0};
    for (size_t i = 0; i < sizeof LEVELS / sizeof LEVELS[0]; i++) {
        Str level = str_from(LEVELS[i]);
        Str word = str_until(level, ' ');
        Str rest = str_trim(str_skip(level, word.n));
        if (str_eq_nocase(first, word) && str_eq_nocase(second, rest))
            snprintf(shape->begin, sizeof shape->begin, "BEGIN ISOLATION LEVEL %s", LEVELS[i]);
    }
}

bool shape_add(Shape *shape, const Statement *statement, const char *file, Err *err)
{
    switch (statement->class) {
    case STATEMENT_BEGIN:
        if (shape->open_begin.line)
            return refuse(statement, file, "BEGIN inside a transaction that is open already",
                          "remove one of the two, or end the first with COMMIT", err);
        shape->open_begin = statement->position;
        if (!shape->blocks)
            snprintf(shape->begin, sizeof shape->begin, STR_FMT, STR_ARG(statement->text));
        shape->blocks++;
        return true;
    case STATEMENT_COMMIT:
        if (str_find(statement->text, STR("CHAIN")) >= 0 ||
            str_find(statement->text, STR("chain")) >= 0)
            return refuse(statement, file, "COMMIT AND CHAIN opens a transaction that nothing ends",
                          "write COMMIT, and BEGIN where the next block starts", err);
        if (!shape->open_begin.line)
            return refuse(statement, file, "COMMIT without BEGIN",
                          "remove it: migrate-safe commits the file as one transaction", err);
        shape->open_begin = (Position){0};
        return true;
    case STATEMENT_ROLLBACK:
        return refuse(statement, file, "ROLLBACK would undo the migration it stands in",
                      "remove it (ROLLBACK TO SAVEPOINT is fine)", err);
    case STATEMENT_PREPARE_TRANSACTION:
        return refuse(statement, file, "two-phase commit cannot be part of a migration",
                      "remove PREPARE TRANSACTION, COMMIT PREPARED and ROLLBACK PREPARED", err);
    case STATEMENT_NOT_TRANSACTIONAL:
        return add_not_transactional(shape, statement, file, err);
    case STATEMENT_TRANSACTIONAL:
        take_isolation(shape, statement->text);
        shape->statements++;
        return true;
    case STATEMENT_COPY_IN:
        shape->statements++;
        return true;
    }
    return true;
}

bool shape_add_verify(Shape *shape, const Statement *statement, const char *file, Err *err)
{
    char label[sizeof shape->label];
    if (statement->class == STATEMENT_NOT_TRANSACTIONAL) {
        statement_label(statement, label, sizeof label);
        fail(err, ERR_CONFIG, "%s cannot run in a verify script: it runs inside a transaction",
             label);
        err_hint(err, "take it out; a verify script looks, and changes nothing");
        return err_at(err, file, statement->position);
    }
    if (statement->class != STATEMENT_ROLLBACK)
        return shape_add(shape, statement, file, err);
    if (!shape->open_begin.line)
        return refuse(statement, file, "ROLLBACK without BEGIN",
                      "remove it: nothing of a verify script stays", err);
    shape->open_begin = (Position){0};
    return true;
}

bool shape_finish(const Shape *shape, const char *file, Err *err)
{
    if (!shape->open_begin.line)
        return true;
    fail(err, ERR_CONFIG, "BEGIN without COMMIT");
    err_hint(err, "end the block with COMMIT, or remove BEGIN: migrate-safe runs the file as one "
                  "transaction");
    return err_at(err, file, shape->open_begin);
}

bool shape_is_one_transaction(const Shape *shape, const Directives *directives)
{
    return !directives->no_transaction && !shape->not_transactional && shape->blocks <= 1;
}
