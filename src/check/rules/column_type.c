// ALTER COLUMN ... TYPE: what it costs, what it loses, what stands in its way.
#include "check/replay/replay.h"
#include "check/rules/column_subject.h"
#include "check/rules/families.h"
#include "check/type_change.h"
#include "sql/lex.h"
#include "sql/quote.h"

#include <string.h>

#define ORDERS                                                                                     \
    "CREATE TABLE orders (id int PRIMARY KEY, code varchar(50), price numeric(10, 4), total "      \
    "int, placed timestamp, note text); "                                                          \
    "INSERT INTO orders SELECT g, g, 1, g, now(), 'b' FROM generate_series(1, 50) g;"

typedef struct Change {
    ColumnSubject subject;
    TypeChange cost;
    ColumnType to;
    const char *from_words; // NULL: not known
    const char *to_words;
    bool has_using;
    bool moves_zone; // between timestamp and timestamptz
    bool is_utc;     // the session's time zone, by this file
} Change;

// UTC by the names that it has.
static bool is_utc(const char *zone)
{
    static const char *const NAMES[] = {"UTC", "Etc/UTC", "GMT", "Zulu", "UCT", "0"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (zone && str_eq_nocase(str_from(zone), str_from(NAMES[i])))
            return true;
    return false;
}

static bool moves_zone(const ColumnType *from, const ColumnType *to)
{
    bool is_plain = strcmp(from->name, "timestamp") == 0;
    return !from->is_array && !to->is_array &&
           strcmp(is_plain ? "timestamptz" : "timestamp", to->name) == 0 &&
           (is_plain || strcmp(from->name, "timestamptz") == 0);
}

static bool look(const Judged *judged, Change *ret_change)
{
    Change change = {0};
    if (!column_subject(judged, &change.subject))
        return false;
    Arena *arena = judged->scratch;
    const Node *definition = change.subject.definition;
    change.to = replay_type(arena, node_field(definition, "typeName"), NULL);
    change.to_words = column_type_text(arena, &change.to);
    if (change.subject.column) {
        change.from_words = column_type_text(arena, &change.subject.column->type);
        change.moves_zone = moves_zone(&change.subject.column->type, &change.to);
    }
    change.is_utc = is_utc(judged->session->time_zone);
    change.has_using = node_has(definition, "raw_default");
    type_change_of_command(arena, judged->model, change.subject.relation, judged->command,
                           &change.cost);
    *ret_change = change;
    return true;
}

typedef struct LastChange {
    CommandKey key;
    bool is_one;
    Change change;
} LastChange;

static bool change_of(const Judged *judged, Change *ret_change)
{
    static const Rule MEMORY;
    LastChange *last = judged_memory(judged->lint, &MEMORY, sizeof *last);
    if (!is_same_command(&last->key, judged))
        last->is_one = look(judged, &last->change);
    if (last->is_one) {
        *ret_change = last->change;
        ret_change->subject.judged = judged;
    }
    return last->is_one;
}

// Behind the word USING; NULL: there is none.
static const char *using_text(const ColumnSubject *subject)
{
    if (!node_has(subject->definition, "raw_default"))
        return NULL;
    const ParsedStatement *parsed = subject->judged->parsed;
    int depth = 0;
    Lexer lexer = {.text = parsed->statement.text,
                   .is_whole = true,
                   .at = parsed_offset(parsed, node_field(subject->definition, "typeName"))};
    for (Token token = lex_next(&lexer); token.kind != TOKEN_END; token = lex_next(&lexer)) {
        depth += token.kind == TOKEN_OPEN;
        depth -= token.kind == TOKEN_CLOSE;
        if (depth == 0 && lex_is_word(&lexer, token, STR("USING")))
            return clause_text(subject->judged, token.end, 0);
    }
    return NULL;
}

// A second column beside the first, kept equal, filled in batches and put in its place.
static const char *shadow_column(const Change *change)
{
    const ColumnSubject *subject = &change->subject;
    Arena *arena = subject->judged->scratch;
    const char *shadow = quote_name(arena, arena_printf(arena, "%s_new", subject->name));
    const char *old = quote_name(arena, arena_printf(arena, "%s_old", subject->name));
    const char *value = using_text(subject);
    const Node *collation = node_field(subject->definition, "collClause.collname");
    const char *type = change->to_words;
    if (collation)
        type = arena_printf(arena, "%s COLLATE %s", type,
                            quote_name(arena, node_last_text(collation)));
    // An assignment refuses what does not fit; a cast would cut it in silence.
    if (!value)
        value = change->cost.needs_using
                    ? arena_printf(arena, "%s::%s", subject->sql_name, change->to_words)
                    : subject->sql_name;
    return arena_printf(
        arena,
        "%s\n"
        "-- build its indexes CONCURRENTLY, and at last, in one short transaction:\n"
        "DROP TRIGGER %s ON %s;\n"
        "ALTER TABLE %s RENAME COLUMN %s TO %s;\n"
        "ALTER TABLE %s RENAME COLUMN %s TO %s;",
        sql_computed_column(
            subject, shadow, type, value,
            arena_printf(arena, "%s IS NULL AND %s IS NOT NULL", shadow, subject->sql_name)),
        sql_made_name(subject, "fill"), subject->sql_table, subject->sql_table, subject->sql_name,
        old, subject->sql_table, shadow, subject->sql_name);
}

static void check_rewrite(const Judged *judged)
{
    Change change;
    if (!change_of(judged, &change) || change.has_using || change.cost.needs_using ||
        change.cost.is_time_zone_dependent || (change.moves_zone && !change.is_utc))
        return;
    const ColumnSubject *subject = &change.subject;
    Finding *finding = NULL;
    if (change.cost.cost == TYPE_CHANGE_REWRITE) {
        finding = subject_report(
            subject, subject->definition,
            "changing %s.%s from %s to %s rewrites %s and its indexes under ACCESS EXCLUSIVE",
            subject->table, subject->name, change.from_words ? change.from_words : "its type",
            change.to_words, subject->table);
    } else if (change.cost.cost == TYPE_CHANGE_UNKNOWN) {
        finding = subject_report(subject, subject->definition,
                                 "changing %s.%s to %s rewrites %s and its indexes under ACCESS "
                                 "EXCLUSIVE, for all that is known: its type before was not seen",
                                 subject->table, subject->name, change.to_words, subject->table);
        verdict_grade_at_most(finding, SEVERITY_WARNING);
    } else if (change.cost.cost == TYPE_CHANGE_SCAN) {
        finding = subject_report(subject, subject->definition,
                                 "changing %s.%s to %s reads all of %s under ACCESS EXCLUSIVE, to "
                                 "try its CHECK constraints again",
                                 subject->table, subject->name, change.to_words, subject->table);
        verdict_grade_at_most(finding, SEVERITY_WARNING);
        return;
    }
    if (finding)
        finding->instead = judged_keep(judged->lint, shadow_column(&change));
}

static void check_using(const Judged *judged)
{
    Change change;
    if (!node_has(judged->command, "def.raw_default") || !change_of(judged, &change) ||
        change.cost.is_time_zone_dependent || change.cost.cost == TYPE_CHANGE_NOTHING ||
        change.cost.cost == TYPE_CHANGE_INDEXES || change.cost.cost == TYPE_CHANGE_SCAN)
        return;
    const ColumnSubject *subject = &change.subject;
    Finding *finding = subject_report(
        subject, node_field(subject->definition, "raw_default"),
        "changing %s.%s to %s with USING rewrites %s and its indexes under ACCESS EXCLUSIVE, and "
        "what the expression does not keep is gone",
        subject->table, subject->name, change.to_words, subject->table);
    finding->instead = judged_keep(judged->lint, shadow_column(&change));
}

static void check_time_zone(const Judged *judged)
{
    Change change;
    if (!change_of(judged, &change) || change.is_utc ||
        (!change.cost.is_time_zone_dependent && (!change.moves_zone || change.has_using)))
        return;
    const ColumnSubject *subject = &change.subject;
    const char *zone = judged->session->time_zone;
    bool may_be_free = !zone && change.cost.is_time_zone_dependent;
    Finding *finding = subject_report(
        subject, subject->definition,
        "changing %s.%s from %s to %s rewrites %s and its indexes under ACCESS EXCLUSIVE, and "
        "reads the values as of the session's time zone%s%s",
        subject->table, subject->name, change.from_words ? change.from_words : "its type",
        change.to_words, subject->table,
        may_be_free ? ", unless that is UTC"
        : zone      ? ", "
                    : "",
        zone ? zone : "");
    if (may_be_free)
        verdict_grade_at_most(finding, SEVERITY_WARNING);
    finding->instead =
        judged_printf(judged,
                      "SET LOCAL TimeZone = 'UTC'; -- where the values are UTC\n"
                      "ALTER TABLE %s ALTER COLUMN %s TYPE %s;",
                      subject->sql_table, subject->sql_name,
                      strcmp(change.to.name, "timestamptz") == 0 ? "timestamptz" : "timestamp");
}

static void check_index_rebuild(const Judged *judged)
{
    Change change;
    if (!change_of(judged, &change) || change.cost.cost != TYPE_CHANGE_INDEXES)
        return;
    const ColumnSubject *subject = &change.subject;
    Finding *finding =
        subject_report(subject, subject->definition,
                       "changing %s.%s to %s builds its indexes anew under ACCESS EXCLUSIVE",
                       subject->table, subject->name, change.to_words);
    finding->instead = judged_keep(judged->lint, shadow_column(&change));
}

// What is true of values that fit; NULL: no short condition says it.
static const char *fitting(const Change *change)
{
    Arena *arena = change->subject.judged->scratch;
    const char *name = change->subject.sql_name;
    const char *type = change->to.name;
    if (change->to.is_array)
        return NULL;
    if (strcmp(type, "int4") == 0)
        return arena_printf(arena, "%s BETWEEN -2147483648 AND 2147483647", name);
    if (strcmp(type, "int2") == 0)
        return arena_printf(arena, "%s BETWEEN -32768 AND 32767", name);
    if ((strcmp(type, "varchar") == 0 || strcmp(type, "bpchar") == 0) && change->to.modifier_count)
        return arena_printf(arena, "char_length(%s) <= %d", name, change->to.modifiers[0]);
    return NULL;
}

static void check_narrowing(const Judged *judged)
{
    Change change;
    if (!change_of(judged, &change) || change.has_using || !change.from_words ||
        !change.cost.can_fail || change.cost.needs_using)
        return;
    const ColumnSubject *subject = &change.subject;
    Finding *finding = subject_report(
        subject, subject->definition,
        "changing %s.%s from %s to %s fails when a row of %s has a value that does not fit",
        subject->table, subject->name, change.from_words, change.to_words, subject->table);
    const char *fits = fitting(&change);
    const char *name = sql_made_name(subject, "fits");
    if (fits)
        finding->instead =
            judged_printf(judged,
                          "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s) NOT VALID;\n"
                          "-- in a later transaction; it tells whether a row does not fit:\n"
                          "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
                          subject->sql_table, name, fits, subject->sql_table, name);
}

static void check_losing(const Judged *judged)
{
    Change change;
    // jsonb keeps the values of json, though not its blanks.
    if (!change_of(judged, &change) || change.has_using || !change.from_words ||
        !change.cost.can_lose || strcmp(change.to.name, "jsonb") == 0)
        return;
    const ColumnSubject *subject = &change.subject;
    Finding *finding = subject_report(
        subject, subject->definition,
        "changing %s.%s from %s to %s rounds or cuts values of %s without an error", subject->table,
        subject->name, change.from_words, change.to_words, subject->table);
    finding->instead = judged_keep(judged->lint, shadow_column(&change));
}

static void check_needs_using(const Judged *judged)
{
    Change change;
    if (!change_of(judged, &change) || change.has_using || !change.from_words ||
        !change.cost.needs_using)
        return;
    const ColumnSubject *subject = &change.subject;
    Finding *finding = subject_report(
        subject, subject->definition,
        "changing %s.%s from %s to %s fails without USING: no cast is made by itself",
        subject->table, subject->name, change.from_words, change.to_words);
    finding->instead = judged_keep(judged->lint, shadow_column(&change));
}

static void check_app_plan(const Judged *judged)
{
    Change change;
    if (!change_of(judged, &change) || !change.from_words || change.cost.needs_using ||
        change.cost.cost == TYPE_CHANGE_NOTHING ||
        strcmp(change.to.name, change.subject.column->type.name) == 0)
        return;
    subject_report(&change.subject, change.subject.definition,
                   "sessions with a prepared SELECT of %s.%s get \"cached plan must not change "
                   "result type\" once it is %s",
                   change.subject.table, change.subject.name, change.to_words);
}

static const RuleExample REWRITE_BAD[] = {
    {.setup = ORDERS, .sql = "ALTER TABLE orders ALTER COLUMN id TYPE bigint;"},
    {.setup = ORDERS,
     .sql = "ALTER TABLE orders ALTER COLUMN price TYPE numeric(12, 6);",
     .note = "another scale"},
    {.setup = ORDERS, .sql = "ALTER TABLE orders ALTER COLUMN code TYPE varchar(20);"},
    {.sql = "ALTER TABLE never_seen ALTER COLUMN id TYPE bigint;",
     .note = "the type before is not known: a warning"},
    {0},
};
static const RuleExample REWRITE_GOOD[] = {
    {.setup = ORDERS, .sql = "ALTER TABLE orders ALTER COLUMN code TYPE varchar(80);"},
    {.setup = ORDERS, .sql = "ALTER TABLE orders ALTER COLUMN code TYPE text;"},
    {.setup = ORDERS,
     .sql = "ALTER TABLE orders ALTER COLUMN price TYPE numeric(14, 4);",
     .note = "more digits, the same scale"},
    {.setup = ORDERS, .sql = "ALTER TABLE orders ALTER COLUMN price TYPE numeric;"},
    {.setup = "CREATE TABLE hosts (a cidr, at timestamp(3)); INSERT INTO hosts VALUES "
              "('10.0.0.0/8', now());",
     .sql = "ALTER TABLE hosts ALTER COLUMN a TYPE inet, ALTER COLUMN at TYPE timestamp(6);"},
    {.sql = "CREATE TABLE fresh (id int);\nALTER TABLE fresh ALTER COLUMN id TYPE bigint;"},
    {0},
};

static const RuleExample USING_BAD[] = {
    {.setup = ORDERS, .sql = "ALTER TABLE orders ALTER COLUMN note TYPE int USING length(note);"},
    {0},
};
static const RuleExample USING_GOOD[] = {
    {.setup = ORDERS, .sql = "ALTER TABLE orders ALTER COLUMN code TYPE text USING code::text;"},
    {0},
};

static const RuleExample ZONE_BAD[] = {
    {.setup = ORDERS,
     .sql = "SET LOCAL TimeZone = 'Europe/Berlin';\n"
            "ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz;"},
    {.setup = ORDERS,
     .sql = "ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz;",
     .note = "what the session's time zone is, no file says"},
    {0},
};
static const RuleExample ZONE_GOOD[] = {
    {.setup = ORDERS,
     .sql = "SET LOCAL TimeZone = 'UTC';\n"
            "ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz;"},
    {0},
};

static const RuleExample INDEXES_BAD[] = {
    {.setup = ORDERS " CREATE INDEX orders_code ON orders (code);",
     .sql = "ALTER TABLE orders ALTER COLUMN code TYPE varchar(50) COLLATE \"C\";"},
    {0},
};
static const RuleExample INDEXES_GOOD[] = {
    {.setup = ORDERS " CREATE INDEX orders_code ON orders (code);",
     .sql = "ALTER TABLE orders ALTER COLUMN code TYPE text;"},
    {0},
};

static const RuleExample NARROWING_BAD[] = {
    {.setup = "CREATE TABLE codes (code varchar(50)); INSERT INTO codes SELECT repeat('a', 30) "
              "FROM generate_series(1, 50);",
     .sql = "ALTER TABLE codes ALTER COLUMN code TYPE varchar(20);"},
    {.setup = "CREATE TABLE counts (n bigint); INSERT INTO counts VALUES (3000000000);",
     .sql = "ALTER TABLE counts ALTER COLUMN n TYPE int;"},
    {0},
};
static const RuleExample NARROWING_GOOD[] = {
    {.setup = ORDERS, .sql = "ALTER TABLE orders ALTER COLUMN code TYPE varchar(80);"},
    {0},
};

static const RuleExample LOSING_BAD[] = {
    {.setup = ORDERS, .sql = "ALTER TABLE orders ALTER COLUMN price TYPE numeric(10, 2);"},
    {.setup = ORDERS, .sql = "ALTER TABLE orders ALTER COLUMN placed TYPE timestamp(0);"},
    {0},
};
static const RuleExample LOSING_GOOD[] = {
    {.setup = ORDERS, .sql = "ALTER TABLE orders ALTER COLUMN price TYPE numeric(12, 4);"},
    {0},
};

static const RuleExample NEEDS_USING_BAD[] = {
    {.setup = ORDERS, .sql = "ALTER TABLE orders ALTER COLUMN code TYPE int;"},
    {0},
};
static const RuleExample NEEDS_USING_GOOD[] = {
    {.setup = ORDERS, .sql = "ALTER TABLE orders ALTER COLUMN code TYPE text;"},
    {0},
};

static const RuleExample PLAN_BAD[] = {
    {.setup = ORDERS, .sql = "ALTER TABLE orders ALTER COLUMN total TYPE bigint;"},
    {0},
};
static const RuleExample PLAN_GOOD[] = {
    {.setup = ORDERS, .sql = "ALTER TABLE orders ALTER COLUMN code TYPE text;"},
    {0},
};

#define SHADOW                                                                                     \
    "ALTER TABLE orders ADD COLUMN total_new bigint;\n"                                            \
    "-- a trigger BEFORE INSERT OR UPDATE sets it; then in batches, outside of this "              \
    "transaction:\n"                                                                               \
    "UPDATE orders SET total_new = total WHERE id IN (\n"                                          \
    "    SELECT id FROM orders WHERE total_new IS NULL AND total IS NOT NULL LIMIT 5000);\n"       \
    "-- and at last, in one short transaction, without the trigger:\n"                             \
    "ALTER TABLE orders RENAME COLUMN total TO total_old;\n"                                       \
    "ALTER TABLE orders RENAME COLUMN total_new TO total;"

#define CHANGES_TYPE                                                                               \
    "squawk:changing-column-type eugene:E5 strong_migrations:change_column atlas:PG301"

const Rule RULES_COLUMN_TYPE[] = {
    {
        .id = "alter-type-rewrite",
        .severity = SEVERITY_ERROR,
        .risk = RISK_REWRITE,
        .summary = "a type change rewrites the table",
        .why = "Where the new type stores values differently, or may refuse some, every row and "
               "every index of the table is written anew under ACCESS EXCLUSIVE: nobody reads or "
               "writes until it is done. Free are varchar to a longer varchar or text, numeric to "
               "more digits of the same scale, cidr to inet, and timestamps to a higher precision.",
        .instead = "add a second column of the new type, keep it equal with a trigger, fill it in "
                   "batches, and put it in the old one's place",
        .instead_sql = SHADOW,
        .aliases = CHANGES_TYPE,
        .on = "AT_AlterColumnType",
        .check = check_rewrite,
        .bad = REWRITE_BAD,
        .good = REWRITE_GOOD,
        .claim = {"public.orders", LOCK_ACCESS_EXCLUSIVE, .is_rewritten = true},
    },
    {
        .id = "alter-type-volatile-using",
        .severity = SEVERITY_ERROR,
        .risk = RISK_REWRITE,
        .summary = "USING computes each row anew",
        .why = "An expression behind USING is evaluated for each row: the table and its indexes "
               "are written anew under ACCESS EXCLUSIVE, and the old values are gone when it "
               "commits. A volatile expression cannot even be tried out before.",
        .instead = "add a second column, fill it by the expression in batches, compare, and put it "
                   "in the old one's place",
        .instead_sql = SHADOW,
        .aliases = CHANGES_TYPE,
        .on = "AT_AlterColumnType",
        .check = check_using,
        .bad = USING_BAD,
        .good = USING_GOOD,
        .claim = {"public.orders", LOCK_ACCESS_EXCLUSIVE, .is_rewritten = true},
    },
    {
        .id = "alter-type-timestamptz-utc",
        .severity = SEVERITY_ERROR,
        .risk = RISK_REWRITE,
        .summary = "timestamp to timestamptz is free only while the session's time zone is UTC",
        .why = "The values mean the session's time zone. With UTC they stay the same bytes, and "
               "PostgreSQL 12 and later change the catalog alone. With any other zone each row is "
               "written anew under ACCESS EXCLUSIVE, shifted by the zone's offset.",
        .instead = "set the time zone to UTC before it, if the values are UTC; else use a second "
                   "column",
        .instead_sql = "SET LOCAL TimeZone = 'UTC';\n"
                       "ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz;",
        .aliases = CHANGES_TYPE,
        .on = "AT_AlterColumnType",
        .check = check_time_zone,
        .bad = ZONE_BAD,
        .good = ZONE_GOOD,
        .claim = {"public.orders", LOCK_ACCESS_EXCLUSIVE, .is_rewritten = true},
    },
    {
        .id = "alter-type-index-rebuild",
        .severity = SEVERITY_ERROR,
        .risk = RISK_SCAN,
        .summary = "a type or collation change builds the column's indexes anew",
        .why = "The rows can stay, but the order of the values in the indexes is another one: each "
               "index of the column is built anew over the whole table, under ACCESS EXCLUSIVE.",
        .instead = "add a second column, build its index CONCURRENTLY, and put it in the old one's "
                   "place",
        .aliases = CHANGES_TYPE,
        .on = "AT_AlterColumnType",
        .check = check_index_rebuild,
        .bad = INDEXES_BAD,
        .good = INDEXES_GOOD,
        .claim = {"public.orders", LOCK_ACCESS_EXCLUSIVE, .is_scanned = true},
    },
    {
        .id = "alter-type-narrowing-fails",
        .severity = SEVERITY_WARNING,
        .risk = RISK_FAILURE,
        .summary = "a narrower type fails on values that do not fit",
        .why = "The change stops at the first row whose value is too long or out of range (22001, "
               "22003). Test databases seldom have such a row; production may, after the whole "
               "table was locked and half of it rewritten.",
        .instead = "let a CHECK ... NOT VALID keep new values out, and VALIDATE tell whether old "
                   "ones do not fit, before the type changes",
        .instead_sql = "ALTER TABLE codes ADD CONSTRAINT codes_code_fits CHECK (char_length(code) "
                       "<= 20) NOT VALID;\n"
                       "-- in a later transaction:\n"
                       "ALTER TABLE codes VALIDATE CONSTRAINT codes_code_fits;",
        .aliases = CHANGES_TYPE,
        .on = "AT_AlterColumnType",
        .check = check_narrowing,
        .bad = NARROWING_BAD,
        .good = NARROWING_GOOD,
        .claim = {.relation = "public.codes", .sqlstate = "22001"},
    },
    {
        .id = "alter-type-loses-digits",
        .severity = SEVERITY_ERROR,
        .risk = RISK_DATA_LOSS,
        .summary = "a type with fewer digits rounds values without an error",
        .why = "numeric to a smaller scale, timestamp to a lower precision, double precision to "
               "real and the like round each value. No error says so, and the digits are gone.",
        .instead = "keep the digits: round where values are shown, or fill a second column",
        .aliases = CHANGES_TYPE,
        .on = "AT_AlterColumnType",
        .check = check_losing,
        .bad = LOSING_BAD,
        .good = LOSING_GOOD,
    },
    {
        .id = "alter-type-needs-using",
        .severity = SEVERITY_ERROR,
        .risk = RISK_FAILURE,
        .summary = "a type change without a cast fails",
        .why = "PostgreSQL changes a type by itself only where values are cast on assignment. "
               "Between these types it is not, and the statement is refused (42804).",
        .instead = "add a second column and fill it by an explicit cast, which can be looked at "
                   "before it counts",
        .on = "AT_AlterColumnType",
        .check = check_needs_using,
        .bad = NEEDS_USING_BAD,
        .good = NEEDS_USING_GOOD,
        .claim = {.relation = "public.orders", .sqlstate = "42804"},
    },
    {
        .id = "alter-type-app-plan",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_COMPATIBILITY,
        .summary = "prepared statements fail when a column's type changes",
        .why = "A session that prepared a SELECT of the column has its result types fixed, and the "
               "next execution fails with \"cached plan must not change result type\" (0A000). "
               "Drivers and poolers that prepare statements by themselves meet it in the middle "
               "of a transaction.",
        .instead = "restart the application's connections behind the migration, or use a column "
                   "of another name",
        .on = "AT_AlterColumnType",
        .check = check_app_plan,
        .bad = PLAN_BAD,
        .good = PLAN_GOOD,
    },
    {0},
};
