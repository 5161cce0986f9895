#include "migration/flyway_config.h"

#include "sql/statement.h"

const char *const FLYWAY_TEXTS[] = {
    "flyway.user.toml", "flyway.toml",    "flyway.conf", "../flyway.user.toml",
    "../flyway.toml",   "../flyway.conf", NULL,
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f';
}

static Str skip_blanks(Str text)
{
    while (text.n && is_blank(text.p[0]))
        text = str_skip(text, 1);
    return text;
}

// Of `trimmed`, which is a part of this line.
static Position position_in(int number, Str line, Str trimmed)
{
    return position_after((Position){number, 1}, (Str){line.p, (size_t)(trimmed.p - line.p)});
}

// "NAME=VALUE", "NAME: VALUE", "NAME VALUE".
static FlywaySetting property_of(Str line)
{
    size_t end = 0;
    while (end < line.n && !is_blank(line.p[end]) && line.p[end] != '=' && line.p[end] != ':')
        end++;
    Str rest = skip_blanks(str_skip(line, end));
    if (rest.n && (rest.p[0] == '=' || rest.p[0] == ':'))
        rest = skip_blanks(str_skip(rest, 1));
    return (FlywaySetting){.name = {line.p, end}, .value = rest, .is_plain = true};
}

void flyway_properties_read(Arena *arena, const SourceText *text, Str prefix,
                            FlywaySettings *settings)
{
    Str rest = text->text;
    Str line;
    for (int number = 1; str_line(&rest, &line); number++) {
        Str trimmed = str_trim(line);
        if (!trimmed.n || trimmed.p[0] == '#' || trimmed.p[0] == '!')
            continue;
        FlywaySetting found = property_of(trimmed);
        found.file = text;
        found.position = position_in(number, line, trimmed);
        Str more;
        // As Flyway reads it: a '\' in front of another setting is an ordinary one.
        while (str_ends(found.value, STR("\\"))) {
            Str ahead = rest;
            if (!str_line(&ahead, &more) || !str_trim(more).n ||
                str_starts(str_trim(more), STR("flyway.")))
                break;
            found.value.n--;
            found.value = str_from(arena_join(arena, found.value, str_trim(more), STR("")));
            rest = ahead;
            number++;
        }
        if (!str_starts(found.name, prefix))
            continue;
        found.name = str_skip(found.name, prefix.n);
        *vec_append(arena, settings) = found;
    }
}

// Without the quotes of TOML's parts: flyway."placeholders".x
static Str toml_name(Arena *arena, Str section, Str name)
{
    const char *whole = arena_join(arena, section, section.n ? STR(".") : STR(""), str_trim(name));
    char *bare = arena_strdup(arena, whole);
    size_t used = 0;
    for (const char *at = whole; *at; at++)
        if (*at != '"' && *at != '\'' && !is_blank(*at))
            bare[used++] = *at;
    return (Str){bare, used};
}

// A basic string's inside, up to its closing quote; false: there is none, or an escape that no
// value of ours has.
static bool toml_basic(Arena *arena, Str text, Str *ret_value)
{
    char *value = arena_alloc(arena, text.n + 1);
    size_t used = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '"') {
            *ret_value = (Str){value, used};
            return true;
        }
        if (c == '\\' && i + 1 < text.n) {
            c = text.p[++i];
            if (c != '"' && c != '\\' && c != 't')
                return false;
            c = c == 't' ? '\t' : c;
        }
        value[used++] = c;
    }
    return false;
}

static bool toml_value(Arena *arena, Str text, Str *ret_value)
{
    *ret_value = text;
    if (str_starts(text, STR("\"\"\"")) || str_starts(text, STR("'''")))
        return false;
    if (str_starts(text, STR("\"")))
        return toml_basic(arena, str_skip(text, 1), ret_value);
    if (str_starts(text, STR("'"))) {
        Str inside = str_until(str_skip(text, 1), '\'');
        *ret_value = inside;
        return inside.n + 1 < text.n;
    }
    *ret_value = str_trim(str_until(text, '#'));
    return ret_value->n && ret_value->p[0] != '[' && ret_value->p[0] != '{';
}

static void toml_read(Arena *arena, const SourceText *text, FlywaySettings *settings)
{
    static const Str PREFIX = STR("flyway.");
    Str rest = text->text;
    Str section = STR("");
    Str line;
    for (int number = 1; str_line(&rest, &line); number++) {
        Str trimmed = str_trim(line);
        if (!trimmed.n || trimmed.p[0] == '#')
            continue;
        if (trimmed.p[0] == '[') {
            section = toml_name(arena, STR(""), str_until(str_skip(trimmed, 1), ']'));
            continue;
        }
        Str name = str_until(trimmed, '=');
        if (name.n == trimmed.n)
            continue; // of an array or a text of several lines
        Str whole = toml_name(arena, section, name);
        if (!str_starts(whole, PREFIX))
            continue;
        FlywaySetting found = {
            .name = str_skip(whole, PREFIX.n),
            .file = text,
            .position = position_in(number, line, trimmed),
        };
        found.is_plain = toml_value(arena, str_trim(str_skip(trimmed, name.n + 1)), &found.value);
        *vec_append(arena, settings) = found;
    }
}

FlywaySettings flyway_settings(Arena *arena, const Listing *listing)
{
    FlywaySettings settings = {0};
    VEC_EACH (const SourceText, text, &listing->texts) {
        if (str_ends(str_from(text->name), STR(".toml")))
            toml_read(arena, text, &settings);
        else
            flyway_properties_read(arena, text, STR("flyway."), &settings);
    }
    return settings;
}

const FlywaySetting *flyway_setting(const FlywaySettings *settings, Str name)
{
    VEC_EACH (const FlywaySetting, setting, settings)
        if (str_eq(setting->name, name))
            return setting;
    return NULL;
}
