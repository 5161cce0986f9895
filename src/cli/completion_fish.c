// fish: a line for each command and each of its options.
#include "cli/completion.h"

// fish's own __fish_seen_subcommand_from takes an option's value and a later word for the command.
static const char COMMAND_FUNCTION[] =
    "\n"
    "function __migrate_safe_command\n"
    "    set -l is_value 0\n"
    "    set -l command\n"
    "    for word in (commandline -opc)[2..-1]\n"
    "        if test $is_value = 1\n"
    "            set is_value 0\n"
    "        else if contains -- $word $__migrate_safe_takes_value\n"
    "            set is_value 1\n"
    "        else if not string match -q -- '-*' $word\n"
    "            set command $command $word\n"
    "            if not contains -- $command[1] $__migrate_safe_groups; or set -q command[2]\n"
    "                break\n"
    "            end\n"
    "        end\n"
    "    end\n"
    "    if set -q command[1]\n"
    "        string join -- ' ' $command\n"
    "    end\n"
    "end\n"
    "\n"
    "function __migrate_safe_has_no_command\n"
    "    set -l command (__migrate_safe_command)\n"
    "    test -z \"$command\"\n"
    "end\n"
    "\n"
    "function __migrate_safe_is\n"
    "    set -l command (__migrate_safe_command)\n"
    "    test -n \"$command\"; and contains -- $command $argv\n"
    "end\n"
    "\n"
    "complete -c migrate-safe -e\n"
    "complete -c migrate-safe -f\n";

static void print_quoted(FILE *stream, const char *text)
{
    fputs("'", stream);
    completion_print_escaped(stream, text, "'\\", "\\");
    fputs("'", stream);
}

static void print_completes(FILE *stream, Completes completes, const char *(*word)(size_t index))
{
    if (completes == COMPLETES_FILE)
        fputs(" -F", stream);
    else if (completes == COMPLETES_FOLDER)
        fputs(" -a '(__fish_complete_directories)'", stream);
    if (completes != COMPLETES_WORDS)
        return;
    fputs(" -a '", stream);
    completion_print_words(stream, word);
    fputs("'", stream);
}

static void print_condition(FILE *stream, const Command *command)
{
    fputs("complete -c migrate-safe", stream);
    if (!command)
        return;
    fputs(" -n '__migrate_safe_is ", stream);
    completion_print_names(stream, command, " ", "\"");
    fputs("'", stream);
}

static void print_option(FILE *stream, const Command *command, const OptionSpec *spec)
{
    print_condition(stream, command);
    if (spec->letter)
        fprintf(stream, " -s %c", spec->letter);
    fprintf(stream, " -l %s", spec->name);
    if (spec->kind != KIND_FLAG) {
        fputs(completion_of_option(spec) == COMPLETES_FILE ? " -r" : " -x", stream);
        print_completes(stream, completion_of_option(spec), spec->word);
    }
    fputs(" -d ", stream);
    print_quoted(stream, spec->help);
    fputs("\n", stream);
    if (!completion_is_negatable(spec))
        return;
    print_condition(stream, command);
    fprintf(stream, " -l no-%s -d 'not --%s'\n", spec->name, spec->name);
}

static void print_command(FILE *stream, const Command *command)
{
    const CommandGroup *group = command_group_of(command);
    if (group)
        fprintf(stream, "\ncomplete -c migrate-safe -n '__migrate_safe_is %s' -a %s -d ",
                group->name, command_last_word(command));
    else
        fprintf(stream, "\ncomplete -c migrate-safe -n __migrate_safe_has_no_command -a %s -d ",
                command->name);
    print_quoted(stream, command->summary);
    fputs("\n", stream);
    for (int id = 0; id < OPTION_COUNT; id++)
        if (completion_is_own(command, (OptionId)id))
            print_option(stream, command, &OPTIONS[id]);
    Completes completes = completion_of_arguments(command);
    if (completes == COMPLETES_NOTHING)
        return;
    print_condition(stream, command);
    print_completes(stream, completes, command->word);
    fputs("\n", stream);
}

static void print_fish(FILE *stream)
{
    fputs("# fish completion of migrate-safe, as `migrate-safe completion fish` prints it\n"
          "\n"
          "set -g __migrate_safe_takes_value",
          stream);
    for (int id = 0; id < OPTION_COUNT; id++)
        if (OPTIONS[id].kind != KIND_FLAG)
            fprintf(stream, " --%s", OPTIONS[id].name);
    fputs("\nset -g __migrate_safe_groups ", stream);
    completion_print_groups(stream, " ");
    fputs("\n", stream);
    fputs(COMMAND_FUNCTION, stream);
    for (const CommandGroup *group = COMMAND_GROUPS; group->name; group++) {
        fprintf(stream, "complete -c migrate-safe -n __migrate_safe_has_no_command -a %s -d ",
                group->name);
        print_quoted(stream, group->summary);
        fputs("\n", stream);
    }
    for (int id = 0; id < OPTION_COUNT; id++)
        if (OPTIONS[id].is_global)
            print_option(stream, NULL, &OPTIONS[id]);
    for (const Command *const *command = COMMANDS; *command; command++)
        print_command(stream, *command);
}

const Shell SHELL_FISH = {.name = "fish", .print = print_fish};
