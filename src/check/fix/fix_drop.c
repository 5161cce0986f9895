// Tables and columns set aside in place of being dropped (check/quarantine.h), where --keep wants
// that. What only a database knows (grants, comments, the words of foreign keys) does not come back
// with the down; the quarantine's own restore knows no more.
#include "check/fix/fix.h"
#include "check/quarantine.h"
#include "check/rules/column_subject.h"
#include "check/rules/object.h"
#include "check/rules/verdict.h"
#include "sql/quote.h"

#include <string.h>

static const char *version_of(Fixing *fixing)
{
    const Migration *migration = fixing->judged->file->migration;
    if (!fixing->keeps)
        fix_refuse(fixing, "what it drops is set aside only with --keep, or keep: true");
    else if (!migration || migration->kind != MIGRATION_VERSIONED)
        fix_refuse(fixing, "what is set aside is called by the version, and the file has none");
    return fixing->fix->refused ? NULL : migration->version;
}

static const char *joined(Fixing *fixing, const Words *statements)
{
    const char *text = "";
    VEC_EACH (const char *, statement, statements)
        text = arena_printf(fixing->arena, "%s%s%s;", text, *text ? "\n" : "", *statement);
    return text;
}

// Sequences move with their table, and take a lock each before it.
static const char *joined_for_lint(Fixing *fixing, const QuarantineTable *table,
                                   const Words *statements)
{
    const char *text = "";
    bool has_sequence = false;
    VEC_EACH (const QuarantinePart, part, &table->parts)
        has_sequence |= strcmp(part->kind, "SEQUENCE") == 0;
    VEC_EACH (const char *, statement, statements) {
        const char *rule = "";
        if (str_starts(str_from(*statement), STR("ALTER SEQUENCE ")))
            rule = "-- migrate-safe: ignore rename-table: it goes with its table\n";
        else if (has_sequence && str_find(str_from(*statement), STR(" SET SCHEMA ")) > 0)
            rule = "-- migrate-safe: ignore multiple-strong-locks-one-transaction: of one table\n";
        text = arena_printf(fixing->arena, "%s%s%s%s;", text, *text ? "\n" : "", rule, *statement);
    }
    return text;
}

static const char *back_text(Fixing *fixing, const QuarantineBack *back)
{
    const char *text = joined(fixing, &back->statements);
    VEC_EACH (const QuarantineStep, step, &back->behind)
        text = arena_printf(fixing->arena, "%s\n%s;", text, step->sql);
    return text;
}

static void also(Fixing *fixing, FixStep *step, const char *kind, const char *table,
                 const char *name)
{
    *vec_append(fixing->arena, &step->also) =
        *table ? arena_printf(fixing->arena, "%s %s.%s", kind, table, name)
               : arena_printf(fixing->arena, "%s %s", kind, name);
}

// What a down would make again with the table.
static void take_over(Fixing *fixing, FixStep *step, const Relation *relation)
{
    VEC_EACH (const Column, column, &relation->columns)
        also(fixing, step, "column", relation->name, column->name);
    VEC_EACH (const Constraint, constraint, &relation->constraints)
        also(fixing, step, "constraint", relation->name, constraint->name);
    VEC_EACH (const Trigger, trigger, &relation->triggers)
        also(fixing, step, "trigger", relation->name, trigger->name);
    VEC_EACH (const Policy, policy, &relation->policies)
        also(fixing, step, "policy", relation->name, policy->name);
    VEC_EACH (const Index, index, &relation->indexes)
        also(fixing, step, "index", "", index->name);
    VEC_EACH (Relation *, referrer, &relation->referrers)
        if ((*referrer)->kind == RELATION_SEQUENCE)
            also(fixing, step, "sequence", "", (*referrer)->name);
    also(fixing, step, "comment OBJECT_TABLE", "", relation->name);
}

static bool is_to(const Constraint *constraint, const Relation *relation)
{
    return constraint->kind == CONSTRAINT_FOREIGN && constraint->references &&
           strcmp(constraint->references, relation->name) == 0;
}

static void add_foreign_keys(Fixing *fixing, const Relation *relation, QuarantineTable *table)
{
    VEC_EACH (const Constraint, constraint, &relation->constraints)
        if (constraint->kind == CONSTRAINT_FOREIGN && !is_to(constraint, relation))
            *vec_append(fixing->arena, &table->foreign_keys) =
                (QuarantineForeignKey){relation->schema, relation->name, constraint->name, NULL};
    VEC_EACH (Relation *, referrer, &relation->referrers)
        if (*referrer != relation)
            VEC_EACH (const Constraint, constraint, &(*referrer)->constraints)
                if (is_to(constraint, relation))
                    *vec_append(fixing->arena, &table->foreign_keys) = (QuarantineForeignKey){
                        (*referrer)->schema, (*referrer)->name, constraint->name, NULL};
}

static void add_parts(Fixing *fixing, const Relation *relation, QuarantineTable *table)
{
    VEC_EACH (const Index, index, &relation->indexes)
        *vec_append(fixing->arena, &table->parts) =
            (QuarantinePart){.kind = "INDEX", .schema = relation->schema, .name = index->name};
    VEC_EACH (Relation *, owned, &relation->referrers)
        if ((*owned)->kind == RELATION_SEQUENCE && (*owned)->owner_table)
            *vec_append(fixing->arena, &table->parts) = (QuarantinePart){
                .kind = "SEQUENCE", .schema = (*owned)->schema, .name = (*owned)->name};
}

static void add_publications(Fixing *fixing, const Relation *relation, QuarantineTable *table)
{
    const char *full = relation_label(fixing->judged->scratch, relation);
    VEC_EACH (const Publication, publication, &fixing->judged->model->publications)
        if (words_have(&publication->tables, full))
            *vec_append(fixing->arena, &table->publications) =
                (QuarantinePublication){publication->name, NULL};
}

static const char *why_not_aside(const Judged *judged, const Relation *relation)
{
    if (node_text_is(judged->node, "behavior", "DROP_CASCADE"))
        return "what CASCADE takes along is not known";
    if (!relation || !verdict_is_whole(relation))
        return "what the table has, no file says";
    if (relation->kind != RELATION_TABLE || relation->is_partition || relation->children.len ||
        relation->parents.len)
        return "the table has others above or below it";
    return NULL;
}

static void aside_table(Fixing *fixing, const Relation *relation, const char *version, Words *taken)
{
    Words statements = {0};
    QuarantineBack back = {0};
    QuarantineTable table = {
        .version = version, .schema = relation->schema, .name = relation->name};
    table.now =
        quarantine_table_name(fixing->arena, relation->schema, relation->name, version, taken);
    *vec_append(fixing->arena, taken) = table.now;
    add_foreign_keys(fixing, relation, &table);
    add_parts(fixing, relation, &table);
    add_publications(fixing, relation, &table);
    quarantine_table(fixing->arena, &table, &statements);
    quarantine_table_back(fixing->arena, &table, &back);
    FixStep *step =
        fix_step(fixing, FIX_HERE, "quarantine", joined_for_lint(fixing, &table, &statements));
    const char *lost = table.foreign_keys.len
                           ? "-- Foreign keys from and to the table do not come back by this.\n"
                           : "";
    step->down = arena_printf(fixing->arena, "%s%s", lost, back_text(fixing, &back));
    step->object = arena_printf(fixing->arena, "table %s", relation->name);
    step->is_all_of_it = true;
    take_over(fixing, step, relation);
}

static void drop_table(Fixing *fixing)
{
    const Judged *judged = fixing->judged;
    Words taken = {0};
    const char *version = version_of(fixing);
    NODE_EACH(object, node_field(judged->node, "objects"))
    {
        const Relation *relation = object_relation(judged, object);
        const char *why = version ? why_not_aside(judged, relation) : NULL;
        if (why)
            fix_refuse(fixing, "%s", why);
        if (fixing->fix->refused)
            return;
        aside_table(fixing, relation, version, &taken);
    }
}

static const char *check_words(Fixing *fixing, const Constraint *constraint)
{
    return constraint->kind == CONSTRAINT_CHECK && constraint->text
               ? arena_printf(fixing->arena, "CHECK (%s)", constraint->text)
               : NULL;
}

// What DROP COLUMN would take along.
static void add_dropped(Fixing *fixing, const Relation *relation, QuarantineColumn *column)
{
    VEC_EACH (const Constraint, constraint, &relation->constraints)
        if (constraint->kind != CONSTRAINT_NOT_NULL &&
            words_have(&constraint->columns, column->name))
            *vec_append(fixing->arena, &column->dropped) =
                (QuarantineConstraint){constraint->name, check_words(fixing, constraint), false};
    VEC_EACH (const Index, index, &relation->indexes)
        if (index->is_unique && !index->constraint && words_have(&index->columns, column->name))
            *vec_append(fixing->arena, &column->dropped) =
                (QuarantineConstraint){index->name, NULL, true};
}

static void aside_column(Fixing *fixing, const ColumnSubject *subject, const char *version)
{
    Words statements = {0};
    QuarantineBack back = {0};
    const Relation *relation = subject->relation;
    const Column *known = subject->column;
    QuarantineColumn column = {.version = version,
                               .schema = relation->schema,
                               .table = relation->name,
                               .name = known->name,
                               .is_not_null = known->is_not_null,
                               .is_identity = known->is_identity,
                               .default_sql = known->default_text};
    add_dropped(fixing, relation, &column);
    quarantine_column(fixing->arena, &column, &statements);
    quarantine_column_back(fixing->arena, &column, &back);
    FixStep *step = fix_step(fixing, FIX_HERE, "quarantine", joined(fixing, &statements));
    bool is_lost = false;
    VEC_EACH (const QuarantineConstraint, dropped, &column.dropped)
        is_lost |= !dropped->definition;
    step->down = arena_printf(fixing->arena, "%s%s",
                              is_lost ? "-- Keys and unique indexes of the column do not come back "
                                        "by this.\n"
                                      : "",
                              back_text(fixing, &back));
    step->object = arena_printf(fixing->arena, "column %s.%s", relation->name, known->name);
    also(fixing, step, "not null", relation->name, known->name);
    also(fixing, step, "default", relation->name, known->name);
}

static void drop_column(Fixing *fixing)
{
    const Judged *judged = fixing->judged;
    const char *version = version_of(fixing);
    ColumnSubject subject;
    if (!version || !column_subject(judged, &subject))
        return;
    if (node_text_is(judged->command, "behavior", "DROP_CASCADE"))
        fix_refuse(fixing, "what CASCADE takes along is not known");
    else if (!subject.column || !verdict_is_whole(subject.relation))
        fix_refuse(fixing, "what the column is, no file says");
    else if (subject.relation->kind != RELATION_TABLE || subject.relation->is_partition ||
             subject.relation->children.len || subject.relation->parents.len)
        fix_refuse(fixing, "the table has others above or below it");
    else if (subject.column->generated)
        fix_refuse(fixing, "a generated column holds nothing that its drop loses");
    else if (subject.column->has_default && !subject.column->default_text)
        fix_refuse(fixing, "what its default is, no file says");
    else
        aside_column(fixing, &subject, version);
}

const FixRule FIXES_DROP[] = {
    {"drop-column", drop_column},
    {"drop-table", drop_table},
    {NULL, NULL},
};
