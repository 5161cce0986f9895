#include "cli/diff_sql.h"

#include "report/message.h"
#include "run/schema_proof.h"
#include "run/target.h"

static bool prove(Context *context, const DiffSource *then, const DiffSource *now,
                  const SchemaChange *change, DiffSql *sql, Err *err)
{
    const char *schema = option_text(&context->options, OPTION_SCHEMA);
    SchemaProof proof = {0};
    if (!schema_prove(context->arena, &then->snapshot, &now->snapshot, change,
                      schema ? schema : TARGET_DEFAULT_SCHEMA, &proof, err))
        return false;
    sql->server = proof.server;
    sql->no_proof = proof.no_proof;
    return true;
}

bool diff_sql_make(Context *context, const DiffSource *then, const DiffSource *now,
                   SnapshotScope scope, DiffSql *ret_sql, Err *err)
{
    SchemaChange *change = arena_new_object(context->arena, SchemaChange);
    DiffSql sql = {.change = change, .no_proof = "there is nothing to prove"};
    SnapshotDifferences differences; // one without a statement is seen by trying
    snapshot_differences(context->arena, &then->snapshot, &now->snapshot, scope, &differences);
    if (schema_change(context->arena, &then->snapshot, &now->snapshot, scope, change) &&
        differences.len && !prove(context, then, now, change, &sql, err))
        return false;
    *ret_sql = sql;
    return true;
}

static void say_refusals(Context *context, const SchemaChange *change)
{
    VEC_EACH (const char *const, refusal, &change->refusals) {
        Err err = {0};
        fail(&err, ERR_CHECK, "no SQL: %s", terminal_line(context->arena, *refusal));
        message_error(&context->err, &err);
    }
}

void diff_sql_print(Context *context, const DiffReport *report)
{
    if (report->sql->change->refusals.len)
        say_refusals(context, report->sql->change);
    else
        diff_report_sql(context->arena, stdout, report);
}
