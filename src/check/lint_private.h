// The linter's inside, for its own parts alone: what is remembered between statements.
// Refuses to be included by rules. Invariant: `scratch` is empty between statements.
#pragma once

#include "check/ignore.h"
#include "check/lint.h"
#include "sql/lex.h"

enum {
    // Relations remembered as locked by one transaction: one that locks more is bad enough.
    HELD_MOST = 256,
    STATEMENT_KEPT_BYTES = 4096,
    KEPT_TEXTS = 256,
    RULE_MEMORIES = 512, // more than there are rules
};

// Rules by what they are called for; sorted by `kind`.
typedef struct DispatchEntry {
    const char *kind; // "IndexStmt", "AT_AddColumn", "*"
    const Rule **rules;
    size_t count;
} DispatchEntry;

typedef struct Dispatch {
    VEC(DispatchEntry) entries;
    const DispatchEntry *every; // "*"
    VEC(const Rule *) file_ends;
    VEC(const Rule *) chain_ends;
} Dispatch;

void dispatch_init(Dispatch *dispatch, Arena *arena, const LintOptions *options);
const DispatchEntry *dispatch_find(const Dispatch *dispatch, const char *kind); // NULL: no rule

// What SET and its kind made of the session, statement by statement.
void session_end_transaction(JudgedSession *session); // SET LOCAL ends with it
void session_follow(JudgedSession *session, Arena *arena, const ParsedStatement *parsed,
                    bool is_in_block);

typedef struct RuleMemory {
    const Rule *rule;
    void *bytes;          // NULL: it asked for none
    int said_file;        // Judged.file->number + 1, of the last that it spoke once in
    int said_transaction; // Made.transaction, likewise
} RuleMemory;

typedef struct FilePlace {
    const char *path;
    bool is_reported;
    bool is_broken;   // not judged to its end
    Ignores *ignores; // NULL: none were looked for
} FilePlace;

// A list item whose place in the text was looked for.
typedef struct ItemPlace {
    const ParsedStatement *parsed;
    const Node *item;
    Lexer lexer; // behind `token`, with which the item begins
    Token token;
} ItemPlace;

// What a rule looked up last: the next one mostly asks for the same.
typedef struct KnownRelation {
    const Node *range;
    Relation *relation;
    const char *name; // NULL: nobody has asked for it
} KnownRelation;

struct Lint {
    Arena *arena; // findings
    Arena *own;   // all that ends with the linter
    Arena *scratch;
    LintOptions options;
    bool has_pg; // said, not taken for granted
    Dispatch dispatch;
    Model model;
    Findings findings;
    bool is_ended; // findings are on the arena from then on
    VEC(FilePlace) files;
    JudgedFile file;
    bool is_syntax_only; // see LintFile
    JudgedTransaction transaction;
    JudgedSession session;
    int transactions;     // counted over the chain
    const Rule *rule;     // that runs
    size_t file_findings; // where this file's findings begin
    ItemPlace place;
    KnownRelation known;
    const ParsedStatement *kept_parsed; // whose text and effects are copied already
    Str kept_text;
    const Effects *kept_effects;
    Position kept_end;
    const ParsedStatement *placed_parsed; // the statement of `placed`, where its last finding is
    size_t placed_at;
    Position placed;
    const char *kept_texts[KEPT_TEXTS]; // on `arena`, by hash
    Finding dropped;                    // given to a rule whose finding does not count
    RuleMemory memories[RULE_MEMORIES]; // by hash of the rule
};

// Ignore comments, as a file goes on, and what became of all of them.
void lint_ignores_begin(Lint *lint);
void lint_ignores_statement(Lint *lint, const Statement *statement);
void lint_ignores_file_end(Lint *lint);
void lint_settle_ignores(const JudgedChain *chain);

// Does the hazard exist on any server that is judged for?
bool lint_has_rule(const LintOptions *options, const Rule *rule);
Severity lint_severity(const Lint *lint, const Rule *rule, const char *path);
// Gives what the running rule has found since (in `findings`, from there) its fix.
void lint_make_fixes(const Judged *judged, size_t from);
void lint_keep_findings(Lint *lint); // there are no more
// Byte of the statement's text that a finding about `at` (NULL: what is judged) points at.
size_t lint_place(const Judged *judged, const Node *at);
// Sorts a file's findings and gives them fingerprints.
void lint_settle_findings(Lint *lint, size_t from);
