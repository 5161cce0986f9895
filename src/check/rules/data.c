// Statements that change or throw away rows by the table.
#include "check/rules/families.h"
#include "check/rules/object.h"
#include "check/rules/row_reach.h"
#include "sql/quote.h"

// truncate, truncate-cascade

static void check_truncate(const Judged *judged)
{
    NODE_EACH(range, node_field(judged->node, "relations"))
    {
        const Relation *relation = judged_relation(judged, range);
        if (object_is_ours(judged, range))
            continue;
        const char *name = judged_name(judged, range);
        Finding *finding =
            judged_report(judged, range, name,
                          "throws away all rows of %s, and blocks its readers until commit", name);
        const Constraint *key = relation ? relation_primary_key(relation) : NULL;
        const char *column = key && key->columns.len == 1 ? key->columns.items[0] : "ctid";
        finding->instead =
            judged_printf(judged,
                          "-- outside of a transaction, again and again until no row is left\n"
                          "DELETE FROM %s WHERE %s = ANY (ARRAY(SELECT %s FROM %s LIMIT 1000));",
                          object_sql(judged, range), column, column, object_sql(judged, range));
    }
}

#define NOTES "CREATE TABLE notes (id bigint PRIMARY KEY, body text, done boolean);"
static const RuleExample TRUNCATE_BAD[] = {
    {.setup = NOTES, .sql = "TRUNCATE notes;"},
    {.setup = NOTES, .sql = "TRUNCATE TABLE ONLY notes RESTART IDENTITY;"},
    {0},
};
static const RuleExample TRUNCATE_GOOD[] = {
    {.sql = "CREATE TABLE picked (id bigint); TRUNCATE picked;", .note = "made in the same file"},
    {.setup = NOTES, .sql = "DELETE FROM notes WHERE id IN (SELECT id FROM notes LIMIT 1000);"},
    {0},
};

static void check_truncate_cascade(const Judged *judged)
{
    if (!node_text_is(judged->node, "behavior", "DROP_CASCADE"))
        return;
    NameList list = {0};
    const char *name = judged_name(judged, node_first(node_field(judged->node, "relations")));
    NODE_EACH(range, node_field(judged->node, "relations"))
    {
        const Relation *relation = judged_relation(judged, range);
        if (relation_is_ours(judged, relation))
            continue;
        NameList referencing = {0};
        if (relation)
            relation_referencing(judged, relation, &referencing);
        for (size_t i = 0; i < referencing.names.len; i++)
            name_list_add(judged->scratch, &list, referencing.names.items[i]);
        name = judged_name(judged, range);
    }
    if (object_is_ours(judged, node_first(node_field(judged->node, "relations"))) && !list.count)
        return;
    if (list.count)
        judged_report(judged, NULL, name, "empties with %s also %s, which are not named", name,
                      name_list_text(judged->scratch, &list));
    else
        judged_report(judged, NULL, name, "empties with %s every table that references it, unnamed",
                      name);
}

static const RuleExample TRUNCATE_CASCADE_BAD[] = {
    {.setup = NOTES "CREATE TABLE tags (note_id bigint REFERENCES notes);",
     .sql = "TRUNCATE notes CASCADE;"},
    {0},
};
static const RuleExample TRUNCATE_CASCADE_GOOD[] = {
    {.setup = NOTES "CREATE TABLE tags (note_id bigint REFERENCES notes);",
     .sql = "TRUNCATE notes, tags;",
     .note = "all are named",
     .allows = "truncate"},
    {.sql = "CREATE TABLE picked (id bigint); TRUNCATE picked CASCADE;",
     .note = "made in the same file, and nothing references it"},
    {0},
};

// delete-or-update-no-where, update-without-batch

static const char *verb(const Judged *judged)
{
    return node_is(judged->node, "DeleteStmt")   ? "deletes"
           : node_is(judged->node, "UpdateStmt") ? "updates"
                                                 : "changes";
}

static void check_no_where(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    if (node_has(judged->node, "whereClause") || object_is_ours(judged, range) ||
        change_is_bounded(judged))
        return;
    const char *name = judged_name(judged, range);
    Finding *finding = judged_report(judged, NULL, name, "%s every row of %s in one transaction",
                                     verb(judged), name);
    finding->instead = change_in_batches(judged);
}

static const RuleExample NO_WHERE_BAD[] = {
    {.setup = NOTES, .sql = "UPDATE notes SET done = false;"},
    {.setup = NOTES, .sql = "DELETE FROM notes;"},
    {0},
};
static const RuleExample NO_WHERE_GOOD[] = {
    {.setup = NOTES, .sql = "UPDATE notes SET done = false WHERE id = 7;"},
    {.setup = NOTES,
     .sql = "CREATE TABLE notes_by_day (day date, count bigint); DELETE FROM notes_by_day;",
     .note = "made in the same file"},
    {0},
};

static void check_without_batch(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    bool has_where = node_has(judged->node, "whereClause") || node_is(judged->node, "MergeStmt");
    if (!has_where || object_is_ours(judged, range) || change_is_bounded(judged))
        return;
    const char *name = judged_name(judged, range);
    Finding *finding = judged_report(
        judged, NULL, name,
        "%s any number of rows of %s in one transaction: no key and no LIMIT bounds it",
        verb(judged), name);
    finding->instead = change_in_batches(judged);
}

static const RuleExample WITHOUT_BATCH_BAD[] = {
    {.setup = NOTES, .sql = "UPDATE notes SET done = false WHERE done IS NULL;"},
    {.setup = NOTES, .sql = "DELETE FROM notes WHERE done;"},
    {.setup = NOTES "CREATE TABLE bodies (note_id bigint, body text);",
     .sql = "UPDATE notes SET body = bodies.body FROM bodies WHERE bodies.note_id = notes.id;"},
    {0},
};
static const RuleExample WITHOUT_BATCH_GOOD[] = {
    {.setup = NOTES, .sql = "UPDATE notes SET done = true WHERE id IN (1, 2, 3);"},
    {.setup = NOTES, .sql = "DELETE FROM notes WHERE id BETWEEN 1 AND 1000 AND done;"},
    {.setup = NOTES,
     .sql = "UPDATE notes SET done = false "
            "WHERE id IN (SELECT id FROM notes WHERE done IS NULL LIMIT 1000);",
     .note = "a batch"},
    {.setup = NOTES,
     .sql = "UPDATE notes SET body = v.body FROM (VALUES (1, 'a'), (2, 'b')) AS v(id, body) "
            "WHERE v.id = notes.id;",
     .note = "as many rows as stand in the file"},
    {0},
};

// dml-after-ddl-same-transaction

static const HeldLock *held_exclusively(const Judged *judged)
{
    VEC_EACH (const HeldLock, held, &judged->transaction->held)
        if (held->mode == LOCK_ACCESS_EXCLUSIVE && !held->is_new)
            return held;
    return NULL;
}

static void check_after_ddl(const Judged *judged)
{
    const HeldLock *held = held_exclusively(judged);
    bool is_copy = node_is(judged->node, "CopyStmt");
    const Node *range = node_field(judged->node, "relation");
    if (!held || !range || (is_copy ? !node_flag(judged->node, "is_from") : change_is_few(judged)))
        return;
    // The way out is the same for all that follow: a file of their own.
    if (!judged_first_in_transaction(judged))
        return;
    const char *name = judged_name(judged, range);
    judged_report(judged, NULL, name,
                  "writes rows of %s while ACCESS EXCLUSIVE on %s is held since line %d (%s): its "
                  "readers wait for all of it",
                  name, held->relation, held->position.line, held->label);
}

static const RuleExample AFTER_DDL_BAD[] = {
    {.setup = NOTES,
     .sql = "ALTER TABLE notes ADD COLUMN size int; UPDATE notes SET size = length(body);"},
    {.setup = NOTES "CREATE TABLE tags (id bigint);",
     .sql = "ALTER TABLE tags ADD COLUMN note_id bigint;"
            "INSERT INTO tags (note_id) SELECT id FROM notes;"},
    {.setup = NOTES,
     .sql = "ALTER TABLE notes ADD COLUMN size int;"
            "UPDATE notes SET size = 0 WHERE id BETWEEN 1 AND 100000;",
     .note = "a batch, but behind the lock"},
    {0},
};
static const RuleExample AFTER_DDL_GOOD[] = {
    {.setup = NOTES,
     .sql = "ALTER TABLE notes ADD COLUMN size int; UPDATE notes SET size = 0 WHERE id = 1;",
     .note = "one row, by its key"},
    {.setup = NOTES,
     .sql = "CREATE TABLE sizes (note_id bigint, size int);"
            "ALTER TABLE sizes ADD COLUMN unit text; UPDATE sizes SET unit = 'byte';",
     .note = "the lock is on a table of the same transaction"},
    {0},
};

// insert-select-large

// One table, each row by itself: then a range of its key can be added at the end.
static bool is_plain_copy(const Node *statement)
{
    static const char *const MORE[] = {
        "selectStmt.groupClause",    "selectStmt.havingClause", "selectStmt.sortClause",
        "selectStmt.distinctClause", "selectStmt.windowClause", "selectStmt.larg",
        "selectStmt.lockingClause",  "onConflictClause",        "returningClause"};
    for (size_t i = 0; i < sizeof MORE / sizeof *MORE; i++)
        if (node_has(statement, MORE[i]))
            return false;
    const Node *from = node_field(statement, "selectStmt.fromClause");
    return node_count(from) == 1 && node_is(node_first(from), "RangeVar") &&
           !node_text_is(statement, "selectStmt.whereClause.boolop", "OR_EXPR");
}

static const char *copy_in_ranges(const Judged *judged, const Node *source)
{
    Str text = judged->parsed->statement.text;
    if (judged->node != judged->parsed->node || !is_plain_copy(judged->node) || text.n > 4096)
        return NULL;
    const Relation *relation = judged_relation(judged, source);
    const Constraint *key = relation ? relation_primary_key(relation) : NULL;
    bool is_one = key && key->columns.len == 1;
    const char *column = is_one ? quote_name(judged->scratch, key->columns.items[0]) : "id";
    bool has_where = node_has(judged->node, "selectStmt.whereClause");
    return judged_printf(
        judged,
        "-- outside of a transaction, range after range of the source's key\n" STR_FMT
        "\n%s %s >= 1 AND %s < 1001 -- then 1001 to 2001, ...\n"
        "ON CONFLICT DO NOTHING;",
        STR_ARG(text), has_where ? "AND" : "WHERE", column, column);
}

static void check_insert_select(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    if (object_is_ours(judged, range) || change_is_bounded(judged))
        return;
    const char *name = judged_name(judged, range);
    const Node *source = node_first(node_field(judged->node, "selectStmt.fromClause"));
    const char *from = node_is(source, "RangeVar") ? judged_name(judged, source) : "its query";
    Finding *finding = judged_report(
        judged, NULL, name, "copies whatever %s has into %s in one transaction: nothing bounds it",
        from, name);
    finding->instead = copy_in_ranges(judged, source);
}

#define ARCHIVE NOTES "CREATE TABLE archive (id bigint PRIMARY KEY, body text);"
static const RuleExample INSERT_SELECT_BAD[] = {
    {.setup = ARCHIVE, .sql = "INSERT INTO archive SELECT id, body FROM notes;"},
    {.setup = ARCHIVE, .sql = "INSERT INTO archive SELECT id, body FROM notes WHERE done;"},
    {0},
};
static const RuleExample INSERT_SELECT_GOOD[] = {
    {.setup = ARCHIVE,
     .sql = "INSERT INTO archive SELECT id, body FROM notes WHERE id >= 1 AND id < 1001;"},
    {.setup = ARCHIVE, .sql = "INSERT INTO archive VALUES (1, 'a'), (2, 'b');"},
    {.setup = ARCHIVE, .sql = "INSERT INTO archive SELECT n, 'a' FROM generate_series(1, 9) AS n;"},
    {0},
};

const Rule RULES_DATA[] = {
    {
        .id = "truncate",
        .severity = SEVERITY_ERROR,
        .risk = RISK_DATA_LOSS,
        .summary = "all rows of a table are thrown away",
        .why =
            "TRUNCATE takes ACCESS EXCLUSIVE, so readers and writers queue until the transaction "
            "commits, and the rows are gone without a WHERE to think about. It is not MVCC safe: "
            "a transaction with an older snapshot finds the table empty. Row triggers do not "
            "fire, so what they keep up to date is not.",
        .instead = "delete in batches by key, or build a new table beside and swap the names",
        .instead_sql = "DELETE FROM notes WHERE id IN (SELECT id FROM notes LIMIT 1000);",
        .on = "TruncateStmt",
        .check = check_truncate,
        .bad = TRUNCATE_BAD,
        .good = TRUNCATE_GOOD,
        .claim = {.relation = "public.notes", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "truncate-cascade",
        .severity = SEVERITY_ERROR,
        .risk = RISK_DATA_LOSS,
        .summary = "TRUNCATE ... CASCADE empties tables that nobody named",
        .why = "Every table with a foreign key to it is emptied as well, and those that reference "
               "these, whatever ON DELETE says. Which ones is decided by the constraints of the "
               "database it runs on. All of them are locked with ACCESS EXCLUSIVE.",
        .instead = "name every table that is meant; without CASCADE the server refuses to leave "
                   "one out",
        .instead_sql = "TRUNCATE notes, tags;",
        .aliases = "squawk:ban-truncate-cascade",
        .on = "TruncateStmt",
        .check = check_truncate_cascade,
        .bad = TRUNCATE_CASCADE_BAD,
        .good = TRUNCATE_CASCADE_GOOD,
    },
    {
        .id = "update-without-batch",
        .severity = SEVERITY_WARNING,
        .risk = RISK_BLOCKING,
        .summary = "an update or delete of any number of rows in one transaction",
        .why = "Each row is locked until the commit, so application updates of the same rows wait; "
               "dead rows cannot be vacuumed while it runs, replicas fall behind, and a "
               "cancelled run has to start again. Bounded are: a key or unique column with "
               "constants, a range of the key with both ends, a subquery with LIMIT, a list of "
               "VALUES.",
        .instead = "change a thousand rows at a time by key, each batch in a transaction of its "
                   "own, in a migration without schema changes",
        .instead_sql = "UPDATE notes SET done = false\n"
                       "WHERE id IN (SELECT id FROM notes WHERE done IS NULL LIMIT 1000);",
        .on = "UpdateStmt DeleteStmt MergeStmt",
        .check = check_without_batch,
        .bad = WITHOUT_BATCH_BAD,
        .good = WITHOUT_BATCH_GOOD,
        .claim = {.relation = "public.notes", .mode = LOCK_ROW_EXCLUSIVE},
    },
    {
        .id = "delete-or-update-no-where",
        .severity = SEVERITY_ERROR,
        .risk = RISK_DATA_LOSS,
        .summary = "UPDATE or DELETE without WHERE changes the whole table",
        .why =
            "A forgotten WHERE cannot be told from one that was left out, and the old values are "
            "gone at commit. A whole table in one transaction locks each row until then, "
            "doubles the table's size and holds vacuum and replicas back.",
        .instead = "say which rows, and change them in batches by key",
        .instead_sql = "UPDATE notes SET done = false\n"
                       "WHERE id IN (SELECT id FROM notes WHERE done IS DISTINCT FROM false "
                       "LIMIT 1000);",
        .on = "UpdateStmt DeleteStmt",
        .check = check_no_where,
        .bad = NO_WHERE_BAD,
        .good = NO_WHERE_GOOD,
        .claim = {.relation = "public.notes", .mode = LOCK_ROW_EXCLUSIVE},
    },
    {
        .id = "dml-after-ddl-same-transaction",
        .severity = SEVERITY_ERROR,
        .risk = RISK_BLOCKING,
        .summary = "rows are changed while a schema change of the same transaction blocks readers",
        .why = "The lock of an ALTER TABLE is kept until the commit. A backfill behind it in the "
               "same transaction turns an instant ACCESS EXCLUSIVE into one that lasts as long as "
               "the table is big, and every query on it queues meanwhile.",
        .instead = "put the change of rows into a migration of its own, in batches",
        .on = "UpdateStmt DeleteStmt InsertStmt MergeStmt CopyStmt",
        .check = check_after_ddl,
        .bad = AFTER_DDL_BAD,
        .good = AFTER_DDL_GOOD,
    },
    {
        .id = "insert-select-large",
        .severity = SEVERITY_WARNING,
        .risk = RISK_OPERATION,
        .summary = "INSERT ... SELECT of any number of rows in one transaction",
        .why = "The copy is one long transaction: it holds back vacuum, floods the WAL and the "
               "replicas, and rows that change in the source meanwhile are not seen. Cancelled, it "
               "leaves only dead rows. A target made in the same file, a source that is a list or "
               "a function, a key range and a LIMIT are not meant.",
        .instead = "copy range after range of the source's key, each in a transaction of its own",
        .instead_sql =
            "INSERT INTO archive SELECT id, body FROM notes WHERE id >= 1 AND id < 1001\n"
            "ON CONFLICT DO NOTHING;",
        .on = "InsertStmt",
        .check = check_insert_select,
        .bad = INSERT_SELECT_BAD,
        .good = INSERT_SELECT_GOOD,
    },
    {0},
};
