// A lint rule: what it is called, what it means, what to do instead, and the check itself.
// Refuses to know files, configuration and output. Invariant: the texts here are the manual's, the
// reports' and SARIF's; nothing about a rule is written down a second time.
#pragma once

#include "check/finding.h"
#include "check/judged.h"

// SQL that shows a rule. `setup` runs before, in transactions of its own (statement by statement).
typedef struct RuleExample {
    const char *setup;  // NULL: none
    const char *sql;    // what is judged: one file, run as one transaction where that is possible
    const char *note;   // why it is bad or good, a few words; NULL: it speaks for itself
    const char *allows; // of a good one: other rules that may warn of it, divided by blanks
    int pg_from;        // 0: every major
    int pg_to;
    bool is_wrapped_elsewhere; // as JudgedFile
} RuleExample;

// What a rule claims that its bad example does, for the test that runs it on real servers.
typedef struct RuleClaim {
    const char *relation; // "public.t"
    LockMode mode;        // at least this; LOCK_NONE: nothing is claimed
    bool is_rewritten;
    bool is_scanned;      // a sequential scan or an index build over it
    const char *sqlstate; // it fails with this; NULL: it does not fail
} RuleClaim;

typedef struct Rule {
    const char *id; // "create-index-blocking"; the ids of one family stand together
    Severity severity;
    RiskClass risk;
    int pg_from;             // the hazard exists from this major on; 0: from the first
    int pg_to;               // and up to this one; 0: to the last
    bool is_optional;        // off unless configured: a matter of taste
    bool is_for_keep;        // but on where what is lost is to be kept (--keep, keep: true)
    const char *summary;     // one line, lower case, no period: "index build blocks writes"
    const char *why;         // some sentences
    const char *instead;     // what to do, in words
    const char *instead_sql; // the safe form, NULL where there is none
    // Other tools' names for it, "squawk:require-concurrent-index-creation eugene:E6"; NULL: none
    const char *aliases;
    // Statement kinds and ALTER TABLE subcommands that `check` is called for, divided by blanks:
    // "IndexStmt", "AT_AddColumn CreateStmt", "*" for every statement.
    const char *on;
    void (*check)(const Judged *judged);
    // Called at the end of each file, of the whole chain; NULL: not needed.
    void (*file_end)(const JudgedFile *file);
    void (*chain_end)(const JudgedChain *chain);
    const RuleExample *bad;  // at least one, ends with one whose sql is NULL
    const RuleExample *good; // likewise; what looks like it and is safe
    RuleClaim claim;         // of the first bad example
} Rule;

// Families, each a table that ends with a rule whose id is NULL; the list ends with NULL.
extern const Rule *const RULE_FAMILIES[];

const Rule *rule_find(Str id); // NULL: unknown
// By our id or any tool's name for it; NULL: none of ours.
const Rule *rule_find_any(Str name);
bool rule_goes_by(const Rule *rule, Str name);
// Does `rule` go by this name of another tool? "squawk", "ban-drop-table"
bool rule_has_alias(const Rule *rule, Str tool, Str name);
#define RULE_EACH(rule)                                                                            \
    for (const Rule *const *family_ = RULE_FAMILIES; *family_; family_++)                          \
        for (const Rule *rule = *family_; rule->id; rule++)
