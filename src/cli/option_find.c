// Options by their names, and what they were given.
#include "cli/option.h"

#include <string.h>

bool option_is_set(const OptionValues *values, OptionId id)
{
    return values->values[id].where && values->values[id].is_set;
}

const char *option_text(const OptionValues *values, OptionId id)
{
    return values->values[id].where ? values->values[id].text : NULL;
}

int64_t option_number(const OptionValues *values, OptionId id)
{
    return values->values[id].number;
}

bool option_has_name(OptionId id, Str name)
{
    const OptionSpec *spec = &OPTIONS[id];
    return str_eq(str_from(spec->name), name) || (spec->also && str_eq(str_from(spec->also), name));
}

OptionId option_find_name(Str name)
{
    for (int id = 0; id < OPTION_COUNT; id++)
        if (option_has_name((OptionId)id, name))
            return (OptionId)id;
    return OPTION_COUNT;
}

// A flag of one command may have the name of a setting.
OptionId option_find_setting(Str name)
{
    for (int id = 0; id < OPTION_COUNT; id++)
        if (OPTIONS[id].is_setting && str_eq(str_from(OPTIONS[id].name), name))
            return (OptionId)id;
    return OPTION_COUNT;
}

bool option_is_url(OptionId id)
{
    const char *value = OPTIONS[id].value;
    return value && strcmp(value, "URL") == 0;
}

OptionId option_find_letter(char letter)
{
    for (int id = 0; id < OPTION_COUNT; id++)
        if (OPTIONS[id].letter == letter && letter)
            return (OptionId)id;
    return OPTION_COUNT;
}
