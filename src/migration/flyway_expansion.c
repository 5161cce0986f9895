// Flyway's placeholders, "${name}", wherever they stand: in comments and quotes too. Their names
// are the same in capitals.
#include "migration/flyway_config.h"

#include "base/text.h"

enum {
    TRIGGER_MAX = 32,
    VALUE_MAX = 1024 * 1024
};

typedef struct Placeholders {
    FlywaySettings settings;
    Str prefix;
    Str suffix;
    Str built_in; // "flyway:"
    Expansion on;
} Placeholders;

static char capital(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static const char *variable_of(Arena *arena, Str name)
{
    char *variable = arena_join(arena, STR("FLYWAY_PLACEHOLDERS_"), name, STR(""));
    for (char *at = variable; *at; at++)
        *at = capital(*at);
    return variable;
}

static const char *given_value(const ExpansionValues *values, Str name)
{
    const char *found = NULL;
    if (values)
        VEC_EACH (const ExpansionValue, value, &values->set)
            if (str_eq_nocase(str_from(value->name), name))
                found = value->value; // the last one said
    return found;
}

static bool is_word(Str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (capital(text.p[i]) != '_' && (capital(text.p[i]) < 'A' || capital(text.p[i]) > 'Z') &&
            (text.p[i] < '0' || text.p[i] > '9'))
            return false;
    return text.n > 0;
}

// "${NAME}" in flyway.conf and "${env.NAME}" in flyway.toml are variables of the environment.
typedef struct Resolving {
    Expanding *expanding;
    size_t at; // of the placeholder, for errors
    const ExpansionValues *values;
    Text *out;
} Resolving;

static bool resolve(const Resolving *resolving, const FlywaySetting *setting, Err *err)
{
    for (Str rest = setting->value; rest.n;) {
        ptrdiff_t found = str_find(rest, STR("${"));
        Str before = found < 0 ? rest : (Str){rest.p, (size_t)found};
        text_append(resolving->out, before);
        rest = str_skip(rest, before.n);
        if (!rest.n)
            break;
        Str name = str_until(str_skip(rest, 2), '}');
        Str whole = {rest.p, name.n + 3 <= rest.n ? name.n + 3 : rest.n};
        if (str_starts(name, STR("env.")))
            name = str_skip(name, 4);
        rest = str_skip(rest, whole.n);
        if (!is_word(name) || !str_ends(whole, STR("}"))) {
            text_append(resolving->out, whole);
            continue;
        }
        const char *value = expansion_variable(resolving->values, name);
        if (!value) {
            expanding_fail(resolving->expanding, resolving->at, err,
                           "the value of this placeholder needs the variable " STR_FMT
                           " of the environment, which is not set",
                           STR_ARG(name));
            err_detail(err, "said at %s:%d", setting->file->path, setting->position.line);
            return err_hint(err, "export " STR_FMT "=VALUE", STR_ARG(name));
        }
        text_append(resolving->out, str_from(value));
    }
    return true;
}

static bool put_setting(Expanding *expanding, const Expansion *expansion,
                        const FlywaySetting *setting, size_t from, size_t to, Err *err)
{
    TEXT_SCOPED out;
    text_init(&out, VALUE_MAX);
    Resolving resolving = {expanding, from, expansion->values, &out};
    if (!setting->is_plain) {
        expanding_fail(expanding, from, err,
                       "the value of this placeholder is no text of one line");
        err_detail(err, "said at %s:%d", setting->file->path, setting->position.line);
        return err_hint(err, "give it one: " STR_FMT " = \"VALUE\"", STR_ARG(setting->name));
    }
    if (!resolve(&resolving, setting, err))
        return false;
    return out.is_cut
               ? expanding_fail(expanding, from, err, "the value of this placeholder is too long")
               : expanding_put(expanding, from, to, text_str(&out), err);
}

static Str file_name(const char *path)
{
    Str name = str_from(path);
    for (Str rest = name; rest.n;) {
        Str part = str_until(rest, '/');
        if (part.n == rest.n)
            return part;
        rest = str_skip(rest, part.n + 1);
    }
    return name;
}

// Those whose value lies in names and settings; the others are the connection's and the clock's.
static bool put_built_in(Expanding *expanding, const Placeholders *own, Str name, size_t from,
                         size_t to, Err *err)
{
    Str short_name = str_skip(name, own->built_in.n);
    const FlywaySetting *table = flyway_setting(&own->settings, STR("table"));
    const FlywaySetting *schema = flyway_setting(&own->settings, STR("defaultSchema"));
    if (str_eq_nocase(short_name, STR("filename")))
        return expanding_put(expanding, from, to, file_name(expanding_file(expanding)), err);
    if (str_eq_nocase(short_name, STR("table")))
        return expanding_put(expanding, from, to,
                             table ? table->value : STR("flyway_schema_history"), err);
    if (str_eq_nocase(short_name, STR("defaultSchema")) && schema)
        return expanding_put(expanding, from, to, schema->value, err);
    expanding_fail(expanding, from, err, "the value of the placeholder " STR_FMT " is not known",
                   STR_ARG(name));
    return err_hint(err, "give it: --set " STR_FMT "=VALUE", STR_ARG(name));
}

static const FlywaySetting *find_setting(const FlywaySettings *settings, Str name)
{
    static const Str PREFIX = STR("placeholders.");
    VEC_EACH (const FlywaySetting, setting, settings)
        if (str_starts(setting->name, PREFIX) &&
            str_eq_nocase(str_skip(setting->name, PREFIX.n), name))
            return setting;
    return NULL;
}

static bool put_value(Expanding *expanding, const Expansion *expansion, Str name, size_t from,
                      size_t to, Err *err)
{
    const Placeholders *own = expansion->own;
    ARENA_SCOPED scratch = arena_new();
    const char *variable = variable_of(scratch, name);
    const char *value = given_value(expansion->values, name);
    if (!value && str_starts_nocase(name, own->built_in))
        return put_built_in(expanding, own, name, from, to, err);
    if (!value)
        value = expansion_variable(expansion->values, str_from(variable));
    const FlywaySetting *setting = value ? NULL : find_setting(&own->settings, name);
    if (value)
        return expanding_put(expanding, from, to, str_from(value), err);
    if (setting)
        return put_setting(expanding, expansion, setting, from, to, err);
    expanding_fail(expanding, from, err, "the placeholder " STR_FMT " has no value", STR_ARG(name));
    return err_hint(err,
                    "give it one: --set " STR_FMT "=VALUE, %s in the environment, or "
                    "flyway.placeholders." STR_FMT "=VALUE in flyway.conf; where no placeholder is "
                    "meant: placeholderReplacement=false in " STR_FMT ".conf",
                    STR_ARG(name), variable, STR_ARG(name),
                    STR_ARG(file_name(expanding_file(expanding))));
}

// Bytes of the prefix at the beginning of `text`.
static size_t matching(Str text, Str prefix)
{
    size_t count = 0;
    while (count < text.n && count < prefix.n && text.p[count] == prefix.p[count])
        count++;
    return count;
}

// As Flyway reads: what begins like a prefix and is none is passed over with the byte that differs,
// so that "$${" of a dollar quote begins no placeholder.
static bool flyway_expand(Expanding *expanding, const Expansion *expansion, Err *err)
{
    const Placeholders *own = expansion->own;
    Str text = expanding_text(expanding);
    size_t at = 0;
    while (at < text.n) {
        Str rest = str_skip(text, at);
        size_t literal = str_until(rest, own->prefix.p[0]).n;
        if (literal) {
            at += literal;
            continue;
        }
        size_t matched = matching(rest, own->prefix);
        if (matched < own->prefix.n) {
            at += matched < rest.n ? matched + 1 : matched;
            continue;
        }
        Str inside = str_skip(rest, matched);
        Str line = str_until(inside, '\n');
        ptrdiff_t length = str_find(line, own->suffix);
        if (length < 0) {
            expanding_fail(expanding, at, err, "the placeholder is not closed in its line");
            return err_hint(err,
                            "close it with " STR_FMT ", or, where none is meant: "
                            "placeholderReplacement=false in " STR_FMT ".conf",
                            STR_ARG(own->suffix), STR_ARG(file_name(expanding_file(expanding))));
        }
        size_t to = at + matched + (size_t)length + own->suffix.n;
        if (!put_value(expanding, expansion, (Str){inside.p, (size_t)length}, at, to, err))
            return false;
        at = to;
    }
    return true;
}

static Str say(const FlywaySettings *settings, const ExpansionValues *values, Str name,
               Str variable, Str usual)
{
    const char *value = expansion_variable(values, variable);
    const FlywaySetting *setting = flyway_setting(settings, name);
    Str said = value ? str_from(value) : setting && setting->is_plain ? setting->value : usual;
    return said.n ? said : usual;
}

const Expansion *flyway_expansion(Arena *arena, const Listing *listing,
                                  const ExpansionValues *values)
{
    Placeholders *own = arena_new_object(arena, Placeholders);
    *own = (Placeholders){.settings = flyway_settings(arena, listing)};
    own->prefix = say(&own->settings, values, STR("placeholderPrefix"),
                      STR("FLYWAY_PLACEHOLDER_PREFIX"), STR("${"));
    own->suffix = say(&own->settings, values, STR("placeholderSuffix"),
                      STR("FLYWAY_PLACEHOLDER_SUFFIX"), STR("}"));
    Str separator = say(&own->settings, values, STR("placeholderSeparator"),
                        STR("FLYWAY_PLACEHOLDER_SEPARATOR"), STR(":"));
    own->built_in = str_from(arena_join(arena, STR("flyway"), separator, STR("")));
    Str trigger = own->prefix;
    trigger.n = trigger.n < TRIGGER_MAX ? trigger.n : TRIGGER_MAX;
    own->on = (Expansion){
        .expand = flyway_expand,
        .trigger = arena_dup(arena, trigger),
        .values = values,
        .own = own,
    };
    Expansion *expansion = arena_new_object(arena, Expansion);
    *expansion = own->on;
    expansion->is_off = str_eq_nocase(say(&own->settings, values, STR("placeholderReplacement"),
                                          STR("FLYWAY_PLACEHOLDER_REPLACEMENT"), STR("true")),
                                      STR("false"));
    return expansion;
}

const Expansion *flyway_expansion_on(const Expansion *expansion)
{
    const Placeholders *own = expansion->own;
    return &own->on;
}
