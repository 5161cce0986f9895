#include "cli/command.h"

#include <string.h>

extern const Command COMMAND_INIT;
extern const Command COMMAND_NEW;
extern const Command COMMAND_STATUS;
extern const Command COMMAND_HISTORY;
extern const Command COMMAND_VALIDATE;
extern const Command COMMAND_LINT;
extern const Command COMMAND_PLAN;
extern const Command COMMAND_APPROVE;
extern const Command COMMAND_PREFLIGHT;
extern const Command COMMAND_UP;
extern const Command COMMAND_POSTFLIGHT;
extern const Command COMMAND_DOWN;
extern const Command COMMAND_REDO;
extern const Command COMMAND_BASELINE;
extern const Command COMMAND_RECOVER;
extern const Command COMMAND_BACKUP_CREATE;
extern const Command COMMAND_BACKUP_LIST;
extern const Command COMMAND_BACKUP_PRUNE;
extern const Command COMMAND_BACKUP_RESTORE;
extern const Command COMMAND_BACKUP_VERIFY;
extern const Command COMMAND_QUARANTINE_LIST;
extern const Command COMMAND_QUARANTINE_PURGE;
extern const Command COMMAND_QUARANTINE_RESTORE;
extern const Command COMMAND_GENERATE_ROLLBACK;
extern const Command COMMAND_DOCTOR;
extern const Command COMMAND_FINGERPRINT;
extern const Command COMMAND_DIFF;
extern const Command COMMAND_DRIFT;
extern const Command COMMAND_REHEARSE;
extern const Command COMMAND_LOCKS;
extern const Command COMMAND_REPORT;
extern const Command COMMAND_VERIFY;
extern const Command COMMAND_CONFIG;
extern const Command COMMAND_DEMO;
extern const Command COMMAND_COMPLETION;
extern const Command COMMAND_HELP;

// One a line, so that two who add one do not meet.
// clang-format off
const Command *const COMMANDS[] = {
    &COMMAND_INIT,
    &COMMAND_NEW,
    &COMMAND_STATUS,
    &COMMAND_HISTORY,
    &COMMAND_VALIDATE,
    &COMMAND_LINT,
    &COMMAND_PLAN,
    &COMMAND_REHEARSE,
    &COMMAND_APPROVE,
    &COMMAND_PREFLIGHT,
    &COMMAND_UP,
    &COMMAND_POSTFLIGHT,
    &COMMAND_DOWN,
    &COMMAND_REDO,
    &COMMAND_BASELINE,
    &COMMAND_RECOVER,
    &COMMAND_GENERATE_ROLLBACK,
    &COMMAND_BACKUP_CREATE,
    &COMMAND_BACKUP_LIST,
    &COMMAND_BACKUP_PRUNE,
    &COMMAND_BACKUP_VERIFY,
    &COMMAND_BACKUP_RESTORE,
    &COMMAND_QUARANTINE_LIST,
    &COMMAND_QUARANTINE_RESTORE,
    &COMMAND_QUARANTINE_PURGE,
    &COMMAND_DOCTOR,
    &COMMAND_VERIFY,
    &COMMAND_FINGERPRINT,
    &COMMAND_DIFF,
    &COMMAND_DRIFT,
    &COMMAND_LOCKS,
    &COMMAND_REPORT,
    &COMMAND_CONFIG,
    &COMMAND_DEMO,
    &COMMAND_COMPLETION,
    &COMMAND_HELP,
    NULL,
};
// clang-format on

const CommandGroup COMMAND_GROUPS[] = {
    {"backup", "backups: kept in a folder, each with a manifest that says what it must be"},
    {"quarantine", "tables, columns and rows that were set aside and not destroyed"},
    {NULL, NULL},
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

const CommandGroup *command_group_find(Str name)
{
    for (const CommandGroup *group = COMMAND_GROUPS; group->name; group++)
        if (str_eq(str_from(group->name), name))
            return group;
    return NULL;
}

const CommandGroup *command_group_of(const Command *command)
{
    return strchr(command->name, ' ') ? command_group_find(str_until(str_from(command->name), ' '))
                                      : NULL;
}

const char *command_last_word(const Command *command)
{
    const char *blank = strchr(command->name, ' ');
    return blank ? blank + 1 : command->name;
}

const char *command_first_word(size_t index)
{
    const CommandGroup *last = NULL; // a group's commands stand together
    for (const Command *const *command = COMMANDS; *command; command++) {
        const CommandGroup *group = command_group_of(*command);
        bool is_again = group && group == last;
        last = group;
        if (!is_again && index-- == 0)
            return group ? group->name : (*command)->name;
    }
    return NULL;
}

const Command *command_group_default(const CommandGroup *group)
{
    return command_find(str_from(group->name)); // an alias of one of them
}
