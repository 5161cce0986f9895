#include "migration/filename.h"

#include "base/text.h"
#include "base/utf8.h"
#include "migration/version.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_at(Str text, size_t from)
{
    size_t at = from;
    while (at < text.n && is_digit(text.p[at]))
        at++;
    return at - from;
}

// Can a version end at this byte?
static bool is_end(Str text, size_t at)
{
    return at == text.n || text.p[at] == '_' || text.p[at] == '-';
}

// Bytes of a date with its counter (one to six digits) or time; 0 when it does not begin so.
static size_t dated_version_length(Str base)
{
    size_t date = version_date_length(base);
    if (date == 0 || !is_end(base, date))
        return 0;
    if (date == base.n)
        return date;
    size_t counter = digits_at(base, date + 1);
    bool has_counter = counter >= 1 && counter <= 6 && is_end(base, date + 1 + counter);
    return has_counter ? date + 1 + counter : date;
}

// Bytes of dotted numbers and letters; 0 when it does not begin so.
static size_t dotted_version_length(Str base)
{
    size_t length = digits_at(base, 0);
    if (length == 0)
        return 0;
    while (length < base.n && base.p[length] == '.' && digits_at(base, length + 1) > 0)
        length += 1 + digits_at(base, length + 1);
    while (length < base.n && base.p[length] >= 'a' && base.p[length] <= 'z')
        length++;
    return is_end(base, length) && version_is_valid((Str){base.p, length}) ? length : 0;
}

bool filename_parse(Str base, Str *ret_version, Str *ret_name)
{
    size_t length = dated_version_length(base);
    if (length == 0)
        length = dotted_version_length(base);
    if (length == 0)
        return false;
    Str version = {base.p, length};
    Str name = str_skip(base, length);
    while (name.n && (name.p[0] == '_' || name.p[0] == '-'))
        name = str_skip(name, 1);
    *ret_version = version;
    *ret_name = name.n ? name : version;
    return true;
}

bool filename_is_clean(Str base)
{
    for (size_t i = 0; i < base.n; i++)
        if ((unsigned char)base.p[i] < 0x20 || base.p[i] == 0x7f)
            return false;
    Utf8Check check = {0};
    return utf8_check(&check, base) < 0 && utf8_is_complete(&check);
}

static bool is_name_byte(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (signed char)c < 0;
}

char *filename_slug(Arena *arena, Str title)
{
    char *slug = arena_dup(arena, title);
    size_t used = 0;
    for (size_t i = 0; i < title.n; i++) {
        if (is_name_byte(title.p[i]))
            slug[used++] = title.p[i];
        else if (used && slug[used - 1] != '_')
            slug[used++] = '_';
    }
    while (used && slug[used - 1] == '_')
        used--;
    slug[used] = '\0';
    return slug;
}

char *filename_compose(Arena *arena, const char *version, const char *title)
{
    const char *slug = filename_slug(arena, str_from(title));
    if (!slug[0])
        return arena_strdup(arena, version);
    char *base = arena_printf(arena, "%s_%s", version, slug);
    Str found = {0};
    Str name = {0};
    if (filename_parse(str_from(base), &found, &name) && str_eq(found, str_from(version)))
        return base;
    return arena_printf(arena, "%s_m_%s", version, slug);
}

char *filename_suggest(Arena *arena, Str base)
{
    size_t digits = digits_at(base, 0);
    const char *version = digits ? arena_dup(arena, (Str){base.p, digits}) : "001";
    const char *slug = filename_slug(arena, str_skip(base, digits));
    if (!filename_is_clean(str_from(slug)) || !slug[0])
        slug = "what_it_does";
    return filename_compose(arena, version, slug);
}
