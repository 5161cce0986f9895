#include "migration/graphile_placeholders.h"

#include "migration/gmrc.h"

const SourceText *graphile_settings(const Listing *listing)
{
    VEC_EACH (const SourceText, text, &listing->texts)
        if (str_ends(str_from(text->name), STR("/.gmrc")))
            return text;
    return NULL;
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static Str word_at(Str text, size_t from)
{
    size_t end = from;
    while (end < text.n && is_word_byte(text.p[end]))
        end++;
    return (Str){text.p + from, end - from};
}

static const char *placeholder_find(const Gmrc *settings, Str name)
{
    const char *found = NULL;
    VEC_EACH (const ExpansionValue, placeholder, &settings->placeholders)
        if (str_eq(str_from(placeholder->name + 1), name)) // behind its colon
            found = placeholder->value;
    return found;
}

// As graphile-migrate takes them from its settings and the connection string.
static bool is_reserved(const Expansion *expansion, Str name, const char **ret_value)
{
    const Gmrc *settings = expansion->own;
    const ExpansionValues *values = expansion->values;
    const char *database = values ? values->database : NULL;
    if (str_eq(name, STR("DATABASE_NAME"))) {
        *ret_value = database;
        return true;
    }
    if (!str_eq(name, STR("DATABASE_OWNER")))
        return false;
    *ret_value = settings->database_owner ? settings->database_owner
                 : values && values->user ? values->user
                                          : database;
    return true;
}

static bool unknown(Expanding *expanding, size_t at, Str name, bool is_of_database, Err *err)
{
    if (is_of_database) {
        expanding_fail(expanding, at, err,
                       "the value of :" STR_FMT " is not known without a database", STR_ARG(name));
        return err_hint(err, "name the database, or the value: --set " STR_FMT "=VALUE",
                        STR_ARG(name));
    }
    expanding_fail(expanding, at, err, "the variable " STR_FMT " is not in the environment",
                   STR_ARG(name));
    return err_hint(err, "export " STR_FMT "=VALUE, or say it: --set " STR_FMT "=VALUE",
                    STR_ARG(name), STR_ARG(name));
}

// True with no value: it is no placeholder.
static bool value_of(Expanding *expanding, const Expansion *expansion, size_t at, Str name,
                     const char **ret_value, Err *err)
{
    const char *value = expansion_value(expansion->values, name);
    bool is_kept = expansion->values && expansion->values->keeps_unknown;
    if (!value && is_reserved(expansion, name, &value)) {
        if (!value && !is_kept)
            return unknown(expanding, at, name, true, err);
    } else if (!value) {
        value = placeholder_find(expansion->own, name);
        bool is_variable = value && strcmp(value, "!ENV") == 0;
        if (is_variable)
            value = expansion_variable(expansion->values, name);
        if (is_variable && (!value || !value[0]) && !is_kept)
            return unknown(expanding, at, name, false, err);
    }
    *ret_value = value;
    return true;
}

static bool graphile_expand(Expanding *expanding, const Expansion *expansion, Err *err)
{
    Str text = expanding_text(expanding);
    for (size_t at = 0; at < text.n; at++) {
        const char *value = NULL;
        if (text.p[at] != ':')
            continue;
        Str name = word_at(text, at + 1);
        if (!name.n)
            continue;
        if (!value_of(expanding, expansion, at, name, &value, err))
            return false;
        if (value && !expanding_put(expanding, at, at + 1 + name.n, str_from(value), err))
            return false;
        at += name.n;
    }
    return true;
}

static const char *triggers_of(Arena *arena, const Gmrc *settings, const ExpansionValues *values)
{
    const char *triggers = ":DATABASE_NAME :DATABASE_OWNER";
    VEC_EACH (const ExpansionValue, placeholder, &settings->placeholders)
        triggers = arena_printf(arena, "%s %s", triggers, placeholder->name);
    if (values)
        VEC_EACH (const ExpansionValue, value, &values->set)
            triggers = arena_printf(arena, "%s :%s", triggers, value->name);
    return triggers;
}

const Expansion *graphile_expansion(Arena *arena, const Listing *listing,
                                    const ExpansionValues *values)
{
    const SourceText *text = graphile_settings(listing);
    Gmrc *settings = arena_new_object(arena, Gmrc);
    Expansion *expansion = arena_new_object(arena, Expansion);
    Err told; // as a problem, when the folder is read
    if (text)
        (void)!gmrc_parse(arena, text->path, text->text, settings, &told);
    *expansion = (Expansion){
        .expand = graphile_expand,
        .trigger = triggers_of(arena, settings, values),
        .values = values,
        .own = settings,
    };
    return expansion;
}
