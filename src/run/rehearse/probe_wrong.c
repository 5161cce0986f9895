#include "run/rehearse/probe_wrong.h"

#include "base/text.h"
#include "catalog/model.h"
#include "check/sample/search.h"
#include "sql/quote.h"

#include <inttypes.h>

enum {
    ROWS = 4,
    TRIED = 400,       // values at once,
    TRIED_SINGLY = 48, // where some of them cannot be judged
    CONDITION_MAX = 1 << 20
};

// Of the whole row, where no column is called so.
#define WHOLE "\"migrate-safe row\""

// ---- looking for values

static const char *others_sql(const Probing *probing, const ProbedConstraint *constraint,
                              const char *wanted)
{
    const SampleTable *table = probe_table(probing, constraint->relation);
    TEXT_SCOPED sql;
    text_init(&sql, CONDITION_MAX);
    text_printf(&sql, "(%s)", wanted);
    if (table) {
        VEC_EACH (const SampleColumn, column, &table->columns)
            if (column->is_not_null)
                text_printf(&sql, " AND %s IS DISTINCT FROM NULL",
                            quote_identifier(probing->arena, column->name));
        VEC_EACH (const SampleCheck, check, &table->checks)
            if (!constraint->condition || strcmp(check->expression, constraint->condition) != 0)
                text_printf(&sql, " AND ((%s) IS NOT FALSE)", check->expression);
    }
    return sql.is_cut ? wanted : arena_dup(probing->arena, text_str(&sql));
}

// All at once; one by one where the server cannot judge some of them.
static bool search_once(const Probing *probing, SampleSearch *search, const char **ret_text,
                        const char **ret_refusal, Err *err)
{
    Rows rows = {0};
    ProbeAnswer answer = {0};
    search->first = 1;
    search->tried = TRIED;
    *ret_text = NULL;
    for (int i = 0; i <= TRIED_SINGLY && !rows.count; i++) {
        const char *sql = sample_search_sql(probing->arena, search);
        if (!sql)
            return true;
        if (!probe_ask(probing, sql, &rows, &answer, err))
            return false;
        if (!answer.was_taken)
            *ret_refusal = answer.message;
        if (answer.was_taken && search->tried > 1)
            break;
        search->first += search->tried > 1 ? 0 : 1;
        search->tried = 1;
    }
    if (rows.count)
        *ret_text = rows_text(&rows, 0, 0);
    return true;
}

// A generated column is changed by those that it is made of.
static void add_changed(const Probing *probing, const SampleColumns *columns,
                        const SampleColumn *column, Words *changed)
{
    if (!column->generated) {
        *vec_append(probing->arena, changed) = column->name;
        return;
    }
    VEC_EACH (const SampleColumn, source, columns)
        if (!source->generated && strstr(column->generated, source->name))
            *vec_append(probing->arena, changed) = source->name;
}

static Words changed_columns(const Probing *probing, const ProbedConstraint *constraint)
{
    const SampleColumns *columns = sample_columns(&probing->facts, constraint->relation);
    Words changed = {0};
    VEC_EACH (const SampleColumn, column, columns)
        if (words_have(&constraint->columns, column->name))
            add_changed(probing, columns, column, &changed);
    return changed;
}

// First with what all other checks of the table let pass.
static bool search_row(const Probing *probing, const ProbedConstraint *constraint, const char *row,
                       const char *wanted, const char **ret_text, const char **ret_refusal,
                       Err *err)
{
    Words changed = changed_columns(probing, constraint);
    SampleSearch search = {
        .facts = &probing->facts,
        .columns = sample_columns(&probing->facts, constraint->relation),
        .type = constraint->table,
        .row = row,
        .changed = &changed,
        .condition = constraint->condition,
        .wanted = others_sql(probing, constraint, wanted),
    };
    if (!search_once(probing, &search, ret_text, ret_refusal, err))
        return false;
    if (*ret_text)
        return true;
    search.wanted = wanted;
    return search_once(probing, &search, ret_text, ret_refusal, err);
}

// ---- good rows

static const char *list_of(Arena *arena, const Words *names, const char *of)
{
    const char *list = "";
    VEC_EACH (const char *const, name, names)
        list = arena_printf(arena, "%s%s%s%s", list, list[0] ? ", " : "", of,
                            quote_identifier(arena, *name));
    return list;
}

static const char *are_given(Arena *arena, const Words *expressions, bool are_names)
{
    const char *list = "";
    VEC_EACH (const char *const, expression, expressions)
        list = arena_printf(arena, "%s%s(%s) IS DISTINCT FROM NULL", list, list[0] ? " AND " : "",
                            are_names ? quote_identifier(arena, *expression) : *expression);
    return list[0] ? list : "true";
}

static const char *key_condition(Arena *arena, const ProbedConstraint *key, const char *of)
{
    const char *list = "";
    for (size_t i = 0; i < key->columns.len; i++)
        list = arena_printf(arena, "%s%sr.%s = %s.%s", list, list[0] ? " AND " : "",
                            quote_identifier(arena, key->referenced_columns.items[i]), of,
                            quote_identifier(arena, key->columns.items[i]));
    return list;
}

static bool refers_to_itself(const Probing *probing, const ProbedConstraint *key)
{
    const SampleTable *table = probe_table(probing, key->relation);
    if (strcmp(key->referenced, key->table) == 0)
        return true;
    VEC_EACH (const SampleTable, ancestor, &probing->facts.tables)
        if (strcmp(ancestor->qualified, key->referenced) == 0 && table)
            VEC_EACH (const int64_t, oid, &table->ancestors)
                if (*oid == ancestor->oid)
                    return true;
    return false;
}

static const char *foreign_condition(const Probing *probing, const ProbedConstraint *key)
{
    Arena *arena = probing->arena;
    const char *condition = arena_printf(arena, "%s AND EXISTS (SELECT FROM %s%s AS r WHERE %s)",
                                         are_given(arena, &key->columns, true),
                                         key->is_referenced_partitioned ? "" : "ONLY ",
                                         key->referenced, key_condition(arena, key, WHOLE));
    if (!refers_to_itself(probing, key))
        return condition;
    return arena_printf(arena, "%s AND ROW(%s) IS DISTINCT FROM ROW(%s)", condition,
                        list_of(arena, &key->columns, ""),
                        list_of(arena, &key->referenced_columns, ""));
}

static const char *good_condition(const Probing *probing, const ProbedConstraint *constraint)
{
    Arena *arena = probing->arena;
    switch (constraint->kind) {
    case PROBED_NOT_NULL:
        return are_given(arena, &constraint->columns, true);
    case PROBED_UNIQUE:
    case PROBED_PRIMARY:
    case PROBED_EXCLUSION:
        return arena_printf(
            arena, "(%s) IS TRUE AND %s", constraint->condition ? constraint->condition : "true",
            constraint->are_nulls_equal ? "true" : are_given(arena, &constraint->keys, false));
    case PROBED_FOREIGN:
        return foreign_condition(probing, constraint);
    case PROBED_CHECK:
        return arena_printf(arena, "(%s) IS TRUE", constraint->condition);
    case PROBED_DOMAIN_CHECK:
    case PROBED_DOMAIN_NOT_NULL:
        break;
    }
    return "true";
}

static bool read_rows(const Probing *probing, const ProbedConstraint *constraint,
                      const char *condition, ProbeRows *rows, const char **ret_refusal, Err *err)
{
    const SampleTable *table = probe_table(probing, constraint->relation);
    ProbeAnswer answer = {0};
    Rows found = {0};
    const char *sql = arena_printf(probing->arena,
                                   "SELECT " WHOLE ".tableoid, " WHOLE ".ctid, " WHOLE
                                   "::text FROM %s%s AS " WHOLE " WHERE %s LIMIT %d",
                                   table && table->is_partitioned ? "" : "ONLY ", constraint->table,
                                   condition, ROWS);
    if (!probe_ask(probing, sql, &found, &answer, err))
        return false;
    if (!answer.was_taken)
        *ret_refusal = answer.message;
    for (size_t row = 0; row < found.count; row++)
        *vec_append(probing->arena, rows) = (ProbeRow){
            rows_int(&found, row, 0),
            rows_text(&found, row, 1),
            rows_text(&found, row, 2),
            false,
        };
    return true;
}

// Rows that are there, put right in what the constraint looks at.
static bool mend_rows(const Probing *probing, const ProbedConstraint *constraint,
                      const char *condition, ProbeRows *rows, const char **ret_refusal, Err *err)
{
    ProbeRows any = {0};
    if (constraint->kind == PROBED_FOREIGN || constraint->kind == PROBED_NOT_NULL)
        return true;
    if (!read_rows(probing, constraint, "true", &any, ret_refusal, err))
        return false;
    VEC_EACH (const ProbeRow, row, &any) {
        const char *text;
        if (!search_row(probing, constraint, row->text, condition, &text, ret_refusal, err))
            return false;
        if (!text)
            return true;
        ProbeRow *mended = vec_append(probing->arena, rows);
        *mended = *row;
        mended->text = text;
        mended->is_mended = true;
    }
    return true;
}

static const char *no_row_reason(const Probing *probing, const ProbedConstraint *constraint,
                                 const char *refusal)
{
    const SampleTable *table = probe_table(probing, constraint->relation);
    if (!table)
        return "rows of this table are not made: an extension's, or a foreign one";
    VEC_EACH (const char *const, line, &probing->without) {
        size_t length = strlen(table->shown);
        if (strncmp(*line, table->shown, length) == 0 && (*line)[length] == ':')
            return arena_printf(probing->arena, "no row could be made: %s", *line + length + 2);
    }
    if (refusal)
        return arena_printf(probing->arena, "no row that it takes is known: %s", refusal);
    return constraint->kind == PROBED_FOREIGN ? "no row that refers to another one is known"
                                              : "no row that it takes is known";
}

bool probe_good_rows(const Probing *probing, const ProbedConstraint *constraint,
                     ProbeRows *ret_rows, const char **ret_reason, Err *err)
{
    ProbeRows rows = {0};
    const char *refusal = NULL;
    const char *condition = good_condition(probing, constraint);
    *ret_reason = NULL;
    if (!read_rows(probing, constraint, condition, &rows, &refusal, err) ||
        (!rows.len && !mend_rows(probing, constraint, condition, &rows, &refusal, err)))
        return false;
    if (!rows.len)
        *ret_reason = no_row_reason(probing, constraint, refusal);
    *ret_rows = rows;
    return true;
}

// ---- wrong ones

// Does the row `found` stand in the way of `row`?
static const char *excludes_sql(const Probing *probing, const ProbedConstraint *exclusion,
                                const char *row)
{
    Arena *arena = probing->arena;
    const char *keys = "";
    const char *conditions = "";
    for (size_t i = 0; i < exclusion->keys.len; i++) {
        const char *key = exclusion->keys.items[i];
        keys = arena_printf(arena, "%s%s(%s) AS \"migrate-safe %zu\"", keys, i ? ", " : "", key, i);
        conditions =
            arena_printf(arena, "%s%s(((%s) %s other.\"migrate-safe %zu\") IS TRUE)", conditions,
                         i ? " AND " : "", key, exclusion->operators.items[i], i);
    }
    return arena_printf(arena,
                        "(%s) IS TRUE AND EXISTS (SELECT FROM (SELECT %s FROM (SELECT (given.r).* "
                        "FROM (SELECT %s::%s AS r) AS given) AS one) AS other WHERE %s)",
                        exclusion->condition ? exclusion->condition : "true", keys,
                        quote_literal(arena, row), exclusion->table, conditions);
}

static bool make_excluded(const Probing *probing, const ProbedConstraint *exclusion,
                          const ProbeRows *rows, ProbeInsert *wrong, const char **ret_refusal,
                          Err *err)
{
    const char *there = rows->items[rows->len - 1].text;
    const char *wanted = excludes_sql(probing, exclusion, there);
    const char *sql =
        arena_printf(probing->arena,
                     "SELECT FROM (SELECT (given.r).* FROM (SELECT %s::%s AS r) AS given) AS "
                     "found WHERE %s",
                     quote_literal(probing->arena, there), exclusion->table, wanted);
    Rows found;
    ProbeAnswer answer;
    if (!probe_ask(probing, sql, &found, &answer, err))
        return false;
    if (!answer.was_taken)
        *ret_refusal = answer.message;
    wrong->other = there;
    wrong->keeps_row = rows->len == 1;
    return found.count > 0 ||
           search_row(probing, exclusion, there, wanted, &wrong->other, ret_refusal, err);
}

// The row that stands in another's way.
static bool stand(const Probing *probing, const ProbedConstraint *constraint, const ProbeRows *rows,
                  const char **ret_refusal, Err *err)
{
    const ProbeRow *there = &rows->items[rows->len - 1];
    ProbeAnswer answer;
    if (!there->is_mended)
        return true;
    if (!probe_mend(probing, constraint, there, &answer, err))
        return false;
    if (!answer.was_taken)
        *ret_refusal = answer.message;
    return true;
}

static const char *forerunner_of(const Probing *probing, const ProbedConstraint *key,
                                 const ProbeRow *row)
{
    return arena_printf(probing->arena,
                        "DELETE FROM %s%s AS r USING (SELECT (given.one).* FROM (SELECT %s::%s AS "
                        "one) AS given) AS k WHERE %s",
                        key->is_referenced_partitioned ? "" : "ONLY ", key->referenced,
                        quote_literal(probing->arena, row->text), key->table,
                        key_condition(probing->arena, key, "k"));
}

static const char *no_wrong_reason(const Probing *probing, const ProbedConstraint *constraint,
                                   const char *refusal)
{
    if (refusal)
        return arena_printf(probing->arena, "no row that it refuses was found: %s", refusal);
    return arena_printf(probing->arena, "no row that it refuses was found among %d that were tried",
                        TRIED);
}

bool probe_make_wrong(const Probing *probing, const ProbedConstraint *constraint,
                      const ProbeRows *rows, ProbeInsert *ret_wrong, const char **ret_reason,
                      Err *err)
{
    const ProbeRow *row = &rows->items[0];
    const char *refusal = NULL;
    Words *changed = arena_new_object(probing->arena, Words);
    *changed = changed_columns(probing, constraint);
    ProbeInsert wrong = {.constraint = constraint, .row = row, .changed = changed};
    bool ok = true;
    switch (constraint->kind) {
    case PROBED_NOT_NULL:
        break;
    case PROBED_UNIQUE:
    case PROBED_PRIMARY:
        ok = stand(probing, constraint, rows, &refusal, err);
        wrong.other = refusal ? NULL : rows->items[rows->len - 1].text;
        wrong.keeps_row = rows->len == 1;
        break;
    case PROBED_EXCLUSION:
        ok = stand(probing, constraint, rows, &refusal, err) &&
             (refusal || make_excluded(probing, constraint, rows, &wrong, &refusal, err));
        break;
    case PROBED_FOREIGN:
        wrong.changed = NULL;
        wrong.forerunner = forerunner_of(probing, constraint, row);
        break;
    case PROBED_CHECK:
        ok = search_row(probing, constraint, row->text,
                        arena_printf(probing->arena, "(%s) IS FALSE", constraint->condition),
                        &wrong.other, &refusal, err);
        break;
    case PROBED_DOMAIN_CHECK:
    case PROBED_DOMAIN_NOT_NULL:
        break;
    }
    bool is_found = constraint->kind == PROBED_NOT_NULL || wrong.forerunner || wrong.other;
    *ret_reason = is_found ? NULL : no_wrong_reason(probing, constraint, refusal);
    *ret_wrong = is_found ? wrong : (ProbeInsert){0};
    return ok;
}

// ---- domains

static const char *domain_condition(const Probing *probing, const SampleType *type,
                                    const ProbedConstraint *domain, bool is_wrong)
{
    const char *sql = domain->condition
                          ? arena_printf(probing->arena, "(%s) IS %s", domain->condition,
                                         is_wrong ? "FALSE" : "TRUE")
                          : "value IS DISTINCT FROM NULL";
    VEC_EACH (const char *const, check, &type->checks)
        if (!domain->condition || strcmp(*check, domain->condition) != 0)
            sql = arena_printf(probing->arena, "%s AND ((%s) IS NOT FALSE)", sql, *check);
    return sql;
}

bool probe_domain_value(const Probing *probing, const ProbedConstraint *domain, bool is_wrong,
                        const char **ret_text, const char **ret_reason, Err *err)
{
    const SampleType *type = sample_type(&probing->facts, domain->relation);
    SampleConstants constants = {0};
    ProbeAnswer answer = {0};
    Rows rows = {0};
    *ret_text = NULL;
    if (!type) {
        *ret_reason = "no column is of this domain";
        return true;
    }
    VEC_EACH (const char *const, check, &type->checks)
        sample_constants_add(probing->arena, *check, &constants);
    SampleValue value = {
        .type = type->inner,
        .modifier = type->modifier,
        .type_name = type->base_name,
        .is_lively = true,
        .constants = &constants,
        .salt = 1,
    };
    const char *wanted = domain_condition(probing, type, domain, is_wrong);
    const char *sql =
        sample_value_search_sql(probing->arena, &probing->facts, &value, wanted, 1, TRIED);
    if (!probe_ask(probing, sql, &rows, &answer, err))
        return false;
    if (rows.count)
        *ret_text = rows_text(&rows, 0, 0);
    else
        *ret_reason = arena_printf(
            probing->arena, "no value that it %s was found: %s", is_wrong ? "refuses" : "takes",
            answer.was_taken ? "all that were tried are otherwise" : answer.message);
    return true;
}
