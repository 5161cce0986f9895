// Timeouts and the session: what bounds a wait, and what outlives the file.
#include "check/rules/families.h"
#include "sql/lex.h"

#include <string.h>
#include <strings.h>

enum {
    LONG_LOCK_TIMEOUT_MS = 30 * 1000,
};

static const Effect *first_strong(const Judged *judged)
{
    if (judged->effects->is_concurrent)
        return NULL;
    VEC_EACH (const Effect, effect, &judged->effects->items)
        if (!effect->is_new && effect->mode >= LOCK_SHARE)
            return effect;
    return NULL;
}

static bool script_bounds(const Judged *judged)
{
    const Script *script = judged->file->script;
    return judged->assumes_timeouts || (script && script->directives.lock_timeout_ms);
}

static void check_missing_lock_timeout(const Judged *judged)
{
    const Effect *effect = first_strong(judged);
    if (!effect || script_bounds(judged) || judged->session->lock_timeout.is_set)
        return;
    if (judged_first_in_file(judged))
        judged_report(judged, NULL, effect->relation,
                      "%s on %s without a lock_timeout: behind one long transaction it waits, and "
                      "everybody else behind it",
                      lock_mode_name(effect->mode), effect->relation);
}

static void check_missing_statement_timeout(const Judged *judged)
{
    const Effect *effect = first_strong(judged);
    if (!effect || judged->assumes_timeouts || judged->session->statement_timeout.is_set ||
        judged->file->script->directives.statement_timeout_ms)
        return;
    if (judged_first_in_file(judged))
        judged_report(judged, NULL, effect->relation, "%s on %s without a statement_timeout",
                      lock_mode_name(effect->mode), effect->relation);
}

static void check_missing_transaction_timeout(const Judged *judged)
{
    const Effect *effect = first_strong(judged);
    if (!effect || judged->assumes_timeouts || judged->session->transaction_timeout.is_set)
        return;
    if (judged_first_in_file(judged))
        judged_report(judged, NULL, effect->relation,
                      "%s on %s in a transaction without a transaction_timeout",
                      lock_mode_name(effect->mode), effect->relation);
}

static const char *set_name(const Node *node)
{
    return node_text(node, "name");
}

static void check_local_outside(const Judged *judged)
{
    if (judged->transaction->is_block || !node_flag(judged->node, "is_local"))
        return;
    judged_report(judged, NULL, "",
                  "SET LOCAL %s has no effect here: the file runs statement by statement",
                  set_name(judged->node));
}

// Set when what it should bound has waited already.
static void check_order(const Judged *judged)
{
    if (strcasecmp(set_name(judged->node), "lock_timeout") != 0 ||
        !node_text_is(judged->node, "kind", "VAR_SET_VALUE"))
        return;
    VEC_EACH (const HeldLock, held, &judged->transaction->held)
        if (held->mode >= LOCK_SHARE) {
            judged_report(judged, NULL, held->relation,
                          "lock_timeout is set after %s has waited for %s already", held->label,
                          held->relation);
            return;
        }
}

static void check_value(const Judged *judged)
{
    const SettingState *timeout = &judged->session->lock_timeout;
    const Effect *effect = first_strong(judged);
    bool is_long =
        timeout->is_set && (timeout->value_ms == 0 || timeout->value_ms > LONG_LOCK_TIMEOUT_MS);
    if (!effect || (!is_long && !timeout->is_taken_back) || !judged_first_in_file(judged))
        return;
    if (timeout->is_taken_back)
        judged_report(judged, NULL, effect->relation,
                      "waits for %s without a limit: the lock_timeout that was set above does not "
                      "hold here any more",
                      effect->relation);
    else if (timeout->value_ms == 0)
        judged_report(judged, NULL, effect->relation,
                      "lock_timeout = 0 (line %d) waits for %s for ever, and everybody else behind "
                      "it",
                      timeout->position.line, effect->relation);
    else
        judged_report(judged, NULL, effect->relation,
                      "waits up to %lld s for %s, and everybody else behind it",
                      (long long)(timeout->value_ms / 1000), effect->relation);
}

static void check_ineffective(const Judged *judged)
{
    if (!node_is(judged->node, "VariableSetStmt")) {
        check_value(judged);
        return;
    }
    check_local_outside(judged);
    check_order(judged);
}

// "timezone = 'UTC'", of SET and SET SESSION.
static const char *what_is_set(const Judged *judged)
{
    Str text = judged->parsed->statement.text;
    Lexer lexer = {.text = text, .is_whole = true};
    lex_next_significant(&lexer);
    Token token = lex_next_significant(&lexer);
    if (lex_is_word(&lexer, token, STR("session")))
        token = lex_next_significant(&lexer);
    return arena_dup(judged->scratch, str_skip(text, token.start));
}

static void check_leak(const Judged *judged)
{
    // Once: a dump begins with a dozen of them.
    if (node_flag(judged->node, "is_local") ||
        !node_text_is(judged->node, "kind", "VAR_SET_VALUE") || !judged_first_in_file(judged))
        return;
    judged_report(judged, NULL, "",
                  "SET %s holds for the whole session, not only for this migration",
                  set_name(judged->node))
        ->instead = judged->transaction->is_block
                        ? judged_printf(judged, "SET LOCAL %s;", what_is_set(judged))
                        : judged_printf(judged, "RESET %s; -- at the end", set_name(judged->node));
}

static void check_advisory(const Judged *judged)
{
    NODE_WALK(node, judged->node)
    {
        const char *name = node_last_text(node_field(node, "funcname"));
        if (!node_is(node, "FuncCall") ||
            (strcmp(name, "pg_advisory_lock") != 0 && strcmp(name, "pg_try_advisory_lock") != 0))
            continue;
        judged_report(judged, node, "",
                      "%s() locks the session: behind a pooler in transaction mode it stays with a "
                      "connection that others use",
                      name)
            ->instead = "SELECT pg_advisory_xact_lock(4711);";
        return;
    }
}

static const RuleExample MISSING_LOCK_BAD[] = {
    {.setup = "CREATE TABLE public.t (id bigint);", .sql = "ALTER TABLE t ADD COLUMN a text;"},
    {0},
};
static const RuleExample MISSING_LOCK_GOOD[] = {
    {.setup = "CREATE TABLE t (id bigint);",
     .sql = "SET LOCAL lock_timeout = '2s';\nALTER TABLE t ADD COLUMN a text;"},
    {.sql = "CREATE TABLE t (id bigint);\nALTER TABLE t ADD COLUMN a text;"},
    {0},
};
static const RuleExample MISSING_STATEMENT_GOOD[] = {
    {.setup = "CREATE TABLE t (id bigint);",
     .sql = "SET LOCAL statement_timeout = '5s';\nSET LOCAL lock_timeout = '2s';\n"
            "ALTER TABLE t ADD COLUMN a text;"},
    {0},
};
static const RuleExample MISSING_TRANSACTION_GOOD[] = {
    {.setup = "CREATE TABLE t (id bigint);",
     .sql = "SET LOCAL transaction_timeout = '10s';\nALTER TABLE t ADD COLUMN a text;",
     .pg_from = 17},
    {0},
};
static const RuleExample INEFFECTIVE_BAD[] = {
    {.setup = "CREATE TABLE t (id bigint);",
     .sql = "SET LOCAL lock_timeout = 0;\nALTER TABLE t ADD COLUMN a text;"},
    {.setup = "CREATE TABLE t (id bigint);",
     .sql = "ALTER TABLE t ADD COLUMN a text;\nSET LOCAL lock_timeout = '1s';\n"
            "ALTER TABLE t ADD COLUMN b text;"},
    {.setup = "CREATE TABLE t (id bigint);",
     .sql = "SET LOCAL lock_timeout = '10min';\nALTER TABLE t ADD COLUMN a text;"},
    {.setup = "CREATE TABLE t (id bigint);",
     .sql = "SET LOCAL lock_timeout = '1s';\nCREATE INDEX CONCURRENTLY i ON t (id);"},
    {.setup = "CREATE TABLE t (id bigint);",
     .sql = "SET lock_timeout = '1s';\nRESET ALL;\nALTER TABLE t ADD COLUMN a text;"},
    {0},
};
static const RuleExample INEFFECTIVE_GOOD[] = {
    {.setup = "CREATE TABLE t (id bigint);",
     .sql = "SET LOCAL lock_timeout = '100ms';\nALTER TABLE t ADD COLUMN a text;"},
    {.setup = "CREATE TABLE t (id bigint);",
     .sql = "SET lock_timeout = 0;\nCREATE INDEX CONCURRENTLY t_id ON t (id);\n"
            "RESET lock_timeout;",
     .note = "it waits, but nobody waits behind it"},
    {0},
};
static const RuleExample LEAK_BAD[] = {{.sql = "SET search_path = app, public;"}, {0}};
static const RuleExample LEAK_GOOD[] = {{.sql = "SET LOCAL search_path = app, public;"}, {0}};
static const RuleExample POOLER_BAD[] = {{.sql = "SELECT pg_advisory_lock(4711);"}, {0}};
static const RuleExample POOLER_GOOD[] = {{.sql = "SELECT pg_advisory_xact_lock(4711);"}, {0}};

const Rule RULES_TIMEOUT[] = {
    {
        .id = "missing-lock-timeout",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_BLOCKING,
        .summary = "a strong lock is asked for without a lock_timeout",
        .why = "A statement that waits for its lock makes everybody wait who comes after it, "
               "readers too: one forgotten transaction then stops the application. `migrate-safe "
               "up` sets a lock_timeout of its own and tries again; another runner may not.",
        .instead = "set lock_timeout before it, and try again when it runs out; with "
                   "--assume-timeouts the runner is taken to do so",
        .instead_sql = "SET LOCAL lock_timeout = '2s';",
        .aliases = "squawk:require-timeout-settings eugene:E9",
        .on = "*",
        .check = check_missing_lock_timeout,
        .bad = MISSING_LOCK_BAD,
        .good = MISSING_LOCK_GOOD,
        .claim = {.relation = "public.t", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "ineffective-lock-timeout",
        .severity = SEVERITY_WARNING,
        .risk = RISK_BLOCKING,
        .summary = "a lock_timeout that does not bound the wait",
        .why = "A lock_timeout of 0 is none, one of minutes is as good as none, one that is set "
               "after the lock was taken came too late, and SET LOCAL outside of a transaction "
               "has no effect at all.",
        .instead = "a short value, set before the first strong lock, inside the transaction",
        .instead_sql = "SET LOCAL lock_timeout = '2s';",
        .on = "*",
        .check = check_ineffective,
        .bad = INEFFECTIVE_BAD,
        .good = INEFFECTIVE_GOOD,
    },
    {
        .id = "missing-statement-timeout",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_BLOCKING,
        .is_optional = true,
        .summary = "a strong lock is held by a statement without a statement_timeout",
        .why = "Once the lock is there the statement may run for as long as it likes, and the "
               "application waits for as long.",
        .instead = "set statement_timeout before it",
        .instead_sql = "SET LOCAL statement_timeout = '5s';",
        .aliases = "squawk:require-timeout-settings",
        .on = "*",
        .check = check_missing_statement_timeout,
        .bad = MISSING_LOCK_BAD,
        .good = MISSING_STATEMENT_GOOD,
        .claim = {.relation = "public.t", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "missing-transaction-timeout",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_BLOCKING,
        .pg_from = 17,
        .is_optional = true,
        .summary = "a strong lock is held by a transaction without a transaction_timeout",
        .why = "Locks are held until the transaction ends, so the sum of its statements counts. "
               "From 17 on transaction_timeout bounds it.",
        .instead = "set transaction_timeout at its begin",
        .instead_sql = "SET LOCAL transaction_timeout = '10s';",
        .on = "*",
        .check = check_missing_transaction_timeout,
        .bad = MISSING_LOCK_BAD,
        .good = MISSING_TRANSACTION_GOOD,
        .claim = {.relation = "public.t", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "set-leaks-session",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_OPERATION,
        .summary = "a setting outlives the migration",
        .why = "SET without LOCAL holds until the session ends. The next migration of the same "
               "run, or whoever gets the connection from a pool, has it too. `migrate-safe up` "
               "resets the session after each migration; other runners do not.",
        .instead = "SET LOCAL, inside a transaction",
        .on = "VariableSetStmt",
        .check = check_leak,
        .bad = LEAK_BAD,
        .good = LEAK_GOOD,
    },
    {
        .id = "pooler-transaction-mode",
        .severity = SEVERITY_WARNING,
        .risk = RISK_OPERATION,
        .summary = "a lock of the session, which a pooler gives to somebody else",
        .why = "Session-level advisory locks belong to the server connection. A pooler in "
               "transaction mode hands that connection on after each transaction, with the lock "
               "still on it.",
        .instead = "an advisory lock of the transaction",
        .instead_sql = "SELECT pg_advisory_xact_lock(4711);",
        .on = "SelectStmt",
        .check = check_advisory,
        .bad = POOLER_BAD,
        .good = POOLER_GOOD,
    },
    {0},
};
