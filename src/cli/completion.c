#include "cli/completion.h"

#include <string.h>

const Shell *const SHELLS[] = {&SHELL_BASH, &SHELL_ZSH, &SHELL_FISH, NULL};

static Completes completion_of(const char *value, const char *(*word)(size_t index))
{
    Str name = str_from(value);
    if (word)
        return COMPLETES_WORDS;
    if (str_find(name, STR("FILE")) >= 0)
        return COMPLETES_FILE;
    return str_find(name, STR("DIR")) >= 0 ? COMPLETES_FOLDER : COMPLETES_NOTHING;
}

Completes completion_of_option(const OptionSpec *spec)
{
    return completion_of(spec->value, spec->word);
}

Completes completion_of_arguments(const Command *command)
{
    return completion_of(command->arguments, command->word);
}

bool completion_is_own(const Command *command, OptionId id)
{
    return !OPTIONS[id].is_global && command_takes(command, id);
}

bool completion_is_negatable(const OptionSpec *spec)
{
    return spec->kind == KIND_FLAG && spec->is_setting;
}

void completion_print_words(FILE *stream, const char *(*word)(size_t index))
{
    for (size_t i = 0; word(i); i++)
        fprintf(stream, "%s%s", i ? " " : "", word(i));
}

void completion_print_names(FILE *stream, const Command *command, const char *separator,
                            const char *quote)
{
    const char *mark = command_group_of(command) ? quote : "";
    fprintf(stream, "%s%s%s", mark, command->name, mark);
    // A group's name alone is still waiting for its second word.
    if (command->alias && !command_group_find(str_from(command->alias)))
        fprintf(stream, "%s%s", separator, command->alias);
}

void completion_print_groups(FILE *stream, const char *separator)
{
    for (const CommandGroup *group = COMMAND_GROUPS; group->name; group++)
        fprintf(stream, "%s%s", group == COMMAND_GROUPS ? "" : separator, group->name);
}

const char *completion_summary(const char *first_word)
{
    const CommandGroup *group = command_group_find(str_from(first_word));
    return group ? group->summary : command_find(str_from(first_word))->summary;
}

void completion_print_escaped(FILE *stream, const char *text, const char *special,
                              const char *escape)
{
    for (; *text; text++)
        fprintf(stream, "%s%c", strchr(special, *text) ? escape : "", *text);
}
