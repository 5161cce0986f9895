#include "run/integrity/before.h"

#include "io/clock.h"
#include "io/file.h"
#include "io/json_fields.h"
#include "run/rehearse/smoke_query.h"

#include <stdlib.h>
#include <string.h>

#define BEFORE_SCHEMA "migrate-safe/before/1"

enum {
    FILE_MAX = 256 << 20,
    QUERY_TIMEOUT_MS = 60 * 1000,
    LINES_MOST = 20,
    DIGITS_MOST = 18
};

static const JsonField TABLE_FIELDS[] = {
    {.name = "table", .kind = JSON_FIELD_TEXT, .offset = offsetof(BeforeTable, name)},
    {.name = "rows", .kind = JSON_FIELD_NUMBER_OR_NULL, .offset = offsetof(BeforeTable, rows)},
    {0},
};

static const JsonField ANSWER_FIELDS[] = {
    {.name = "query", .kind = JSON_FIELD_TEXT, .offset = offsetof(BeforeAnswer, file)},
    {.name = "answer", .kind = JSON_FIELD_TEXT_OR_NULL, .offset = offsetof(BeforeAnswer, answer)},
    {.name = "error", .kind = JSON_FIELD_TEXT_OR_NULL, .offset = offsetof(BeforeAnswer, error)},
    {0},
};

static const JsonField FIELDS[] = {
    {.name = "taken_at", .kind = JSON_FIELD_TEXT, .offset = offsetof(Before, taken_at)},
    {.name = "database", .kind = JSON_FIELD_TEXT, .offset = offsetof(Before, target)},
    {.name = "tables",
     .kind = JSON_FIELD_LIST,
     .offset = offsetof(Before, tables),
     .fields = TABLE_FIELDS,
     .size = sizeof(BeforeTable)},
    {.name = "dependents",
     .kind = JSON_FIELD_LIST,
     .offset = offsetof(Before, answers),
     .fields = ANSWER_FIELDS,
     .size = sizeof(BeforeAnswer)},
    {0},
};

// ---- taking

static bool ask_all(Arena *arena, Session *session, SmokeQueries *queries, Before *before, Err *err)
{
    VEC_EACH (SmokeQuery, query, queries) {
        BeforeAnswer *answer = vec_append(arena, &before->answers);
        Err failure = {0};
        *answer = (BeforeAnswer){.file = query->file};
        if (smoke_query_run(arena, query, session, &answer->answer, &failure))
            continue;
        if (failure.class != ERR_CHECK && failure.class != ERR_CONFIG) {
            *err = failure;
            return false;
        }
        answer->answer = NULL;
        answer->error = arena_strdup(arena, failure.message);
    }
    return true;
}

static bool ask_dependents(Arena *arena, Session *session, const char *folder, Before *before,
                           Err *err)
{
    SmokeQueries queries;
    Err ignored = {0};
    if (!smoke_queries_read(arena, folder, &queries, err) ||
        !session_exec(session,
                      arena_printf(arena,
                                   "SET default_transaction_read_only = on; SET lock_timeout = 200;"
                                   "SET statement_timeout = %d",
                                   QUERY_TIMEOUT_MS),
                      err))
        return false;
    bool ok = ask_all(arena, session, &queries, before, err);
    (void)!session_exec(session,
                        "RESET default_transaction_read_only; RESET lock_timeout;"
                        "RESET statement_timeout",
                        &ignored);
    return ok;
}

bool before_take(Arena *arena, Session *session, const IntegrityOptions *options,
                 const char *dependents, CheckList *checks, Before *ret_before, Err *err)
{
    char now[CLOCK_TEXT];
    clock_now_rfc3339(now);
    Before before = {.taken_at = arena_strdup(arena, now),
                     .target = arena_strdup(arena, session_target(session))};
    if (!integrity_count_rows(arena, session, options, checks, &before, err) ||
        (dependents && !ask_dependents(arena, session, dependents, &before, err)))
        return false;
    *ret_before = before;
    return true;
}

// ---- the file

bool before_write(const Before *before, const char *path, Err *err)
{
    JSON_SCOPED document = json_object();
    json_put(document, "schema", json_cstr(BEFORE_SCHEMA));
    JSON_SCOPED fields = json_fields_write(before, FIELDS);
    json_object_update(document, fields);
    ARENA_SCOPED scratch = arena_new();
    return file_write(path, str_from(json_line(scratch, document)), 0600, err);
}

bool before_read(Arena *arena, const char *path, Before *ret_before, Err *err)
{
    static const char HINT[] = "take it before the change: migrate-safe verify --before FILE";
    Str text;
    Before before = {0};
    if (!file_read(arena, path, FILE_MAX, &text, err))
        return false;
    JSON_SCOPED document = json_read(text, path, err);
    if (!document)
        return false;
    const char *schema = json_get_text(arena, document, "schema");
    if (!schema || strcmp(schema, BEFORE_SCHEMA) != 0) {
        fail(err, ERR_CHECK, "%s is no file of verify --before", path);
        return err_hint(err, "%s", HINT);
    }
    if (!json_fields_read(arena, document, FIELDS, path, HINT, &before, err))
        return false;
    *ret_before = before;
    return true;
}

// ---- comparing

typedef struct Expectation {
    Str table;
    const char *text; // "+10", "any", "gone"
    bool is_known;    // there is such a table
} Expectation;

typedef VEC(Expectation) Expectations;

static bool is_expectation(const char *said)
{
    bool is_number = (*said == '+' || *said == '-') && str_is_digits(str_from(said + 1)) &&
                     strlen(said) <= DIGITS_MOST;
    return is_number || strcmp(said, "any") == 0 || strcmp(said, "gone") == 0;
}

static bool read_expected(Arena *arena, const Words *texts, Expectations *ret_list, Err *err)
{
    VEC_EACH (const char *const, text, texts) {
        const char *equals = strrchr(*text, '=');
        if (!equals || equals == *text || !is_expectation(equals + 1)) {
            fail(err, ERR_CONFIG,
                 "--expect takes TABLE=+N, TABLE=-N, TABLE=any or TABLE=gone, not \"%s\"", *text);
            return err_hint(err, "for example: --expect app.orders=+10");
        }
        *vec_append(arena, ret_list) =
            (Expectation){.table = {*text, (size_t)(equals - *text)}, .text = equals + 1};
    }
    return true;
}

// By its whole name, or by what follows the schema.
static const char *expected_of(Expectations *list, const char *name)
{
    Str whole = str_from(name);
    VEC_EACH (Expectation, item, list) {
        bool is_tail = whole.n > item->table.n && str_ends(whole, item->table) &&
                       name[whole.n - item->table.n - 1] == '.';
        if (!is_tail && !str_eq(whole, item->table))
            continue;
        item->is_known = true;
        return item->text;
    }
    return NULL;
}

static const BeforeTable *find_table(const Before *before, const char *name)
{
    VEC_EACH (const BeforeTable, table, &before->tables)
        if (strcmp(table->name, name) == 0)
            return table;
    return NULL;
}

static const char *delta_text(Arena *arena, int64_t delta)
{
    return arena_printf(arena, "%+lld", (long long)delta);
}

static bool is_expected(const BeforeTable *then, const BeforeTable *now, const char *expected)
{
    if (!now)
        return expected && strcmp(expected, "gone") == 0;
    if (expected && strcmp(expected, "any") == 0)
        return true;
    if (expected && strcmp(expected, "gone") == 0)
        return false;
    return now->rows - then->rows == (expected ? strtoll(expected, NULL, 10) : 0);
}

static void judge_table(Arena *arena, const BeforeTable *then, const BeforeTable *now,
                        const char *expected, CheckList *checks, size_t *passed)
{
    const CheckKind *kind = &INTEGRITY_KINDS[INTEGRITY_COUNTS];
    if (then->rows < 0 || (now && now->rows < 0)) {
        check_list_add(arena, checks, kind, VERDICT_UNKNOWN,
                       "let this role read it, and take both counts again", "%s: not counted %s",
                       then->name, then->rows < 0 ? "before" : "now");
        return;
    }
    if (is_expected(then, now, expected)) {
        ++*passed;
        return;
    }
    const char *delta = now ? delta_text(arena, now->rows - then->rows) : "gone";
    Check *check = check_list_add(
        arena, checks, kind, VERDICT_FAIL,
        arena_printf(arena,
                     "bring them back (migrate-safe backup restore --table %s), or say that "
                     "it is meant: --expect '%s=%s'",
                     then->name, then->name, delta),
        "%s: %lld rows before, %s (%s)", then->name, (long long)then->rows,
        now ? arena_printf(arena, "%lld now", (long long)now->rows) : "no such table now", delta);
    check->limit = expected ? expected : "as before";
}

static void judge_tables(Arena *arena, const Before *then, const Before *now,
                         Expectations *expected, CheckList *checks)
{
    size_t passed = 0;
    VEC_EACH (const BeforeTable, table, &then->tables)
        judge_table(arena, table, find_table(now, table->name), expected_of(expected, table->name),
                    checks, &passed);
    if (!passed && then->tables.len)
        return;
    Check *check = check_list_add(arena, checks, &INTEGRITY_KINDS[INTEGRITY_COUNTS], VERDICT_PASS,
                                  NULL, "%s", integrity_counted(arena, INTEGRITY_COUNTS, passed));
    VEC_EACH (const BeforeTable, table, &now->tables) {
        if (find_table(then, table->name))
            continue;
        (void)expected_of(expected, table->name);
        check_detail(arena, check, "new since: %s, %lld rows", table->name, (long long)table->rows);
    }
}

static void add_lines(Arena *arena, Check *check, const char *text)
{
    Str rest = str_from(text);
    Str line;
    for (int count = 0; count < LINES_MOST && str_line(&rest, &line); count++)
        check_detail(arena, check, STR_FMT, STR_ARG(str_trim(line)));
}

static void judge_answer(Arena *arena, const BeforeAnswer *then, const BeforeAnswer *now,
                         CheckList *checks, size_t *passed)
{
    const CheckKind *kind = &INTEGRITY_KINDS[INTEGRITY_DEPENDENTS];
    const char *fix = arena_printf(arena,
                                   "bring back what %s asks for, or tell those who depend on "
                                   "it, and take --before again",
                                   then->file);
    if (!now) {
        check_list_add(arena, checks, kind, VERDICT_UNKNOWN, "put the file back, and once more",
                       "%s: there is no such query now", then->file);
        return;
    }
    if (!then->answer || !now->answer) {
        check_list_add(arena, checks, kind, then->answer ? VERDICT_FAIL : VERDICT_WARN, fix,
                       "%s: %s%s", then->file,
                       then->answer ? "it fails now: " : "it failed before already: ",
                       then->answer ? now->error : then->error);
        return;
    }
    SmokeQuery query = {.file = then->file, .answer = then->answer};
    const char *difference = smoke_query_difference(arena, &query, now->answer);
    if (!difference) {
        ++*passed;
        return;
    }
    Check *check = check_list_add(arena, checks, kind, VERDICT_FAIL, fix,
                                  "%s: its answer is another", then->file);
    add_lines(arena, check, difference);
}

static void judge_answers(Arena *arena, const Before *then, const Before *now, CheckList *checks)
{
    size_t passed = 0;
    VEC_EACH (const BeforeAnswer, answer, &then->answers) {
        const BeforeAnswer *other = NULL;
        VEC_EACH (const BeforeAnswer, item, &now->answers)
            if (strcmp(item->file, answer->file) == 0)
                other = item;
        judge_answer(arena, answer, other, checks, &passed);
    }
    if (passed || !then->answers.len)
        check_list_add(arena, checks, &INTEGRITY_KINDS[INTEGRITY_DEPENDENTS], VERDICT_PASS, NULL,
                       "%s", integrity_counted(arena, INTEGRITY_DEPENDENTS, passed));
}

bool before_compare(Arena *arena, const Before *then, const Before *now, const Words *expected,
                    CheckList *checks, Err *err)
{
    Expectations expectations = {0};
    if (!read_expected(arena, expected, &expectations, err))
        return false;
    judge_tables(arena, then, now, &expectations, checks);
    judge_answers(arena, then, now, checks);
    VEC_EACH (const Expectation, item, &expectations)
        if (!item->is_known) {
            fail(err, ERR_CONFIG, "--expect: there is no table " STR_FMT ", before or now",
                 STR_ARG(item->table));
            return err_hint(err, "write it as verify shows it: app.orders, or its name alone");
        }
    return true;
}
