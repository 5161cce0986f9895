// Text search: parsers, templates, dictionaries, and configurations with their mappings.
#include "base/text.h"
#include "catalog/ddl/ddl_kinds.h"
#include "catalog/ddl/ddl_text.h"

enum {
    TEXT_MAX = 1 << 20
};

// The functions stand in the order of the catalog's columns, "-" is none.
static const char *functions_clause(const Ddl *ddl, const SnapshotObject *object,
                                    const char *const *options, size_t count)
{
    DdlItems functions = ddl_items(ddl->arena, ddl_value(ddl, object, "functions"));
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    for (size_t i = 0; i < functions.len && i < count; i++)
        if (!str_eq(functions.items[i], STR("-")))
            text_printf(&text, "%s%s = %s", text.len ? ", " : "", options[i],
                        ddl_signature_name(ddl->arena, arena_dup(ddl->arena, functions.items[i])));
    return arena_dup(ddl->arena, text_str(&text));
}

static bool create_parser(Ddl *ddl, const SnapshotObject *object)
{
    static const char *const OPTIONS[] = {"START", "GETTOKEN", "END", "HEADLINE", "LEXTYPES"};
    ddl_add(ddl, "CREATE TEXT SEARCH PARSER %s (%s)", object->identity,
            functions_clause(ddl, object, OPTIONS, sizeof OPTIONS / sizeof *OPTIONS));
    return true;
}

static bool drop_parser(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP TEXT SEARCH PARSER %s", object->identity);
    return true;
}

const DdlKind DDL_TEXT_SEARCH_PARSER = {
    .kind = "text search parser",
    .create = create_parser,
    .drop = drop_parser,
};

static bool create_template(Ddl *ddl, const SnapshotObject *object)
{
    static const char *const OPTIONS[] = {"INIT", "LEXIZE"};
    ddl_add(ddl, "CREATE TEXT SEARCH TEMPLATE %s (%s)", object->identity,
            functions_clause(ddl, object, OPTIONS, sizeof OPTIONS / sizeof *OPTIONS));
    return true;
}

static bool drop_template(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP TEXT SEARCH TEMPLATE %s", object->identity);
    return true;
}

const DdlKind DDL_TEXT_SEARCH_TEMPLATE = {
    .kind = "text search template",
    .create = create_template,
    .drop = drop_template,
};

static bool create_dictionary(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "CREATE TEXT SEARCH DICTIONARY %s (%s%s)", object->identity,
            ddl_clause(ddl, object, "TEMPLATE = ", "template"),
            ddl_clause(ddl, object, ", ", "options"));
    return true;
}

static bool drop_dictionary(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP TEXT SEARCH DICTIONARY %s", object->identity);
    return true;
}

static Str option_name(Str option)
{
    return (Str){option.p, ddl_scan(option, STR(" = "))};
}

static bool has_option(const DdlItems *options, Str name)
{
    VEC_EACH (const Str, option, options)
        if (str_eq(option_name(*option), name))
            return true;
    return false;
}

// An option that is named is taken out, and set behind the others when it has a value: so all that
// are wanted are named, in their order.
static DdlResult change_dictionary(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    if (ddl_differs(then, now, "template"))
        return DDL_BY_CREATE;
    if (!ddl_differs(then, now, "options"))
        return DDL_DONE;
    DdlItems old = ddl_items(ddl->arena, ddl_value(ddl, then, "options"));
    DdlItems new = ddl_items(ddl->arena, ddl_value(ddl, now, "options"));
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    VEC_EACH (const Str, option, &old)
        if (!has_option(&new, option_name(*option)))
            text_printf(&text, "%s" STR_FMT, text.len ? ", " : "", STR_ARG(option_name(*option)));
    VEC_EACH (const Str, option, &new)
        text_printf(&text, "%s" STR_FMT, text.len ? ", " : "", STR_ARG(*option));
    ddl_add(ddl, "ALTER TEXT SEARCH DICTIONARY %s (%s)", now->identity, text_cstr(&text));
    return DDL_DONE;
}

const DdlKind DDL_TEXT_SEARCH_DICTIONARY = {
    .kind = "text search dictionary",
    .owner_word = "TEXT SEARCH DICTIONARY",
    .create = create_dictionary,
    .drop = drop_dictionary,
    .change = change_dictionary,
};

// Which dictionaries look at a kind of token.
typedef struct Mapping {
    Str token;
    const char *dictionaries;
} Mapping;

typedef VEC(Mapping) Mappings;

static Mappings mappings_of(const Ddl *ddl, const SnapshotObject *object)
{
    Mappings mappings = {0};
    Str rest = str_from(ddl_value(ddl, object, "mappings"));
    while (rest.n > 0) {
        size_t end = ddl_scan(rest, STR("\n"));
        Str line = {rest.p, end};
        rest = end < rest.n ? str_skip(rest, end + 1) : (Str){0};
        Str token = {line.p, ddl_scan(line, STR(" "))};
        const char *dictionary = arena_dup(ddl->arena, str_skip(line, token.n + 1));
        Mapping *last = mappings.len ? &mappings.items[mappings.len - 1] : NULL;
        if (last && str_eq(last->token, token))
            last->dictionaries = arena_printf(ddl->arena, "%s, %s", last->dictionaries, dictionary);
        else
            *vec_append(ddl->arena, &mappings) = (Mapping){token, dictionary};
    }
    return mappings;
}

static const Mapping *mapping_find(const Mappings *mappings, Str token)
{
    VEC_EACH (const Mapping, mapping, mappings)
        if (str_eq(mapping->token, token))
            return mapping;
    return NULL;
}

static void set_mappings(Ddl *ddl, const char *identity, const Mappings *then, const Mappings *now)
{
    VEC_EACH (const Mapping, old, then)
        if (!mapping_find(now, old->token))
            ddl_add(ddl, "ALTER TEXT SEARCH CONFIGURATION %s DROP MAPPING FOR " STR_FMT, identity,
                    STR_ARG(old->token));
    VEC_EACH (const Mapping, new, now) {
        const Mapping *old = mapping_find(then, new->token);
        if (!old || strcmp(old->dictionaries, new->dictionaries) != 0)
            ddl_add(ddl, "ALTER TEXT SEARCH CONFIGURATION %s %s MAPPING FOR " STR_FMT " WITH %s",
                    identity, old ? "ALTER" : "ADD", STR_ARG(new->token), new->dictionaries);
    }
}

static bool create_configuration(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "CREATE TEXT SEARCH CONFIGURATION %s (%s)", object->identity,
            ddl_clause(ddl, object, "PARSER = ", "parser"));
    Mappings mappings = mappings_of(ddl, object);
    set_mappings(ddl, object->identity, &(Mappings){0}, &mappings);
    return true;
}

static bool drop_configuration(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP TEXT SEARCH CONFIGURATION %s", object->identity);
    return true;
}

static DdlResult change_configuration(Ddl *ddl, const SnapshotObject *then,
                                      const SnapshotObject *now)
{
    if (ddl_differs(then, now, "parser"))
        return DDL_BY_CREATE;
    Mappings old = mappings_of(ddl, then);
    Mappings new = mappings_of(ddl, now);
    set_mappings(ddl, now->identity, &old, &new);
    return DDL_DONE;
}

const DdlKind DDL_TEXT_SEARCH_CONFIGURATION = {
    .kind = "text search configuration",
    .owner_word = "TEXT SEARCH CONFIGURATION",
    .create = create_configuration,
    .drop = drop_configuration,
    .change = change_configuration,
};
