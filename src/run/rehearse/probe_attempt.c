#include "run/rehearse/probe_attempt.h"

#include "base/text.h"
#include "catalog/model.h"
#include "sql/quote.h"

#define SAVEPOINT "SAVEPOINT migrate_safe_try"
#define TAKE_BACK "ROLLBACK TO SAVEPOINT migrate_safe_try; RELEASE SAVEPOINT migrate_safe_try"
#define KEEP      "RELEASE SAVEPOINT migrate_safe_try"
#define AS_IN_USE "SET LOCAL session_replication_role = origin"

enum {
    SQL_MAX = 8 << 20
};

const SampleTable *probe_table(const Probing *probing, int64_t relation)
{
    VEC_EACH (const SampleTable, table, &probing->facts.tables)
        if (table->oid == relation)
            return table;
    return NULL;
}

static bool take_refusal(const Probing *probing, const Err *refused, ProbeAnswer *ret_answer,
                         Err *err)
{
    if (refused->class != ERR_SERVER) {
        *err = *refused;
        return false;
    }
    *ret_answer = (ProbeAnswer){
        .sqlstate = arena_strdup(probing->arena, refused->sqlstate),
        .message = arena_strdup(probing->arena, refused->message),
        .names = *session_error_names(probing->session),
    };
    return session_exec(probing->session, TAKE_BACK, err);
}

bool probe_try(const Probing *probing, const char *sql, ProbeAnswer *ret_answer, Err *err)
{
    Err refused = {0};
    if (!session_exec(probing->session, SAVEPOINT, err))
        return false;
    if (!session_exec(probing->session, sql, &refused))
        return take_refusal(probing, &refused, ret_answer, err);
    *ret_answer = (ProbeAnswer){.was_taken = true};
    return session_exec(probing->session, KEEP, err);
}

bool probe_ask(const Probing *probing, const char *sql, Rows *ret_rows, ProbeAnswer *ret_answer,
               Err *err)
{
    Err refused = {0};
    *ret_rows = (Rows){0};
    if (!session_exec(probing->session, SAVEPOINT, err))
        return false;
    if (!session_query(probing->session, probing->arena, sql, 0, NULL, ret_rows, &refused))
        return take_refusal(probing, &refused, ret_answer, err);
    *ret_answer = (ProbeAnswer){.was_taken = true};
    return session_exec(probing->session, KEEP, err);
}

static void write_value(const Probing *probing, const ProbeInsert *insert,
                        const SampleColumn *column, Text *sql)
{
    const char *name = quote_identifier(probing->arena, column->name);
    bool is_changed = insert->changed && words_have(insert->changed, column->name);
    if (is_changed && !insert->other)
        text_printf(sql, "NULL");
    else
        text_printf(sql, "(given.%s).%s", is_changed ? "other" : "one", name);
}

// A partition's own columns are asked before its bound is.
static const char *target_of(const Probing *probing, const ProbeInsert *insert)
{
    const SampleTable *leaf = probe_table(probing, insert->row->relation);
    return insert->constraint->kind == PROBED_NOT_NULL && leaf ? leaf->qualified
                                                               : insert->constraint->table;
}

static void write_insert(const Probing *probing, const ProbeInsert *insert, Text *sql)
{
    const ProbedConstraint *constraint = insert->constraint;
    const SampleColumns *columns = sample_columns(&probing->facts, constraint->relation);
    TEXT_SCOPED names, values;
    text_init(&names, SQL_MAX);
    text_init(&values, SQL_MAX);
    VEC_EACH (const SampleColumn, column, columns) {
        if (column->generated)
            continue;
        const char *comma = names.len ? ", " : "";
        text_printf(&names, "%s%s", comma, quote_identifier(probing->arena, column->name));
        text_append(&values, str_from(comma));
        write_value(probing, insert, column, &values);
    }
    if (!names.len) {
        text_printf(sql, "INSERT INTO %s DEFAULT VALUES", target_of(probing, insert));
        return;
    }
    const char *one = quote_literal(probing->arena, insert->row->text);
    text_printf(
        sql,
        "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM (SELECT %s::%s AS one, "
        "%s::%s AS other) AS given",
        target_of(probing, insert), text_cstr(&names), text_cstr(&values), one, constraint->table,
        insert->other ? quote_literal(probing->arena, insert->other) : "NULL", constraint->table);
}

static const char *insert_sql(const Probing *probing, const ProbeInsert *insert)
{
    const SampleTable *leaf = probe_table(probing, insert->row->relation);
    TEXT_SCOPED sql;
    text_init(&sql, SQL_MAX);
    if (insert->forerunner)
        text_printf(&sql, "%s;\n", insert->forerunner);
    if (!insert->keeps_row && leaf && insert->row->place)
        text_printf(&sql, "DELETE FROM ONLY %s WHERE ctid = '%s'::pg_catalog.tid;\n",
                    leaf->qualified, insert->row->place);
    text_printf(&sql, AS_IN_USE ";\n");
    write_insert(probing, insert, &sql);
    return sql.is_cut ? NULL : arena_dup(probing->arena, text_str(&sql));
}

bool probe_mend(const Probing *probing, const ProbedConstraint *constraint, const ProbeRow *row,
                ProbeAnswer *ret_answer, Err *err)
{
    ProbeInsert insert = {.constraint = constraint, .row = row};
    const char *sql = insert_sql(probing, &insert);
    *ret_answer = (ProbeAnswer){.sqlstate = "", .message = "its rows are too long"};
    return !sql || probe_try(probing,
                             arena_printf(probing->arena,
                                          "%s;\nSET LOCAL "
                                          "session_replication_role = replica",
                                          sql),
                             ret_answer, err);
}

bool probe_insert(const Probing *probing, const ProbeInsert *insert, ProbeAnswer *ret_answer,
                  Err *err)
{
    const char *sql = insert_sql(probing, insert);
    Err refused = {0};
    if (!sql) {
        *ret_answer = (ProbeAnswer){.sqlstate = "", .message = "its rows are too long"};
        return true;
    }
    if (!session_exec(probing->session, SAVEPOINT, err))
        return false;
    if (!session_exec(probing->session, sql, &refused))
        return take_refusal(probing, &refused, ret_answer, err);
    *ret_answer = (ProbeAnswer){.was_taken = true};
    return session_exec(probing->session, TAKE_BACK, err);
}

bool probe_set_aside(const Probing *probing, const ProbedConstraint *constraint,
                     const ProbeAnswer *refusal, bool *ret_is_aside, Err *err)
{
    Arena *arena = probing->arena;
    const SessionErrorNames *names = &refusal->names;
    const char *table = quote_qualified(arena, names->schema, names->table);
    const char *ways[4] = {0};
    if (names->constraint[0] && names->table[0]) {
        const char *name = quote_identifier(arena, names->constraint);
        ways[0] = arena_printf(arena, "ALTER TABLE %s DROP CONSTRAINT %s", table, name);
        // that of a partition goes with its parent's
        ways[1] = arena_printf(arena, "ALTER TABLE %s DROP CONSTRAINT %s", constraint->table, name);
        ways[2] = arena_printf(arena, "DROP INDEX %s",
                               quote_qualified(arena, names->schema, names->constraint));
    } else if (names->column[0] && names->table[0]) {
        const char *name = quote_identifier(arena, names->column);
        ways[0] = arena_printf(arena, "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL",
                               constraint->table, name);
    }
    ProbeAnswer answer = {0};
    for (const char **way = ways; *way && !answer.was_taken; way++)
        if (!probe_try(probing, *way, &answer, err))
            return false;
    *ret_is_aside = answer.was_taken;
    return true;
}
