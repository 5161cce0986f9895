// Comments and security labels: what pg_identify_object() calls a thing, COMMENT ON calls
// otherwise.
#include "catalog/ddl/ddl_kinds.h"
#include "sql/quote.h"

typedef struct NamedType {
    const char *type; // as pg_identify_object() says
    const char *word; // behind COMMENT ON
} NamedType;

// Where one begins with another, the longer one is first.
static const NamedType TYPES[] = {
    {"access method ", "ACCESS METHOD "},
    {"aggregate ", "AGGREGATE "},
    {"cast ", "CAST "},
    {"collation ", "COLLATION "},
    {"composite type column ", "COLUMN "},
    {"composite type ", "TYPE "},
    {"conversion ", "CONVERSION "},
    {"domain constraint ", "CONSTRAINT "},
    {"event trigger ", "EVENT TRIGGER "},
    {"extension ", "EXTENSION "},
    {"foreign table column ", "COLUMN "},
    {"foreign table ", "FOREIGN TABLE "},
    {"foreign-data wrapper ", "FOREIGN DATA WRAPPER "},
    {"function ", "FUNCTION "},
    {"index column ", "COLUMN "},
    {"index ", "INDEX "},
    {"language ", "LANGUAGE "},
    {"large object ", "LARGE OBJECT "},
    {"materialized view column ", "COLUMN "},
    {"materialized view ", "MATERIALIZED VIEW "},
    {"operator class ", "OPERATOR CLASS "},
    {"operator family ", "OPERATOR FAMILY "},
    {"operator ", "OPERATOR "},
    {"policy ", "POLICY "},
    {"procedure ", "PROCEDURE "},
    {"publication ", "PUBLICATION "},
    {"rule ", "RULE "},
    {"schema ", "SCHEMA "},
    {"sequence ", "SEQUENCE "},
    {"server ", "SERVER "},
    {"statistics object ", "STATISTICS "},
    {"subscription ", "SUBSCRIPTION "},
    {"table column ", "COLUMN "},
    {"table constraint ", "CONSTRAINT "},
    {"table ", "TABLE "},
    {"text search configuration ", "TEXT SEARCH CONFIGURATION "},
    {"text search dictionary ", "TEXT SEARCH DICTIONARY "},
    {"text search parser ", "TEXT SEARCH PARSER "},
    {"text search template ", "TEXT SEARCH TEMPLATE "},
    {"transform ", "TRANSFORM "},
    {"trigger ", "TRIGGER "},
    {"type ", "TYPE "},
    {"view column ", "COLUMN "},
    {"view ", "VIEW "},
};

// Behind the first " on " that stands outside of quotes; NULL: there is none.
static const char *behind_on(const char *identity)
{
    bool is_quoted = false;
    for (const char *p = identity; *p; p++) {
        is_quoted ^= *p == '"';
        if (!is_quoted && strncmp(p, " on ", 4) == 0)
            return p + 4;
    }
    return NULL;
}

// "table constraint c on app.t" gives "CONSTRAINT c on app.t". NULL: of a type not known here.
static const char *sql_name(const Ddl *ddl, const char *typed)
{
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        const NamedType *known = &TYPES[i];
        if (!str_starts(str_from(typed), str_from(known->type)))
            continue;
        const char *identity = typed + strlen(known->type);
        const char *domain =
            strcmp(known->type, "domain constraint ") == 0 ? behind_on(identity) : NULL;
        size_t length = strlen(identity);
        if (domain)
            return arena_printf(ddl->arena, "%s%.*sDOMAIN %s", known->word,
                                (int)(domain - identity), identity, domain);
        if (strcmp(known->word, "AGGREGATE ") == 0 && length > 2 &&
            strcmp(identity + length - 2, "()") == 0)
            return arena_printf(ddl->arena, "%s%.*s(*)", known->word, (int)(length - 2), identity);
        return arena_printf(ddl->arena, "%s%s", known->word, identity);
    }
    return NULL;
}

static bool set_comment(Ddl *ddl, const SnapshotObject *object, const char *text)
{
    const char *name = sql_name(ddl, object->identity);
    if (!name)
        return ddl_refuse(ddl, "comment on %s: nothing is known of such objects", object->identity);
    ddl_add(ddl, "COMMENT ON %s IS %s", name, text ? quote_literal(ddl->arena, text) : "NULL");
    return true;
}

static bool create_comment(Ddl *ddl, const SnapshotObject *object)
{
    return set_comment(ddl, object, ddl_value(ddl, object, "text"));
}

static bool drop_comment(Ddl *ddl, const SnapshotObject *object)
{
    return set_comment(ddl, object, NULL);
}

static DdlResult change_comment(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    return create_comment(ddl, now) ? DDL_DONE : DDL_REFUSED;
}

const DdlKind DDL_COMMENT = {
    .kind = "comment",
    .create = create_comment,
    .drop = drop_comment,
    .change = change_comment,
};

static bool set_label(Ddl *ddl, const SnapshotObject *object, const char *label)
{
    const char *typed = behind_on(object->identity);
    const char *literal = label ? quote_literal(ddl->arena, label) : "NULL";
    const char *name = typed ? sql_name(ddl, typed) : NULL;
    if (!name)
        return ddl_refuse(ddl, "security label %s: nothing is known of such objects",
                          object->identity);
    const char *provider = arena_dup(
        ddl->arena, (Str){object->identity, (size_t)(typed - object->identity) - strlen(" on ")});
    ddl_add(ddl, "SECURITY LABEL FOR %s ON %s IS %s", quote_name(ddl->arena, provider), name,
            literal);
    return true;
}

static bool create_label(Ddl *ddl, const SnapshotObject *object)
{
    return set_label(ddl, object, ddl_value(ddl, object, "label"));
}

static bool drop_label(Ddl *ddl, const SnapshotObject *object)
{
    return set_label(ddl, object, NULL);
}

static DdlResult change_label(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    return create_label(ddl, now) ? DDL_DONE : DDL_REFUSED;
}

const DdlKind DDL_SECURITY_LABEL = {
    .kind = "security label",
    .create = create_label,
    .drop = drop_label,
    .change = change_label,
};
