// What to type after a rehearsal: for each problem the command that helps, the gravest first.
#include "report/rehearsal_facts.h"

#include <string.h>

// One word for a shell, whatever is in it.
static const char *shell_word(Arena *arena, const char *word)
{
    static const char PLAIN[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@%+=,-";
    const char *quoted = "'";
    if (*word && word[strspn(word, PLAIN)] == '\0')
        return word;
    for (Str rest = str_from(word), piece; rest.n; rest = str_skip(rest, piece.n)) {
        bool is_quote = rest.p[0] == '\'';
        piece = is_quote ? (Str){rest.p, 1} : str_until(rest, '\'');
        quoted = arena_join(arena, str_from(quoted), is_quote ? STR("'\"'\"'") : piece, STR(""));
    }
    return arena_join(arena, str_from(quoted), STR("'"), STR(""));
}

static const char *command(Arena *arena, const char *first, const char *second, const char *value)
{
    const char *const all[] = {first, second, value};
    const char *line = "migrate-safe";
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i])
            line = arena_printf(arena, "%s %s", line, shell_word(arena, all[i]));
    return line;
}

static const char *help_with(Arena *arena, const RehearsedMigration *migration,
                             const RehearsalFinding *finding)
{
    const char *version = migration->version;
    switch (finding->problem) {
    case REHEARSAL_DOWN_MISSING:
        return command(arena, "generate-rollback", version, NULL);
    case REHEARSAL_DOWN_FAILED:
    case REHEARSAL_DOWN_DIFFERS:
    case REHEARSAL_DOWN_LOSES:
    case REHEARSAL_AGAIN_FAILED:
    case REHEARSAL_AGAIN_DIFFERS:
        return command(arena, "generate-rollback", version, "--overwrite");
    case REHEARSAL_TOO_SLOW:
    case REHEARSAL_BLOCKED_TOO_LONG:
        return command(arena, "lint", migration->file, NULL);
    case REHEARSAL_UP_FAILED:
    case REHEARSAL_VERIFY_FAILED:
    case REHEARSAL_INTEGRITY:
    case REHEARSAL_CONSTRAINT_BROKEN:
    case REHEARSAL_NOT_IDEMPOTENT:
    case REHEARSAL_RECOVERY_FAILED:
    case REHEARSAL_ESTIMATE_EXCEEDED:
    case REHEARSAL_OLD_QUERY_BROKEN:
    case REHEARSAL_NOT_REACHED:
    case REHEARSAL_SERVER_WIDE:
    case REHEARSAL_PROBLEMS:
        break;
    }
    return arena_printf(arena, "%s, when %s is corrected", command(arena, "rehearse", NULL, NULL),
                        finding->file ? finding->file : migration->file);
}

const char *rehearsal_next(Arena *arena, const Rehearsal *rehearsal)
{
    ErrClass gravest = rehearsal_class(rehearsal);
    bool has_environment = rehearsal->environment && *rehearsal->environment;
    if (gravest == ERR_NONE)
        return command(arena, "up", has_environment ? "--env" : NULL,
                       has_environment ? rehearsal->environment : NULL);
    VEC_EACH (const RehearsedMigration, migration, &rehearsal->migrations)
        VEC_EACH (const RehearsalFinding, finding, &migration->findings)
            if (rehearsal_problem_class(finding->problem) == gravest &&
                !rehearsal_problem_is_warning(finding->problem))
                return help_with(arena, migration, finding);
    return command(arena, "rehearse", "--verbose", NULL);
}
