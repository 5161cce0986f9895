// What statements do to each other in one transaction: locks that add up, work that runs under
// them, blocks that do not end, files that cannot be run again.
#include "check/rules/families.h"

#include <stdio.h>
#include <string.h>

static void *own_memory(struct Lint *lint, size_t size)
{
    return judged_memory(lint, judged_rule(lint), size);
}

static const HeldLock *held_on(const Judged *judged, const char *relation)
{
    VEC_EACH (const HeldLock, held, &judged->transaction->held)
        if (strcmp(held->relation, relation) == 0)
            return held;
    return NULL;
}

// The strongest that is held on a table which others see.
static const HeldLock *strongest(const Judged *judged, const char *but, LockMode least)
{
    const HeldLock *found = NULL;
    VEC_EACH (const HeldLock, held, &judged->transaction->held)
        if (!held->is_new && held->mode >= least && strcmp(held->relation, but) != 0 &&
            (!found || held->mode > found->mode))
            found = held;
    return found;
}

static void check_multiple(const Judged *judged)
{
    if (!judged->transaction->is_block || judged->effects->is_concurrent)
        return;
    VEC_EACH (const Effect, effect, &judged->effects->items) {
        if (effect->is_new || effect->mode < LOCK_SHARE_ROW_EXCLUSIVE ||
            held_on(judged, effect->relation))
            continue;
        const HeldLock *other = strongest(judged, effect->relation, LOCK_SHARE_ROW_EXCLUSIVE);
        if (!other || !judged_first_in_transaction(judged))
            return;
        judged_report(judged, NULL, effect->relation,
                      "locks %s in %s while the transaction holds %s on %s since line %d",
                      effect->relation, lock_mode_name(effect->mode), lock_mode_name(other->mode),
                      other->relation, other->position.line);
        return;
    }
}

static void check_upgrade(const Judged *judged)
{
    if (!judged->transaction->is_block)
        return;
    VEC_EACH (const Effect, effect, &judged->effects->items) {
        const HeldLock *held = held_on(judged, effect->relation);
        if (effect->is_new || !held || held->mode >= effect->mode ||
            held->mode < LOCK_ROW_EXCLUSIVE || effect->mode < LOCK_SHARE)
            continue;
        judged_report(judged, NULL, effect->relation,
                      "raises the lock on %s from %s (line %d) to %s: two that do so wait for each "
                      "other",
                      effect->relation, lock_mode_name(held->mode), held->position.line,
                      lock_mode_name(effect->mode));
        return;
    }
}

static const Effect *slow_effect(const Judged *judged)
{
    VEC_EACH (const Effect, effect, &judged->effects->items)
        if (!effect->is_new && (effect->is_rewritten || effect->is_scanned || effect->builds_index))
            return effect;
    return NULL;
}

// CREATE TABLE ... AS, CREATE MATERIALIZED VIEW: reads a table that others filled, to its end.
static const Node *query_source(const Judged *judged)
{
    const Node *query = node_field(judged->node, "query");
    if (!node_is(judged->node, "CreateTableAsStmt") || node_has(query, "limitCount"))
        return NULL;
    NODE_EACH(from, node_field(query, "fromClause"))
    if (node_is(from, "RangeVar") && !judged_is_new(judged, from))
        return from;
    return NULL;
}

static void check_after_exclusive(const Judged *judged)
{
    const Effect *effect = slow_effect(judged);
    const Node *source = query_source(judged);
    if (!judged->transaction->is_block || (!effect && !source))
        return;
    // A statement that itself locks the table as strongly has a rule of its own.
    const char *own = effect && effect->mode == LOCK_ACCESS_EXCLUSIVE ? effect->relation : "";
    const HeldLock *held = strongest(judged, own, LOCK_ACCESS_EXCLUSIVE);
    if (held && judged_first_in_transaction(judged))
        judged_report(judged, NULL, held->relation,
                      "%s %s while %s is held in ACCESS EXCLUSIVE since line %d: nobody can read "
                      "it until the transaction ends",
                      effect && effect->is_rewritten   ? "rewrites"
                      : effect && effect->builds_index ? "builds an index over"
                                                       : "reads all of",
                      effect ? effect->relation : judged_name(judged, source), held->relation,
                      held->position.line);
}

// ALTER TABLE t ...; ALTER TABLE t ...; where each reads or writes the whole of it. Said of the
// second one: the third adds nothing to it.
typedef struct LastAlter {
    int transaction;
    int line; // of the first
    bool has_said;
    char relation[256];
} LastAlter;

static void check_repeat(const Judged *judged)
{
    LastAlter *last = own_memory(judged->lint, sizeof *last);
    const Effect *effect = slow_effect(judged);
    if (!effect || effect->mode < LOCK_SHARE_UPDATE_EXCLUSIVE)
        return;
    bool is_repeated = last->transaction == judged->transaction->number &&
                       strcmp(last->relation, effect->relation) == 0;
    if (is_repeated && !last->has_said)
        judged_report(judged, NULL, effect->relation,
                      "goes through all of %s a second time in this transaction (first in line "
                      "%d): subcommands of one ALTER TABLE share one pass",
                      effect->relation, last->line);
    last->has_said = is_repeated;
    if (is_repeated)
        return;
    last->transaction = judged->transaction->number;
    last->line = judged->parsed->statement.position.line;
    snprintf(last->relation, sizeof last->relation, "%s", effect->relation);
}

typedef struct OpenBlock {
    int file;
    bool is_open;
    bool has_ended_runners; // and then the runner's COMMIT ends what this file begins
    Position begin;
} OpenBlock;

static void check_nesting(const Judged *judged)
{
    const Node *node = judged->node;
    OpenBlock *open = own_memory(judged->lint, sizeof *open);
    if (open->file != judged->file->number + 1)
        *open = (OpenBlock){.file = judged->file->number + 1};
    StatementClass class = judged->parsed->statement.class;
    if (class == STATEMENT_BEGIN) {
        if (open->is_open)
            judged_report(judged, NULL, "",
                          "BEGIN inside of the transaction that began in line %d: it changes "
                          "nothing but a warning",
                          open->begin.line);
        open->is_open = true;
        open->begin = judged->parsed->statement.position;
    } else if (class == STATEMENT_COMMIT || class == STATEMENT_ROLLBACK) {
        if (!open->is_open)
            judged_report(judged, NULL, "",
                          "ends a transaction that this file did not begin: the runner's own, with "
                          "its record of the migration in it");
        open->has_ended_runners |= !open->is_open;
        open->is_open = node_flag(node, "chain");
    }
}

static void end_nesting(const JudgedFile *file)
{
    OpenBlock *open = own_memory(file->lint, sizeof *open);
    if (open->file == file->number + 1 && open->is_open && !open->has_ended_runners &&
        !file->is_broken)
        judged_report_file(file, open->begin, "",
                           "this BEGIN has no COMMIT: what follows it is rolled back when the "
                           "session ends");
}

typedef struct Steps {
    int file;
    int statements; // that would fail, or do it twice, when they run again
    Position second;
} Steps;

static bool is_repeatable(const Node *node)
{
    static const char *const KINDS[] = {"VariableSetStmt", "SelectStmt",        "TransactionStmt",
                                        "VacuumStmt",      "ReindexStmt",       "CommentStmt",
                                        "GrantStmt",       "CreateFunctionStmt"};
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (node_is(node, KINDS[i]))
            return true;
    return node_flag(node, "if_not_exists") || node_flag(node, "missing_ok") ||
           node_flag(node, "replace");
}

static void check_partial(const Judged *judged)
{
    Steps *steps = own_memory(judged->lint, sizeof *steps);
    if (judged->file->transaction != FILE_STEPS || judged->is_in_body ||
        judged->transaction->is_explicit || is_repeatable(judged->node))
        return;
    if (steps->file != judged->file->number + 1)
        *steps = (Steps){.file = judged->file->number + 1};
    if (++steps->statements == 2)
        judged_report(judged, NULL, "",
                      "the second statement of a file that is no transaction: when it fails, the "
                      "first has happened, and running the file again fails at that");
}

static void check_opaque(const Judged *judged)
{
    if (!judged->body || !judged->body->opaque_count || judged->body->kind != BODY_DO)
        return;
    judged_report_file(judged->file, judged->body->opaque, "",
                       "%zu %s made while the block runs: what %s cannot be read from the file",
                       judged->body->opaque_count,
                       judged->body->opaque_count == 1 ? "statement is" : "statements are",
                       judged->body->opaque_count == 1 ? "it does" : "they do");
}

// The tables that one file adds columns to, and takes columns or tables away from.
typedef struct Contract {
    int file;
    bool has_expanded;
    bool has_said;
    char relation[256];
} Contract;

static void check_deploy_order(const Judged *judged)
{
    Contract *contract = own_memory(judged->lint, sizeof *contract);
    if (contract->file != judged->file->number + 1)
        *contract = (Contract){.file = judged->file->number + 1};
    const Node *range = node_field(judged->node, "relation");
    if (judged_is_new(judged, range))
        return;
    const char *relation = judged_name(judged, range);
    if (node_text_is(judged->command, "subtype", "AT_AddColumn")) {
        contract->has_expanded = true;
        snprintf(contract->relation, sizeof contract->relation, "%s", relation);
    } else if (contract->has_expanded && !contract->has_said &&
               strcmp(contract->relation, relation) == 0) {
        contract->has_said = true;
        judged_report(judged, judged->command, relation,
                      "one file adds a column to %s and drops another: code that needs the old one "
                      "and code that needs the new one cannot run side by side",
                      relation);
    }
}

#define TABLES                                                                                     \
    "CREATE TABLE public.t (id bigint, a text);\nCREATE TABLE public.other (id bigint, a text);"

static const RuleExample MULTIPLE_BAD[] = {
    {.setup = TABLES,
     .sql = "ALTER TABLE other ADD COLUMN b text;\nALTER TABLE t ADD COLUMN b text;"},
    {0},
};
static const RuleExample MULTIPLE_GOOD[] = {
    {.setup = TABLES, .sql = "ALTER TABLE t ADD COLUMN b text;\nALTER TABLE t ADD COLUMN c text;"},
    {.setup = TABLES,
     .sql = "BEGIN;\nALTER TABLE t ADD COLUMN b text;\nCOMMIT;\n"
            "BEGIN;\nALTER TABLE other ADD COLUMN b text;\nCOMMIT;"},
    {.sql = "CREATE TABLE a (id bigint);\nCREATE TABLE b (id bigint);\n"
            "ALTER TABLE a ADD COLUMN c text;\nALTER TABLE b ADD COLUMN c text;"},
    {0},
};
static const RuleExample UPGRADE_BAD[] = {
    {.setup = TABLES, .sql = "INSERT INTO t (id) VALUES (1);\nALTER TABLE t ADD COLUMN b text;"},
    {0},
};
static const RuleExample UPGRADE_GOOD[] = {
    {.setup = TABLES,
     .sql = "ALTER TABLE t ADD COLUMN b text;\nINSERT INTO t (id) VALUES (1);",
     .allows = "dml-after-ddl-same-transaction"},
    {0},
};
static const RuleExample AFTER_BAD[] = {
    {.setup = TABLES,
     .sql = "ALTER TABLE t RENAME COLUMN a TO b;\n"
            "ALTER TABLE other ADD CONSTRAINT c CHECK (id > 0);"},
    {0},
};
static const RuleExample AFTER_GOOD[] = {
    {.setup = TABLES,
     .sql = "ALTER TABLE t ADD COLUMN b text;\nALTER TABLE t ALTER COLUMN b SET DEFAULT 'x';"},
    {.sql = "CREATE TABLE n (id bigint);\nALTER TABLE n ADD COLUMN b text;\n"
            "CREATE INDEX n_b ON n (b);"},
    {0},
};
static const RuleExample REPEAT_BAD[] = {
    {.setup = TABLES,
     .sql = "ALTER TABLE t ADD CONSTRAINT c1 CHECK (id > 0);\n"
            "ALTER TABLE t ADD CONSTRAINT c2 CHECK (a <> '');"},
    {0},
};
static const RuleExample REPEAT_GOOD[] = {
    {.setup = TABLES,
     .sql = "ALTER TABLE t ADD CONSTRAINT c1 CHECK (id > 0) NOT VALID,\n"
            "    ADD CONSTRAINT c2 CHECK (a <> '') NOT VALID;"},
    {0},
};
static const RuleExample NESTED_BAD[] = {
    {.sql = "BEGIN;\nBEGIN;\nCREATE TABLE n (id bigint);\nCOMMIT;"},
    {.sql = "CREATE TABLE n (id bigint);\nCOMMIT;"},
    {.sql = "BEGIN;\nCREATE TABLE n (id bigint);"},
    {0},
};
static const RuleExample NESTED_GOOD[] = {
    {.sql = "BEGIN;\nCREATE TABLE n (id bigint);\nCOMMIT;"},
    {.sql = "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END;",
     .pg_from = 14},
    {0},
};
static const RuleExample PARTIAL_BAD[] = {
    {.setup = TABLES,
     .sql = "CREATE INDEX CONCURRENTLY t_id ON t (id);\n"
            "CREATE INDEX CONCURRENTLY t_a ON t (a);"},
    {0},
};
static const RuleExample PARTIAL_GOOD[] = {
    {.setup = TABLES, .sql = "CREATE INDEX CONCURRENTLY t_id ON t (id);"},
    {.setup = TABLES,
     .sql = "DROP INDEX CONCURRENTLY IF EXISTS t_id;\nCREATE INDEX CONCURRENTLY t_id ON t (id);"},
    {0},
};
static const RuleExample OPAQUE_BAD[] = {
    {.sql = "DO $$ BEGIN EXECUTE (SELECT string_agg('SELECT 1', ';') FROM generate_series(1, 2)); "
            "END $$;"},
    {0},
};
static const RuleExample OPAQUE_GOOD[] = {
    {.sql = "DO $$ BEGIN EXECUTE format('CREATE TABLE %I (id bigint)', 'n'); END $$;"},
    {0},
};
static const RuleExample ORDER_BAD[] = {
    {.setup = TABLES, .sql = "ALTER TABLE t ADD COLUMN b text;\nALTER TABLE t DROP COLUMN a;"},
    {0},
};
static const RuleExample ORDER_GOOD[] = {
    {.setup = TABLES, .sql = "ALTER TABLE t ADD COLUMN b text;"},
    {0},
};

const Rule RULES_TRANSACTION[] = {
    {
        .id = "multiple-strong-locks-one-transaction",
        .severity = SEVERITY_WARNING,
        .risk = RISK_BLOCKING,
        .summary = "one transaction locks several tables that are in use",
        .why = "Locks are held until the commit: while the transaction waits for the second table "
               "nobody can use the first, and with an application that takes them the other way "
               "round it is a deadlock.",
        .instead = "a transaction, or a file, for each table",
        .aliases = "eugene:E4",
        .on = "*",
        .check = check_multiple,
        .bad = MULTIPLE_BAD,
        .good = MULTIPLE_GOOD,
        .claim = {.relation = "public.t", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "lock-upgrade",
        .severity = SEVERITY_WARNING,
        .risk = RISK_BLOCKING,
        .summary = "a lock is raised to a stronger one in the same transaction",
        .why = "A transaction that has written to a table and then alters it waits for all others "
               "that have written, and they may wait for it: a deadlock, and one of them is "
               "cancelled.",
        .instead = "the strongest lock first, or the two statements in transactions of their own",
        .on = "*",
        .check = check_upgrade,
        .bad = UPGRADE_BAD,
        .good = UPGRADE_GOOD,
        .claim = {.relation = "public.t", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "statement-after-ael",
        .severity = SEVERITY_WARNING,
        .risk = RISK_BLOCKING,
        .summary = "slow work while a table is locked against readers",
        .why = "An ACCESS EXCLUSIVE lock is short when the statement that takes it is. What runs "
               "behind it in the same transaction makes it as long as that takes.",
        .instead = "the slow statement in a transaction, or a file, of its own",
        .aliases = "eugene:E4 eugene:E10",
        .on = "*",
        .check = check_after_exclusive,
        .bad = AFTER_BAD,
        .good = AFTER_GOOD,
        .claim = {.relation = "public.t", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "repeat-alter-table",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_BLOCKING,
        .summary = "several statements each go through the whole table",
        .why = "Subcommands of one ALTER TABLE share one pass over the table; statements of their "
               "own take one each, all of it under the lock.",
        .instead = "put the subcommands into one ALTER TABLE",
        .instead_sql = "ALTER TABLE t ADD CONSTRAINT c1 ... NOT VALID, ADD CONSTRAINT c2 ... NOT "
                       "VALID;",
        .aliases = "eugene:W12",
        .on = "AlterTableStmt",
        .check = check_repeat,
        .bad = REPEAT_BAD,
        .good = REPEAT_GOOD,
        .claim = {.relation = "public.t", .mode = LOCK_ACCESS_EXCLUSIVE, .is_scanned = true},
    },
    {
        .id = "uncommitted-or-nested-transaction",
        .severity = SEVERITY_ERROR,
        .risk = RISK_OPERATION,
        .summary = "BEGIN and COMMIT that do not fit together",
        .why = "A second BEGIN only warns and the first COMMIT ends both; a COMMIT without BEGIN "
               "ends the runner's transaction, so that half of a failed file stays; a BEGIN "
               "without COMMIT is rolled back.",
        .instead = "one BEGIN and one COMMIT around each part, or none of them",
        .aliases = "squawk:transaction-nesting squawk:ban-uncommitted-transaction",
        .on = "TransactionStmt",
        .check = check_nesting,
        .file_end = end_nesting,
        .bad = NESTED_BAD,
        .good = NESTED_GOOD,
    },
    {
        .id = "non-transactional-partial-failure",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_OPERATION,
        .summary = "a file without a transaction has several statements",
        .why = "When a later one fails, those before it stay. `migrate-safe` goes on behind what "
               "is done; other runners begin again at the first and fail at what is there "
               "already.",
        .instead = "one statement a file, or guards that make each of them repeatable",
        .aliases = "squawk:prefer-robust-stmts",
        .on = "*",
        .check = check_partial,
        .bad = PARTIAL_BAD,
        .good = PARTIAL_GOOD,
    },
    {
        .id = "opaque-dynamic-sql",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_OPERATION,
        .summary = "SQL that is made while the block runs",
        .why = "EXECUTE of a text that is put together at run time hides what it locks and "
               "destroys; neither a review nor this check can see it. EXECUTE of constants and "
               "of format() with constants is read.",
        .instead = "plain statements, or a note of what it does for those who review it",
        .on = "DoStmt",
        .check = check_opaque,
        .bad = OPAQUE_BAD,
        .good = OPAQUE_GOOD,
    },
    {
        .id = "schema-and-code-deploy-order",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_COMPATIBILITY,
        .summary = "one file adds what new code needs and drops what old code needs",
        .why = "While code is deployed old and new processes run side by side. A file that expands "
               "and contracts at once breaks one of them whenever it runs.",
        .instead = "add in one release, drop in a later one, when nothing reads the old one",
        .on = "AT_AddColumn AT_DropColumn",
        .check = check_deploy_order,
        .bad = ORDER_BAD,
        .good = ORDER_GOOD,
        .claim = {.relation = "public.t", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {0},
};
