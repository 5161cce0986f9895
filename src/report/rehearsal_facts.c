#include "report/rehearsal_facts.h"

#include "base/size.h"
#include "report/message.h"

const char *rehearsal_time(Arena *arena, int64_t us)
{
    if (us < 0)
        return "not known";
    return us > 0 && us < 1000 ? "<1 ms" : message_duration(arena, us / 1000);
}

const char *rehearsal_number(Arena *arena, int64_t number)
{
    const char *digits = arena_printf(arena, "%lld", (long long)number);
    size_t first = strlen(digits) % 3;
    const char *text = arena_dup(arena, (Str){digits, first});
    for (const char *rest = digits + first; *rest; rest += 3)
        text = arena_printf(arena, "%s%s%.3s", text, *text ? "," : "", rest);
    return text;
}

int64_t rehearsal_statement_us(const TraceStatement *statement)
{
    return statement->ran.to_us - statement->ran.from_us;
}

const char *rehearsal_statement_label(const TraceStatement *statement)
{
    return statement->place == TRACE_COMMIT ? "COMMIT" : statement->label ? statement->label : "";
}

// Of a table and its indexes, which are locked as strongly, the table is told.
static bool is_told_before(const TraceRelation *relation, const TraceRelation *other)
{
    LockMode mode = lock_modes_strongest(relation->locked);
    LockMode than = lock_modes_strongest(other->locked);
    return mode != than ? mode > than : !relation->owner && other->owner;
}

// Nobody asks for a toast table but through its table.
static void take_lock(RehearsedLock *lock, const TraceRelation **strongest,
                      const TraceRelation *relation)
{
    LockMode mode = lock_modes_strongest(relation->locked);
    bool is_toast = str_starts(str_from(relation->name), STR("pg_toast."));
    if (mode == LOCK_NONE || relation->is_created || is_toast)
        return;
    bool is_as_strong = mode == lock->mode;
    if (is_as_strong && !relation->owner && !(*strongest)->owner)
        lock->others++;
    if (!*strongest || is_told_before(relation, *strongest)) {
        *lock = (RehearsedLock){mode, relation->name, 0};
        *strongest = relation;
    }
}

RehearsedLock rehearsal_lock(const TraceStatement *statement)
{
    RehearsedLock lock = {LOCK_NONE, NULL, 0};
    const TraceRelation *strongest = NULL;
    VEC_EACH (const TraceRelation, relation, &statement->relations)
        take_lock(&lock, &strongest, relation);
    return lock;
}

RehearsedLock rehearsal_way_lock(const Trace *trace)
{
    ARENA_SCOPED scratch = arena_new();
    TraceRelations total = {0};
    RehearsedLock lock = {LOCK_NONE, NULL, 0};
    const TraceRelation *strongest = NULL;
    trace_total(scratch, trace, &total);
    VEC_EACH (const TraceRelation, relation, &total)
        take_lock(&lock, &strongest, relation);
    return lock;
}

const char *rehearsal_lock_text(Arena *arena, const RehearsedLock *lock)
{
    if (lock->mode == LOCK_NONE)
        return "";
    if (!lock->others)
        return arena_printf(arena, "%s on %s", lock_mode_name(lock->mode), lock->relation);
    return arena_printf(arena, "%s on %s and %zu more", lock_mode_name(lock->mode), lock->relation,
                        lock->others);
}

RehearsedBlock rehearsal_block(const TraceStatement *statement)
{
    RehearsedBlock block = {-1, -1};
    VEC_EACH (const TraceRelation, relation, &statement->relations) {
        if (relation->reads_blocked_us > block.reads_us)
            block.reads_us = relation->reads_blocked_us;
        if (relation->writes_blocked_us > block.writes_us)
            block.writes_us = relation->writes_blocked_us;
    }
    return block;
}

RehearsedBlock rehearsal_way_block(const Trace *trace)
{
    return (RehearsedBlock){rehearsal_blocked_us(trace, false, NULL),
                            rehearsal_blocked_us(trace, true, NULL)};
}

const char *rehearsal_block_text(Arena *arena, RehearsedBlock block)
{
    if (block.reads_us < 0 && block.writes_us < 0)
        return "";
    const char *reads = rehearsal_time(arena, block.reads_us);
    const char *writes = rehearsal_time(arena, block.writes_us);
    if (block.reads_us <= 0 && block.writes_us <= 0)
        return "nobody";
    if (block.reads_us <= 0)
        return arena_printf(arena, "writes %s", writes);
    if (block.writes_us <= 0)
        return arena_printf(arena, "reads %s", reads);
    if (strcmp(reads, writes) == 0)
        return arena_printf(arena, "reads, writes %s", writes);
    return arena_printf(arena, "reads %s, writes %s", reads, writes);
}

static bool is_owner_rewritten(const TraceRelations *relations, const TraceRelation *part)
{
    VEC_EACH (const TraceRelation, relation, relations)
        if (relation->is_rewritten && strcmp(relation->name, part->owner) == 0)
            return true;
    return false;
}

const char *rehearsal_rewritten(Arena *arena, const TraceStatement *statement)
{
    const char *names = NULL;
    VEC_EACH (const TraceRelation, relation, &statement->relations) {
        bool is_sequence = relation->kind == 'S';
        if (!relation->is_rewritten || relation->is_created || is_sequence ||
            (relation->owner && is_owner_rewritten(&statement->relations, relation)))
            continue;
        names = names ? arena_printf(arena, "%s, %s", names, relation->name) : relation->name;
    }
    return names;
}

bool rehearsed_has_failed(const RehearsedMigration *migration)
{
    VEC_EACH (const RehearsalFinding, finding, &migration->findings)
        if (!rehearsal_problem_is_warning(finding->problem))
            return true;
    return false;
}

bool rehearsed_was_reached(const RehearsedMigration *migration)
{
    VEC_EACH (const RehearsalFinding, finding, &migration->findings)
        if (finding->problem == REHEARSAL_NOT_REACHED)
            return false;
    return true;
}

static void count_problems(RehearsalCounts *counts, const RehearsalFindings *findings)
{
    VEC_EACH (const RehearsalFinding, finding, findings)
        counts->problems[finding->problem]++;
}

static void count_migration(RehearsalCounts *counts, const RehearsedMigration *migration)
{
    const char *table = NULL;
    RehearsedBlock block = {rehearsal_blocked_us(&migration->up.trace, false, NULL),
                            rehearsal_blocked_us(&migration->up.trace, true, &table)};
    count_problems(counts, &migration->findings);
    counts->failed += rehearsed_has_failed(migration) && rehearsed_was_reached(migration);
    counts->backs[migration->back]++;
    counts->up_ms += migration->up.ms > 0 ? migration->up.ms : 0;
    counts->down_ms += migration->down.ms > 0 ? migration->down.ms : 0;
    counts->wal_bytes += rehearsal_wal_bytes(&migration->up.trace);
    if (block.reads_us > counts->longest.reads_us)
        counts->longest.reads_us = block.reads_us;
    if (block.writes_us > counts->longest.writes_us) {
        counts->longest.writes_us = block.writes_us;
        counts->longest_table = table;
        counts->longest_version = migration->version;
    }
}

RehearsalCounts rehearsal_count(const Rehearsal *rehearsal)
{
    RehearsalCounts counts = {.longest = {-1, -1}};
    count_problems(&counts, &rehearsal->findings);
    VEC_EACH (const RehearsedMigration, migration, &rehearsal->migrations)
        count_migration(&counts, migration);
    return counts;
}

const char *rehearsal_verdict_word(const Rehearsal *rehearsal)
{
    return rehearsal_failures(rehearsal) ? "failed" : "passed";
}

static const char *joined(Arena *arena, const char *text, const char *piece)
{
    return *text ? arena_printf(arena, "%s, %s", text, piece) : piece;
}

// What was not reached is told apart: of a chain that stops early it would be nearly all.
const char *rehearsal_verdict(Arena *arena, const Rehearsal *rehearsal)
{
    RehearsalCounts counts = rehearsal_count(rehearsal);
    size_t unreached = counts.problems[REHEARSAL_NOT_REACHED];
    size_t failures = rehearsal_failures(rehearsal) - unreached;
    size_t warnings = rehearsal_warnings(rehearsal);
    const char *all =
        message_count(arena, (int64_t)rehearsal->migrations.len, "migration", "migrations");
    const char *text = all;
    if (failures && counts.failed)
        text = arena_printf(arena, "%s in %zu of %s",
                            message_count(arena, (int64_t)failures, "problem", "problems"),
                            counts.failed, all);
    else if (failures)
        text = arena_printf(arena, "%s, in none of %s alone",
                            message_count(arena, (int64_t)failures, "problem", "problems"), all);
    if (unreached)
        text = joined(arena, text, arena_printf(arena, "%zu not reached", unreached));
    if (warnings)
        text = joined(arena, text, message_count(arena, (int64_t)warnings, "warning", "warnings"));
    return text;
}

const char *rehearsal_problems_text(Arena *arena, const RehearsalCounts *counts)
{
    const char *text = "";
    for (int i = 0; i < REHEARSAL_PROBLEMS; i++)
        if (counts->problems[i])
            text = joined(arena, text,
                          arena_printf(arena, "%zu %s", counts->problems[i],
                                       rehearsal_problem_word((RehearsalProblem)i)));
    return text;
}

const char *rehearsal_backs_text(Arena *arena, const RehearsalCounts *counts)
{
    const char *text = "";
    for (int i = 0; i <= ROUND_TRIP_LOSES; i++)
        if (counts->backs[i])
            text = joined(arena, text,
                          arena_printf(arena, "%zu %s", counts->backs[i],
                                       round_trip_word((RoundTripVerdict)i)));
    return text;
}

const char *rehearsal_longest_text(Arena *arena, const RehearsalCounts *counts)
{
    const char *blocked = rehearsal_block_text(arena, counts->longest);
    if (!counts->longest_table)
        return NULL;
    if (counts->longest.writes_us <= 0)
        return blocked;
    return arena_printf(arena, "%s, of %s in %s", blocked, counts->longest_table,
                        counts->longest_version);
}

const char *rehearsal_queries_text(Arena *arena, const RehearsalQueries *queries)
{
    const char *text = "";
    if (queries->files)
        text = message_count(arena, queries->files, "smoke query", "smoke queries");
    if (queries->statements)
        text = joined(arena, text,
                      message_count(arena, queries->statements, "statement that the database knew",
                                    "statements that the database knew"));
    if (queries->unprepared)
        text = joined(arena, text,
                      arena_printf(arena, "%lld more could not be prepared before either",
                                   (long long)queries->unprepared));
    if (queries->without && *text)
        text = arena_printf(arena, "%s; none of pg_stat_statements: %s", text, queries->without);
    return *text ? text : NULL;
}

static const char *origin(Arena *arena, const RehearsalCopy *copy)
{
    static const char *const ORIGINS[] = {
        [REHEARSAL_FROM_BACKUP] = "a restored backup",
        [REHEARSAL_FROM_DUMP] = "a dump of the live database",
        [REHEARSAL_FROM_CLONE] = "a clone by the server itself",
        [REHEARSAL_FROM_GENERATED] = "the live schema with rows that were made up",
        [REHEARSAL_FROM_EMPTY] = "an empty database, all migrations from the first",
    };
    if (copy->kind == REHEARSAL_FROM_BACKUP && copy->backup_id)
        return arena_printf(arena, "backup %s, restored", copy->backup_id);
    return ORIGINS[copy->kind];
}

const char *rehearsal_copy_text(Arena *arena, const RehearsalCopy *copy)
{
    if (!copy->server)
        return "no copy, since no migration is pending";
    const char *text = origin(arena, copy);
    if (copy->tables > 0)
        text = joined(arena, text, message_count(arena, copy->tables, "table", "tables"));
    if (copy->rows >= 0 && copy->tables > 0)
        text = joined(arena, text,
                      arena_printf(arena, "%s %s", rehearsal_number(arena, copy->rows),
                                   copy->rows == 1 ? "row" : "rows"));
    if (copy->bytes > 0)
        text = joined(arena, text, size_text(arena, copy->bytes));
    text = arena_printf(arena, "%s; PostgreSQL %s, %s", text, copy->server, copy->place);
    if (copy->made_ms > 0)
        text = arena_printf(arena, "%s, made in %s", text, message_duration(arena, copy->made_ms));
    return text;
}

const char *rehearsal_role_text(Arena *arena, const RehearsalCopy *copy)
{
    if (!copy->role)
        return "nobody";
    return arena_printf(arena, "%s%s", copy->role, copy->is_superuser ? ", a superuser" : "");
}

const char *rehearsal_back_word(const RehearsedMigration *migration)
{
    if (migration->back == ROUND_TRIP_NOT_TRIED && migration->irreversible)
        return "irreversible";
    if (migration->back == ROUND_TRIP_NOT_TRIED && !migration->down_file)
        return "no down";
    return round_trip_word(migration->back);
}

const char *rehearsal_back_text(Arena *arena, const RehearsedMigration *migration)
{
    const char *word = rehearsal_back_word(migration);
    bool is_tried = strcmp(word, round_trip_word(migration->back)) == 0;
    return is_tried ? arena_printf(arena, "way back %s", word) : word;
}

const char *rehearsal_estimate_word(Arena *arena, const RehearsalEstimate *estimate)
{
    if (!estimate->basis)
        return "";
    if (estimate->low_ms < 0)
        return "cannot be said";
    const char *low = message_duration(arena, estimate->low_ms);
    const char *high = message_duration(arena, estimate->high_ms);
    return strcmp(low, high) == 0 ? low : arena_printf(arena, "%s to %s", low, high);
}

const char *rehearsal_estimate_text(Arena *arena, const RehearsalEstimate *estimate)
{
    if (!estimate->basis)
        return NULL;
    return arena_printf(arena, "%s%s%s", rehearsal_estimate_word(arena, estimate),
                        estimate->low_ms < 0 ? ": " : ", ", estimate->basis);
}

const char *rehearsal_probes_text(Arena *arena, const RehearsedMigration *migration)
{
    size_t counts[CONSTRAINT_NOT_PROBED + 1] = {0};
    const char *text = "";
    VEC_EACH (const ConstraintProbe, probe, &migration->probes)
        counts[probe->verdict]++;
    if (counts[CONSTRAINT_HOLDS])
        text = arena_printf(arena, "%zu %s", counts[CONSTRAINT_HOLDS],
                            counts[CONSTRAINT_HOLDS] == 1 ? "holds" : "hold");
    if (counts[CONSTRAINT_BROKEN])
        text = joined(arena, text, arena_printf(arena, "%zu broken", counts[CONSTRAINT_BROKEN]));
    if (counts[CONSTRAINT_NOT_PROBED])
        text = joined(arena, text,
                      arena_printf(arena, "%zu not probed", counts[CONSTRAINT_NOT_PROBED]));
    return *text ? text : NULL;
}

const char *rehearsal_problem_sentence(RehearsalProblem problem)
{
    static const char *const SENTENCES[] = {
        [REHEARSAL_UP_FAILED] = "The migration fails on a copy of the database.",
        [REHEARSAL_VERIFY_FAILED] = "The migration's own verify does not hold behind it.",
        [REHEARSAL_INTEGRITY] =
            "Behind the migration an index is invalid or a constraint not validated.",
        [REHEARSAL_CONSTRAINT_BROKEN] =
            "A constraint that the migration brings takes a wrong row, or refuses a good one.",
        [REHEARSAL_DOWN_MISSING] = "There is no way back: the migration has no down.",
        [REHEARSAL_DOWN_FAILED] = "The down fails behind its own up.",
        [REHEARSAL_DOWN_DIFFERS] =
            "The down leaves another schema than before, or rows that were not there.",
        [REHEARSAL_DOWN_LOSES] = "The down loses rows or values that were there before.",
        [REHEARSAL_AGAIN_FAILED] = "The migration cannot be run again behind its own down.",
        [REHEARSAL_AGAIN_DIFFERS] =
            "Run again behind its own down, the migration makes another schema.",
        [REHEARSAL_NOT_IDEMPOTENT] =
            "The migration is marked idempotent, and running it twice fails or differs.",
        [REHEARSAL_RECOVERY_FAILED] =
            "Stopped half way, the migration could not be brought to a clean state.",
        [REHEARSAL_TOO_SLOW] = "The migration takes longer than the limit for one migration.",
        [REHEARSAL_BLOCKED_TOO_LONG] =
            "Reads or writes of the application wait longer than the limit.",
        [REHEARSAL_ESTIMATE_EXCEEDED] = "The migration takes longer than its header says.",
        [REHEARSAL_OLD_QUERY_BROKEN] =
            "A query of the application as it is now fails, or answers otherwise.",
        [REHEARSAL_NOT_REACHED] = "It was not tried, since one before it went wrong.",
        [REHEARSAL_SERVER_WIDE] = "It changes roles, databases, tablespaces or the configuration, "
                                  "which all databases share.",
    };
    return SENTENCES[problem];
}
