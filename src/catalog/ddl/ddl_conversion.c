// Casts between types, conversions between encodings, transforms for languages, collations.
#include "base/text.h"
#include "catalog/ddl/ddl_kinds.h"
#include "catalog/ddl/ddl_text.h"
#include "sql/quote.h"

enum {
    TEXT_MAX = 1 << 20
};

static bool create_cast(Ddl *ddl, const SnapshotObject *object)
{
    const char *function = ddl_value(ddl, object, "function");
    const char *method = ddl_value(ddl, object, "method");
    const char *context = ddl_value(ddl, object, "context");
    const char *how = " WITHOUT FUNCTION";
    if (function)
        how = arena_printf(ddl->arena, " WITH FUNCTION %s", function);
    else if (method && strcmp(method, "input and output") == 0)
        how = " WITH INOUT";
    const char *when = "";
    if (context && strcmp(context, "assignment") == 0)
        when = " AS ASSIGNMENT";
    else if (context && strcmp(context, "implicit") == 0)
        when = " AS IMPLICIT";
    ddl_add(ddl, "CREATE CAST %s%s%s", object->identity, how, when);
    return true;
}

static bool drop_cast(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP CAST %s", object->identity);
    return true;
}

const DdlKind DDL_CAST = {
    .kind = "cast",
    .create = create_cast,
    .drop = drop_cast,
};

static const char *literal_clause(const Ddl *ddl, const SnapshotObject *object, const char *before,
                                  const char *name)
{
    const char *value = ddl_value(ddl, object, name);
    return value ? arena_printf(ddl->arena, "%s%s", before, quote_literal(ddl->arena, value)) : "";
}

static bool create_conversion(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "CREATE %sCONVERSION %s%s%s%s",
            ddl_value(ddl, object, "default") ? "DEFAULT " : "", object->identity,
            literal_clause(ddl, object, " FOR ", "from"), literal_clause(ddl, object, " TO ", "to"),
            ddl_function_clause(ddl, object, " FROM ", "function"));
    return true;
}

static bool drop_conversion(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP CONVERSION %s", object->identity);
    return true;
}

const DdlKind DDL_CONVERSION = {
    .kind = "conversion",
    .owner_word = "CONVERSION",
    .create = create_conversion,
    .drop = drop_conversion,
};

// "for integer language plmine" is how SQL names it.
static void add_transform(Ddl *ddl, const SnapshotObject *object, const char *verb)
{
    const char *from = ddl_clause(ddl, object, "FROM SQL WITH FUNCTION ", "from sql");
    const char *to = ddl_clause(ddl, object, "TO SQL WITH FUNCTION ", "to sql");
    ddl_add(ddl, "%s TRANSFORM %s (%s%s%s)", verb, object->identity, from, *from && *to ? ", " : "",
            to);
}

static bool create_transform(Ddl *ddl, const SnapshotObject *object)
{
    add_transform(ddl, object, "CREATE");
    return true;
}

static bool drop_transform(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP TRANSFORM %s", object->identity);
    return true;
}

static DdlResult change_transform(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    add_transform(ddl, now, "CREATE OR REPLACE");
    return DDL_DONE;
}

const DdlKind DDL_TRANSFORM = {
    .kind = "transform",
    .create = create_transform,
    .drop = drop_transform,
    .change = change_transform,
};

// pg_collation.collprovider
static const char *provider_word(const char *letter)
{
    switch (letter ? *letter : '\0') {
    case 'c':
        return "libc";
    case 'i':
        return "icu";
    case 'b':
        return "builtin";
    default:
        return NULL;
    }
}

static void append_collation(const Ddl *ddl, Text *text, const SnapshotObject *object)
{
    const char *locale = ddl_value(ddl, object, "locale");
    const char *collate = ddl_value(ddl, object, "lc_collate");
    bool is_libc = *ddl_value(ddl, object, "provider") == 'c';
    // 13 and 14 keep the locale of ICU where libc's are
    if (!locale && !is_libc)
        locale = collate;
    if (locale)
        text_printf(text, ", LOCALE = %s", quote_literal(ddl->arena, locale));
    else
        text_printf(text, "%s%s", literal_clause(ddl, object, ", LC_COLLATE = ", "lc_collate"),
                    literal_clause(ddl, object, ", LC_CTYPE = ", "lc_ctype"));
    text_append(text, str_from(literal_clause(ddl, object, ", RULES = ", "rules")));
    if (ddl_value(ddl, object, "deterministic"))
        text_append(text, STR(", DETERMINISTIC = false"));
}

static bool create_collation(Ddl *ddl, const SnapshotObject *object)
{
    const char *encoding = ddl_value(ddl, object, "encoding");
    const char *provider = provider_word(ddl_value(ddl, object, "provider"));
    if (encoding)
        return ddl_refuse(ddl, "collation %s: it is of encoding %s, which is not the database's",
                          object->identity, encoding);
    if (!provider)
        return ddl_refuse(ddl, "collation %s: nothing is known of its provider", object->identity);
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    append_collation(ddl, &text, object);
    ddl_add(ddl, "CREATE COLLATION %s (PROVIDER = %s%s)", object->identity, provider,
            text_cstr(&text));
    return true;
}

static bool drop_collation(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP COLLATION %s", object->identity);
    return true;
}

const DdlKind DDL_COLLATION = {
    .kind = "collation",
    .owner_word = "COLLATION",
    .create = create_collation,
    .drop = drop_collation,
};
