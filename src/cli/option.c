#include "cli/option.h"

#include "check/backup.h"
#include "check/evidence.h"
#include "check/integrity.h"
#include "check/preflight.h"
#include "check/rehearsal.h"
#include "cli/approval_words.h"
#include "migration/layout.h"
#include "report/finding_report.h"

#include <string.h>

static const char *layout_word(size_t index)
{
    return LAYOUTS[index] ? LAYOUTS[index]->name : NULL;
}

static const char *ci_word(size_t index)
{
    static const char *const WORDS[] = {"github", "gitlab", NULL};
    return WORDS[index];
}

static const char *format_word(size_t index)
{
    return FINDING_REPORTS[index] ? FINDING_REPORTS[index]->name : NULL;
}

static const char *report_word(size_t index)
{
    static const char *const WORDS[] = {"html", "markdown", "json", NULL};
    return WORDS[index];
}

static const char *threshold_word(size_t index)
{
    return index < 3 ? severity_word((Severity)(SEVERITY_NOTICE + index)) : NULL;
}

static const char *rule_word(size_t index)
{
    RULE_EACH (rule)
        if (index-- == 0)
            return rule->id;
    return NULL;
}

static const char *form_word(size_t index)
{
    return index <= BACKUP_PLAIN ? backup_form_word((BackupForm)index) : NULL;
}

// Not "tables": those are named, and then it is.
static const char *content_word(size_t index)
{
    static const BackupContent WORDS[] = {BACKUP_ALL, BACKUP_SCHEMA_ONLY, BACKUP_DATA_ONLY,
                                          BACKUP_AFFECTED};
    return index < sizeof WORDS / sizeof *WORDS ? backup_content_word(WORDS[index]) : NULL;
}

static const char *level_word(size_t index)
{
    return index < BACKUP_LEVEL_COUNT ? backup_level_word((BackupLevel)index) : NULL;
}

static const char *failure_word(size_t index)
{
    static const char *const WORDS[] = {"fail", "warn", NULL};
    return WORDS[index];
}

static bool form_accepts(const char *text)
{
    BackupForm form;
    return backup_form_parse(text, &form);
}

static bool content_accepts(const char *text)
{
    BackupContent content;
    return backup_content_parse(text, &content) && content != BACKUP_TABLES;
}

static bool level_accepts(const char *text)
{
    BackupLevel level;
    return backup_level_parse(text, &level);
}

static bool failure_accepts(const char *text)
{
    return strcmp(text, "fail") == 0 || strcmp(text, "warn") == 0;
}

static const char *way_word(size_t index)
{
    static const char *const WORDS[] = {"back", "forward", NULL};
    return WORDS[index];
}

static bool way_accepts(const char *text)
{
    return strcmp(text, "back") == 0 || strcmp(text, "forward") == 0;
}

static const char *need_word(size_t index)
{
    return index <= EVIDENCE_REQUIRED ? evidence_need_word((EvidenceNeed)index) : NULL;
}

static bool need_accepts(const char *text)
{
    EvidenceNeed need;
    return evidence_need_parse(text, &need);
}

static const char *truth_word(size_t index)
{
    static const char *const WORDS[] = {"any", "data", NULL};
    return WORDS[index];
}

static bool truth_accepts(const char *text)
{
    return strcmp(text, "any") == 0 || strcmp(text, "data") == 0;
}

static const char *copy_word(size_t index)
{
    return index <= REHEARSAL_FROM_EMPTY ? rehearsal_copy_word((RehearsalCopyKind)index) : NULL;
}

static bool copy_accepts(const char *text)
{
    RehearsalCopyKind kind;
    return rehearsal_copy_parse(text, &kind);
}

static const char *switch_word(size_t index)
{
    static const char *const WORDS[] = {"on", "off", NULL};
    return WORDS[index];
}

static bool switch_accepts(const char *text)
{
    return strcmp(text, "on") == 0 || strcmp(text, "off") == 0;
}

static const char *severity_at(size_t index)
{
    return index <= SEVERITY_ERROR ? severity_word((Severity)index) : NULL;
}

static bool severity_accepts(const char *text)
{
    Severity severity;
    return severity_parse(str_from(text), &severity);
}

const OptionSpec OPTIONS[OPTION_COUNT] = {
    [OPTION_DATABASE] = {"database", 0, KIND_TEXT, true, true, "URL",
                         "target database, postgresql://USER:PASSWORD@HOST:PORT/NAME",
                         .example = "postgresql://migrator@localhost/shop"},
    [OPTION_DIR] = {"dir", 0, KIND_LIST, true, true, "DIR", "folder of migrations; may be repeated",
                    .example = "migrations"},
    [OPTION_LAYOUT] = {"layout", 0, KIND_TEXT, true, true, "NAME",
                       "layout of the folder, when detection is wrong", layout_word,
                       .example = "plain"},
    [OPTION_TABLE] = {"table", 0, KIND_TEXT, true, true, "NAME",
                      "table whose rows are the migrations (layout table)",
                      .example = "schema_versions"},
    [OPTION_SET] = {"set", 0, KIND_LIST, true, true, "NAME=VALUE",
                    "value of a placeholder in the files; may be repeated",
                    .example = "schema=app"},
    [OPTION_ENV] = {"env", 0, KIND_TEXT, true, false, "NAME",
                    "environment of the configuration file to work in"},
    [OPTION_CONFIG] = {"config", 0, KIND_TEXT, true, false, "FILE",
                       "configuration file (default: migrate-safe.yaml when it is there)"},
    [OPTION_SCHEMA] = {"schema", 0, KIND_TEXT, true, true, "NAME",
                       "schema that holds history and journal (default: migrate_safe)",
                       .built_in = "migrate_safe"},
    [OPTION_LOGS] = {"logs", 0, KIND_TEXT, true, true, "DIR", "folder of log files (default: logs)",
                     .built_in = "logs"},
    [OPTION_JSON] = {"json", 0, KIND_FLAG, true, false, NULL, "one JSON document on stdout"},
    [OPTION_VERBOSE] = {"verbose", 'v', KIND_FLAG, true, false, NULL, "show more"},
    [OPTION_HELP] = {"help", 'h', KIND_FLAG, true, false, NULL, "show this help"},
    [OPTION_VERSION] = {"version", 0, KIND_FLAG, true, false, NULL, "show the program's version"},
    [OPTION_DRY_RUN] = {"dry-run", 'd', KIND_FLAG, false, false, NULL,
                        "show what would be done; write nothing"},
    [OPTION_STEPS] = {"steps", 0, KIND_COUNT, false, false, "N",
                      "at most N migrations (up: all, down: one)"},
    [OPTION_TO] = {"to", 0, KIND_TEXT, false, false, "VERSION",
                   "up: the last to apply; down: the last that stays (0: none)"},
    [OPTION_SKIP_BACKUP] = {"skip-backup", 's', KIND_FLAG, false, true, NULL,
                            "make no backup before", .built_in = "false"},
    [OPTION_FORCE] = {"force", 'f', KIND_FLAG, false, false, NULL,
                      "pass over the checks that may be passed over (late files, empty downs, a "
                      "rehearsal that is missing)"},
    [OPTION_ALLOW_LATE] = {"allow-late", 0, KIND_FLAG, false, false, NULL,
                           "apply files that are older than what is applied already"},
    [OPTION_EXIT_CODE] = {"exit-code", 0, KIND_FLAG, false, false, NULL,
                          "exit with 1 when something is pending"},
    [OPTION_YES] = {"yes", 'y', KIND_FLAG, false, false, NULL, "consent to what is asked"},
    [OPTION_LOCK_TIMEOUT] = {"lock-timeout", 0, KIND_DURATION, false, true, "TIME",
                             "longest wait in a lock queue, one attempt (default: 100ms)",
                             .built_in = "100ms"},
    [OPTION_LOCK_DEADLINE] = {"lock-deadline", 0, KIND_DURATION, false, true, "TIME",
                              "how long to go on trying for a lock (default: 10min)",
                              .built_in = "10min"},
    [OPTION_STATEMENT_TIMEOUT] = {"statement-timeout", 0, KIND_DURATION, false, true, "TIME",
                                  "longest time of one statement (default: none)",
                                  .example = "15min"},
    [OPTION_IDLE_TIMEOUT] = {"idle-timeout", 0, KIND_DURATION, false, true, "TIME",
                             "longest silence inside a transaction (default: the server's)",
                             .example = "1min"},
    [OPTION_TRANSACTION_TIMEOUT] = {"transaction-timeout", 0, KIND_DURATION, false, true, "TIME",
                                    "longest time of one transaction, PostgreSQL 17 and newer "
                                    "(default: the server's)",
                                    .example = "30min"},
    [OPTION_WAIT_RUNNER] = {"wait-runner", 0, KIND_DURATION, false, true, "TIME",
                            "how long to wait for another runner to finish (default: 5s)",
                            .built_in = "5s"},
    [OPTION_WAIT] = {"wait", 0, KIND_FLAG, true, true, NULL,
                     "wait for a server that is not there yet or starts up", .built_in = "false"},
    [OPTION_WAIT_TIMEOUT] = {"wait-timeout", 0, KIND_DURATION, true, true, "TIME",
                             "how long --wait waits (default: 60s); on the command line it means "
                             "--wait too",
                             .built_in = "60s"},
    [OPTION_LIMIT] = {"limit", 0, KIND_COUNT, false, false, "N", "show at most N rows"},
    [OPTION_KEEP] = {"keep", 0, KIND_FLAG, false, false, NULL,
                     "keep the folder of the demonstration"},
    [OPTION_RESUME] = {"resume", 0, KIND_FLAG, false, false, NULL, "go on where it stopped"},
    [OPTION_UNDO] = {"undo", 0, KIND_FLAG, false, false, NULL,
                     "take back what was done, by the down migration"},
    [OPTION_MARK_APPLIED] = {"mark-applied", 0, KIND_FLAG, false, false, NULL,
                             "run nothing: the history says that it is applied"},
    [OPTION_MARK_NOT_APPLIED] = {"mark-not-applied", 0, KIND_FLAG, false, false, NULL,
                                 "run nothing: the history forgets it"},
    [OPTION_ACCEPT] = {"accept", 0, KIND_TEXT, false, false, "VERSION",
                       "take an edited file's text for the one that ran"},
    [OPTION_MAN] = {"man", 0, KIND_FLAG, false, false, NULL,
                    "the source of the manual page, for scdoc"},
    [OPTION_TOOLS] = {"tools", 0, KIND_WORDS, false, true, "COMMAND",
                      "what runs pg_dump, pg_restore and psql, as docker exec -i db",
                      .example = "docker exec -i db"},
    [OPTION_TOOLS_DATABASE] = {"tools-database", 0, KIND_TEXT, false, true, "URL",
                               "the database's address as seen from there, where it is another",
                               .example = "postgresql://app@localhost/shop"},
    [OPTION_SCHEMA_FILE] = {"schema-file", 0, KIND_TEXT, false, true, "FILE",
                            "write the schema there after a change (needs pg_dump)",
                            .example = "db/schema.sql"},
    [OPTION_CI] = {"ci", 0, KIND_TEXT, false, false, "NAME",
                   "a job that checks migrations before they are merged: github, gitlab", ci_word},
    [OPTION_FORMAT] = {"format", 0, KIND_TEXT, false, false, "NAME",
                       "text, json, sarif, github, gitlab or junit (default: text)", format_word},
    [OPTION_OUTPUT] = {"output", 0, KIND_TEXT, false, false, "FILE",
                       "write the report there; the text stays on stdout"},
    [OPTION_REPORT_FORMAT] = {"format", 0, KIND_TEXT, false, false, "NAME",
                              "html, markdown or json (default: html)", report_word},
    [OPTION_REPORT_OUTPUT] = {"output", 0, KIND_TEXT, false, false, "FILE",
                              "write it there (default: stdout)"},
    [OPTION_REPORT_LIST] = {"list", 0, KIND_FLAG, false, false, NULL,
                            "only say which runs and rehearsals there are"},
    [OPTION_PG] = {"pg", 0, KIND_TEXT, false, false, "MAJORS",
                   "servers to judge for, 15 or 13..18 (default: 13..18, the worst of them)"},
    [OPTION_ASSUME_TIMEOUTS] = {"assume-timeouts", 0, KIND_FLAG, false, false, NULL,
                                "whoever runs the files sets lock and statement timeouts"},
    [OPTION_THRESHOLD] = {"threshold", 0, KIND_TEXT, false, false, "SEVERITY",
                          "exit with 1 from this severity on: notice, warning, error (default: "
                          "warning); --fail-on is the same",
                          threshold_word, .also = "fail-on"},
    [OPTION_SINCE] = {"since", 0, KIND_TEXT, false, false, "REF",
                      "only files that are new or changed since that commit of git"},
    [OPTION_BASELINE] = {"baseline", 0, KIND_TEXT, false, false, "FILE",
                         "findings that stand there do not count"},
    [OPTION_WRITE_BASELINE] = {"write-baseline", 0, KIND_TEXT, false, false, "FILE",
                               "write what is found now there, for --baseline"},
    [OPTION_STDIN_FILEPATH] = {"stdin-filepath", 0, KIND_TEXT, false, false, "FILE",
                               "the name of what comes from stdin (-), also to find its folder"},
    [OPTION_RULES] = {"rules", 0, KIND_FLAG, false, false, NULL,
                      "list the rules; with --json all that is known of them"},
    [OPTION_EXPLAIN] = {"explain", 0, KIND_TEXT, false, false, "RULE",
                        "a page about one rule, by its name here or in another tool", rule_word},
    [OPTION_FIX] = {"fix", 0, KIND_FLAG, false, false, NULL,
                    "write the safe form of what is found, in further files where it needs several "
                    "transactions"},
    [OPTION_DIFF] = {"diff", 0, KIND_FLAG, false, false, NULL,
                     "show what --fix would write, as a diff, and write nothing"},
    [OPTION_REQUIRE_BACKUP] = {"require-backup", 0, KIND_FLAG, false, true, NULL,
                               "refuse --skip-backup; no flag says otherwise", .built_in = "false",
                               .is_policy = true},
    [OPTION_BACKUP_FOLDER] = {"backup-folder", 0, KIND_TEXT, false, true, "DIR",
                              "folder of backups (default: backups/migrations)",
                              .built_in = "backups/migrations"},
    [OPTION_BACKUP_FORM] = {"backup-form", 0, KIND_TEXT, false, true, "FORM",
                            "directory (several tables at once), custom (one file) or plain "
                            "(.sql.gz) (default: directory); also --form",
                            form_word, .built_in = "directory", .also = "form",
                            .accepts = form_accepts},
    [OPTION_BACKUP_CONTENT] =
        {"backup-content", 0, KIND_TEXT, false, true, "CONTENT",
         "all, schema, data, or affected: the schema, and the rows of what "
         "pending migrations destroy or rewrite (default: all); also --content",
         content_word, .built_in = "all", .also = "content", .accepts = content_accepts},
    [OPTION_BACKUP_COMPRESSION] = {"backup-compression", 0, KIND_TEXT, false, true, "METHOD",
                                   "none, gzip:1, lz4, zstd:1 ... (default: the fastest that "
                                   "pg_dump has); also --compression",
                                   .example = "zstd:1", .also = "compression"},
    [OPTION_CHECKS] = {"checks", 0, KIND_TEXT, false, true, "DIR",
                       "the team's own queries, each row of which is a failure (default: checks, "
                       "when it is there)",
                       .example = "checks"},
    [OPTION_DEPENDENTS] = {"dependents", 0, KIND_TEXT, false, true, "DIR",
                           "queries whose answers others depend on, kept by --before (default: "
                           "dependents, when it is there)",
                           .example = "dependents"},
    [OPTION_VERIFY_JOBS] = {"verify-jobs", 0, KIND_COUNT, false, true, "N",
                            "sessions that read at once (default: one a core, at most 4); also "
                            "--jobs",
                            .example = "4", .also = "jobs"},
    [OPTION_TIME_LIMIT] = {"time-limit", 0, KIND_DURATION, false, false, "TIME",
                           "stop looking after that; what was not looked at is said (default: "
                           "none)"},
    [OPTION_SAMPLE_ABOVE] = {"sample-above", 0, KIND_TEXT, false, true, "SIZE",
                             "of a larger table so much is read, and said; 0: all of it (default: "
                             "10GB)",
                             .built_in = "10GB"},
    [OPTION_ONLY_KIND] = {"only", 0, KIND_LIST, false, false, "KIND",
                          "only these checks: references, keys.duplicates ...; may be repeated",
                          integrity_word},
    [OPTION_EXCEPT] = {"except", 0, KIND_LIST, false, false, "KIND",
                       "all but these checks; may be repeated", integrity_word},
    [OPTION_BEFORE] = {"before", 0, KIND_TEXT, false, false, "FILE",
                       "write the tables' counts and the dependents' answers there"},
    [OPTION_AFTER] = {"after", 0, KIND_TEXT, false, false, "FILE",
                      "compare them with those that --before wrote there"},
    [OPTION_EXPECT] = {"expect", 0, KIND_LIST, false, false, "TABLE=N",
                       "rows that --after may find more (+10), fewer (-3) or any; may be repeated"},
    [OPTION_BACKUP_JOBS] = {"backup-jobs", 0, KIND_COUNT, false, true, "N",
                            "sessions that dump and restore at once (default: one a core, at most "
                            "4); also --jobs",
                            .example = "4", .also = "jobs"},
    [OPTION_BACKUP_LEVEL] = {"backup-level", 0, KIND_TEXT, false, true, "LEVEL",
                             "proof of a backup that is wanted: exists, readable, restored, equal "
                             "or accepted, or 0 to 4 (default: restored, above 10 GB or without "
                             "server programs readable); "
                             "also --level",
                             level_word, .example = "equal", .also = "level",
                             .accepts = level_accepts},
    [OPTION_BACKUP_CHECKS] = {"backup-checks", 0, KIND_LIST, false, true, "FILE",
                              "SQL each of whose statements must give true on the restored "
                              "database (level accepted); may be repeated; also --checks",
                              .example = "checks/orders.sql", .also = "checks"},
    [OPTION_BACKUP_FRESH] = {"backup-fresh", 0, KIND_DURATION, false, true, "TIME",
                             "a backup of the same schema and version that is younger does "
                             "instead of a new one (default: none does)",
                             .example = "30min"},
    [OPTION_AFTER_BACKUP] = {"after-backup", 0, KIND_WORDS, false, true, "COMMAND",
                             "runs after a backup was made and proven, with "
                             "MIGRATE_SAFE_BACKUP_PATH, _ID and _MANIFEST in its environment",
                             .example = "/usr/local/bin/store-backup"},
    [OPTION_AFTER_BACKUP_FAILURE] = {"after-backup-failure", 0, KIND_TEXT, false, true, "WORD",
                                     "what a failure of after-backup is: fail or warn (default: "
                                     "fail)",
                                     failure_word, .built_in = "fail", .accepts = failure_accepts},
    [OPTION_BACKUP_KEEP] = {"backup-keep", 0, KIND_DURATION, false, true, "TIME",
                            "how long backups are kept (default: 30d)", .built_in = "30d"},
    [OPTION_BACKUP_KEEP_LEAST] = {"backup-keep-least", 0, KIND_COUNT, false, true, "N",
                                  "the newest that are kept whatever their age (default: 3)",
                                  .built_in = "3"},
    [OPTION_BACKUP_KEEP_MONTHLY] = {"backup-keep-monthly", 0, KIND_COUNT, false, true, "N",
                                    "months of which the last backup is kept (default: none)",
                                    .example = "12"},
    [OPTION_BACKUP_KEEP_NAMED] = {"backup-keep-named", 0, KIND_DURATION, false, true, "TIME",
                                  "how long those are kept that an applied migration names as its "
                                  "way back (default: always)",
                                  .example = "90d"},
    [OPTION_KEEP_ASIDE] = {"keep", 0, KIND_FLAG, false, true, NULL,
                           "set aside what would be lost, in what lint --fix writes",
                           .built_in = "false"},
    [OPTION_QUARANTINE_DAYS] = {"quarantine-days", 0, KIND_COUNT, false, true, "N",
                                "days after which quarantine purge drops what was set aside "
                                "(default: 30)",
                                .built_in = "30"},
    [OPTION_NOW] = {"now", 0, KIND_FLAG, false, false, NULL,
                    "whatever its days; needs a name or a version"},
    [OPTION_ON] = {"on", 0, KIND_TEXT, false, false, "URL",
                   "restore it there, into a database that is made for it, in place of a server "
                   "of our own"},
    [OPTION_SELF_TEST] = {"self-test", 0, KIND_FLAG, false, false, NULL,
                          "damage copies of the backup, each of which must be refused"},
    [OPTION_INTO] = {"into", 0, KIND_TEXT, false, false, "NAME",
                     "restore into the database NAME and swap nothing"},
    [OPTION_ONLY] = {"only", 0, KIND_LIST, false, false, "TABLE",
                     "only this table, schema.table; may be repeated; --table is the same",
                     .also = "table"},
    [OPTION_EXPLAIN_OBJECTS] = {"explain", 0, KIND_FLAG, false, false, NULL,
                                "list each object with its own hash"},
    [OPTION_REPLAY] = {"replay", 0, KIND_FLAG, false, false, NULL,
                       "compare with the folder's applied migrations, run on a server of our own"},
    [OPTION_ACCEPT_SCHEMA] = {"accept", 0, KIND_FLAG, false, false, NULL,
                              "take the schema as it is now for what the history implies"},
    [OPTION_SKIP_DRIFT] = {"skip-drift", 0, KIND_FLAG, false, true, NULL,
                           "do not look whether the schema has drifted", .built_in = "false"},
    [OPTION_SQL] = {"sql", 0, KIND_FLAG, false, false, NULL,
                    "write the SQL that makes A like B, proven where PostgreSQL is installed"},
    [OPTION_PARTIAL] = {"partial", 0, KIND_FLAG, false, false, NULL,
                        "take back what is there of a migration that stopped half way"},
    [OPTION_OVERWRITE] = {"overwrite", 0, KIND_FLAG, false, false, NULL,
                          "replace downs: those that are named, else those that were generated"},
    [OPTION_DOWNS] = {"downs", 0, KIND_FLAG, false, false, NULL,
                      "try every down on a throwaway server: does it bring back what was?"},
    [OPTION_FROM] = {"rehearse-from", 0, KIND_TEXT, false, true, "KIND",
                     "what the private copy is made from: backup, dump, clone, generated or empty "
                     "(default: the cheapest truthful one); also --from",
                     copy_word, .example = "dump", .also = "from", .accepts = copy_accepts},
    [OPTION_REHEARSE_ON] = {"on", 0, KIND_TEXT, false, false, "URL",
                            "make the copy there, in a database that is made for it, in place of a "
                            "server of our own"},
    [OPTION_BACKUP] = {"backup", 0, KIND_TEXT, false, false, "ID",
                       "the backup that is restored: its id or path (default: the newest)"},
    [OPTION_ROWS] = {"rehearse-rows", 0, KIND_COUNT, false, true, "N",
                     "generated rows in each table (from generated: 1000, from empty: none); also "
                     "--rows",
                     .example = "10000", .also = "rows"},
    [OPTION_PRELUDE] = {"prelude", 0, KIND_LIST, false, true, "FILE",
                        "SQL that is run first, for what the migrations expect and do not make; "
                        "may be repeated",
                        .example = "prelude.sql"},
    [OPTION_SMOKE_QUERIES] = {"compat", 0, KIND_TEXT, false, true, "DIR",
                              "queries of the old application, tried behind each up and down",
                              .example = "queries"},
    [OPTION_LOAD] = {"load", 0, KIND_TEXT, false, true, "DIR",
                     "transactions of the application, asked all the while that an up or down runs",
                     .example = "load"},
    [OPTION_LOAD_RATE] = {"load-rate", 0, KIND_COUNT, false, true, "N",
                          "of these a second (default: 20)", .built_in = "20"},
    [OPTION_MIGRATION_LIMIT] = {"migration-limit", 0, KIND_DURATION, false, true, "TIME",
                                "longest that an up or down may take in a rehearsal (default: 30s)",
                                .built_in = "30s"},
    [OPTION_BLOCKED_LIMIT] =
        {"blocked-limit", 0, KIND_DURATION, false, true, "TIME",
         "longest that reads or writes of a table may have to wait there (default: 1s)",
         .built_in = "1s"},
    [OPTION_ALLOW_MISSING_DOWNS] = {"allow-missing-downs", 0, KIND_FLAG, false, true, NULL,
                                    "a migration without a down is no failure",
                                    .built_in = "false"},
    [OPTION_PARTIAL_FAILURE] = {"partial-failure", 0, KIND_FLAG, false, false, NULL,
                                "stop what is no single transaction behind each statement as "
                                "well, and run it on"},
    [OPTION_JUNIT] = {"junit", 0, KIND_TEXT, false, false, "FILE",
                      "write the result as JUnit XML too"},
    [OPTION_SARIF] = {"sarif", 0, KIND_TEXT, false, false, "FILE",
                      "write the findings as SARIF too"},
    [OPTION_HTML] = {"html", 0, KIND_TEXT, false, false, "FILE", "write a page for people too"},
    [OPTION_MARKDOWN] = {"markdown", 0, KIND_TEXT, false, false, "FILE",
                         "write a summary for a pull request too"},
    [OPTION_DRIFT_SQL] = {"sql", 0, KIND_TEXT, false, false, "WAY",
                          "write SQL: back makes the database as history has it, forward is a new "
                          "migration",
                          way_word, .accepts = way_accepts},
    [OPTION_ROLES] = {"roles", 0, KIND_FLAG, false, false, NULL,
                      "the server's roles too, their settings and memberships"},
    [OPTION_REHEARSAL] = {"rehearsal", 0, KIND_TEXT, false, true, "WORD",
                          "what up does when no rehearsal stands for it: required (it refuses), "
                          "wanted (it warns), off (default: off)",
                          need_word, .built_in = "off", .accepts = need_accepts, .is_policy = true},
    [OPTION_REHEARSAL_MAX_AGE] = {"rehearsal-max-age", 0, KIND_DURATION, false, true, "TIME",
                                  "how old a rehearsal may be, 0: any age (default: 7d)",
                                  .built_in = "7d", .is_policy = true},
    [OPTION_REHEARSAL_COPY] = {"rehearsal-copy", 0, KIND_TEXT, false, true, "WORD",
                               "which copies count: any, or data, those with the database's own "
                               "rows (default: any)",
                               truth_word, .built_in = "any", .accepts = truth_accepts,
                               .is_policy = true},
    [OPTION_ON_FAILURE] = {"on-failure", 0, KIND_TEXT, false, true, "WORD",
                           "what becomes of an up that fails: stop (what was applied stays), "
                           "undo-run (its migrations are taken back by proven downs), restore (the "
                           "way back to the backup is said) (default: stop)",
                           on_failure_at, .built_in = "stop", .accepts = on_failure_accepts,
                           .is_policy = true},
    [OPTION_ON_FAILURE_UNPROVEN] = {"on-failure-unproven", 0, KIND_FLAG, false, true, NULL,
                                    "undo-run takes back by downs that are not proven, too",
                                    .built_in = "false", .is_policy = true},
    [OPTION_WATCH] = {"watch", 0, KIND_FLAG, false, false, NULL,
                      "look again every two seconds, or every SECONDS, until Ctrl-C"},
    [OPTION_TERMINATE] = {"terminate", 0, KIND_LIST, false, false, "RULE",
                          "end the sessions that a rule means: idle-in-transaction:5min, "
                          "blocking-us:30s, blocking:1min, pid:4711; may be repeated"},
    [OPTION_OLDER_THAN] = {"older-than", 0, KIND_DURATION, false, false, "TIME",
                           "transactions that are open for so long are listed (default: 30s)"},
    [OPTION_PREFLIGHT] = {"preflight", 0, KIND_TEXT, false, true, "WORD",
                          "whether up, down and redo look before they begin: on or off (default: "
                          "on)",
                          switch_word, .built_in = "on", .accepts = switch_accepts,
                          .is_policy = true},
    [OPTION_PREFLIGHT_LONG] = {"preflight-long-transaction", 0, KIND_DURATION, false, true, "TIME",
                               "from which age on a transaction is told by preflight (default: "
                               "30s)",
                               .built_in = "30s", .is_policy = true},
    [OPTION_PREFLIGHT_LINT] =
        {"preflight-lint", 0, KIND_TEXT, false, true, "SEVERITY",
         "from which finding of lint on preflight fails: off, notice, warning "
         "or error (default: off)",
         severity_at, .built_in = "off", .accepts = severity_accepts, .is_policy = true},
    [OPTION_QUIET_HOURS] = {"quiet-hours", 0, KIND_LIST, false, true, "HOURS",
                            "times without changes, as \"mon-fri 08:00-18:00 Europe/Berlin\" "
                            "(days: all when none is named, zone: UTC)",
                            .example = "mon-fri 08:00-18:00 Europe/Berlin", .is_policy = true},
    [OPTION_CHANGE_HOURS] = {"change-hours", 0, KIND_LIST, false, true, "HOURS",
                             "the only times for changes, written as quiet-hours",
                             .example = "sat,sun 22:00-04:00 UTC", .is_policy = true},
    [OPTION_FORCE_ALLOWS] = {"force-allows", 0, KIND_LIST, false, true, "CHECK",
                             "what --force may pass over: checks of preflight or their sections, "
                             "none (without it: each that can be passed over)",
                             preflight_word, .example = "activity",
                             .accepts = preflight_word_is_known, .is_policy = true},
    [OPTION_BACKUP_MAX_AGE] = {"backup-max-age", 0, KIND_DURATION, false, true, "TIME",
                               "how old the newest backup may be where the run makes none itself "
                               "(without it: any age)",
                               .example = "24h", .is_policy = true},
    [OPTION_APPROVALS] = {"approvals", 0, KIND_TEXT, false, true, "WORD",
                          "what up does when approvals are missing: required (it refuses), wanted "
                          "(it warns), guide (required, by the built-in table), off (default: off)",
                          approval_need_at, .built_in = "off", .accepts = approval_need_accepts,
                          .is_policy = true},
    [OPTION_APPROVALS_LOW] = {"approvals-low", 0, KIND_LIST, false, true, "ROLE",
                              "roles that approve a plan of low risk, or none (default: the "
                              "built-in table's)",
                              .example = "technical-lead", .is_policy = true},
    [OPTION_APPROVALS_MEDIUM] = {"approvals-medium", 0, KIND_LIST, false, true, "ROLE",
                                 "the same of medium risk", .example = "technical-lead",
                                 .is_policy = true},
    [OPTION_APPROVALS_HIGH] = {"approvals-high", 0, KIND_LIST, false, true, "ROLE",
                               "the same of high risk", .example = "technical-lead",
                               .is_policy = true},
    [OPTION_DOCUMENTS_LOW] = {"documents-low", 0, KIND_LIST, false, true, "WORD",
                              "documents that a plan of low risk needs: plan, rollback, playbook, "
                              "rehearsal, or none (default: the built-in table's)",
                              approval_document_at, .example = "rollback",
                              .accepts = approval_document_accepts, .is_policy = true},
    [OPTION_DOCUMENTS_MEDIUM] = {"documents-medium", 0, KIND_LIST, false, true, "WORD",
                                 "the same of medium risk", approval_document_at,
                                 .example = "playbook", .accepts = approval_document_accepts,
                                 .is_policy = true},
    [OPTION_DOCUMENTS_HIGH] = {"documents-high", 0, KIND_LIST, false, true, "WORD",
                               "the same of high risk", approval_document_at,
                               .example = "rehearsal", .accepts = approval_document_accepts,
                               .is_policy = true},
    [OPTION_FOUR_EYES] = {"four-eyes", 0, KIND_FLAG, false, true, NULL,
                          "nobody approves what they apply or wrote, nor as two roles",
                          .built_in = "false", .is_policy = true},
    [OPTION_APPROVALS_FORCE] = {"approvals-force", 0, KIND_FLAG, false, true, NULL,
                                "--force passes over missing approvals and documents",
                                .built_in = "false", .is_policy = true},
    [OPTION_ALLOWED_SIGNERS] = {"allowed-signers", 0, KIND_TEXT, false, true, "FILE",
                                "whose SSH keys may sign approvals, as ssh-keygen(1) has it",
                                .example = "allowed_signers", .is_policy = true},
    [OPTION_MISSING_DOWNS] = {"missing-downs", 0, KIND_TEXT, false, true, "WORD",
                              "what up does with a migration that has no down and does not say "
                              "that it is irreversible: allow, refuse (default: allow)",
                              missing_downs_at, .built_in = "allow",
                              .accepts = missing_downs_accepts, .is_policy = true},
    [OPTION_AS] = {"as", 0, KIND_TEXT, false, false, "ROLE",
                   "the role that signs; also --role (default: the one that is missing and yours)",
                   .also = "role"},
    [OPTION_SIGN] = {"sign", 0, KIND_TEXT, false, false, "KEY",
                     "sign with this SSH key: a private key's file, or a public one that an agent "
                     "has"},
    [OPTION_COMMENT] = {"comment", 0, KIND_TEXT, false, false, "TEXT",
                        "a line that is signed along"},
    [OPTION_REVOKE] = {"revoke", 0, KIND_FLAG, false, false, NULL, "take an approval back"},
    [OPTION_LIST_APPROVALS] = {"list", 0, KIND_FLAG, false, false, NULL,
                               "what the plan needs, who has signed, and what does not count"},
    [OPTION_APPROVAL_FILE] = {"file", 0, KIND_FLAG, false, false, NULL,
                              "write it into the folder approvals, for git, and not into the "
                              "database; needs --sign"},
    [OPTION_PLAN_DIGEST] = {"plan", 0, KIND_TEXT, false, false, "DIGEST",
                            "the plan to sign, as plan shows it, without asking the database; "
                            "needs --file"},
    [OPTION_RISK] = {"risk", 0, KIND_TEXT, false, false, "LEVEL",
                     "the risk that was shown with --plan: low, medium or high (default: as the "
                     "files say)",
                     risk_level_at, .accepts = risk_level_accepts},
    [OPTION_PLAN_FORMAT] = {"format", 0, KIND_TEXT, false, false, "NAME",
                            "text, json, or markdown: a playbook for people (default: text)",
                            plan_format_at, .accepts = plan_format_accepts},
    [OPTION_ONE_AT_A_TIME] = {"one-at-a-time", 0, KIND_FLAG, false, true, NULL,
                              "look at the database behind each migration, before the next one",
                              .built_in = "false", .is_policy = true},
    [OPTION_POSTFLIGHT] = {"postflight", 0, KIND_TEXT, false, true, "WORD",
                           "whether up and down are looked at behind: on or off (default: on)",
                           switch_word, .built_in = "on", .accepts = switch_accepts,
                           .is_policy = true},
    [OPTION_ANALYZE] = {"analyze", 0, KIND_TEXT, false, true, "WORD",
                        "ANALYZE new and rewritten tables: on or off (default: on)", switch_word,
                        .built_in = "on", .accepts = switch_accepts},
};
