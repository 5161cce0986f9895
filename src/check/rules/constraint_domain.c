// Domains: a constraint on one is a constraint on every table that uses it.
#include "check/rules/families.h"
#include "check/rules/proposal.h"
#include "check/rules/verdict.h"

#include "base/text.h"
#include "sql/quote.h"

#include <string.h>

enum {
    USERS_NAMED = 3,
    USERS_BYTES = 1024,
};

typedef struct Domain {
    const char *full; // for people
    const char *sql;
    const Type *type; // NULL: never seen made
    size_t users;     // tables with columns of it that somebody may wait for
    const char *first_user;
    const char *user_names;
} Domain;

static bool uses(const Relation *relation, const Type *type)
{
    VEC_EACH (const Column, column, &relation->columns)
        if (strcmp(column->type.name, type->name) == 0 &&
            (!*column->type.schema || strcmp(column->type.schema, type->schema) == 0))
            return true;
    return false;
}

static void find_users(const Judged *judged, Domain *domain)
{
    TEXT_SCOPED names;
    text_init(&names, USERS_BYTES);
    VEC_EACH (Relation *, each, &judged->model->relations) {
        const Relation *relation = *each;
        bool has_rows =
            relation->kind == RELATION_TABLE || relation->kind == RELATION_MATERIALIZED_VIEW;
        if (!has_rows || verdict_nobody_waits(judged, relation) || !uses(relation, domain->type))
            continue;
        const char *name = arena_printf(judged->scratch, "%s.%s", relation->schema, relation->name);
        if (!domain->users)
            domain->first_user = name;
        if (domain->users++ < USERS_NAMED)
            text_printf(&names, "%s%s", names.len ? ", " : "", name);
    }
    if (domain->users > USERS_NAMED)
        text_printf(&names, " and %zu more", domain->users - USERS_NAMED);
    domain->user_names = arena_dup(judged->scratch, text_str(&names));
}

// False when no table that somebody may wait for has a column of it.
static bool read_domain(const Judged *judged, Domain *ret_domain)
{
    const Node *names = node_field(judged->node, "typeName");
    const char *name = node_last_text(names);
    const char *schema = node_count(names) > 1 ? node_text(node_first(names), NULL) : "";
    *ret_domain = (Domain){
        .full = node_dotted(judged->scratch, names),
        .sql = quote_qualified(judged->scratch, schema, name),
        .type = model_type(judged->model, schema, name),
        .first_user = "",
        .user_names = "every table that uses it",
    };
    if (!ret_domain->type)
        return true;
    find_users(judged, ret_domain);
    return ret_domain->users > 0;
}

// domain-add-constraint

static void check_add(const Judged *judged)
{
    const Node *constraint = node_field(judged->node, "def");
    Domain domain;
    if (!node_text_is(judged->node, "subtype", "C") ||
        !node_text_is(constraint, "contype", "CONSTR_CHECK") ||
        node_flag(constraint, "skip_validation") || !read_domain(judged, &domain))
        return;
    const char *name = node_text(constraint, "conname");
    if (!*name)
        name = proposal_made_name(
            judged->scratch, node_last_text(node_field(judged->node, "typeName")), NULL, "check");
    Finding *finding = judged_report(
        judged, constraint, domain.first_user,
        "check %s on domain %s reads all rows of %s under a SHARE lock: nobody writes to them "
        "meanwhile",
        name, domain.full, domain.user_names);
    finding->instead = judged_printf(judged,
                                     "ALTER DOMAIN %s ADD %s NOT VALID;\n"
                                     "-- off-peak, in a transaction of its own: blocks writes\n"
                                     "ALTER DOMAIN %s VALIDATE CONSTRAINT %s;",
                                     domain.sql, proposal_constraint(judged, constraint, name),
                                     domain.sql, quote_name(judged->scratch, name));
}

#define EMAIL_IN_USE                                                                               \
    "CREATE DOMAIN email AS text;\n"                                                               \
    "CREATE TABLE users (id bigint PRIMARY KEY, address email);\n"                                 \
    "INSERT INTO users VALUES (1, 'a@example.org');"

static const RuleExample ADD_BAD[] = {
    {.setup = EMAIL_IN_USE,
     .sql = "ALTER DOMAIN email ADD CONSTRAINT email_check CHECK (VALUE LIKE '%@%');"},
    {.sql = "ALTER DOMAIN app.email ADD CHECK (VALUE LIKE '%@%');"},
    {0},
};
static const RuleExample ADD_GOOD[] = {
    {.setup = EMAIL_IN_USE,
     .sql = "ALTER DOMAIN email ADD CONSTRAINT email_check CHECK (VALUE LIKE '%@%') NOT VALID;"},
    {.setup = "CREATE DOMAIN email AS text;",
     .sql = "ALTER DOMAIN email ADD CONSTRAINT email_check CHECK (VALUE LIKE '%@%');",
     .note = "no table uses it"},
    {0},
};

// domain-set-not-null

static bool sets_not_null(const Node *node)
{
    return node_text_is(node, "subtype", "O") ||
           (node_text_is(node, "subtype", "C") &&
            node_text_is(node, "def.contype", "CONSTR_NOTNULL"));
}

static void check_not_null(const Judged *judged)
{
    Domain domain;
    if (!sets_not_null(judged->node) || !read_domain(judged, &domain))
        return;
    const char *type = node_last_text(node_field(judged->node, "typeName"));
    const char *name =
        quote_name(judged->scratch, proposal_made_name(judged->scratch, type, NULL, "not_null"));
    Finding *finding = judged_report(
        judged, NULL, domain.first_user,
        "NOT NULL on domain %s reads all rows of %s under a SHARE lock: nobody writes to them "
        "meanwhile",
        domain.full, domain.user_names);
    finding->instead = judged_printf(judged,
                                     "ALTER DOMAIN %s ADD CONSTRAINT %s CHECK (VALUE IS NOT NULL) "
                                     "NOT VALID;\n"
                                     "-- off-peak, in a transaction of its own: blocks writes\n"
                                     "ALTER DOMAIN %s VALIDATE CONSTRAINT %s;",
                                     domain.sql, name, domain.sql, name);
}

static const RuleExample NOT_NULL_BAD[] = {
    {.setup = EMAIL_IN_USE, .sql = "ALTER DOMAIN email SET NOT NULL;"},
    {0},
};
static const RuleExample NOT_NULL_GOOD[] = {
    {.setup = "CREATE DOMAIN email AS text;",
     .sql = "ALTER DOMAIN email SET NOT NULL;",
     .note = "no table uses it"},
    {.setup = EMAIL_IN_USE, .sql = "ALTER DOMAIN email DROP NOT NULL;"},
    {0},
};

// domain-create-constraint

static void check_create(const Judged *judged)
{
    NODE_EACH(constraint, node_field(judged->node, "constraints"))
    {
        if (!node_text_is(constraint, "contype", "CONSTR_CHECK") &&
            !node_text_is(constraint, "contype", "CONSTR_NOTNULL"))
            continue;
        const char *name = node_dotted(judged->scratch, node_field(judged->node, "domainname"));
        judged_report(judged, constraint, name,
                      "domain %s has a constraint: adding a column of this type rewrites the "
                      "table, and changing the constraint later reads every table that uses it",
                      name);
        return;
    }
}

static const RuleExample CREATE_BAD[] = {
    {.sql = "CREATE DOMAIN positive AS int CHECK (VALUE > 0);"},
    {0},
};
static const RuleExample CREATE_GOOD[] = {
    {.sql = "CREATE DOMAIN positive AS int;", .note = "only a name for a type"},
    {0},
};

const Rule RULES_CONSTRAINT_DOMAIN[] = {
    {
        .id = "domain-add-constraint",
        .severity = SEVERITY_ERROR,
        .risk = RISK_SCAN,
        .summary = "a domain's new check reads every table that uses the domain",
        .why = "ALTER DOMAIN ... ADD CHECK locks each table with a column of the domain in SHARE "
               "mode, one after the other, and reads all of it: writes to all of them wait until "
               "the transaction ends. With NOT VALID no table is locked, and new values are "
               "checked at "
               "once. VALIDATE CONSTRAINT reads the tables later, under SHARE as well.",
        .instead = "add it NOT VALID, and validate it off-peak, alone in its transaction",
        .instead_sql = "ALTER DOMAIN email ADD CONSTRAINT email_check CHECK (VALUE LIKE '%@%') NOT "
                       "VALID;\n"
                       "-- off-peak, in a transaction of its own: blocks writes\n"
                       "ALTER DOMAIN email VALIDATE CONSTRAINT email_check;",
        .aliases = "squawk:ban-alter-domain-with-add-constraint",
        .on = "AlterDomainStmt",
        .check = check_add,
        .bad = ADD_BAD,
        .good = ADD_GOOD,
        .claim = {.relation = "public.users", .mode = LOCK_SHARE, .is_scanned = true},
    },
    {
        .id = "domain-set-not-null",
        .severity = SEVERITY_ERROR,
        .risk = RISK_SCAN,
        .summary = "a domain becomes NOT NULL, and every table that uses it is read",
        .why = "SET NOT NULL on a domain locks each table with a column of it in SHARE mode and "
               "reads all of it, and there is no form that leaves this for later. One null "
               "anywhere makes it fail. A check of the domain can be NOT VALID first, and is "
               "validated off-peak, under SHARE as well.",
        .instead = "use a check of the domain that is NOT VALID first, or NOT NULL on the tables' "
                   "columns",
        .instead_sql = "ALTER DOMAIN email ADD CONSTRAINT email_not_null CHECK (VALUE IS NOT NULL) "
                       "NOT VALID;\n"
                       "-- off-peak, in a transaction of its own: blocks writes\n"
                       "ALTER DOMAIN email VALIDATE CONSTRAINT email_not_null;",
        .on = "AlterDomainStmt",
        .check = check_not_null,
        .bad = NOT_NULL_BAD,
        .good = NOT_NULL_GOOD,
        .claim = {.relation = "public.users", .mode = LOCK_SHARE, .is_scanned = true},
    },
    {
        .id = "domain-create-constraint",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_MAINTENANCE,
        .summary = "a domain with a constraint makes later changes expensive",
        .why = "ADD COLUMN with a constrained domain rewrites the table under ACCESS EXCLUSIVE, "
               "even without a default. A change of the constraint reads every table that uses the "
               "domain. A check on the table can be added NOT VALID and is the table's own affair.",
        .instead = "use the base type and a check on the table",
        .instead_sql = "ALTER TABLE items ADD CONSTRAINT items_count_check CHECK (count > 0) NOT "
                       "VALID;",
        .aliases = "squawk:ban-create-domain-with-constraint",
        .on = "CreateDomainStmt",
        .check = check_create,
        .bad = CREATE_BAD,
        .good = CREATE_GOOD,
    },
    {0},
};
