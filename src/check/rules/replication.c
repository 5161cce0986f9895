// Tables in a publication: what logical replication needs of them, and what it does not carry.
#include "check/rules/families.h"
#include "check/rules/object.h"

#include <string.h>

// Is it in a publication of the files?
static const Publication *published_in(const Judged *judged, const Relation *relation)
{
    const char *name = relation_label(judged->scratch, relation);
    VEC_EACH (const Publication, publication, &judged->model->publications)
        if (publication->is_all_tables || words_have(&publication->tables, name))
            return publication;
    return NULL;
}

// replica-identity-missing

static bool has_identity(const Relation *relation)
{
    if (relation->replica_identity == 'f' || relation->replica_identity == 'i')
        return true;
    return relation->replica_identity != 'n' && relation_primary_key(relation) != NULL;
}

// Its rows are replicated by their identity, and all of it is known.
static bool lacks_identity(const Relation *relation)
{
    return relation->kind == RELATION_TABLE && !relation->is_temporary && !relation->is_unlogged &&
           !relation->is_only_altered && !has_identity(relation);
}

static void report_missing(const Judged *judged, const Node *at, const Relation *relation,
                           const char *publication)
{
    const char *name = relation_label(judged->scratch, relation);
    Finding *finding = judged_report(
        judged, at, name,
        "%s is in publication %s without a key to find rows by: UPDATE and DELETE on it fail "
        "(55000)",
        name, publication);
    const char *sql = relation_sql(judged, relation);
    finding->instead = judged_printf(judged,
                                     "-- before it is published, one of\n"
                                     "ALTER TABLE %s ADD PRIMARY KEY USING INDEX ...;\n"
                                     "ALTER TABLE %s REPLICA IDENTITY USING INDEX ...; -- unique, "
                                     "NOT NULL\n"
                                     "ALTER TABLE %s REPLICA IDENTITY FULL; -- whole rows in the "
                                     "WAL",
                                     sql, sql, sql);
}

// WITH (publish = 'insert'): updates are not replicated, so they need no key.
static bool publishes_changes(const Node *statement)
{
    NODE_EACH(option, node_field(statement, "options"))
    if (node_text_is(option, "defname", "publish")) {
        const char *kinds = node_text(option, "arg");
        return strstr(kinds, "update") || strstr(kinds, "delete");
    }
    return true;
}

static void check_publication(const Judged *judged)
{
    const char *publication = node_text(judged->node, "pubname");
    if (!publishes_changes(judged->node) || node_text_is(judged->node, "action", "AP_DropObjects"))
        return;
    NODE_EACH(object, node_field(judged->node, "pubobjects"))
    {
        const Node *range = node_field(object, "pubtable.relation");
        const Relation *relation = range ? judged_relation(judged, range) : NULL;
        if (relation && lacks_identity(relation))
            report_missing(judged, range, relation, publication);
    }
    for (size_t i = 0;
         node_flag(judged->node, "for_all_tables") && i < judged->model->relations.len; i++)
        if (lacks_identity(judged->model->relations.items[i]))
            report_missing(judged, NULL, judged->model->relations.items[i], publication);
}

static void check_identity_taken(const Judged *judged)
{
    const Relation *relation = judged_relation(judged, node_field(judged->node, "relation"));
    const Publication *publication = relation ? published_in(judged, relation) : NULL;
    if (!publication || relation->kind != RELATION_TABLE)
        return;
    bool is_nothing = node_text_is(judged->command, "def.identity_type", "n") ||
                      (node_text_is(judged->command, "def.identity_type", "d") &&
                       !relation_primary_key(relation) && !relation->is_only_altered);
    const Constraint *key = relation_primary_key(relation);
    bool is_key_dropped = node_text_is(judged->command, "subtype", "AT_DropConstraint") && key &&
                          relation->replica_identity != 'f' && relation->replica_identity != 'i' &&
                          node_text_is(judged->command, "name", key->name);
    if (is_nothing || is_key_dropped)
        report_missing(judged, judged->command, relation, publication->name);
}

static void check_identity(const Judged *judged)
{
    if (judged->command)
        check_identity_taken(judged);
    else
        check_publication(judged);
}

#define LOGS "CREATE TABLE logs (id bigint NOT NULL, line text);"
static const RuleExample IDENTITY_BAD[] = {
    {.setup = LOGS, .sql = "CREATE PUBLICATION feed FOR TABLE logs;"},
    {.setup = "CREATE TABLE logs (id bigint PRIMARY KEY); CREATE PUBLICATION feed FOR TABLE logs;",
     .sql = "ALTER TABLE logs REPLICA IDENTITY NOTHING;"},
    {.setup = "CREATE TABLE logs (id bigint PRIMARY KEY); CREATE PUBLICATION feed FOR TABLE logs;",
     .sql = "ALTER TABLE logs DROP CONSTRAINT logs_pkey;"},
    {0},
};
static const RuleExample IDENTITY_GOOD[] = {
    {.setup = "CREATE TABLE logs (id bigint PRIMARY KEY);",
     .sql = "CREATE PUBLICATION feed FOR TABLE logs;"},
    {.setup = LOGS "ALTER TABLE logs REPLICA IDENTITY FULL;",
     .sql = "CREATE PUBLICATION feed FOR TABLE logs;"},
    {.setup = LOGS,
     .sql = "CREATE PUBLICATION feed FOR TABLE logs WITH (publish = 'insert');",
     .note = "only inserts are published"},
    {0},
};

// logical-replication-ddl-order

static const char *order_for(const Judged *judged)
{
    if (node_text_is(judged->command, "subtype", "AT_AddColumn"))
        return "add the column on the subscribers first";
    if (node_text_is(judged->command, "subtype", "AT_DropColumn"))
        return "drop it here first, on the subscribers later";
    return "the subscribers need the same change, before rows arrive that do not fit";
}

static void check_ddl_order(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    bool is_rename = node_is(judged->node, "RenameStmt");
    if (!relation || relation_is_ours(judged, relation) ||
        (is_rename && !node_text_is(judged->node, "renameType", "OBJECT_COLUMN") &&
         !node_text_is(judged->node, "renameType", "OBJECT_TABLE")))
        return;
    const Publication *publication = published_in(judged, relation);
    if (!publication)
        return;
    const char *name = relation_label(judged->scratch, relation);
    judged_report(judged, judged->command, name,
                  "%s is in publication %s, which does not carry schema changes: %s", name,
                  publication->name, order_for(judged));
}

#define PUBLISHED_OTHER                                                                            \
    "CREATE TABLE users (id bigint PRIMARY KEY); CREATE PUBLICATION feed FOR TABLE users;"
#define PUBLISHED                                                                                  \
    "CREATE TABLE logs (id bigint PRIMARY KEY, line text);"                                        \
    "CREATE PUBLICATION feed FOR TABLE logs;"
static const RuleExample ORDER_BAD[] = {
    {.setup = PUBLISHED, .sql = "ALTER TABLE logs ADD COLUMN level int;"},
    {.setup = PUBLISHED, .sql = "ALTER TABLE logs DROP COLUMN line;"},
    {.setup = PUBLISHED, .sql = "ALTER TABLE logs RENAME COLUMN line TO text;"},
    {0},
};
static const RuleExample ORDER_GOOD[] = {
    {.setup = LOGS PUBLISHED_OTHER,
     .sql = "ALTER TABLE logs ADD COLUMN level int;",
     .note = "another table is published"},
    {.setup = PUBLISHED,
     .sql = "ALTER TABLE logs SET (fillfactor = 90);",
     .note = "nothing that the subscribers see"},
    {0},
};

const Rule RULES_REPLICATION[] = {
    {
        .id = "replica-identity-missing",
        .severity = SEVERITY_ERROR,
        .risk = RISK_COMPATIBILITY,
        .summary = "a published table has no key: updates and deletes on it fail",
        .why = "A subscriber finds the row to change by the replica identity, which is the primary "
               "key unless something else is said. Without one the publisher refuses every UPDATE "
               "and DELETE on the table from the moment it is published (55000); inserts go on, so "
               "the migration itself shows nothing. Publications of inserts only are not meant.",
        .instead = "give it a primary key, or REPLICA IDENTITY USING INDEX or FULL, before it is "
                   "published",
        .instead_sql = "ALTER TABLE logs REPLICA IDENTITY FULL;",
        .on = "CreatePublicationStmt AlterPublicationStmt AT_ReplicaIdentity AT_DropConstraint",
        .check = check_identity,
        .bad = IDENTITY_BAD,
        .good = IDENTITY_GOOD,
    },
    {
        .id = "logical-replication-ddl-order",
        .severity = SEVERITY_WARNING,
        .risk = RISK_OPERATION,
        .summary = "a published table changes, and its subscribers do not",
        .why = "Logical replication carries rows, not schema changes. A row with a column that the "
               "subscriber lacks stops its worker, which retries for ever while the publisher "
               "keeps its WAL until the disk is full. So columns are added on the subscribers "
               "first and dropped on the publisher first.",
        .instead = "add on the subscribers before the publisher, drop on the publisher before the "
                   "subscribers",
        .on = "AT_AddColumn AT_DropColumn AT_AlterColumnType RenameStmt",
        .check = check_ddl_order,
        .bad = ORDER_BAD,
        .good = ORDER_GOOD,
    },
    {0},
};
