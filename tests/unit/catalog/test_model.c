#include "catalog/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const Made MADE = {.transaction = 1};

static Relation *add_table(Model *model, const char *schema, const char *name)
{
    return model_add_relation(model, schema, name, RELATION_TABLE, MADE);
}

static void names_are_found_along_the_search_path(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Model model;
    model_init(&model, arena);
    assert_null(model_relation(&model, NULL, "t"));
    Relation *here = add_table(&model, "public", "t");
    Relation *there = add_table(&model, "app", "t");
    assert_ptr_equal(model_relation(&model, NULL, "t"), here);
    assert_ptr_equal(model_relation(&model, "app", "t"), there);
    assert_null(model_relation(&model, "other", "t"));
    *vec_append(arena, &model.search_path) = "$user";
    *vec_append(arena, &model.search_path) = "app";
    *vec_append(arena, &model.search_path) = "public";
    assert_ptr_equal(model_relation(&model, "", "t"), there);
    assert_string_equal(model_creation_schema(&model), "app");
    Relation *temporary = add_table(&model, "pg_temp", "t");
    assert_ptr_equal(model_relation(&model, NULL, "t"), temporary);
}

static void many_come_and_go(void **state)
{
    enum {
        COUNT = 5000
    };
    ARENA_SCOPED arena = arena_new();
    Model model;
    model_init(&model, arena);
    for (int i = 0; i < COUNT; i++) {
        Relation *table = add_table(&model, "public", arena_printf(arena, "t%d", i));
        model_add_index(&model, table, arena_printf(arena, "i%d", i), MADE);
    }
    for (int i = 0; i < COUNT; i += 2)
        model_drop_relation(&model, model_relation(&model, NULL, arena_printf(arena, "t%d", i)));
    assert_int_equal(model.relations.len, COUNT / 2);
    for (int i = 0; i < COUNT; i++) {
        Index *index;
        Relation *table = model_relation(&model, NULL, arena_printf(arena, "t%d", i));
        Relation *owner = model_index(&model, NULL, arena_printf(arena, "i%d", i), &index);
        assert_int_equal(table != NULL, i % 2);
        assert_ptr_equal(owner, table);
        assert_int_equal(index != NULL, i % 2);
    }
}

static void many_constraints_of_one_table_come_and_go(void **state)
{
    enum {
        COUNT = 20000
    };
    ARENA_SCOPED arena = arena_new();
    Model model;
    model_init(&model, arena);
    Relation *table = add_table(&model, "public", "t");
    const char **names = arena_alloc_array(arena, COUNT, sizeof *names);
    for (int i = 0; i < COUNT; i++) {
        names[i] = arena_printf(arena, "c%d", i);
        assert_null(relation_constraint(table, names[i]));
        model_add_constraint(&model, table, CONSTRAINT_CHECK, names[i], MADE);
    }
    for (int i = 0; i < 100; i += 2) // those behind them move
        model_drop_constraint(&model, table, relation_constraint(table, names[i]));
    model_rename_constraint(&model, table, relation_constraint(table, names[7]), "seven");
    model_rename_relation(&model, table, "app", "u");
    assert_string_equal(relation_constraint(table, "seven")->name, "seven");
    for (int i = 0; i < COUNT; i++) {
        const Constraint *found = relation_constraint(table, names[i]);
        assert_int_equal(found != NULL, i != 7 && (i >= 100 || i % 2));
        if (found)
            assert_string_equal(found->name, names[i]);
    }
}

static void the_default_partition_is_known_until_it_leaves(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Model model;
    model_init(&model, arena);
    Relation *table = add_table(&model, "public", "t");
    Relation *part = add_table(&model, "public", "p");
    relation_join(arena, part, table);
    assert_null(table->default_partition);
    relation_set_default_partition(part);
    assert_ptr_equal(table->default_partition, part);
    assert_true(part->is_default_partition);
    model_drop_relation(&model, part);
    assert_null(table->default_partition);
}

static void a_rename_takes_indexes_and_constraints_along(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Model model;
    model_init(&model, arena);
    Relation *table = add_table(&model, "public", "t");
    Relation *part = add_table(&model, "public", "p");
    relation_join(arena, part, table);
    model_add_index(&model, table, "i", MADE);
    model_add_constraint(&model, table, CONSTRAINT_CHECK, "c", MADE);
    model_rename_relation(&model, table, "app", "u");
    Index *index;
    assert_null(model_relation(&model, NULL, "t"));
    assert_ptr_equal(model_relation(&model, "app", "u"), table);
    assert_ptr_equal(model_index(&model, "app", "i", &index), table);
    assert_null(model_index(&model, NULL, "i", &index));
    assert_null(index);
    assert_true(model_has_constraint_name(&model, "app", "c"));
    assert_false(model_has_constraint_name(&model, "public", "c"));
    assert_string_equal(part->parent, "u");
    assert_string_equal(part->parent_schema, "app");
    model_drop_relation(&model, table);
    assert_null(part->parent);
    assert_int_equal(part->parents.len, 0);
}

static void routines_are_told_apart_by_arguments(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Model model;
    model_init(&model, arena);
    Routine *one = model_add_routine(&model, "public", "f", "int4", MADE);
    Routine *two = model_add_routine(&model, "public", "f", "text", MADE);
    assert_ptr_equal(model_routine(&model, NULL, "f", "int4"), one);
    assert_ptr_equal(model_routine(&model, NULL, "f", "text"), two);
    assert_non_null(model_routine(&model, NULL, "f", NULL));
    model_drop_routine(&model, two);
    assert_null(model_routine(&model, NULL, "f", "text"));
    assert_ptr_equal(model_routine(&model, NULL, "f", NULL), one);
    assert_int_equal(model.routines.len, 1);
}

static void schemas_are_known_until_they_go(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Model model;
    model_init(&model, arena);
    model_add_schema(&model, "a");
    model_add_schema(&model, "b");
    model_add_schema(&model, "a");
    assert_int_equal(model.schemas.len, 2);
    model_drop_schema(&model, "a");
    assert_false(model_has_schema(&model, "a"));
    assert_true(model_has_schema(&model, "b"));
    model_drop_schema(&model, "b");
    assert_int_equal(model.schemas.len, 0);
}

static void columns(Arena *arena, Words *words, const char *first, const char *second)
{
    *words = (Words){0};
    *vec_append(arena, words) = first;
    if (second)
        *vec_append(arena, words) = second;
}

static void an_index_covers_its_first_columns_in_any_order(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Model model;
    model_init(&model, arena);
    Relation *table = add_table(&model, "public", "t");
    Index *index = model_add_index(&model, table, "i", MADE);
    columns(arena, &index->columns, "a", "b");
    *vec_append(arena, &index->columns) = "c";
    Words wanted;
    columns(arena, &wanted, "b", "a");
    assert_ptr_equal(relation_index_on(table, &wanted), index);
    columns(arena, &wanted, "a", NULL);
    assert_ptr_equal(relation_index_on(table, &wanted), index);
    columns(arena, &wanted, "b", NULL);
    assert_null(relation_index_on(table, &wanted));
    index->is_partial = true;
    columns(arena, &wanted, "a", NULL);
    assert_null(relation_index_on(table, &wanted));
}

static void new_and_empty_hold_for_one_transaction(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Model model;
    model_init(&model, arena);
    Relation *table = add_table(&model, "public", "t");
    assert_true(relation_is_new_in(table, 1));
    assert_true(relation_is_empty_in(table, 1));
    assert_false(relation_is_new_in(table, 2));
    table->filled = MADE;
    assert_true(relation_is_new_in(table, 1));
    assert_false(relation_is_empty_in(table, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_along_the_search_path),
        cmocka_unit_test(many_come_and_go),
        cmocka_unit_test(many_constraints_of_one_table_come_and_go),
        cmocka_unit_test(the_default_partition_is_known_until_it_leaves),
        cmocka_unit_test(a_rename_takes_indexes_and_constraints_along),
        cmocka_unit_test(routines_are_told_apart_by_arguments),
        cmocka_unit_test(schemas_are_known_until_they_go),
        cmocka_unit_test(an_index_covers_its_first_columns_in_any_order),
        cmocka_unit_test(new_and_empty_hold_for_one_transaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
