// What a rule sees of the statement that it judges: the tree, the state before it, what it locks,
// what its transaction did before, the session's settings; and how it says what it found.
// Refuses to change any of that. Invariant: all of it lives as long as the call of the rule, unless
// said otherwise.
#pragma once

#include "catalog/model.h"
#include "check/finding.h"
#include "check/lock/effect.h"
#include "migration/shape.h"
#include "sql/plpgsql.h"

struct Lint;

// How a file runs.
typedef enum FileTransaction {
    FILE_ONE_TRANSACTION, // all of it commits together
    FILE_STEPS,           // statement by statement, but for its own BEGIN ... COMMIT blocks
} FileTransaction;

typedef struct JudgedFile {
    struct Lint *lint;
    const char *path;
    int number;                 // in the chain, from 0
    const Migration *migration; // NULL: a file that belongs to no source
    const Script *script;
    FileTransaction transaction;
    // Its layout's own tool (golang-migrate, dbmate, Flyway ...) puts all of it into one
    // transaction, though we run it in steps.
    bool is_wrapped_elsewhere;
    bool is_reported; // false: only replayed, for the state behind it
    bool is_broken;   // could not be read to its end
    const Shape *shape;
    int statements; // seen so far, with BEGIN and COMMIT
} JudgedFile;

// What the statements before, in the same transaction, did.
typedef struct HeldLock {
    const char *relation; // as Effect
    LockMode mode;
    bool is_new;       // made in this transaction
    Position position; // of the statement that took the strongest
    const char *label; // "ALTER TABLE"
} HeldLock;

typedef struct JudgedTransaction {
    int number;            // Made.transaction
    bool is_block;         // several statements may share it; false: this statement alone
    bool is_explicit;      // by a BEGIN in the file
    int statements;        // before this one
    VEC(HeldLock) held;    // by statements before this one
    bool has_rows_changed; // INSERT, UPDATE, DELETE, COPY, MERGE before this one
} JudgedTransaction;

typedef struct SettingState {
    bool is_set;        // in the file, and still holds for this statement
    bool is_taken_back; // it was set, and is not any more
    bool is_local;      // SET LOCAL
    bool is_useless;    // SET LOCAL outside of a transaction: has no effect
    int64_t value_ms;   // of a timeout; 0: none
    Position position;
} SettingState;

// What the session's settings are before this statement, as far as the file says.
typedef struct JudgedSession {
    SettingState lock_timeout;
    SettingState statement_timeout;
    SettingState transaction_timeout;
    SettingState idle_timeout; // idle_in_transaction_session_timeout
    bool has_search_path;      // changed in this file
    const char *time_zone;     // set in this file; NULL: the session's own
    const char *role;          // SET ROLE, SESSION AUTHORIZATION; NULL: the session's own
    bool replicates_only;      // session_replication_role = replica
} JudgedSession;

typedef struct Judged {
    struct Lint *lint;
    Arena *scratch;     // for what lives as long as the call
    const Model *model; // before the statement
    const ParsedStatement *parsed;
    const Node *node;       // the statement's tree
    const char *kind;       // "AlterTableStmt"
    const Node *command;    // of ALTER TABLE: the AlterTableCmd that the rule is for; else NULL
    const Effects *effects; // the worst over the majors that are judged for
    const Body *body;       // of a DO block or a routine; NULL: it has none
    const JudgedFile *file;
    const JudgedTransaction *transaction;
    const JudgedSession *session;
    bool is_in_body;       // inside a DO block; routines' bodies are not judged by rules
    bool is_conditional;   // in a branch or a loop there: may run
    int pg_from, pg_to;    // the majors that are judged for
    bool has_pg;           // somebody said which
    bool assumes_timeouts; // --assume-timeouts: the runner sets them
} Judged;

typedef struct JudgedChain {
    struct Lint *lint;
    Arena *scratch;
    const Model *model; // behind the last file
    int files;
    int pg_from, pg_to;
} JudgedChain;

// The table (or view, index ...) as the user wrote it, resolved: the model's, or NULL. `range` is a
// RangeVar.
Relation *judged_relation(const Judged *judged, const Node *range);
// "public.users" for people: the resolved name where it is known, else as written.
const char *judged_name(const Judged *judged, const Node *range);
// Nobody else can see it yet, and nothing was put into it: most hazards do not exist.
bool judged_is_new(const Judged *judged, const Node *range);

// Says it, at `at` (NULL: the statement's start), about `relation` ("" or NULL: none). The finding
// is returned so that `instead` and `safe_from` can be set; strings are copied by this function
// only for the message. The current rule is known. A finding is dropped in a file that is not
// reported: never NULL, whatever becomes of it.
Finding *judged_report(const Judged *judged, const Node *at, const char *relation,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));
// Of the whole file (its end), and at a place remembered from before.
Finding *judged_report_file(const JudgedFile *file, Position position, const char *relation,
                            const char *format, ...) __attribute__((format(printf, 4, 5)));
// About a thing made in any file of the chain, at the place where it was made.
Finding *judged_report_made(const JudgedChain *chain, const Made *made, const char *relation,
                            const char *format, ...) __attribute__((format(printf, 4, 5)));
// Takes back what the running rule said of this file at `position`, or of the statement that begins
// there: a later one made it good.
void judged_retract(struct Lint *lint, Position position);
// On the arena that the findings live on: for Finding.instead.
const char *judged_printf(const Judged *judged, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
// The same of a text that is there already.
const char *judged_keep(struct Lint *lint, const char *text);
const struct Rule *judged_rule(const struct Lint *lint); // the one that runs
// True the first time that the running rule asks in this file, in this transaction: for what is
// said once there.
bool judged_first_in_file(const Judged *judged);
bool judged_first_in_transaction(const Judged *judged);
// A rule's memory: zeroed bytes of this size, its own, that live as long as the chain is judged.
void *judged_memory(struct Lint *lint, const struct Rule *rule, size_t size);
Arena *judged_arena(struct Lint *lint); // lives as long as the chain is judged
