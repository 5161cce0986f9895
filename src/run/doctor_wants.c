// What the pending migrations will ask for, statement by statement.
#include "run/doctor_private.h"
#include "run/script.h"
#include "sql/lex.h"
#include "sql/target.h"

#include <string.h>

// Only the owner of the relation may do these; what is not here needs a grant at most.
static const struct {
    TargetVerb verb;
    int before; // the major that made it grantable (17: MAINTAIN); 0: none did
} OWNERS_VERBS[] = {
    {TARGET_CREATE_INDEX, 0},     {TARGET_DROP_INDEX, 0}, {TARGET_ALTER_TABLE, 0},
    {TARGET_DETACH_PARTITION, 0}, {TARGET_DROP_TABLE, 0}, {TARGET_TRIGGER, 0},
    {TARGET_COMMENT, 0},          {TARGET_REINDEX, 17},   {TARGET_CLUSTER, 17},
    {TARGET_REFRESH, 17},
};

static bool needs_owner(const StatementTarget *target, int server_major)
{
    if (target->verb == TARGET_TRIGGER && target->is_create)
        return false; // TRIGGER can be granted
    for (size_t i = 0; i < sizeof OWNERS_VERBS / sizeof *OWNERS_VERBS; i++)
        if (OWNERS_VERBS[i].verb == target->verb)
            return !OWNERS_VERBS[i].before || server_major < OWNERS_VERBS[i].before;
    return false;
}

static void want(Arena *arena, DoctorWants *wants, const char *relation)
{
    for (size_t i = 0; i < wants->owned.len; i++)
        if (strcmp(wants->owned.items[i], relation) == 0)
            return;
    *vec_append(arena, &wants->owned) = arena_strdup(arena, relation);
}

// "hstore", "\"uuid-ossp\"" as the catalog has them.
static const char *folded(Arena *arena, const Lexer *lexer, Token token)
{
    Str text = lex_text(lexer, token);
    if (token.kind == TOKEN_QUOTED_NAME && text.n >= 2 && text.p[0] == '"')
        return arena_dup(arena, (Str){text.p + 1, text.n - 2});
    char *name = arena_dup(arena, text);
    for (char *p = name; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p += 'a' - 'A';
    return name;
}

static void want_extension(Arena *arena, DoctorWants *wants, Str text)
{
    static const char *const BEFORE[] = {"create", "extension"};
    static const char *const MAYBE[] = {"if", "not", "exists"};
    Lexer lexer = {.text = text, .is_whole = true};
    Token token;
    for (size_t i = 0; i < sizeof BEFORE / sizeof *BEFORE; i++) {
        token = lex_next_significant(&lexer);
        if (!lex_is_word(&lexer, token, str_from(BEFORE[i])))
            return;
    }
    token = lex_next_significant(&lexer);
    for (size_t i = 0; i < sizeof MAYBE / sizeof *MAYBE; i++)
        if (lex_is_word(&lexer, token, str_from(MAYBE[i])))
            token = lex_next_significant(&lexer);
    if (token.kind == TOKEN_WORD || token.kind == TOKEN_QUOTED_NAME)
        *vec_append(arena, &wants->extensions) = folded(arena, &lexer, token);
}

static void read_statement(Doctor *doctor, const Statement *statement)
{
    DoctorWants *wants = &doctor->wants;
    StatementTarget target;
    statement_target(doctor->arena, statement->text, &target);
    want_extension(doctor->arena, wants, statement->text);
    if (target.verb == TARGET_CREATE_TABLE && target.is_create && target.object &&
        !wants->unqualified && !strchr(target.object, '.'))
        wants->unqualified = arena_strdup(doctor->arena, target.object);
    if (!needs_owner(&target, session_server_major(doctor->session)) || target.relation_count == 0)
        return;
    // Of ALTER TABLE ... REFERENCES other, the other needs a grant only.
    bool wants_all = target.verb == TARGET_DROP_TABLE || target.verb == TARGET_DROP_INDEX;
    for (size_t i = 0; i < (wants_all ? target.relation_count : 1); i++)
        want(doctor->arena, wants, target.relations[i]);
}

static void read_script(Doctor *doctor, const Script *script)
{
    Err ignored = {0}; // an unsound file is a check of the configuration
    Statement statement;
    SCRIPT_SCOPED reader = NULL;
    if (!script_open(script, &reader, &ignored))
        return;
    while (splitter_next(script_splitter(reader), &statement, &ignored) == SPLIT_STATEMENT)
        read_statement(doctor, &statement);
}

static bool is_applied(const Doctor *doctor, const Migration *migration)
{
    VEC_EACH (const StatusEntry, entry, &doctor->status.entries)
        if (entry->migration == migration)
            return !status_is_pending(entry);
    return false; // without a history all are pending
}

void doctor_wants(Doctor *doctor)
{
    if (!doctor->options->source)
        return;
    VEC_EACH (const Migration, migration, &doctor->options->source->migrations)
        if (!is_applied(doctor, migration))
            read_script(doctor, &migration->up);
}
