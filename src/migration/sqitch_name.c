#include "migration/sqitch_name.h"

#include <string.h>

enum {
    ID_DIGITS = 40
};

static bool is_one_of(char byte, const char *bytes)
{
    return byte && strchr(bytes, byte);
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

// [:punct:] of ASCII without "_".
static bool is_punctuation(char byte)
{
    return is_one_of(byte, "-!\"#$%&'()*+,./:;<=>?@[\\]^`{|}~");
}

// "users^2" would be a way to say the second before users.
static bool ends_like_a_path(Str name)
{
    size_t at = name.n;
    while (at && is_digit(name.p[at - 1]))
        at--;
    return at && at < name.n && is_one_of(name.p[at - 1], "~/=%^");
}

size_t sqitch_name_length(Str text)
{
    Str name = {text.p, 0};
    while (name.n < text.n && text.p[name.n] && !is_one_of(text.p[name.n], " \t@:#\\[]"))
        name.n++;
    if (!name.n || is_punctuation(name.p[0]) || is_punctuation(name.p[name.n - 1]) ||
        ends_like_a_path(name))
        return 0;
    return name.n;
}

bool sqitch_name_is_valid(Str name)
{
    return name.n && sqitch_name_length(name) == name.n;
}

bool sqitch_name_is_reserved(Str name)
{
    return str_eq(name, STR("HEAD")) || str_eq(name, STR("ROOT"));
}

bool sqitch_name_is_id(Str name)
{
    size_t digits = 0;
    while (digits < name.n && is_one_of(name.p[digits], "0123456789abcdef"))
        digits++;
    return digits >= ID_DIGITS;
}

bool sqitch_reference_parse(Str text, SqitchReference *ret_reference)
{
    SqitchReference reference = {.is_conflict = str_starts(text, STR("!"))};
    text = str_skip(text, reference.is_conflict);
    Str project = str_until(text, ':');
    if (project.n < text.n) {
        if (!sqitch_name_is_valid(project))
            return false;
        reference.project = project;
        text = str_skip(text, project.n + 1);
    }
    if (text.n == ID_DIGITS && sqitch_name_is_id(text)) {
        reference.id = text;
        *ret_reference = reference;
        return true;
    }
    reference.change = str_until(text, '@');
    bool has_tag = reference.change.n < text.n;
    if (has_tag)
        reference.tag = str_skip(text, reference.change.n + 1);
    if ((reference.change.n || !has_tag) && !sqitch_name_is_valid(reference.change))
        return false;
    if (has_tag && !sqitch_name_is_valid(reference.tag))
        return false;
    *ret_reference = reference;
    return true;
}
