// CONCURRENTLY: where it fails, and what makes it leave an INVALID index.
#include "check/rules/families.h"
#include "check/rules/index_form.h"
#include "check/rules/proposal.h"
#include "check/rules/verdict.h"

#include <string.h>

enum {
    // Under these a build of some size, or its wait for old transactions, is cut off.
    SHORT_LOCK_MS = 60 * 1000,
    SHORT_STATEMENT_MS = 10 * 60 * 1000,
};

static bool is_index_drop(const Node *node)
{
    return node_text_is(node, "removeType", "OBJECT_INDEX");
}

static bool is_concurrent(const Judged *judged)
{
    return node_flag(judged->node, "concurrent") &&
           (node_is(judged->node, "IndexStmt") || is_index_drop(judged->node));
}

static const char *words_of(const Judged *judged)
{
    return node_is(judged->node, "IndexStmt") ? "CREATE INDEX CONCURRENTLY"
                                              : "DROP INDEX CONCURRENTLY";
}

static const char *table_of(const Judged *judged)
{
    return node_is(judged->node, "IndexStmt")
               ? judged_name(judged, node_field(judged->node, "relation"))
               : "";
}

// concurrent-in-transaction

static void check_in_transaction(const Judged *judged)
{
    if (!is_concurrent(judged) || !verdict_is_in_block(judged))
        return;
    judged_report(judged, NULL, table_of(judged), "%s fails here: it cannot run %s",
                  words_of(judged),
                  judged->is_in_body ? "in a DO block" : "inside of a transaction");
}

#define ORDERS "CREATE TABLE orders (id bigint PRIMARY KEY, status text);"

static const RuleExample IN_TRANSACTION_BAD[] = {
    {.setup = ORDERS,
     .sql = "BEGIN;\n"
            "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);\n"
            "COMMIT;"},
    {.setup = ORDERS "\nCREATE INDEX orders_status_idx ON orders (status);",
     .sql = "BEGIN;\n"
            "DROP INDEX CONCURRENTLY orders_status_idx;\n"
            "COMMIT;"},
    {.setup = ORDERS,
     .sql = "DO $$ BEGIN\n"
            "    CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);\n"
            "END $$;"},
    {0},
};
static const RuleExample IN_TRANSACTION_GOOD[] = {
    {.setup = ORDERS,
     .sql = "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);",
     .note = "a file with it runs statement by statement"},
    {.setup = ORDERS,
     .sql = "BEGIN;\n"
            "COMMENT ON TABLE orders IS 'what was bought';\n"
            "COMMIT;\n"
            "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);",
     .note = "behind the COMMIT"},
    {0},
};

// concurrent-multi-statement-string

static void check_multi_statement(const Judged *judged)
{
    const JudgedFile *file = judged->file;
    if (!file->is_wrapped_elsewhere || !is_concurrent(judged) || verdict_is_in_block(judged))
        return;
    const char *layout = file->migration ? file->migration->layout : "";
    // golang-migrate sends the file as one string, which is no transaction when it is one statement
    bool is_sent_alone = file->shape->statements == 1 && !strcmp(layout, "paired");
    if (!is_sent_alone)
        judged_report(judged, NULL, table_of(judged),
                      "%s works here, statement by statement; the layout's own tool puts the file "
                      "into one transaction, and there it fails",
                      words_of(judged));
}

static const RuleExample MULTI_STATEMENT_BAD[] = {
    {.setup = ORDERS,
     .sql = "COMMENT ON TABLE orders IS 'what was bought';\n"
            "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);",
     .note = "in a layout whose own tool sends the file at once",
     .is_wrapped_elsewhere = true},
    {0},
};
static const RuleExample MULTI_STATEMENT_GOOD[] = {
    {.setup = ORDERS,
     .sql = "COMMENT ON TABLE orders IS 'what was bought';\n"
            "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);",
     .note = "in a layout that runs such files without a transaction"},
    {0},
};

// concurrent-if-not-exists-invalid

typedef struct DroppedName {
    int file;
    const char *name; // of the last DROP INDEX IF EXISTS of the file
} DroppedName;

static DroppedName *dropped_name(const Judged *judged)
{
    return judged_memory(judged->lint, &RULES_INDEX_CONCURRENT[0], sizeof(DroppedName));
}

static void remember_drop(const Judged *judged)
{
    if (!is_index_drop(judged->node))
        return;
    NODE_EACH(name, node_field(judged->node, "objects"))
    *dropped_name(judged) = (DroppedName){
        judged->file->number, arena_strdup(judged_arena(judged->lint), node_last_text(name))};
}

static void check_if_not_exists(const Judged *judged)
{
    if (node_is(judged->node, "DropStmt")) {
        remember_drop(judged);
        return;
    }
    if (!is_concurrent(judged) || !node_flag(judged->node, "if_not_exists"))
        return;
    const char *name = node_text(judged->node, "idxname");
    const DroppedName *dropped = dropped_name(judged);
    if (dropped->name && dropped->file == judged->file->number && !strcmp(dropped->name, name))
        return;
    Finding *finding = judged_report(
        judged, NULL, table_of(judged),
        "a build of %s that failed leaves it INVALID; IF NOT EXISTS then passes over it and "
        "reports success",
        name);
    finding->instead = index_form_concurrent(judged, true);
}

static const RuleExample IF_NOT_EXISTS_BAD[] = {
    {.setup = ORDERS,
     .sql = "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_status_idx ON orders (status);"},
    {0},
};
static const RuleExample IF_NOT_EXISTS_GOOD[] = {
    {.setup = ORDERS,
     .sql = "DROP INDEX CONCURRENTLY IF EXISTS orders_status_idx;\n"
            "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);",
     .note = "what a failed build left goes first"},
    {.sql = "CREATE TABLE orders (id bigint PRIMARY KEY, status text);\n"
            "CREATE INDEX IF NOT EXISTS orders_status_idx ON orders (status);",
     .note = "without CONCURRENTLY nothing invalid is left"},
    {0},
};

// concurrent-unnamed

static void check_unnamed(const Judged *judged)
{
    if (!is_concurrent(judged) || *node_text(judged->node, "idxname"))
        return;
    Finding *finding = judged_report(
        judged, NULL, table_of(judged),
        "an index of %s is built concurrently without a name: when it is run again, a second one "
        "is made, and what failed cannot be dropped by name",
        table_of(judged));
    finding->instead = index_form_concurrent(judged, true);
}

static const RuleExample UNNAMED_BAD[] = {
    {.setup = ORDERS, .sql = "CREATE INDEX CONCURRENTLY ON orders (status);"},
    {0},
};
static const RuleExample UNNAMED_GOOD[] = {
    {.setup = ORDERS, .sql = "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);"},
    {.sql = "CREATE TABLE orders (id bigint PRIMARY KEY, status text);\n"
            "CREATE INDEX ON orders (status);",
     .note = "in a transaction it is made once or not at all"},
    {0},
};

// concurrent-with-lock-timeout

static bool is_short(const SettingState *setting, int64_t limit)
{
    return setting->is_set && !setting->is_useless && setting->value_ms > 0 &&
           setting->value_ms < limit;
}

static void check_timeout(const Judged *judged)
{
    const SettingState *lock = &judged->session->lock_timeout;
    const SettingState *statement = &judged->session->statement_timeout;
    bool has_lock = is_short(lock, SHORT_LOCK_MS);
    if (!is_concurrent(judged) || verdict_is_in_block(judged) ||
        (!has_lock && !is_short(statement, SHORT_STATEMENT_MS)))
        return;
    const SettingState *setting = has_lock ? lock : statement;
    Finding *finding = judged_report(
        judged, NULL, table_of(judged),
        "%s with %s of %lld ms (line %d): %s, and an INVALID index is left", words_of(judged),
        has_lock ? "lock_timeout" : "statement_timeout", (long long)setting->value_ms,
        (int)setting->position.line,
        has_lock ? "its waits for older transactions count as waits for a lock, so it is cut off"
                 : "a build that takes longer is cut off");
    finding->instead =
        judged_printf(judged,
                      "SET lock_timeout = 0;\n"
                      "SET statement_timeout = 0;\n"
                      "%.*s;",
                      (int)judged->parsed->statement.text.n, judged->parsed->statement.text.p);
}

static const RuleExample TIMEOUT_BAD[] = {
    {.setup = ORDERS,
     .sql = "SET lock_timeout = '2s';\n"
            "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);\n"
            "RESET lock_timeout;"},
    {.setup = ORDERS,
     .sql = "SET statement_timeout = '30s';\n"
            "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);\n"
            "RESET statement_timeout;"},
    {0},
};
static const RuleExample TIMEOUT_GOOD[] = {
    {.setup = ORDERS,
     .sql = "SET statement_timeout = 0;\n"
            "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);\n"
            "RESET statement_timeout;",
     .allows = "ineffective-lock-timeout set-leaks-session"},
    {0},
};

// concurrent-after-lock-in-same-session

typedef struct AdvisoryLock {
    int file;
    bool is_held;
    Position position;
} AdvisoryLock;

static void follow_advisory(const Judged *judged, AdvisoryLock *lock)
{
    NODE_EACH(target, node_field(judged->node, "targetList"))
    {
        const Node *call = node_field(target, "val");
        if (!node_is(call, "FuncCall"))
            continue;
        const char *name = node_last_text(node_field(call, "funcname"));
        if (!strcmp(name, "pg_advisory_lock") || !strcmp(name, "pg_advisory_lock_shared"))
            *lock = (AdvisoryLock){judged->file->number, true, judged->parsed->statement.position};
        else if (!strncmp(name, "pg_advisory_unlock", strlen("pg_advisory_unlock")))
            lock->is_held = false;
    }
}

static void check_advisory(const Judged *judged)
{
    AdvisoryLock *lock =
        judged_memory(judged->lint, &RULES_INDEX_CONCURRENT[1], sizeof(AdvisoryLock));
    if (node_is(judged->node, "SelectStmt")) {
        follow_advisory(judged, lock);
        return;
    }
    if (!is_concurrent(judged) || !lock->is_held || lock->file != judged->file->number)
        return;
    judged_report(judged, NULL, table_of(judged),
                  "%s while the session holds an advisory lock (line %d): another session that "
                  "waits for that lock has a snapshot, for which this waits: a deadlock",
                  words_of(judged), (int)lock->position.line);
}

static const RuleExample ADVISORY_BAD[] = {
    {.setup = ORDERS,
     .sql = "SELECT pg_advisory_lock(42);\n"
            "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);\n"
            "SELECT pg_advisory_unlock(42);"},
    {0},
};
static const RuleExample ADVISORY_GOOD[] = {
    {.setup = ORDERS,
     .sql = "SELECT pg_advisory_lock(42);\n"
            "SELECT pg_advisory_unlock(42);\n"
            "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);",
     .note = "given back before",
     .allows = "pooler-transaction-mode"},
    {0},
};

const Rule RULES_INDEX_CONCURRENT[] = {
    {
        .id = "concurrent-if-not-exists-invalid",
        .severity = SEVERITY_WARNING,
        .risk = RISK_OPERATION,
        .summary = "IF NOT EXISTS takes an INVALID index for the index",
        .why = "A concurrent build that fails, by a deadlock, a timeout or a duplicate, leaves its "
               "index behind, INVALID: it is kept up by every write, and no query uses it. When "
               "the file is run again, IF NOT EXISTS finds the name and makes nothing, and the "
               "migration counts as done.",
        .instead = "drop what a failed build left, then build without IF NOT EXISTS",
        .instead_sql = "DROP INDEX CONCURRENTLY IF EXISTS orders_status_idx;\n"
                       "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);",
        .on = "IndexStmt DropStmt",
        .check = check_if_not_exists,
        .bad = IF_NOT_EXISTS_BAD,
        .good = IF_NOT_EXISTS_GOOD,
    },
    {
        .id = "concurrent-after-lock-in-same-session",
        .severity = SEVERITY_WARNING,
        .risk = RISK_FAILURE,
        .summary = "a concurrent build waits for who waits for its session's advisory lock",
        .why =
            "CONCURRENTLY waits for every transaction with an older snapshot. A second session "
            "that calls pg_advisory_lock() for the same key has such a snapshot while it waits, "
            "so each waits for the other, and the deadlock detector ends one of them. It happens "
            "when two runners start at once.",
        .instead = "take the lock with pg_try_advisory_lock() in a loop, or give it back before",
        .instead_sql = "SELECT pg_try_advisory_lock(42); -- again until it is true",
        .on = "SelectStmt IndexStmt DropStmt",
        .check = check_advisory,
        .bad = ADVISORY_BAD,
        .good = ADVISORY_GOOD,
    },
    {
        .id = "concurrent-in-transaction",
        .severity = SEVERITY_ERROR,
        .risk = RISK_FAILURE,
        .summary = "CONCURRENTLY fails inside of a transaction",
        .why = "CREATE INDEX CONCURRENTLY and DROP INDEX CONCURRENTLY are several transactions by "
               "themselves. PostgreSQL refuses them between BEGIN and COMMIT, in a function and in "
               "a DO block.",
        .instead = "put it into a file of its own that runs without a transaction",
        .instead_sql = "-- migrate-safe: no-transaction\n"
                       "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);",
        .aliases = "squawk:ban-concurrent-index-creation-in-transaction atlas:PG103",
        .on = "IndexStmt DropStmt",
        .check = check_in_transaction,
        .bad = IN_TRANSACTION_BAD,
        .good = IN_TRANSACTION_GOOD,
        .claim = {.sqlstate = "25001"},
    },
    {
        .id = "concurrent-multi-statement-string",
        .severity = SEVERITY_WARNING,
        .risk = RISK_FAILURE,
        .summary = "the layout's own tool would run CONCURRENTLY in a transaction",
        .why = "Some tools send a file as one string, and several statements in one string are one "
               "transaction; others put BEGIN and COMMIT around it. There CONCURRENTLY fails. "
               "migrate-safe runs such a file statement by statement, but whoever runs it with the "
               "layout's own tool does not get there.",
        .instead =
            "put it into a file of its own, and say there that it runs without a transaction",
        .instead_sql = "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);",
        .on = "IndexStmt DropStmt",
        .check = check_multi_statement,
        .bad = MULTI_STATEMENT_BAD,
        .good = MULTI_STATEMENT_GOOD,
    },
    {
        .id = "concurrent-unnamed",
        .severity = SEVERITY_WARNING,
        .risk = RISK_OPERATION,
        .summary = "a concurrent index build without a name cannot be repeated",
        .why = "PostgreSQL makes up a name that is free. When the build fails, its INVALID index "
               "keeps that name; run again, the statement makes another one with a number behind "
               "it, and the first stays and costs every write.",
        .instead = "name it",
        .instead_sql = "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);",
        .aliases = "squawk:prefer-robust-stmts",
        .on = "IndexStmt",
        .check = check_unnamed,
        .bad = UNNAMED_BAD,
        .good = UNNAMED_GOOD,
    },
    {
        .id = "concurrent-with-lock-timeout",
        .severity = SEVERITY_WARNING,
        .risk = RISK_FAILURE,
        .summary = "a short timeout cuts a concurrent build off",
        .why = "CONCURRENTLY waits for every transaction that was open before, and those waits "
               "count for lock_timeout, though nobody waits behind it. statement_timeout ends a "
               "build that takes longer. Both leave an INVALID index that costs every write until "
               "it is dropped.",
        .instead = "set both to 0 for this statement",
        .instead_sql = "SET lock_timeout = 0;\n"
                       "SET statement_timeout = 0;\n"
                       "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);",
        .on = "IndexStmt DropStmt",
        .check = check_timeout,
        .bad = TIMEOUT_BAD,
        .good = TIMEOUT_GOOD,
    },
    {0},
};
