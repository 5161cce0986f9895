// A command: what it is called, what it takes, how it is explained, what it runs.
// Refuses to parse. Invariant: each command is one file that ends in one of these structs.
#pragma once

#include "cli/option.h"
#include "io/terminal.h"

struct DotenvFile;
struct HookSettings;
struct LintSettings;

typedef struct Context {
    Arena *arena;
    OptionValues options;
    struct DotenvFile *dotenv;     // NULL until the settings are loaded
    struct LintSettings *lint;     // of the configuration file; NULL: it says nothing
    struct HookSettings *hooks;    // of the environment, else the defaults; NULL: it says nothing
    struct ApprovalPeople *people; // of its block roles:; NULL: it has none
    VEC(const char *) arguments;
    const char *command; // as help and history name it
    const char *group;   // the first of two words, when the second was not given; else NULL
    Terminal out;
    Terminal err;
    bool is_json;
    bool is_followed;    // by another change: no document and no schema file now
    const char *program; // argv[0]
} Context;

typedef struct Example {
    const char *line; // without "migrate-safe"
    const char *what;
} Example;

typedef struct Command {
    const char *name;      // one word, or two: "backup list"
    const char *alias;     // another name that works, NULL when none
    const char *arguments; // "NAME", "[FILE...]"; NULL when none
    size_t arguments_least;
    size_t arguments_most;
    // What an argument may be, for completion, as in OptionSpec.
    const char *(*word)(size_t index);
    bool writes;                  // to the target database
    bool needs_nothing;           // not even a configuration that can be read
    const char *summary;          // one line
    const char *description;      // some sentences, for the help
    const Example *examples;      // ends with a NULL line
    const OptionId *options;      // ends with OPTION_COUNT; global ones are not listed
    int (*run)(Context *context); // exit code; prints its own errors
} Command;

extern const Command *const COMMANDS[]; // in the order of the help, ends with NULL

// Commands whose first words are the same.
typedef struct CommandGroup {
    const char *name;
    const char *summary;
} CommandGroup;

extern const CommandGroup COMMAND_GROUPS[]; // ends with a NULL name

const Command *command_find(Str name); // by name or alias; NULL when unknown
const CommandGroup *command_group_find(Str name);
const CommandGroup *command_group_of(const Command *command); // NULL: its name is one word
const char *command_last_word(const Command *command);        // all of a name of one word
// The first words of all commands, each once; NULL past the last.
const char *command_first_word(size_t index);
// What the group's name alone means; NULL: nothing.
const Command *command_group_default(const CommandGroup *group);
bool command_takes(const Command *command, OptionId id);
