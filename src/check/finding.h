// A finding: one thing that a lint rule says about one statement, as a value.
// Refuses to print and to decide whether it counts (lint.h does). Invariant: `message` is one line
// and names the object; positions are those of the file as the user has it.
#pragma once

#include "base/err.h"
#include "base/sha256.h"
#include "base/vec.h"
#include "check/lock/effect.h"

#include <stdint.h>

typedef enum Severity {
    SEVERITY_OFF,
    SEVERITY_NOTICE,
    SEVERITY_WARNING,
    SEVERITY_ERROR,
} Severity;

// What is at risk. The words are those of reports.
#define RISK_CLASSES(X)                                                                            \
    X(RISK_DATA_LOSS, "data-loss", "rows or values are gone")                                      \
    X(RISK_BLOCKING, "blocking", "the application waits for a lock")                               \
    X(RISK_REWRITE, "rewrite", "the whole table is written anew under a lock")                     \
    X(RISK_SCAN, "scan", "the whole table is read under a lock")                                   \
    X(RISK_FAILURE, "failure", "the migration fails, now or on production's rows")                 \
    X(RISK_COMPATIBILITY, "compatibility", "running application code breaks")                      \
    X(RISK_INTEGRITY, "integrity", "a guarantee about the data is lost or missing")                \
    X(RISK_SECURITY, "security", "access widens, narrows or leaks")                                \
    X(RISK_OPERATION, "operation", "the run cannot be repeated, bounded or taken back")            \
    X(RISK_MAINTENANCE, "maintenance", "it costs later")                                           \
    X(RISK_SYNTAX, "syntax", "PostgreSQL cannot read it")

typedef enum RiskClass {
#define X(name, word, meaning) name,
    RISK_CLASSES(X)
#undef X
} RiskClass;

const char *severity_word(Severity severity); // "off", "notice", "warning", "error"
bool severity_parse(Str word, Severity *ret_severity);
const char *risk_word(RiskClass risk);
const char *risk_meaning(RiskClass risk);

typedef struct Finding {
    const struct Rule *rule;
    Severity severity; // after configuration
    const char *file;
    Position position; // where it points
    Position end;      // behind the last character of the statement
    int64_t offset;    // bytes in the file of what it points at; -1: not known
    int64_t length;    // bytes from there to the end of what it points at; 0: not known
    const char *message;
    const char *instead;  // SQL that is safe here, for this very statement; NULL: none
    const char *relation; // the object it is mostly about, "public.users"; "" when none
    Str statement;        // its text, cut at 64 KB; its first byte stands at `statement_position`
    Position statement_position;
    const Effects *effects;       // what the statement locks; NULL: not known
    const struct Fix *fix;        // NULL: the rule has none, or fixes were not asked for
    bool is_fixed;                // by this run
    const char *unfixed;          // why `fix` is not written; NULL: it is, or nobody asked
    int safe_from;                // the first server major where it is safe; 0: none
    const char *ignored;          // why it does not count, by a directive; NULL: it does
    bool is_known;                // it does not count because it stands in a baseline
    char fingerprint[SHA256_HEX]; // the same as long as rule, file, statement and object are
} Finding;

typedef VEC(Finding) Findings;
