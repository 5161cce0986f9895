#include "ddl_case.h"

#define HEAD "source: CREATE OR REPLACE FUNCTION a.f("
#define TAIL                                                                                       \
    ")\n   RETURNS integer\n   LANGUAGE sql\n   STABLE\n  AS $function$ SELECT 1 $function$\n  \n"
#define SQL ")\n RETURNS integer\n LANGUAGE sql\n STABLE\nAS $function$ SELECT 1 $function$;\n"
#define FUNCTION(then, now, sql)                                                                   \
    {                                                                                              \
        "function", "a.f(integer, text)", NULL, HEAD then TAIL, HEAD now TAIL, sql                 \
    }
#define REPLACED(now) "CREATE OR REPLACE FUNCTION a.f(" now SQL

static void a_routine_is_made_as_the_server_wrote_it(void **state)
{
    static const DdlCase CASES[] = {
        {"function", "a.f()", NULL, NULL, "owner: o\n" HEAD TAIL "privileges: none\n",
         "CREATE FUNCTION a.f(" SQL},
        {"function", "a.f()", NULL, NULL,
         "definition: CREATE OR REPLACE FUNCTION a.f()\n   RETURNS integer\n   LANGUAGE sql\n  "
         "RETURN 1\n",
         "CREATE FUNCTION a.f()\n RETURNS integer\n LANGUAGE sql\nRETURN 1;\n"},
        {"function", "a.f(integer)", NULL, HEAD TAIL, NULL, "DROP FUNCTION a.f(integer);\n"},
        {"procedure", "a.p(integer)", NULL, "source: x\n", NULL, "DROP PROCEDURE a.p(integer);\n"},
        {"procedure", "a.p()", NULL, NULL,
         "source: CREATE OR REPLACE PROCEDURE a.p()\n   LANGUAGE sql\n  AS "
         "$procedure$$procedure$\n  \n",
         "CREATE PROCEDURE a.p()\n LANGUAGE sql\nAS $procedure$$procedure$;\n"},
        {"function", "a.f()", NULL, NULL, "owner: o\n",
         "refused: function a.f(): its text was not read"},
    };
    DDL_CASES_CHECK(CASES);
}

static void what_or_replace_can_change(void **state)
{
    static const DdlCase CASES[] = {
        {"function", "a.f()", NULL, "owner: o\n" HEAD TAIL, "owner: p\n" HEAD TAIL, ""},
        FUNCTION("a integer, b text", "a integer, b text DEFAULT 'x, y'::text",
                 REPLACED("a integer, b text DEFAULT 'x, y'::text")),
        FUNCTION("a integer, b text DEFAULT 'x'::text", "a integer, b text DEFAULT 'y'::text",
                 REPLACED("a integer, b text DEFAULT 'y'::text")),
        FUNCTION("integer, text", "\"a, DEFAULT \" integer, text",
                 REPLACED("\"a, DEFAULT \" integer, text")),
        {"function", "a.f()", NULL,
         HEAD ")\n   RETURNS integer\n   LANGUAGE sql\n  AS $function$a$function$\n  \n",
         HEAD
         ")\n   RETURNS integer\n   LANGUAGE plpgsql\n   COST 5\n  AS $function$b$function$\n  \n",
         "CREATE OR REPLACE FUNCTION a.f()\n RETURNS integer\n LANGUAGE plpgsql\n COST 5\n"
         "AS $function$b$function$;\n"},
        {"function", "a.f()", NULL,
         HEAD ")\n   RETURNS integer\n   LANGUAGE sql\n  AS $function$a$function$\n  \n",
         HEAD ")\n   RETURNS integer\n   TRANSFORM FOR TYPE a.t\n   LANGUAGE sql\n  AS "
              "$function$a$function$\n  \n",
         "CREATE OR REPLACE FUNCTION a.f()\n RETURNS integer\n TRANSFORM FOR TYPE a.t\n LANGUAGE "
         "sql\n"
         "AS $function$a$function$;\n"},
    };
    DDL_CASES_CHECK(CASES);
}

static void what_or_replace_cannot_change(void **state)
{
    static const DdlCase CASES[] = {
        FUNCTION("a integer, b text", "c integer, b text", "by create"),
        FUNCTION("a integer, b text", "integer, b text", "by create"),
        FUNCTION("a integer, b text DEFAULT 'x'::text", "a integer, b text", "by create"),
        FUNCTION("a integer, b text", "a integer, b text, OUT c text", "by create"),
        {"function", "a.f()", NULL, HEAD TAIL,
         HEAD ")\n   RETURNS SETOF integer\n   LANGUAGE sql\n   STABLE\n  AS $function$ SELECT 1 "
              "$function$\n  \n",
         "by create"},
        {"function", "a.f()", NULL, HEAD TAIL,
         HEAD ")\n   RETURNS integer\n   LANGUAGE sql\n   WINDOW STABLE\n  AS $function$ SELECT 1 "
              "$function$\n  \n",
         "by create"},
    };
    DDL_CASES_CHECK(CASES);
}

#define PLAIN                                                                                      \
    "owner: o\narguments: integer\nordering: n\ndirect arguments: 0\nsfunc: "                      \
    "int4pl(integer,integer)\n"                                                                    \
    "stype: integer\nsspace: 0\nfinalfunc_extra: f\nfinalfunc_modify: r\n"
#define PLAIN_END "msspace: 0\nmfinalfunc_extra: f\nmfinalfunc_modify: r\nparallel: u\n"

static void aggregates(void **state)
{
    static const DdlCase CASES[] = {
        {"aggregate", "a.g(integer)", NULL, NULL, PLAIN "initcond: it's\n" PLAIN_END,
         "CREATE AGGREGATE a.g(integer) (SFUNC = int4pl, STYPE = integer, "
         "FINALFUNC_MODIFY = READ_ONLY, INITCOND = 'it''s');\n"},
        {"aggregate", "a.g()", NULL, NULL,
         "arguments: \nordering: n\nsfunc: a.s(bigint)\nstype: bigint\nsspace: 40\n"
         "finalfunc: a.\"f(\"(bigint)\nfinalfunc_extra: t\nfinalfunc_modify: s\n"
         "combinefunc: a.c(bigint,bigint)\nserialfunc: a.se(internal)\n"
         "deserialfunc: a.de(bytea,internal)\nmsfunc: a.ms(bigint)\nminvfunc: a.mi(bigint)\n"
         "mstype: bigint\nmsspace: 8\nmfinalfunc: a.mf(bigint)\nmfinalfunc_extra: t\n"
         "mfinalfunc_modify: w\nminitcond: 5\nsortop: a.<(integer,integer)\nparallel: r\n",
         "CREATE AGGREGATE a.g(*) (SFUNC = a.s, STYPE = bigint, SSPACE = 40, FINALFUNC = a.\"f(\", "
         "FINALFUNC_EXTRA, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = a.c, SERIALFUNC = a.se, "
         "DESERIALFUNC = a.de, MSFUNC = a.ms, MINVFUNC = a.mi, MSTYPE = bigint, MSSPACE = 8, "
         "MFINALFUNC = a.mf, MFINALFUNC_EXTRA, MFINALFUNC_MODIFY = READ_WRITE, MINITCOND = '5', "
         "SORTOP = OPERATOR(a.<), PARALLEL = RESTRICTED);\n"},
        {"aggregate", "a.g(text)", NULL, NULL,
         "arguments: ORDER BY text\nordering: h\nsfunc: s(internal)\nstype: internal\n"
         "finalfunc_modify: w\nparallel: s\n",
         "CREATE AGGREGATE a.g(ORDER BY text) (SFUNC = s, STYPE = internal, "
         "FINALFUNC_MODIFY = READ_WRITE, PARALLEL = SAFE, HYPOTHETICAL);\n"},
        {"aggregate", "a.g()", NULL, PLAIN, NULL, "DROP ROUTINE a.g();\n"},
        {"aggregate", "a.g(integer)", NULL, PLAIN PLAIN_END, PLAIN "initcond: 5\n" PLAIN_END,
         "CREATE OR REPLACE AGGREGATE a.g(integer) (SFUNC = int4pl, STYPE = integer, "
         "FINALFUNC_MODIFY = READ_ONLY, INITCOND = '5');\n"},
        {"aggregate", "a.g(integer)", NULL, PLAIN, PLAIN "finalfunc: a.f(integer)\n", "by create"},
        {"aggregate", "a.g(integer)", NULL, "arguments: integer\nstype: integer\n",
         "arguments: integer\nstype: bigint\n", "by create"},
    };
    DDL_CASES_CHECK(CASES);
}

static void operators(void **state)
{
    static const DdlCase CASES[] = {
        {"operator", "a.<(integer, a.\"t, u\")", NULL, NULL,
         "function: a.f(integer,integer)\ncommutator: a.>(a.\"t, u\",integer)\nnegator: "
         ">=(integer,integer)\n"
         "restrict: scalarltsel(internal,oid,internal,integer)\njoin: a.j(internal)\nhashes: "
         "yes\nmerges: yes\n",
         "CREATE OPERATOR a.< (FUNCTION = a.f, LEFTARG = integer, RIGHTARG = a.\"t, u\", "
         "COMMUTATOR = OPERATOR(a.>), NEGATOR = OPERATOR(>=), RESTRICT = scalarltsel, JOIN = a.j, "
         "HASHES, MERGES);\n"},
        {"operator", "a.@(NONE, integer)", NULL, NULL, "function: a.f(integer)\n",
         "CREATE OPERATOR a.@ (FUNCTION = a.f, RIGHTARG = integer);\n"},
        {"operator", "a.@(NONE, integer)", NULL, "function: a.f(integer)\n", NULL,
         "DROP OPERATOR a.@(NONE, integer);\n"},
        {"operator", "a.@(NONE, integer)", NULL, "function: f(integer)\nrestrict: eqsel(oid)\n",
         "function: f(integer)\njoin: a.j(oid)\n",
         "ALTER OPERATOR a.@(NONE, integer) SET (RESTRICT = NONE);\n"
         "ALTER OPERATOR a.@(NONE, integer) SET (JOIN = a.j);\n"},
        {"operator", "a.@(NONE, integer)", NULL, "function: f(integer)\n", "function: g(integer)\n",
         "by create"},
        {"operator", "a.@(integer, integer)", NULL, "function: f(integer)\n",
         "function: f(integer)\nhashes: yes\n", "by create"},
    };
    DDL_CASES_CHECK(CASES);
}

#define MEMBERS                                                                                    \
    "members: FUNCTION 1 (integer, integer) a.f(integer,integer)\n"                                \
    "  OPERATOR 1 a.<(integer,integer) FOR ORDER BY a.o\n"

static void operator_classes_and_families(void **state)
{
    static const DdlCase CASES[] = {
        {"operator class", "a.c USING btree", NULL, NULL,
         "owner: o\ntype: integer\ndefault: yes\nstorage: bigint\nfamily: a.fam\n" MEMBERS,
         "CREATE OPERATOR CLASS a.c DEFAULT FOR TYPE integer USING btree FAMILY a.fam AS "
         "FUNCTION 1 (integer, integer) a.f(integer,integer), "
         "OPERATOR 1 a.<(integer,integer) FOR ORDER BY a.o, STORAGE bigint;\n"},
        {"operator class", "a.c USING btree", NULL, NULL, "type: integer\nfamily: a.fam\n",
         "CREATE OPERATOR CLASS a.c FOR TYPE integer USING btree FAMILY a.fam AS STORAGE "
         "integer;\n"},
        {"operator class", "a.c USING btree", NULL, "type: integer\n", NULL,
         "DROP OPERATOR CLASS a.c USING btree;\n"},
        {"operator class", "a.c USING btree", NULL, "type: integer\n",
         "type: integer\ndefault: yes\n", "by create"},
        {"operator family", "a.fam USING btree", NULL, NULL, "owner: o\n" MEMBERS,
         "CREATE OPERATOR FAMILY a.fam USING btree;\n"
         "ALTER OPERATOR FAMILY a.fam USING btree ADD FUNCTION 1 (integer, integer) "
         "a.f(integer,integer);\n"
         "ALTER OPERATOR FAMILY a.fam USING btree ADD OPERATOR 1 a.<(integer,integer) "
         "FOR ORDER BY a.o;\n"},
        {"operator family", "a.fam USING btree", NULL, "owner: o\n" MEMBERS, NULL,
         "DROP OPERATOR FAMILY a.fam USING btree;\n"},
        {"operator family", "pg_catalog.integer_ops USING btree", NULL, MEMBERS, NULL,
         "ALTER OPERATOR FAMILY pg_catalog.integer_ops USING btree DROP FUNCTION 1 (integer, "
         "integer);\n"
         "ALTER OPERATOR FAMILY pg_catalog.integer_ops USING btree DROP OPERATOR 1 "
         "(integer,integer);\n"},
        {"operator family", "pg_catalog.integer_ops USING btree", NULL, NULL,
         "members: OPERATOR 1 a.<(integer,integer)\n",
         "ALTER OPERATOR FAMILY pg_catalog.integer_ops USING btree ADD OPERATOR 1 "
         "a.<(integer,integer);\n"},
        {"operator family", "a.fam USING btree", NULL, "owner: o\n" MEMBERS,
         "owner: o\nmembers: FUNCTION 1 (integer, integer) a.g(integer,integer)\n"
         "  OPERATOR 1 a.<(integer,integer) FOR ORDER BY a.o\n",
         "ALTER OPERATOR FAMILY a.fam USING btree DROP FUNCTION 1 (integer, integer);\n"
         "ALTER OPERATOR FAMILY a.fam USING btree ADD FUNCTION 1 (integer, integer) "
         "a.g(integer,integer);\n"},
    };
    DDL_CASES_CHECK(CASES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_routine_is_made_as_the_server_wrote_it),
        cmocka_unit_test(what_or_replace_can_change),
        cmocka_unit_test(what_or_replace_cannot_change),
        cmocka_unit_test(aggregates),
        cmocka_unit_test(operators),
        cmocka_unit_test(operator_classes_and_families),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
