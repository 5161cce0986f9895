// Completion scripts for shells, made from the command and option tables; a shell is one file that
// ends in a const struct (completion_bash.c ...).
// Refuses to let a script ask a database: TAB must never wait. Invariant: what a script offers is
// what parse.c accepts.
#pragma once

#include "cli/command.h"

typedef struct Shell {
    const char *name;
    void (*print)(FILE *stream);
} Shell;

extern const Shell SHELL_BASH;
extern const Shell SHELL_ZSH;
extern const Shell SHELL_FISH;
extern const Shell *const SHELLS[]; // ends with NULL

typedef enum Completes {
    COMPLETES_NOTHING,
    COMPLETES_FILE,
    COMPLETES_FOLDER,
    COMPLETES_WORDS,
} Completes;

Completes completion_of_option(const OptionSpec *spec);
Completes completion_of_arguments(const Command *command);
// An option that only this command has.
bool completion_is_own(const Command *command, OptionId id);
// --no-x is worth offering where a configuration may say x.
bool completion_is_negatable(const OptionSpec *spec);

void completion_print_words(FILE *stream, const char *(*word)(size_t index));
// The command's name, in quotes when it has two words, and its other one behind `separator`.
void completion_print_names(FILE *stream, const Command *command, const char *separator,
                            const char *quote);
// The names of all groups.
void completion_print_groups(FILE *stream, const char *separator);
// What a first word is for: a group's or a command's summary.
const char *completion_summary(const char *first_word);
// Each byte of `special` gets `escape` before it.
void completion_print_escaped(FILE *stream, const char *text, const char *special,
                              const char *escape);
