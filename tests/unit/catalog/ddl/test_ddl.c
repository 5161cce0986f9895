#include "catalog/ddl/ddl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const DdlKind TABLE = {.kind = "table", .owner_word = "TABLE", .grant_word = "TABLE"};
static const DdlKind FUNCTION = {.kind = "function", .grant_word = "FUNCTION"};
static const DdlKind COLUMN = {.kind = "column", .grant_word = "TABLE"};

static SnapshotObject object(const char *kind, const char *identity, const char *text)
{
    return (SnapshotObject){.kind = kind, .identity = identity, .text = text};
}

static const char *all_of(const Ddl *ddl)
{
    const char *all = "";
    VEC_EACH (const DdlStatement, statement, &ddl->statements)
        all = arena_printf(ddl->arena, "%s%s;\n", all, statement->sql);
    return all;
}

static void a_value_loses_its_indent(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Ddl ddl = {.arena = arena};
    SnapshotObject one = object("comment", "table a.b", "text: a \n  \n    b: c\n  \nend: d\n");
    assert_string_equal(ddl_value(&ddl, &one, "text"), "a \n\n  b: c\n");
    assert_string_equal(ddl_value(&ddl, &one, "end"), "d");
    assert_null(ddl_value(&ddl, &one, "b"));
}

static void owner_and_privileges_are_not_the_thing_itself(void **state)
{
    SnapshotObject one = object("range", "a.r", "owner: o\nrange: x\nprivileges: none\n");
    SnapshotObject same =
        object("range", "a.r", "owner: p\nrange: x\nprivileges: a: USAGE\n  b: USAGE\n");
    SnapshotObject other = object("range", "a.r", "owner: o\nrange: y\nprivileges: none\n");
    SnapshotObject more = object("range", "a.r", "owner: o\nrange: x\nprivileges: none\nz: x\n");
    assert_false(ddl_differs_itself(&one, &same));
    assert_true(ddl_differs_itself(&one, &other));
    assert_true(ddl_differs_itself(&one, &more));
    assert_true(ddl_differs_itself(&more, &one));
}

static void check_privileges(const DdlKind *kind, SnapshotObject *then, SnapshotObject now,
                             const char *expected)
{
    ARENA_SCOPED arena = arena_new();
    Ddl ddl = {.arena = arena, .server_major = 15};
    assert_true(ddl_set_owner(&ddl, kind, then, &now));
    assert_true(ddl_set_privileges(&ddl, kind, then, &now, NULL));
    assert_string_equal(all_of(&ddl), expected);
}

#define OWNERS  "owner: o\nprivileges: "
#define ALL     "o: DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE\n"
#define BY_USER "  u: SELECT"

static void a_new_object_has_what_is_built_in(void **state)
{
    check_privileges(&TABLE, NULL, object("table", "a.t", OWNERS ALL),
                     "ALTER TABLE a.t OWNER TO o;\n");
    check_privileges(&FUNCTION, NULL,
                     object("function", "a.f()", OWNERS "PUBLIC: EXECUTE\n  o: EXECUTE\n"), "");
    check_privileges(&FUNCTION, NULL,
                     object("function", "a.f()", OWNERS "\"U\": EXECUTE\n  o: EXECUTE\n"),
                     "REVOKE EXECUTE ON FUNCTION a.f() FROM PUBLIC CASCADE;\n"
                     "GRANT EXECUTE ON FUNCTION a.f() TO \"U\";\n");
}

static void only_what_differs_is_granted(void **state)
{
    SnapshotObject then = object("table", "a.t", OWNERS ALL BY_USER ", UPDATE\n");
    check_privileges(
        &TABLE, &then, object("table", "a.t", OWNERS ALL BY_USER ", INSERT\n"),
        "REVOKE UPDATE ON TABLE a.t FROM u CASCADE;\nGRANT INSERT ON TABLE a.t TO u;\n");
    check_privileges(&TABLE, &then,
                     object("table", "a.t", OWNERS ALL BY_USER " WITH GRANT OPTION, UPDATE\n"),
                     "GRANT SELECT ON TABLE a.t TO u WITH GRANT OPTION;\n");
    check_privileges(&TABLE, &then, then, "");
}

static void what_one_with_grant_option_granted_is_granted_anew(void **state)
{
    SnapshotObject then =
        object("table", "a.t", OWNERS "u: SELECT WITH GRANT OPTION\n  v: SELECT\n");
    check_privileges(
        &TABLE, &then, object("table", "a.t", OWNERS "v: SELECT\n"),
        "REVOKE ALL ON TABLE a.t FROM u CASCADE;\nREVOKE ALL ON TABLE a.t FROM v CASCADE;\n"
        "GRANT SELECT ON TABLE a.t TO v;\n");
}

static void another_owner_has_what_the_old_one_had(void **state)
{
    SnapshotObject then = object("table", "a.t", "owner: p\nprivileges: p: SELECT\n");
    check_privileges(&TABLE, &then, object("table", "a.t", "owner: o\nprivileges: o: SELECT\n"),
                     "ALTER TABLE a.t OWNER TO o;\n");
}

static void a_columns_privileges_are_of_its_table(void **state)
{
    SnapshotObject column = object("column", "a.t.\"x y\"", "privileges: u: SELECT, UPDATE\n");
    column.parent = "a.t";
    check_privileges(&COLUMN, NULL, column,
                     "GRANT SELECT (\"x y\"), UPDATE (\"x y\") ON TABLE a.t TO u;\n");
}

static void defaults_are_forgotten(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Words roles = {0};
    *vec_append(arena, &roles) = "r";
    Ddl ddl = {.arena = arena, .server_major = 15, .default_grantees = &roles};
    SnapshotObject now = object("table", "a.t", OWNERS "o: SELECT\n");
    assert_true(ddl_set_privileges(&ddl, &TABLE, NULL, &now, NULL));
    assert_string_equal(all_of(&ddl), "REVOKE ALL ON TABLE a.t FROM o CASCADE;\n"
                                      "REVOKE ALL ON TABLE a.t FROM r CASCADE;\n"
                                      "GRANT SELECT ON TABLE a.t TO o;\n");
}

static void an_unknown_privilege_is_refused(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Ddl ddl = {.arena = arena, .server_major = 15};
    SnapshotObject now = object("table", "a.t", OWNERS "o: SELECT, Z\n");
    assert_false(ddl_set_privileges(&ddl, &TABLE, NULL, &now, NULL));
    assert_non_null(strstr(ddl.refusal, "table a.t"));
    assert_int_equal(ddl.statements.len, 0);
}

static void check_comment(const char *identity, const char *expected)
{
    ARENA_SCOPED arena = arena_new();
    Ddl ddl = {.arena = arena};
    SnapshotObject comment = object("comment", identity, "text: it's\n  so\n");
    assert_true(ddl_kind("comment")->create(&ddl, &comment));
    assert_string_equal(ddl.statements.items[0].sql,
                        arena_printf(arena, "COMMENT ON %s IS 'it''s\nso'", expected));
}

static void comments_name_what_they_are_on(void **state)
{
    check_comment("table a.t", "TABLE a.t");
    check_comment("table column a.t.x", "COLUMN a.t.x");
    check_comment("table constraint c on a.t", "CONSTRAINT c on a.t");
    check_comment("domain constraint \"x on y\" on a.d", "CONSTRAINT \"x on y\" on DOMAIN a.d");
    check_comment("aggregate a.all_rows()", "AGGREGATE a.all_rows(*)");
    check_comment("statistics object a.s", "STATISTICS a.s");
}

static void a_label_names_its_provider(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Ddl ddl = {.arena = arena};
    SnapshotObject label = object("security label", "se linux on table column a.t.x", "label: l\n");
    assert_true(ddl_kind("security label")->create(&ddl, &label));
    assert_string_equal(ddl.statements.items[0].sql,
                        "SECURITY LABEL FOR \"se linux\" ON COLUMN a.t.x IS 'l'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_loses_its_indent),
        cmocka_unit_test(owner_and_privileges_are_not_the_thing_itself),
        cmocka_unit_test(a_new_object_has_what_is_built_in),
        cmocka_unit_test(only_what_differs_is_granted),
        cmocka_unit_test(what_one_with_grant_option_granted_is_granted_anew),
        cmocka_unit_test(another_owner_has_what_the_old_one_had),
        cmocka_unit_test(a_columns_privileges_are_of_its_table),
        cmocka_unit_test(defaults_are_forgotten),
        cmocka_unit_test(an_unknown_privilege_is_refused),
        cmocka_unit_test(comments_name_what_they_are_on),
        cmocka_unit_test(a_label_names_its_provider),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
