// zsh: specifications for _arguments, one list for all commands and one for each.
#include "cli/completion.h"

static const char CLOSING[] = "        esac\n"
                              "        ;;\n"
                              "    esac\n"
                              "}\n"
                              "\n"
                              "# autoloaded from a folder of functions, or read with source\n"
                              "if [[ $funcstack[1] == _migrate-safe ]]; then\n"
                              "    _migrate-safe \"$@\"\n"
                              "else\n"
                              "    compdef _migrate-safe migrate-safe\n"
                              "fi\n";

// Text between single quotes. `special` are bytes that mean something to _arguments there.
static void print_quoted(FILE *stream, const char *text, const char *special)
{
    for (; *text; text++) {
        char letter[2] = {*text};
        if (*text == '\'')
            fputs("'\\''", stream);
        else
            completion_print_escaped(stream, letter, special, "\\");
    }
}

static void print_action(FILE *stream, Completes completes, const char *(*word)(size_t index))
{
    if (completes == COMPLETES_FILE)
        fputs("_files", stream);
    else if (completes == COMPLETES_FOLDER)
        fputs("_files -/", stream);
    else if (completes == COMPLETES_NOTHING)
        fputs(" ", stream); // says what is wanted, offers nothing
    if (completes != COMPLETES_WORDS)
        return;
    fputs("(", stream);
    completion_print_words(stream, word);
    fputs(")", stream);
}

// --dir= takes its value as the next word as well.
static void print_spelling(FILE *stream, const OptionSpec *spec, const char *dashes,
                           const char *name)
{
    const char *joined = spec->kind == KIND_FLAG ? "" : dashes[1] ? "=" : "+";
    fputs(" \\\n            '", stream);
    if (spec->kind == KIND_LIST)
        fputs("*", stream);
    else if (spec->letter)
        fprintf(stream, "(-%c --%s)", spec->letter, spec->name);
    fprintf(stream, "%s%s%s[", dashes, name, joined);
    print_quoted(stream, spec->help, "[]\\");
    fputs("]", stream);
    if (spec->kind != KIND_FLAG) {
        fprintf(stream, ":%s:", spec->value);
        print_action(stream, completion_of_option(spec), spec->word);
    }
    fputs("'", stream);
}

static void print_option(FILE *stream, const OptionSpec *spec)
{
    char letter[2] = {spec->letter};
    if (spec->letter)
        print_spelling(stream, spec, "-", letter);
    print_spelling(stream, spec, "--", spec->name);
    if (completion_is_negatable(spec))
        fprintf(stream, " \\\n            '--no-%s[not --%s]'", spec->name, spec->name);
}

static void print_command(FILE *stream, const Command *command)
{
    fputs("        ", stream);
    completion_print_names(stream, command, " | ", "'");
    fputs(")\n            _arguments \"$everywhere[@]\"", stream);
    for (int id = 0; id < OPTION_COUNT; id++)
        if (completion_is_own(command, (OptionId)id))
            print_option(stream, &OPTIONS[id]);
    if (command->arguments) {
        fputs(" \\\n            '", stream);
        if (command->arguments_most > 1)
            fputs("*", stream);
        fputs(":", stream);
        print_quoted(stream, command->arguments, ":\\");
        fputs(":", stream);
        print_action(stream, completion_of_arguments(command), command->word);
        fputs("'", stream);
    }
    fputs("\n            ;;\n", stream);
}

static void print_described(FILE *stream, const char *word, const char *summary)
{
    fprintf(stream, "        '%s:", word);
    print_quoted(stream, summary, "\\");
    fputs("'\n", stream);
}

static void print_group(FILE *stream, const CommandGroup *group)
{
    fprintf(stream, "        %s)\n            commands=(\n", group->name);
    for (const Command *const *command = COMMANDS; *command; command++)
        if (command_group_of(*command) == group)
            print_described(stream, command_last_word(*command), (*command)->summary);
    fputs("            )\n"
          "            _describe -t commands command commands\n"
          "            ;;\n",
          stream);
}

static void print_zsh(FILE *stream)
{
    fputs("#compdef migrate-safe\n"
          "# zsh completion of migrate-safe, as `migrate-safe completion zsh` prints it\n"
          "\n"
          "_migrate-safe() {\n"
          "    local curcontext=$curcontext state state_descr line\n"
          "    local -a commands everywhere\n"
          "    typeset -A opt_args\n"
          "    commands=(\n",
          stream);
    const char *word;
    for (size_t i = 0; (word = command_first_word(i)); i++)
        print_described(stream, word, completion_summary(word));
    fputs("    )\n"
          "    everywhere=(",
          stream);
    for (int id = 0; id < OPTION_COUNT; id++)
        if (OPTIONS[id].is_global)
            print_option(stream, &OPTIONS[id]);
    fputs("\n"
          "    )\n"
          "    _arguments -C \"$everywhere[@]\" '(-): :->command' '(-)*:: :->argument' && return\n"
          "    case $state in\n"
          "    command) _describe -t commands command commands ;;\n"
          "    argument)\n"
          "        if [[ $words[1] == (",
          stream);
    completion_print_groups(stream, "|");
    fputs(") && CURRENT -gt 2 ]]; then\n"
          "            words[1,2]=(\"$words[1] $words[2]\")\n"
          "            ((CURRENT--))\n"
          "        fi\n"
          "        case $words[1] in\n",
          stream);
    for (const CommandGroup *group = COMMAND_GROUPS; group->name; group++)
        print_group(stream, group);
    for (const Command *const *command = COMMANDS; *command; command++)
        print_command(stream, *command);
    fputs(CLOSING, stream);
}

const Shell SHELL_ZSH = {.name = "zsh", .print = print_zsh};
