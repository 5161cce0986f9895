#include "ddl_case.h"

static void labels_are_added_in_their_place(void **state)
{
    static const DdlCase CASES[] = {
        {"enum", "a.e", NULL, NULL, "owner: o\nlabels: 'x', 'y, ''z'\n",
         "CREATE TYPE a.e AS ENUM ('x', 'y, ''z');\n"},
        {"enum", "a.e", NULL, NULL, "owner: o\n", "CREATE TYPE a.e AS ENUM ();\n"},
        {"enum", "a.e", NULL, "labels: 'x'\n", NULL, "DROP TYPE a.e;\n"},
        {"enum", "a.e", NULL, "owner: o\nlabels: 'x'\n", "owner: p\nlabels: 'x'\n", ""},
        {"enum", "a.e", NULL, "labels: 'b', 'c'\n", "labels: 'a', 'b', 'b2', 'c', 'd', 'e'\n",
         "-- outside\nALTER TYPE a.e ADD VALUE 'a' BEFORE 'b';\n"
         "-- outside\nALTER TYPE a.e ADD VALUE 'b2' AFTER 'b';\n"
         "-- outside\nALTER TYPE a.e ADD VALUE 'd' AFTER 'c';\n"
         "-- outside\nALTER TYPE a.e ADD VALUE 'e' AFTER 'd';\n"},
        {"enum", "a.e", NULL, "labels: 'c'\n", "labels: 'a', 'b', 'c'\n",
         "-- outside\nALTER TYPE a.e ADD VALUE 'a' BEFORE 'c';\n"
         "-- outside\nALTER TYPE a.e ADD VALUE 'b' AFTER 'a';\n"},
        {"enum", "a.e", NULL, "owner: o\n", "owner: o\nlabels: 'a'\n",
         "-- outside\nALTER TYPE a.e ADD VALUE 'a';\n"},
    };
    DDL_CASES_CHECK(CASES);
}

static void labels_never_go_or_move(void **state)
{
    static const DdlCase CASES[] = {
        {"enum", "a.e", NULL, "labels: 'a', 'b'\n", "labels: 'a', 'c'\n",
         "refused: enum a.e: label 'b' is gone, and PostgreSQL removes none; if it was renamed: "
         "ALTER TYPE a.e RENAME VALUE 'b' TO ..."},
        {"enum", "a.e", NULL, "labels: 'a', 'b'\n", "labels: 'b', 'a'\n",
         "refused: enum a.e: its labels stand in another order, which PostgreSQL cannot change: "
         "label 'b'"},
    };
    DDL_CASES_CHECK(CASES);
}

#define PRICE "base type: numeric(12,2)\n"

static void domains(void **state)
{
    static const DdlCase CASES[] = {
        {"domain", "a.d", NULL, NULL,
         "owner: o\nbase type: text\ncollation: pg_catalog.\"C\"\ndefault: 'x'::text\nnot null: "
         "yes\n",
         "CREATE DOMAIN a.d AS text COLLATE pg_catalog.\"C\" DEFAULT 'x'::text NOT NULL;\n"},
        {"domain", "a.d", NULL, NULL, PRICE "not null: yes\n",
         "CREATE DOMAIN a.d AS numeric(12,2);\n", .major = 17},
        {"domain", "a.d", NULL, PRICE, NULL, "DROP DOMAIN a.d;\n"},
        {"domain", "a.d", NULL, PRICE "default: 1\nnot null: yes\n", PRICE "default: 2\n",
         "ALTER DOMAIN a.d SET DEFAULT 2;\nALTER DOMAIN a.d DROP NOT NULL;\n"},
        {"domain", "a.d", NULL, PRICE "default: 1\n", PRICE "not null: yes\n",
         "ALTER DOMAIN a.d DROP DEFAULT;\nALTER DOMAIN a.d SET NOT NULL;\n"},
        {"domain", "a.d", NULL, PRICE, PRICE "not null: yes\n", "", .major = 17},
        {"domain", "a.d", NULL, PRICE, "base type: numeric(10,2)\n", "by create"},
        {"domain", "a.d", NULL, PRICE, PRICE "collation: a.c\n", "by create"},
        {"domain constraint", "c on a.d", "a.d", NULL,
         "definition: CHECK ((VALUE > 0)) NOT VALID\n",
         "ALTER DOMAIN a.d ADD CONSTRAINT c CHECK ((VALUE > 0)) NOT VALID;\n"},
        {"domain constraint", "c on a.d", "a.d", "definition: NOT NULL\n", NULL,
         "ALTER DOMAIN a.d DROP CONSTRAINT c;\n"},
        {"domain constraint", "\"c, d\" on a.d", "a.d",
         "definition: CHECK ((VALUE > 0)) NOT VALID\n", "definition: CHECK ((VALUE > 0))\n",
         "ALTER DOMAIN a.d VALIDATE CONSTRAINT \"c, d\";\n"},
        {"domain constraint", "c on a.d", "a.d", "definition: CHECK ((VALUE > 0))\n",
         "definition: CHECK ((VALUE > 0)) NOT VALID\n", "by create"},
        {"domain constraint", "c on a.d", "a.d", "definition: CHECK ((VALUE > 0))\n",
         "definition: CHECK ((VALUE > 1))\n", "by create"},
    };
    DDL_CASES_CHECK(CASES);
}

static void ranges(void **state)
{
    static const DdlCase CASES[] = {
        {"range", "a.r", NULL, NULL,
         "range: subtype text, operator class pg_catalog.text_ops, collation pg_catalog.\"C\", "
         "multirange a.\"m, r\"\n",
         "CREATE TYPE a.r AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = pg_catalog.text_ops, "
         "COLLATION = pg_catalog.\"C\", MULTIRANGE_TYPE_NAME = a.\"m, r\");\n"},
        {"range", "a.r", NULL, NULL,
         "range: subtype double precision, operator class pg_catalog.float8_ops, "
         "subtype_diff a.f(double precision,double precision)\n",
         "CREATE TYPE a.r AS RANGE (SUBTYPE = double precision, "
         "SUBTYPE_OPCLASS = pg_catalog.float8_ops, SUBTYPE_DIFF = a.f);\n"},
        {"range", "a.r", NULL, NULL, "range: subtype integer, canonical a.f(a.r)\n",
         "refused: range a.r: it needs a function that needs the type (canonical a.f(a.r)): such a "
         "pair is made by hand"},
        {"range", "a.r", NULL, "range: subtype integer\n", NULL, "DROP TYPE a.r;\n"},
        {"range", "a.r", NULL, "range: subtype integer\n", "range: subtype text\n", "by create"},
    };
    DDL_CASES_CHECK(CASES);
}

static void base_types(void **state)
{
    static const char REASON[] =
        "refused: type a.b: a base type and the functions that read and write it need each other: "
        "such a type is made and dropped by hand";
    static const DdlCase CASES[] = {
        {"type", "a.b", NULL, NULL, "functions: input a.i(cstring)\n", REASON},
        {"type", "a.b", NULL, "functions: input a.i(cstring)\n", NULL, REASON},
        {"type", "a.b", NULL, "layout: length 4\n", "layout: length 8\n", REASON},
        {"type", "a.b", NULL, "owner: o\nlayout: length 4\n", "owner: p\nlayout: length 4\n", ""},
    };
    DDL_CASES_CHECK(CASES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_are_added_in_their_place),
        cmocka_unit_test(labels_never_go_or_move),
        cmocka_unit_test(domains),
        cmocka_unit_test(ranges),
        cmocka_unit_test(base_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
