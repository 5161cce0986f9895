#include "migration/header.h"

static const struct {
    Str word;
    Complexity complexity;
} COMPLEXITIES[] = {
    {STR("LOW"), COMPLEXITY_LOW},
    {STR("MEDIUM"), COMPLEXITY_MEDIUM},
    {STR("HIGH"), COMPLEXITY_HIGH},
};

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (signed char)c < 0;
}

static void complexity_read(Arena *arena, Str value, Directives *directives)
{
    size_t length = 0;
    while (length < value.n && is_word_byte(value.p[length]))
        length++;
    Str behind = str_skip(value, length);
    bool is_choice = behind.n && (behind.p[0] == '|' || behind.p[0] == '/');
    for (size_t i = 0; i < sizeof COMPLEXITIES / sizeof COMPLEXITIES[0] && !is_choice; i++)
        if (!directives->complexity && str_eq_nocase((Str){value.p, length}, COMPLEXITIES[i].word))
            directives->complexity = COMPLEXITIES[i].complexity;
}

// "< 1 second", "~2 minutes (on a million rows)", "1-2 minutes": the number that is a promise is
// the larger one.
static Str estimate_trim(Str value)
{
    static const Str VAGUE[] = {STR("<"), STR("~"), STR("about "), STR("less than ")};
    for (size_t i = 0; i < sizeof VAGUE / sizeof VAGUE[0]; i++)
        if (str_starts_nocase(value, VAGUE[i]))
            value = str_trim(str_skip(value, VAGUE[i].n));
    value = str_until(str_until(value, '('), ',');
    Str low = str_until(value, '-');
    if (low.n < value.n && str_is_digits(str_trim(low)))
        value = str_skip(value, low.n + 1);
    return str_trim(value);
}

static void duration_read(Arena *arena, Str value, Directives *directives)
{
    int64_t ms = 0;
    value = estimate_trim(value);
    // A bare number has no unit that a reader could know.
    if (!directives->estimated_duration_ms && !str_is_digits(value) && duration_parse(value, &ms))
        directives->estimated_duration_ms = ms;
}

static void description_set(Arena *arena, Str value, Directives *directives)
{
    if (!directives->description && value.n)
        directives->description = arena_dup(arena, value);
}

static void nothing_read(Arena *arena, Str value, Directives *directives) {}

static const struct {
    Str key;
    void (*read)(Arena *arena, Str value, Directives *directives);
} HEADERS[] = {
    {STR("Complexity"), complexity_read},
    {STR("Estimated Duration"), duration_read},
    {STR("Description"), description_set},
    // Said by templates, described by nobody.
    {STR("Author"), nothing_read},
    {STR("Created"), nothing_read},
    {STR("Date"), nothing_read},
    {STR("Generated"), nothing_read},
};

static bool is_decoration(char c)
{
    return c == '=' || c == '-' || c == '*' || c == '#' || c == '~' || c == '_' || c == ' ' ||
           c == '\t' || c == '+';
}

static Str decoration_trim(Str text)
{
    while (text.n && is_decoration(text.p[0]))
        text = str_skip(text, 1);
    while (text.n && is_decoration(text.p[text.n - 1]))
        text.n--;
    return text;
}

static Str file_base(Str path)
{
    for (size_t i = path.n; i > 0; i--)
        if (path.p[i - 1] == '/')
            return str_skip(path, i);
    return path;
}

static bool is_file_name(Str content, const char *file)
{
    if (str_ends(content, STR(".sql")))
        return str_until(content, ' ').n == content.n;
    Str base = file_base(str_from(file));
    return content.n && str_starts(base, content) &&
           str_starts(str_skip(base, content.n), STR("."));
}

void header_read(Arena *arena, Str content, const char *file, Directives *directives)
{
    content = decoration_trim(str_trim(content));
    Str key = str_until(content, ':');
    if (key.n < content.n) {
        Str value = str_trim(str_skip(content, key.n + 1));
        for (size_t i = 0; i < sizeof HEADERS / sizeof HEADERS[0]; i++) {
            if (str_eq_nocase(str_trim(key), HEADERS[i].key)) {
                HEADERS[i].read(arena, value, directives);
                return;
            }
        }
    }
    if (!is_file_name(content, file))
        description_set(arena, content, directives);
}
