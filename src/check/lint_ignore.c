// Ignore comments in a run of the linter: which findings do not count, and which comments were of
// no use.
#include "check/lint_private.h"

#include "base/nearest.h"
#include "migration/ignore_directive.h"

#include <string.h>

static Ignores *ignores_of(Lint *lint)
{
    FilePlace *place = &lint->files.items[lint->file.number];
    if (!place->ignores) {
        place->ignores = arena_new_object(lint->own, Ignores);
        int first = lint->file.script->start.line;
        ignores_begin(place->ignores, first ? first : 1, lint->options.today);
    }
    return place->ignores;
}

void lint_comments(Lint *lint, Str piece)
{
    if (lint->file.is_reported && !lint->is_syntax_only)
        ignores_read(lint->own, ignores_of(lint), piece);
}

void lint_ignores_begin(Lint *lint)
{
    const Script *script = lint->file.script;
    if (script->is_loaded && !lint->is_syntax_only) // lines are those of the file in both
        lint_comments(lint, script->raw.p ? script->raw : script->text);
}

void lint_ignores_statement(Lint *lint, const Statement *statement)
{
    Ignores *ignores = lint->files.items[lint->file.number].ignores;
    if (ignores && ignores->items.len && statement->class != STATEMENT_BEGIN)
        ignores_statement(ignores, statement->position.line,
                          position_after(statement->position, statement->text).line);
}

void lint_ignores_file_end(Lint *lint)
{
    FilePlace *place = &lint->files.items[lint->file.number];
    if (place->ignores)
        ignores_end(place->ignores);
}

static void apply(Lint *lint)
{
    size_t at = 0;
    VEC_EACH (Finding, finding, &lint->findings) {
        while (lint->files.items[at].path != finding->file) // mostly the same as before
            at = (at + 1) % lint->files.len;
        Ignores *ignores = lint->files.items[at].ignores;
        const Ignore *ignore =
            ignores ? ignores_find(ignores, finding->rule, finding->position.line) : NULL;
        if (ignore)
            finding->ignored = arena_strdup(lint->arena, ignore->reason);
    }
}

// Is anything of what it names looked for, in this file and for these servers?
static bool is_looked_for(const Lint *lint, const FilePlace *place, const Ignore *ignore)
{
    RULE_EACH (rule)
        if (ignore_names(ignore, rule) && lint_has_rule(&lint->options, rule) &&
            lint_severity(lint, rule, place->path) != SEVERITY_OFF)
            return true;
    return false;
}

static void say(const JudgedChain *chain, int file, const Ignore *ignore, const char *rule,
                const char *message)
{
    Lint *lint = chain->lint;
    Made made = {.file = file, .position = ignore->position};
    lint->rule = rule_find(str_from(rule));
    Finding *finding = judged_report_made(chain, &made, NULL, "%s", message);
    finding->statement = str_from(arena_strdup(lint->arena, ignore->text));
    finding->end = position_after(ignore->position, finding->statement);
    lint->rule = NULL;
}

// The first name that is nobody's; false when all are known.
static bool find_unknown(const Ignore *ignore, Str *ret_name)
{
    Str rest = str_from(ignore->names);
    Str name;
    while (ignore_next_name(&rest, &name))
        if (!rule_find_any(name)) {
            *ret_name = name;
            return true;
        }
    return false;
}

static const char *unknown(Arena *scratch, Str name)
{
    Nearest nearest = nearest_to(name);
    RULE_EACH (rule)
        nearest_offer(&nearest, rule->id);
    return nearest.found ? arena_printf(scratch, "there is no rule \"" STR_FMT "\"; near to it: %s",
                                        STR_ARG(name), nearest.found)
                         : arena_printf(scratch, "there is no rule \"" STR_FMT "\"", STR_ARG(name));
}

// Of another tool's comments nothing is said: that tool may be in use as well.
static void judge_ignore(const JudgedChain *chain, int file, const Ignore *ignore)
{
    Lint *lint = chain->lint;
    const FilePlace *place = &lint->files.items[file];
    Str name;
    if (ignore->trouble)
        say(chain, file, ignore, "unknown-ignore", ignore->trouble);
    else if (*ignore->tool)
        return;
    else if (find_unknown(ignore, &name))
        say(chain, file, ignore, "unknown-ignore", unknown(chain->scratch, name));
    else if (ignore->is_expired)
        say(chain, file, ignore, "expired-ignore",
            arena_printf(chain->scratch, "the ignore of %s counted until %s", ignore->names,
                         ignore->until));
    else if (!ignore->is_used && !place->is_broken && is_looked_for(lint, place, ignore))
        say(chain, file, ignore, "unused-ignore",
            arena_printf(chain->scratch, "nothing here is found by %s", ignore->names));
}

void lint_settle_ignores(const JudgedChain *chain)
{
    Lint *lint = chain->lint;
    bool has_any = false;
    VEC_EACH (const FilePlace, place, &lint->files)
        has_any |= place->ignores && place->ignores->items.len;
    if (!has_any)
        return;
    apply(lint);
    for (size_t i = 0; i < lint->files.len; i++) {
        Ignores *ignores = lint->files.items[i].ignores;
        for (size_t j = 0; ignores && j < ignores->items.len; j++)
            judge_ignore(chain, (int)i, &ignores->items.items[j]);
    }
}
