// bash: one function that looks at the words so far. Needs no bash-completion package.
#include "cli/completion.h"

static const char OPENING[] =
    "# bash completion of migrate-safe, as `migrate-safe completion bash` prints it\n"
    "\n"
    "_migrate_safe() {\n"
    "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    local command='' options='' words='' files='' i\n"
    "    # --dir=x arrives as three words\n"
    "    if [[ $current == = ]]; then\n"
    "        current=''\n"
    "    elif [[ $previous == = && $COMP_CWORD -gt 1 ]]; then\n"
    "        previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n";

static const char CLOSING[] =
    "    if [[ $files ]]; then\n"
    "        compopt -o \"$files\"\n"
    "        return\n"
    "    fi\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
    "}\n"
    "\n"
    "complete -F _migrate_safe migrate-safe\n";

static void print_option(FILE *stream, const OptionSpec *spec)
{
    fprintf(stream, " --%s", spec->name);
    if (completion_is_negatable(spec))
        fprintf(stream, " --no-%s", spec->name);
}

// The command is the first word that is one and no option's value, or the first and the one behind.
static void print_search(FILE *stream)
{
    const char *separator = "";
    fputs("    for ((i = 1; i < COMP_CWORD; i++)); do\n"
          "        case ${COMP_WORDS[i]} in\n"
          "        =) ((i++)) ;;\n"
          "        ",
          stream);
    for (int id = 0; id < OPTION_COUNT; id++) {
        if (OPTIONS[id].kind == KIND_FLAG)
            continue;
        fprintf(stream, "%s--%s", separator, OPTIONS[id].name);
        separator = " | ";
    }
    fputs(") [[ ${COMP_WORDS[i + 1]} == = ]] || ((i++)) ;;\n"
          "        *)\n"
          "            case $command${command:+ }${COMP_WORDS[i]} in\n"
          "            ",
          stream);
    completion_print_groups(stream, " | ");
    fputs(") command=${COMP_WORDS[i]} ;;\n"
          "            ",
          stream);
    for (const Command *const *command = COMMANDS; *command; command++) {
        fputs(command == COMMANDS ? "" : " | ", stream);
        completion_print_names(stream, *command, " | ", "'");
    }
    fputs(")\n"
          "                command=$command${command:+ }${COMP_WORDS[i]}\n"
          "                break\n"
          "                ;;\n"
          "            esac\n"
          "            ;;\n"
          "        esac\n"
          "    done\n",
          stream);
}

// `files` is the way readline itself completes names: it knows about quotes and ~.
static void print_completes(FILE *stream, Completes completes, const char *(*word)(size_t index))
{
    if (completes == COMPLETES_FILE)
        fputs(" files=default", stream);
    else if (completes == COMPLETES_FOLDER)
        fputs(" files=dirnames", stream);
    if (completes != COMPLETES_WORDS)
        return;
    fputs(" words='", stream);
    completion_print_words(stream, word);
    fputs("'", stream);
}

static void print_value(FILE *stream, const OptionSpec *spec)
{
    fprintf(stream, "    --%s)", spec->name);
    print_completes(stream, completion_of_option(spec), spec->word);
    fputs(" ;;\n", stream);
}

static void print_values(FILE *stream)
{
    fputs("    case $previous in\n", stream);
    for (int id = 0; id < OPTION_COUNT; id++)
        if (OPTIONS[id].kind != KIND_FLAG)
            print_value(stream, &OPTIONS[id]);
}

static void print_command(FILE *stream, const Command *command)
{
    fputs("        ", stream);
    completion_print_names(stream, command, " | ", "'");
    fputs(") options='", stream);
    for (int id = 0; id < OPTION_COUNT; id++)
        if (completion_is_own(command, (OptionId)id))
            print_option(stream, &OPTIONS[id]);
    fputs("'", stream);
    print_completes(stream, completion_of_arguments(command), command->word);
    if (!command->arguments)
        fputs(" words=-", stream);
    fputs(" ;;\n", stream);
}

static void print_group(FILE *stream, const CommandGroup *group)
{
    const char *separator = "";
    fprintf(stream, "        %s) words='", group->name);
    for (const Command *const *command = COMMANDS; *command; command++) {
        if (command_group_of(*command) != group)
            continue;
        fprintf(stream, "%s%s", separator, command_last_word(*command));
        separator = " ";
    }
    fputs("' ;;\n", stream);
}

static void print_bash(FILE *stream)
{
    fputs(OPENING, stream);
    print_search(stream);
    print_values(stream);
    fputs("    *)\n"
          "        case $command in\n"
          "        '') words='",
          stream);
    completion_print_words(stream, command_first_word);
    fputs("' ;;\n", stream);
    for (const CommandGroup *group = COMMAND_GROUPS; group->name; group++)
        print_group(stream, group);
    for (const Command *const *command = COMMANDS; *command; command++)
        print_command(stream, *command);
    fputs("        esac\n"
          "        # options when they are asked for, or when there is nothing else to say\n"
          "        if [[ $current == -* || $words == - ]]; then\n"
          "            files='' words=\"$options",
          stream);
    for (int id = 0; id < OPTION_COUNT; id++)
        if (OPTIONS[id].is_global)
            print_option(stream, &OPTIONS[id]);
    fputs("\"\n"
          "        fi\n"
          "        ;;\n"
          "    esac\n",
          stream);
    fputs(CLOSING, stream);
}

const Shell SHELL_BASH = {.name = "bash", .print = print_bash};
