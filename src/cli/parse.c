#include "cli/parse.h"

#include "base/nearest.h"

#include <string.h>

// Whole command lines written as modes: the runbook's way.
static const struct {
    const char *flag;
    const char *command;
} MODES[] = {{"--preflight", "preflight"},
             {"--apply", "up"},
             {"--rollback", "down"},
             {"--postflight", "postflight"}};

// TrustBot's, long and short: `down --to VERSION`. Not a spelling of --to, which `up` takes as
// well.
static const char ROLLBACK_TO[] = "--rollback-to";
static const char ROLLBACK_TO_LETTER = 'r';

typedef struct Parse {
    Context *context;
    int argc;
    char **argv;
    int at;
    const Command *command;
    const CommandGroup *group; // its name was given, and no second word yet
    const char *mode;          // the mode that gave the command, NULL when it was written itself
    const char *rollback_to;   // how it was spelled, NULL when it was not
    Err *err;
} Parse;

static bool set(Parse *parse, OptionId id, const char *where, const char *text)
{
    return option_set(parse->context->arena, &parse->context->options, id, ORIGIN_FLAG, where, text,
                      parse->err);
}

static bool unknown_command(Parse *parse, const char *name)
{
    Nearest nearest = nearest_to(str_from(name));
    for (const CommandGroup *group = COMMAND_GROUPS; group->name; group++)
        nearest_offer(&nearest, group->name);
    for (const Command *const *command = COMMANDS; *command; command++) {
        nearest_offer(&nearest, (*command)->name);
        if ((*command)->alias)
            nearest_offer(&nearest, (*command)->alias);
    }
    fail(parse->err, ERR_CONFIG, "unknown command \"%s\"", name);
    return nearest.found ? err_hint(parse->err, "did you mean: migrate-safe %s", nearest.found)
                         : err_hint(parse->err, "see the commands: migrate-safe help");
}

static bool see_options(Parse *parse)
{
    const char *name = parse->command ? parse->command->name
                       : parse->group ? parse->group->name
                                      : "";
    return err_hint(parse->err, "see the options: migrate-safe %s%s--help", name, *name ? " " : "");
}

static bool unknown_option(Parse *parse, const char *text)
{
    Str name = str_skip(str_from(text), strspn(text, "-"));
    Nearest nearest = nearest_to(str_starts(name, STR("no-")) ? str_skip(name, 3) : name);
    for (int id = 0; id < OPTION_COUNT; id++)
        nearest_offer(&nearest, OPTIONS[id].name);
    for (size_t i = 0; i < sizeof MODES / sizeof MODES[0]; i++)
        nearest_offer(&nearest, MODES[i].flag + 2);
    nearest_offer(&nearest, ROLLBACK_TO + 2);
    fail(parse->err, ERR_CONFIG, "unknown option %s", text);
    return nearest.found ? err_hint(parse->err, "did you mean: --%s", nearest.found)
                         : see_options(parse);
}

static bool next_value(Parse *parse, const char *option, const char **ret_text)
{
    if (parse->at + 1 >= parse->argc) {
        fail(parse->err, ERR_CONFIG, "%s needs a value", option);
        return see_options(parse);
    }
    *ret_text = parse->argv[++parse->at];
    return true;
}

// One name can be two options of two commands (--explain, --table): then the command's own counts.
static OptionId find_name(const Parse *parse, Str name)
{
    for (int id = 0; parse->command && id < OPTION_COUNT; id++)
        if (!OPTIONS[id].is_global && option_has_name((OptionId)id, name) &&
            command_takes(parse->command, (OptionId)id))
            return (OptionId)id;
    return option_find_name(name);
}

static bool parse_long(Parse *parse, const char *text)
{
    Str whole = str_from(text + 2);
    Str name = str_until(whole, '=');
    bool has_value = name.n < whole.n;
    const char *value = has_value ? text + 2 + name.n + 1 : NULL;
    const char *where = arena_printf(parse->context->arena, "--" STR_FMT, STR_ARG(name));
    bool is_negated = str_starts(name, STR("no-"));
    bool is_rollback_to = strcmp(where, ROLLBACK_TO) == 0;
    OptionId id = is_rollback_to ? OPTION_TO : find_name(parse, name);
    if (is_rollback_to)
        parse->rollback_to = where;
    if (id == OPTION_COUNT && is_negated) {
        id = find_name(parse, str_skip(name, 3));
        if (id != OPTION_COUNT && OPTIONS[id].kind == KIND_FLAG && !has_value)
            return set(parse, id, where, "false");
        id = OPTION_COUNT;
    }
    if (id == OPTION_COUNT)
        return unknown_option(parse, where);
    if (OPTIONS[id].kind != KIND_FLAG && !has_value && !next_value(parse, where, &value))
        return false;
    return set(parse, id, where, value);
}

static bool parse_letters(Parse *parse, const char *text)
{
    for (const char *letter = text + 1; *letter; letter++) {
        const char *where = arena_printf(parse->context->arena, "-%c", *letter);
        bool is_rollback_to = *letter == ROLLBACK_TO_LETTER;
        OptionId id = is_rollback_to ? OPTION_TO : option_find_letter(*letter);
        const char *value = NULL;
        if (is_rollback_to)
            parse->rollback_to = where;
        if (id == OPTION_COUNT)
            return unknown_option(parse, where);
        if (OPTIONS[id].kind != KIND_FLAG) {
            value = letter[1] ? letter + 1 : NULL;
            if (!value && !next_value(parse, where, &value))
                return false;
            return set(parse, id, where, value);
        }
        if (!set(parse, id, where, NULL))
            return false;
    }
    return true;
}

static bool two_commands(Parse *parse, const char *first, const char *second)
{
    fail(parse->err, ERR_CONFIG, "%s and %s are two different commands", first, second);
    return err_hint(parse->err, "give one of the two");
}

static bool parse_mode(Parse *parse, const char *text, bool *ret_is_mode)
{
    for (size_t i = 0; i < sizeof MODES / sizeof MODES[0]; i++) {
        if (strcmp(text, MODES[i].flag) != 0)
            continue;
        *ret_is_mode = true;
        const Command *meant = command_find(str_from(MODES[i].command));
        if (parse->group)
            return two_commands(parse, parse->group->name, text);
        if (parse->command && parse->command != meant)
            return two_commands(parse, parse->mode ? parse->mode : parse->command->name, text);
        parse->command = meant;
        parse->mode = text;
        return true;
    }
    *ret_is_mode = false;
    return true;
}

static bool parse_second_word(Parse *parse, const CommandGroup *group, const char *text)
{
    const char *name =
        arena_join(parse->context->arena, str_from(group->name), STR(" "), str_from(text));
    Nearest nearest = nearest_to(str_from(text));
    parse->command = command_find(str_from(name));
    if (parse->command) {
        parse->group = NULL;
        return true;
    }
    for (const Command *const *command = COMMANDS; *command; command++)
        if (command_group_of(*command) == group)
            nearest_offer(&nearest, command_last_word(*command));
    fail(parse->err, ERR_CONFIG, "unknown command \"%s\"", name);
    return nearest.found
               ? err_hint(parse->err, "did you mean: migrate-safe %s %s", group->name,
                          nearest.found)
               : err_hint(parse->err, "see its commands: migrate-safe %s --help", group->name);
}

static bool parse_word(Parse *parse, const char *text)
{
    const Command *named = command_find(str_from(text));
    const CommandGroup *group = command_group_find(str_from(text));
    if (parse->group)
        return parse_second_word(parse, parse->group, text);
    if (parse->mode && group)
        return two_commands(parse, parse->mode, text);
    if (parse->mode && named) {
        if (named != parse->command)
            return two_commands(parse, parse->mode, text);
        parse->mode = NULL; // said twice
        return true;
    }
    if (parse->command) {
        *vec_append(parse->context->arena, &parse->context->arguments) = text;
        return true;
    }
    parse->group = group;
    parse->command = group ? NULL : named;
    return group || named || unknown_command(parse, text);
}

static bool parse_all(Parse *parse)
{
    bool is_words_only = false;
    for (parse->at = 1; parse->at < parse->argc; parse->at++) {
        const char *text = parse->argv[parse->at];
        bool is_mode = false;
        bool ok;
        if (is_words_only || text[0] != '-' || !text[1]) {
            ok = parse_word(parse, text);
        } else if (strcmp(text, "--") == 0) {
            is_words_only = ok = true;
        } else {
            ok = parse_mode(parse, text, &is_mode);
            if (ok && !is_mode)
                ok = text[1] == '-' ? parse_long(parse, text) : parse_letters(parse, text);
        }
        if (!ok)
            return false;
    }
    return true;
}

// Before its command --table is still the source's: nobody shall get all of a backup for a table.
static bool is_mistaken_table(const Command *command, OptionId id)
{
    return id == OPTION_TABLE && command_takes(command, OPTION_ONLY);
}

static bool check_options(Parse *parse)
{
    const Command *command = parse->command;
    if (parse->rollback_to && strcmp(command->name, "down") != 0) {
        fail(parse->err, ERR_CONFIG, "%s does not take %s", command->name, parse->rollback_to);
        return err_hint(parse->err, "to go back to a version: migrate-safe down --to VERSION");
    }
    for (int id = 0; id < OPTION_COUNT; id++) {
        const OptionValue *value = &parse->context->options.values[id];
        if (!value->where ||
            (command_takes(command, (OptionId)id) && !is_mistaken_table(command, (OptionId)id)))
            continue;
        fail(parse->err, ERR_CONFIG, "%s does not take %s", command->name, value->where);
        return err_hint(parse->err, "see: migrate-safe %s --help", command->name);
    }
    size_t given = parse->context->arguments.len;
    if (given < command->arguments_least) {
        fail(parse->err, ERR_CONFIG, "%s needs %s", command->name, command->arguments);
        return err_hint(parse->err, "see: migrate-safe %s --help", command->name);
    }
    if (given > command->arguments_most) {
        fail(parse->err, ERR_CONFIG, "%s does not take \"%s\"", command->name,
             parse->context->arguments.items[command->arguments_most]);
        return err_hint(parse->err, "see: migrate-safe %s --help", command->name);
    }
    return true;
}

bool parse_command_line(Context *context, int argc, char **argv, const Command **ret_command,
                        Err *err)
{
    Parse parse = {.context = context, .argc = argc, .argv = argv, .err = err};
    if (!parse_all(&parse))
        return false;
    const OptionValues *options = &context->options;
    bool is_about_itself =
        option_is_set(options, OPTION_HELP) || option_is_set(options, OPTION_VERSION);
    if (parse.group) {
        context->group = parse.group->name;
        parse.command = command_group_default(parse.group);
        if (!parse.command && !is_about_itself) {
            fail(err, ERR_CONFIG, "%s needs one of its commands", parse.group->name);
            return err_hint(err, "see them: migrate-safe %s --help", parse.group->name);
        }
    }
    // `--dry-run` alone is `plan`; `-r VERSION` alone is `down --to VERSION`.
    if (!parse.command && parse.rollback_to)
        parse.command = command_find(STR("down"));
    if (!parse.command && option_is_set(options, OPTION_DRY_RUN))
        parse.command = command_find(STR("plan"));
    // `status` is what a bare call does.
    const Command *taker = parse.command ? parse.command : command_find(STR("status"));
    Parse checked = parse;
    checked.command = taker;
    if (!is_about_itself && !check_options(&checked))
        return false;
    *ret_command = parse.command;
    return true;
}
