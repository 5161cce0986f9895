// SQL in, the model as text out: how the tests of check/replay/ read.
// Refuses to run anything on a server (tests/e2e/test_replay_truth.py does). Invariant: what a line
// leaves out has its default.
#pragma once

#include "base/text.h"
#include "check/replay/replay.h"
#include "sql/parser_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const RELATION_WORDS[] = {
    [RELATION_TABLE] = "table",
    [RELATION_PARTITIONED] = "partitioned",
    [RELATION_FOREIGN_TABLE] = "foreign table",
    [RELATION_VIEW] = "view",
    [RELATION_MATERIALIZED_VIEW] = "materialized view",
    [RELATION_SEQUENCE] = "sequence",
    [RELATION_COMPOSITE] = "composite",
};

static const char *const CONSTRAINT_WORDS[] = {
    [CONSTRAINT_CHECK] = "check",         [CONSTRAINT_NOT_NULL] = "not null",
    [CONSTRAINT_UNIQUE] = "unique",       [CONSTRAINT_PRIMARY] = "primary key",
    [CONSTRAINT_FOREIGN] = "foreign key", [CONSTRAINT_EXCLUSION] = "exclude",
};

static void print_words(Text *text, const char *before, const Words *words)
{
    text_printf(text, "%s(", before);
    for (size_t i = 0; i < words->len; i++)
        text_printf(text, "%s%s", i ? ", " : "", *words->items[i] ? words->items[i] : "?");
    text_append_char(text, ')');
}

static void print_column(Arena *arena, Text *text, const Column *column)
{
    text_printf(text, "  %s", column->name);
    if (column->type.name && *column->type.name)
        text_printf(text, " %s", column_type_text(arena, &column->type));
    if (column->collation)
        text_printf(text, " collate %s", column->collation);
    if (column->is_not_null)
        text_printf(text, " not null");
    if (column->is_not_null_pending)
        text_printf(text, " not null pending");
    if (column->has_default)
        text_printf(text, " default %s", column->default_text ? column->default_text : "...");
    if (column->is_identity)
        text_printf(text, " identity");
    if (column->is_serial)
        text_printf(text, " serial");
    if (column->generated)
        text_printf(text, " generated %c %s", column->generated,
                    column->default_text ? column->default_text : "...");
    if (column->is_inherited)
        text_printf(text, " inherited");
    text_append_char(text, '\n');
}

static void print_constraint(Text *text, const Constraint *constraint)
{
    text_printf(text, "  %s %s ", CONSTRAINT_WORDS[constraint->kind], constraint->name);
    print_words(text, "", &constraint->columns);
    if (constraint->text)
        text_printf(text, " %s", constraint->text);
    if (constraint->not_null.len && constraint->kind == CONSTRAINT_CHECK)
        print_words(text, " proves ", &constraint->not_null);
    if (constraint->references) {
        text_printf(text, " to %s.%s ", constraint->references_schema, constraint->references);
        print_words(text, "", &constraint->referenced_columns);
        if (constraint->on_delete != 'a')
            text_printf(text, " on delete %c", constraint->on_delete);
    }
    if (constraint->index && strcmp(constraint->index, constraint->name) != 0)
        text_printf(text, " by %s", constraint->index);
    if (!constraint->is_valid)
        text_printf(text, " not valid");
    if (!constraint->is_enforced)
        text_printf(text, " not enforced");
    if (constraint->is_deferrable)
        text_printf(text, " deferrable");
    if (constraint->is_no_inherit)
        text_printf(text, " no inherit");
    if (constraint->is_inherited)
        text_printf(text, " inherited");
    if (constraint->validated.transaction)
        text_printf(text, " validated");
    text_append_char(text, '\n');
}

static void print_index(Text *text, const Index *index)
{
    text_printf(text, "  index %s ", index->name);
    print_words(text, "", &index->columns);
    if (index->is_unique)
        text_printf(text, " unique");
    if (strcmp(index->method, "btree") != 0)
        text_printf(text, " %s", index->method);
    if (index->is_partial)
        text_printf(text, " partial");
    if (index->is_concurrent)
        text_printf(text, " concurrently");
    if (index->is_only)
        text_printf(text, " only");
    if (index->constraint)
        text_printf(text, " of constraint");
    if (index->parent)
        text_printf(text, " part of %s", index->parent);
    text_append_char(text, '\n');
}

static void print_reads(Text *text, const Relation *relation)
{
    VEC_EACH (Reads, reads, &relation->reads)
        text_printf(text, "  reads %s.%s%s%s%s\n", reads->schema, reads->relation,
                    reads->column ? "." : "", reads->column ? reads->column : "",
                    reads->is_star ? " by *" : "");
}

static void print_head(Text *text, const Relation *relation)
{
    text_printf(text, "%s %s.%s", RELATION_WORDS[relation->kind], relation->schema, relation->name);
    if (relation->is_temporary)
        text_printf(text, " temporary");
    if (relation->is_unlogged)
        text_printf(text, " unlogged");
    if (relation->is_only_altered)
        text_printf(text, " altered");
    if (relation->has_row_security)
        text_printf(text, " row security");
    if (relation->forces_row_security)
        text_printf(text, " forced");
    if (relation->replica_identity != 'd')
        text_printf(text, " replica identity %c", relation->replica_identity);
    if (relation->parent)
        text_printf(text, " %s %s.%s", relation->is_partition ? "part of" : "inherits",
                    relation->parent_schema, relation->parent);
    if (relation->is_default_partition)
        text_printf(text, " as default");
    if (relation->owner_table)
        text_printf(text, " of %s.%s.%s", relation->owner_schema, relation->owner_table,
                    relation->owner_column);
    if (relation->dropped_columns)
        text_printf(text, " dropped %d", relation->dropped_columns);
    if (relation->filled.transaction)
        text_printf(text, " filled");
    text_append_char(text, '\n');
}

static void print_relation(Arena *arena, Text *text, const Relation *relation)
{
    print_head(text, relation);
    VEC_EACH (Column, column, &relation->columns)
        print_column(arena, text, column);
    VEC_EACH (Constraint, constraint, &relation->constraints)
        print_constraint(text, constraint);
    VEC_EACH (Index, index, &relation->indexes)
        print_index(text, index);
    VEC_EACH (Trigger, trigger, &relation->triggers)
        text_printf(text, "  trigger %s %s%s\n", trigger->name, trigger->function,
                    trigger->is_disabled ? " disabled" : "");
    VEC_EACH (Policy, policy, &relation->policies)
        text_printf(text, "  policy %s %s\n", policy->name, policy->command);
    print_reads(text, relation);
}

static void print_type(Arena *arena, Text *text, const Type *type)
{
    static const char *const WORDS[] = {
        [TYPE_ENUM] = "enum",   [TYPE_DOMAIN] = "domain", [TYPE_COMPOSITE] = "composite type",
        [TYPE_RANGE] = "range", [TYPE_BASE] = "type",
    };
    if (type->kind == TYPE_COMPOSITE) // its relation is printed
        return;
    text_printf(text, "%s %s.%s", WORDS[type->kind], type->schema, type->name);
    if (type->kind == TYPE_DOMAIN)
        text_printf(text, " %s%s", column_type_text(arena, &type->base),
                    type->has_constraint ? " constrained" : "");
    if (type->kind == TYPE_ENUM)
        print_words(text, " ", &type->labels);
    if (type->new_labels.len)
        print_words(text, " new ", &type->new_labels);
    text_append_char(text, '\n');
    VEC_EACH (Constraint, constraint, &type->constraints)
        print_constraint(text, constraint);
}

static void print_routine(Text *text, const Routine *routine)
{
    text_printf(text, "%s %s.%s(%s) %c %s returns %s",
                routine->is_procedure ? "procedure" : "function", routine->schema, routine->name,
                routine->arguments, routine->volatility, routine->language, routine->returns);
    if (routine->is_security_definer)
        text_printf(text, " definer");
    if (routine->has_search_path)
        text_printf(text, " search_path");
    text_append_char(text, '\n');
}

static void print_model(Arena *arena, Text *text, const Model *model)
{
    for (size_t i = 0; i < model->schemas.len; i++)
        text_printf(text, "schema %s\n", model->schemas.items[i]);
    for (size_t i = 0; i < model->extensions.len; i++)
        text_printf(text, "extension %s\n", model->extensions.items[i]);
    for (size_t i = 0; i < model->types.len; i++)
        print_type(arena, text, model->types.items[i]);
    for (size_t i = 0; i < model->routines.len; i++)
        print_routine(text, model->routines.items[i]);
    for (size_t i = 0; i < model->relations.len; i++)
        print_relation(arena, text, model->relations.items[i]);
    VEC_EACH (Publication, publication, &model->publications) {
        text_printf(text, "publication %s%s", publication->name,
                    publication->is_all_tables ? " of all" : "");
        print_words(text, " ", &publication->tables);
        text_append_char(text, '\n');
    }
}

// Every statement in a transaction of its own, from 1 on.
static void replay_into(Arena *arena, Model *model, const char *sql)
{
    ARENA_SCOPED scratch = arena_new();
    SPLITTER_SCOPED splitter = splitter_new_text(str_from(sql), NULL);
    ParsedStatement parsed;
    Err err = {0};
    SplitResult result;
    Made made = {.transaction = 1};
    model_init(model, arena);
    while ((result = parse_next(scratch, splitter, &parsed, &err)) == SPLIT_STATEMENT) {
        if (parsed.error)
            fail_msg("%s: %s", sql, parsed.error->message);
        made.position = parsed.statement.position;
        replay_statement(scratch, model, &parsed, made);
        made.transaction++;
        arena_release(scratch, (ArenaMark){0}); // so that what was not copied is seen
    }
    if (result == SPLIT_FAILED)
        fail_msg("%s: %s", sql, err.message);
}

static inline void assert_model(const char *sql, const char *expected)
{
    ARENA_SCOPED arena = arena_new();
    Model model;
    TEXT_SCOPED text;
    text_init(&text, SIZE_MAX / 2);
    replay_into(arena, &model, sql);
    print_model(arena, &text, &model);
    if (strcmp(text_cstr(&text), expected) != 0)
        print_message("# %s\n", sql);
    assert_string_equal(text_cstr(&text), expected);
}
