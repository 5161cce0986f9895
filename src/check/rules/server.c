// What needs a right, or a server, that is not there.
#include "check/rules/families.h"

#include <string.h>

// Extensions that a database's owner may create: `trusted` in their control files, 13 to 18.
static const char TRUSTED[] =
    " bool_plperl btree_gin btree_gist citext cube dict_int fuzzystrmatch hstore intarray "
    "isn jsonb_plperl lo ltree pg_trgm pgcrypto plperl plpgsql pltcl seg tablefunc tcn "
    "tsm_system_rows tsm_system_time unaccent uuid-ossp ";

static bool is_trusted(const Judged *judged, const char *extension)
{
    return strstr(TRUSTED, arena_printf(judged->scratch, " %s ", extension)) != NULL;
}

static void check_superuser(const Judged *judged)
{
    const char *extension = node_text(judged->node, "extname");
    if (node_is(judged->node, "AlterSystemStmt"))
        judged_report(
            judged, NULL, "",
            "ALTER SYSTEM is for superusers, changes every database of the server, and no "
            "down takes it back");
    else if (!is_trusted(judged, extension))
        judged_report(judged, NULL, extension,
                      "extension %s is not a trusted one: only a superuser, or a hosting that "
                      "allows it, creates it",
                      extension);
}

static void check_definer(const Judged *judged)
{
    bool is_definer = false;
    bool has_path = false;
    NODE_EACH(option, node_field(judged->node, "options"))
    {
        is_definer |= node_text_is(option, "defname", "security") && node_flag(option, "arg");
        has_path |= node_text_is(option, "defname", "set") &&
                    node_text_is(option, "arg.name", "search_path");
    }
    const char *name = node_dotted(judged->scratch, node_field(judged->node, "funcname"));
    if (is_definer && !has_path)
        judged_report(judged, NULL, name,
                      "%s() runs with its owner's rights and its caller's search_path: whoever can "
                      "make objects there decides what it calls",
                      name);
}

typedef struct Feature {
    int since;
    const char *kind;  // of the node
    const char *field; // that must be there; NULL: the node itself says it
    const char *text;  // its value; NULL: any
    const char *words;
} Feature;

// Source: the release notes of 14 to 18. Only what an older server refuses as a whole.
static const Feature FEATURES[] = {
    {14, "PartitionCmd", "concurrent", NULL, "DETACH PARTITION CONCURRENTLY"},
    {14, "CreateTrigStmt", "replace", NULL, "CREATE OR REPLACE TRIGGER"},
    {14, "CreateFunctionStmt", "sql_body", NULL, "a routine with an SQL body"},
    {14, "ColumnDef", "compression", NULL, "COMPRESSION of a column"},
    {14, "AlterTableCmd", "subtype", "AT_SetCompression", "SET COMPRESSION"},
    {15, "MergeStmt", NULL, NULL, "MERGE"},
    {15, "IndexStmt", "nulls_not_distinct", NULL, "NULLS NOT DISTINCT"},
    {15, "Constraint", "nulls_not_distinct", NULL, "NULLS NOT DISTINCT"},
    {15, "Constraint", "fk_del_set_cols", NULL, "ON DELETE SET NULL with columns"},
    {15, "AlterTableCmd", "subtype", "AT_SetAccessMethod", "SET ACCESS METHOD"},
    {15, "PublicationTable", "whereClause", NULL, "a row filter of a publication"},
    {15, "PublicationTable", "columns", NULL, "a column list of a publication"},
    {16, "ColumnDef", "storage_name", NULL, "STORAGE in CREATE TABLE"},
    {16, "JsonObjectConstructor", NULL, NULL, "JSON_OBJECT() as SQL has it"},
    {16, "JsonArrayConstructor", NULL, NULL, "JSON_ARRAY() as SQL has it"},
    {16, "JsonIsPredicate", NULL, NULL, "IS JSON"},
    {17, "AlterTableCmd", "subtype", "AT_SetExpression", "SET EXPRESSION"},
    {17, "MergeStmt", "returningClause", NULL, "MERGE ... RETURNING"},
    {17, "MergeWhenClause", "matchKind", "MERGE_WHEN_NOT_MATCHED_BY_SOURCE",
     "WHEN NOT MATCHED BY SOURCE"},
    {17, "JsonTable", NULL, NULL, "JSON_TABLE()"},
    {18, "Constraint", "generated_kind", "v", "a virtual generated column"},
    {18, "Constraint", "without_overlaps", NULL, "WITHOUT OVERLAPS"},
    {18, "Constraint", "fk_with_period", NULL, "PERIOD in a foreign key"},
    {18, "ReturningOption", NULL, NULL, "RETURNING WITH (OLD AS, NEW AS)"},
};

static const Feature *feature_of(const Node *node, int pg_from)
{
    for (size_t i = 0; i < sizeof FEATURES / sizeof *FEATURES; i++) {
        const Feature *feature = &FEATURES[i];
        if (feature->since > pg_from && node_is(node, feature->kind) &&
            (!feature->field || node_has(node, feature->field)) &&
            (!feature->text || node_text_is(node, feature->field, feature->text)))
            return feature;
    }
    // Of constraints the words alone: the fields have defaults.
    if (pg_from < 18 && node_is(node, "AlterTableCmd") &&
        node_text_is(node, "subtype", "AT_AddConstraint") &&
        node_text_is(node, "def.contype", "CONSTR_NOTNULL")) {
        static const Feature NOT_NULL = {18, NULL, NULL, NULL, "NOT NULL as a constraint"};
        return &NOT_NULL;
    }
    if (pg_from < 18 && node_is(node, "Constraint") &&
        (node_text_is(node, "contype", "CONSTR_ATTR_NOT_ENFORCED") ||
         ((node_text_is(node, "contype", "CONSTR_CHECK") ||
           node_text_is(node, "contype", "CONSTR_FOREIGN")) &&
          !node_flag(node, "is_enforced")))) {
        static const Feature NOT_ENFORCED = {18, NULL, NULL, NULL, "NOT ENFORCED"};
        return &NOT_ENFORCED;
    }
    return NULL;
}

static void check_newer(const Judged *judged)
{
    if (!judged->has_pg || judged->pg_from >= PG_NEWEST)
        return;
    NODE_WALK(node, judged->node)
    {
        const Feature *feature = feature_of(node, judged->pg_from);
        if (!feature)
            continue;
        judged_report(judged, node, "", "%s exists from PostgreSQL %d on; %d is among the targets",
                      feature->words, feature->since, judged->pg_from)
            ->safe_from = feature->since;
        return;
    }
}

static const RuleExample SUPERUSER_BAD[] = {
    {.sql = "ALTER SYSTEM SET work_mem = '64MB';"},
    {.sql = "CREATE EXTENSION pg_stat_statements;"},
    {0},
};
static const RuleExample SUPERUSER_GOOD[] = {
    {.sql = "CREATE EXTENSION IF NOT EXISTS pg_trgm;"},
    {.sql = "ALTER ROLE CURRENT_USER SET work_mem = '64MB';"},
    {0},
};
static const RuleExample DEFINER_BAD[] = {
    {.sql = "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';"},
    {0},
};
static const RuleExample DEFINER_GOOD[] = {
    {.sql = "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER\n"
            "SET search_path = '' AS 'SELECT 1';"},
    {.sql = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"},
    {0},
};
static const RuleExample NEWER_BAD[] = {
    {.sql = "CREATE TABLE n (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL);",
     .pg_from = 15,
     .pg_to = 17},
    {.sql = "CREATE TABLE n (a int CHECK (a > 0) NOT ENFORCED);", .pg_from = 17, .pg_to = 17},
    {0},
};
static const RuleExample NEWER_GOOD[] = {
    {.sql = "CREATE TABLE n (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL);",
     .pg_from = 18,
     .pg_to = 18},
    {.sql = "CREATE TABLE n (a int CHECK (a > 0));", .pg_from = 13, .pg_to = 13},
    {0},
};

const Rule RULES_SERVER[] = {
    {
        .id = "session-role-superuser-only",
        .severity = SEVERITY_WARNING,
        .risk = RISK_FAILURE,
        .summary = "needs a superuser, which a migration's role should not be",
        .why = "ALTER SYSTEM and extensions that are not marked trusted are refused for ordinary "
               "roles, also for the owner of the database. On a hosted server there is mostly no "
               "superuser at all.",
        .instead = "have the server's administrator do it once, outside of the migrations",
        .on = "AlterSystemStmt CreateExtensionStmt",
        .check = check_superuser,
        .bad = SUPERUSER_BAD,
        .good = SUPERUSER_GOOD,
    },
    {
        .id = "security-definer-search-path",
        .severity = SEVERITY_WARNING,
        .risk = RISK_SECURITY,
        .summary = "a SECURITY DEFINER routine without a search_path of its own",
        .why = "Such a routine runs with the rights of its owner but finds tables, functions and "
               "operators by the search_path of whoever calls it, who can put others in their "
               "place.",
        .instead = "give it a search_path, and qualify the names in it",
        .instead_sql = "ALTER FUNCTION f() SET search_path = '';",
        .on = "CreateFunctionStmt",
        .check = check_definer,
        .bad = DEFINER_BAD,
        .good = DEFINER_GOOD,
    },
    {
        .id = "newer-syntax",
        .severity = SEVERITY_ERROR,
        .risk = RISK_FAILURE,
        .summary = "syntax that an older server among the targets does not have",
        .why = "The grammar that reads the files is PostgreSQL 18's; with --pg the servers are "
               "known, and what came later than the oldest of them fails there.",
        .instead = "the older form, or a newer server",
        .on = "*",
        .check = check_newer,
        .bad = NEWER_BAD,
        .good = NEWER_GOOD,
    },
    {0},
};
