// The statements that an application asks, as the target's pg_stat_statements has them.
// Refuses to run them: the server only prepares them, which asks for every name in them. Invariant:
// one that does not prepare before the migrations is not asked again.
#pragma once

#include "base/words.h"
#include "pg/session.h"

typedef struct OldStatement {
    const char *text;
    const char *role;        // who asked; NULL: not known
    const char *search_path; // that the role begins with; NULL: as the database has it
    int64_t calls;
    bool is_prepared; // before the migrations
} OldStatement;

typedef VEC(OldStatement) OldStatements;

// By role. `ret_without`: why there is none, or which are missing; NULL: nothing to say.
bool old_statements_read(Arena *arena, Session *target, OldStatements *ret_statements,
                         const char **ret_without, Err *err) __attribute__((warn_unused_result));

typedef struct OldStatementRefusal {
    const OldStatement *statement;
    const char *sqlstate;
    const char *message;
} OldStatementRefusal;

typedef VEC(OldStatementRefusal) OldStatementRefusals;

// Those that the database does not prepare, of all or of those that are prepared. As the role that
// asked them, where the session may be that one.
bool old_statements_try(Arena *arena, const OldStatements *statements, bool only_prepared,
                        Session *copy, OldStatementRefusals *ret_refusals, Err *err)
    __attribute__((warn_unused_result));
