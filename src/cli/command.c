#include "cli/command.h"

extern const Command COMMAND_INIT;
extern const Command COMMAND_NEW;
extern const Command COMMAND_STATUS;
extern const Command COMMAND_HISTORY;
extern const Command COMMAND_VALIDATE;
extern const Command COMMAND_LINT;
extern const Command COMMAND_PLAN;
extern const Command COMMAND_UP;
extern const Command COMMAND_DOWN;
extern const Command COMMAND_REDO;
extern const Command COMMAND_BASELINE;
extern const Command COMMAND_RECOVER;
extern const Command COMMAND_DOCTOR;
extern const Command COMMAND_CONFIG;
extern const Command COMMAND_DEMO;
extern const Command COMMAND_COMPLETION;
extern const Command COMMAND_HELP;

const Command *const COMMANDS[] = {
    &COMMAND_INIT,       &COMMAND_NEW,      &COMMAND_STATUS,
    &COMMAND_HISTORY,    &COMMAND_VALIDATE, &COMMAND_LINT,
    &COMMAND_PLAN,       &COMMAND_UP,       &COMMAND_DOWN,
    &COMMAND_REDO,       &COMMAND_BASELINE, &COMMAND_RECOVER,
    &COMMAND_DOCTOR,     &COMMAND_CONFIG,   &COMMAND_DEMO,
    &COMMAND_COMPLETION, &COMMAND_HELP,     NULL,
};

const Command *command_find(Str name)
{
    for (const Command *const *command = COMMANDS; *command; command++)
        if (str_eq(str_from((*command)->name), name) ||
            ((*command)->alias && str_eq(str_from((*command)->alias), name)))
            return *command;
    return NULL;
}

bool command_takes(const Command *command, OptionId id)
{
    if (OPTIONS[id].is_global)
        return true;
    for (const OptionId *taken = command->options; taken && *taken != OPTION_COUNT; taken++)
        if (*taken == id)
            return true;
    return false;
}
