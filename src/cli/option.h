// The options of all commands, declared once: parsing, help and configuration come from this table.
// Refuses to know what a command does with them. Invariant: a value's origin is known, the
// strongest wins.
#pragma once

#include "base/err.h"
#include "base/words.h"

#include <stdint.h>

typedef enum OptionId {
    OPTION_DATABASE,
    OPTION_DIR,
    OPTION_LAYOUT,
    OPTION_TABLE,
    OPTION_SET,
    OPTION_ENV,
    OPTION_CONFIG,
    OPTION_SCHEMA,
    OPTION_LOGS,
    OPTION_JSON,
    OPTION_VERBOSE,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_DRY_RUN,
    OPTION_STEPS,
    OPTION_TO,
    OPTION_SKIP_BACKUP,
    OPTION_FORCE,
    OPTION_ALLOW_LATE,
    OPTION_EXIT_CODE,
    OPTION_YES,
    OPTION_LOCK_TIMEOUT,
    OPTION_LOCK_DEADLINE,
    OPTION_STATEMENT_TIMEOUT,
    OPTION_IDLE_TIMEOUT,
    OPTION_TRANSACTION_TIMEOUT,
    OPTION_WAIT_RUNNER,
    OPTION_WAIT,
    OPTION_WAIT_TIMEOUT,
    OPTION_LIMIT,
    OPTION_KEEP,
    OPTION_RESUME,
    OPTION_UNDO,
    OPTION_MARK_APPLIED,
    OPTION_MARK_NOT_APPLIED,
    OPTION_ACCEPT,
    OPTION_MAN,
    OPTION_TOOLS,
    OPTION_TOOLS_DATABASE,
    OPTION_SCHEMA_FILE,
    OPTION_CI,
    OPTION_FORMAT,
    OPTION_OUTPUT,
    OPTION_REPORT_FORMAT,
    OPTION_REPORT_OUTPUT,
    OPTION_REPORT_LIST,
    OPTION_PG,
    OPTION_ASSUME_TIMEOUTS,
    OPTION_THRESHOLD,
    OPTION_SINCE,
    OPTION_BASELINE,
    OPTION_WRITE_BASELINE,
    OPTION_STDIN_FILEPATH,
    OPTION_RULES,
    OPTION_EXPLAIN,
    OPTION_FIX,
    OPTION_DIFF,
    OPTION_REQUIRE_BACKUP,
    OPTION_BACKUP_FOLDER,
    OPTION_BACKUP_FORM,
    OPTION_BACKUP_CONTENT,
    OPTION_BACKUP_COMPRESSION,
    OPTION_CHECKS,
    OPTION_DEPENDENTS,
    OPTION_VERIFY_JOBS,
    OPTION_TIME_LIMIT,
    OPTION_SAMPLE_ABOVE,
    OPTION_ONLY_KIND,
    OPTION_EXCEPT,
    OPTION_BEFORE,
    OPTION_AFTER,
    OPTION_EXPECT,
    OPTION_BACKUP_JOBS,
    OPTION_BACKUP_LEVEL,
    OPTION_BACKUP_CHECKS,
    OPTION_BACKUP_FRESH,
    OPTION_AFTER_BACKUP,
    OPTION_AFTER_BACKUP_FAILURE,
    OPTION_BACKUP_KEEP,
    OPTION_BACKUP_KEEP_LEAST,
    OPTION_BACKUP_KEEP_MONTHLY,
    OPTION_BACKUP_KEEP_NAMED,
    OPTION_KEEP_ASIDE,
    OPTION_QUARANTINE_DAYS,
    OPTION_NOW,
    OPTION_ON,
    OPTION_SELF_TEST,
    OPTION_INTO,
    OPTION_ONLY,
    OPTION_EXPLAIN_OBJECTS,
    OPTION_REPLAY,
    OPTION_ACCEPT_SCHEMA,
    OPTION_SKIP_DRIFT,
    OPTION_SQL,
    OPTION_DRIFT_SQL,
    OPTION_ROLES,
    OPTION_DOWNS,
    OPTION_OVERWRITE,
    OPTION_PARTIAL,
    OPTION_REHEARSAL,
    OPTION_REHEARSAL_MAX_AGE,
    OPTION_REHEARSAL_COPY,
    OPTION_FROM,
    OPTION_REHEARSE_ON,
    OPTION_BACKUP,
    OPTION_ROWS,
    OPTION_PRELUDE,
    OPTION_SMOKE_QUERIES,
    OPTION_LOAD,
    OPTION_LOAD_RATE,
    OPTION_MIGRATION_LIMIT,
    OPTION_BLOCKED_LIMIT,
    OPTION_ALLOW_MISSING_DOWNS,
    OPTION_PARTIAL_FAILURE,
    OPTION_JUNIT,
    OPTION_SARIF,
    OPTION_MARKDOWN,
    OPTION_HTML,
    OPTION_ON_FAILURE,
    OPTION_ON_FAILURE_UNPROVEN,
    OPTION_WATCH,
    OPTION_TERMINATE,
    OPTION_OLDER_THAN,
    OPTION_PREFLIGHT,
    OPTION_PREFLIGHT_LONG,
    OPTION_PREFLIGHT_LINT,
    OPTION_QUIET_HOURS,
    OPTION_CHANGE_HOURS,
    OPTION_FORCE_ALLOWS,
    OPTION_BACKUP_MAX_AGE,
    OPTION_APPROVALS,
    OPTION_APPROVALS_LOW,
    OPTION_APPROVALS_MEDIUM,
    OPTION_APPROVALS_HIGH,
    OPTION_DOCUMENTS_LOW,
    OPTION_DOCUMENTS_MEDIUM,
    OPTION_DOCUMENTS_HIGH,
    OPTION_FOUR_EYES,
    OPTION_APPROVALS_FORCE,
    OPTION_ALLOWED_SIGNERS,
    OPTION_MISSING_DOWNS,
    OPTION_AS,
    OPTION_SIGN,
    OPTION_COMMENT,
    OPTION_REVOKE,
    OPTION_LIST_APPROVALS,
    OPTION_APPROVAL_FILE,
    OPTION_PLAN_DIGEST,
    OPTION_RISK,
    OPTION_PLAN_FORMAT,
    OPTION_ONE_AT_A_TIME,
    OPTION_POSTFLIGHT,
    OPTION_ANALYZE,
    OPTION_COUNT,
} OptionId;

typedef enum OptionKind {
    KIND_FLAG,
    KIND_TEXT,
    KIND_LIST,     // repeatable
    KIND_COUNT,    // a whole number from 1
    KIND_DURATION, // "250ms", "2s", "10min"
    KIND_WORDS,    // a command line: one text that is split, or in a file a list of words
} OptionKind;

typedef struct OptionSpec {
    const char *name; // long, without dashes
    char letter;      // short, 0 when none
    OptionKind kind;
    bool is_global;    // every command takes it
    bool is_setting;   // the configuration file may hold it
    const char *value; // name of its value in the help; completed when it is FILE or DIR
    const char *help;  // one line
    // Its values, where it has only some, for completion; NULL past the last.
    const char *(*word)(size_t index);
    const char *built_in; // of a setting: what counts when nothing is said; NULL: nothing does
    const char *example;  // of a setting without that: what one would write
    const char *also;     // another name that works; NULL: none
    bool (*accepts)(const char *text); // of a text: NULL takes any
    bool is_policy; // of a setting: only the configuration file may say it, no flag
} OptionSpec;

extern const OptionSpec OPTIONS[OPTION_COUNT];

typedef enum Origin { // weakest first
    ORIGIN_BUILT_IN,
    ORIGIN_DEFAULTS,
    ORIGIN_ENVIRONMENT_BLOCK,
    ORIGIN_DOTENV,
    ORIGIN_VARIABLE,
    ORIGIN_FLAG,
} Origin;

typedef struct OptionValue {
    Origin origin;
    const char *where; // "--dir", "DATABASE_URL", ".env:2", "migrate-safe.yaml:4:3"
    const char *text;  // of a flag "true" or "false"
    int64_t number;    // of a count; of a duration in ms
    bool is_set;       // of a flag: given, and true
    Words list;        // of a list; of words
} OptionValue;

typedef struct OptionValues {
    OptionValue values[OPTION_COUNT];
} OptionValues;

// Gives an option a value from text. A weaker origin than what is there changes nothing; a list
// grows within one origin. ERR_CONFIG names `where` and what the value must be.
bool option_set(Arena *arena, OptionValues *values, OptionId id, Origin origin, const char *where,
                const char *text, Err *err) __attribute__((warn_unused_result));

bool option_is_set(const OptionValues *values, OptionId id);
const char *option_text(const OptionValues *values, OptionId id); // NULL when not given
int64_t option_number(const OptionValues *values, OptionId id);   // 0 when not given
bool option_has_name(OptionId id, Str name);                      // its name, or the other one
OptionId option_find_name(Str name);                              // OPTION_COUNT when unknown
OptionId option_find_setting(Str name);                           // the same, of a file's settings
OptionId option_find_letter(char letter);
bool option_is_url(OptionId id); // its value may have a password in it
