#include "sql/dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define END "--\n-- PostgreSQL database dump complete\n--\n\n"

static void assert_stable(const char *dump, const char *expected)
{
    TEXT_SCOPED out;
    text_init(&out, 1 << 20);
    bool is_whole = dump_stabilise(str_from(dump), &out);
    assert_true(is_whole || !strstr(dump, END));
    assert_string_equal(text_cstr(&out), expected);
    // once more changes nothing
    TEXT_SCOPED again;
    text_init(&again, 1 << 20);
    assert_false(dump_stabilise(text_str(&out), &again));
    assert_string_equal(text_cstr(&again), expected);
}

// PostgreSQL 15.18 and 17.6, of the same schema.
static void two_majors_give_the_same(void **state)
{
    static const char OLD[] = "--\n-- PostgreSQL database dump\n--\n\n"
                              "-- Dumped from database version 15.13\n"
                              "-- Dumped by pg_dump version 15.13 (Debian 15.13-0+deb12u1)\n\n"
                              "SET statement_timeout = 0;\n"
                              "SET lock_timeout = 0;\n"
                              "SET idle_in_transaction_session_timeout = 0;\n"
                              "SET client_encoding = 'UTF8';\n"
                              "SET row_security = off;\n\n"
                              "--\n-- Name: a; Type: TABLE; Schema: public; Owner: -\n--\n\n"
                              "CREATE TABLE public.a (\n    id integer\n);\n\n\n" END;
    static const char NEW[] = "--\n-- PostgreSQL database dump\n--\n\n"
                              "\\restrict xo0WKcfreQ17G1Cksru4TpHNMA9ifZ7V\n\n"
                              "-- Dumped from database version 17.6 (Debian 17.6-1.pgdg120+1)\n"
                              "-- Dumped by pg_dump version 17.6 (Debian 17.6-1.pgdg120+1)\n\n"
                              "SET statement_timeout = 0;\n"
                              "SET lock_timeout = 0;\n"
                              "SET idle_in_transaction_session_timeout = 0;\n"
                              "SET transaction_timeout = 0;\n"
                              "SET client_encoding = 'UTF8';\n"
                              "SET row_security = off;\n\n"
                              "--\n-- Name: a; Type: TABLE; Schema: public; Owner: -\n--\n\n"
                              "CREATE TABLE public.a (\n    id integer\n);\n\n\n" END
                              "\\unrestrict xo0WKcfreQ17G1Cksru4TpHNMA9ifZ7V\n\n";
    static const char BOTH[] = "SET client_encoding = 'UTF8';\n"
                               "SET row_security = off;\n\n"
                               "--\n-- Name: a; Type: TABLE; Schema: public; Owner: -\n--\n\n"
                               "CREATE TABLE public.a (\n    id integer\n);\n";
    assert_stable(OLD, BOTH);
    assert_stable(NEW, BOTH);
}

static void what_is_quoted_is_not_touched(void **state)
{
    static const char *const SAME[] = {
        "COMMENT ON TABLE a IS 'x  \n\n\n\n--\n-- PostgreSQL database dump\n--\nSET lock_timeout = "
        "0;\n"
        "\\restrict abc\n-- Dumped by pg_dump version 1\n';\n",
        "SELECT E'it\\'s\n\n\n\\unrestrict a\n';\n",
        "CREATE TABLE public.\"a\n\n\nSET lock_timeout = 0;\n\" (i int);\n",
        "CREATE FUNCTION f() AS $$\nbegin  \n\n\nSET lock_timeout = 0;\nCREATE USER MAPPING FOR a "
        "SERVER b;\n"
        "end $$;\n",
        "CREATE FUNCTION f() AS $x$\n$$\n\n\n$$ ' \" \n\\restrict a\n$x$;\n",
        "COPY public.a (t) FROM stdin;\na  \n\n\n--\nSET lock_timeout = 0;\n\\restrict x\n'\n\\.\n",
        "COPY public.a (t) FROM stdin;\n\\.\n\nSELECT 1;\n",
    };
    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++)
        assert_stable(SAME[i], SAME[i]);
}

static void behind_copy_data_the_rules_are_back(void **state)
{
    assert_stable("COPY a FROM stdin;\n\n\n\\.\n\n\n\nSET lock_timeout = 0;\nSELECT 1;\n",
                  "COPY a FROM stdin;\n\n\n\\.\n\nSELECT 1;\n");
    assert_stable("COPY a FROM '/stdin';\n\n\n\nSELECT 1;", "COPY a FROM '/stdin';\n\nSELECT 1;\n");
}

static void only_timeouts_of_zero_are_taken_out(void **state)
{
    static const char *const SAME[] = {
        "SET lock_timeout = 5;\n",        "SET default_table_access_method = heap;\n",
        "SET lock_timeout = 0, a = 1;\n", "UPDATE t SET lock_timeout = 0;\n",
        "SET my.timeout = 0;\n",          "SET lock_timeout = '0';\n",
    };
    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++)
        assert_stable(SAME[i], SAME[i]);
    assert_stable("SELECT 1;\nSET new_timeout = 0;\nSELECT 2;\n", "SELECT 1;\nSELECT 2;\n");
}

static void user_mappings_go_with_their_heading(void **state)
{
    assert_stable(
        "CREATE SERVER s;\n\n\n--\n-- Name: USER MAPPING me SERVER s; Type: USER MAPPING\n--\n\n"
        "CREATE USER MAPPING FOR me SERVER s OPTIONS (\n    password 'a;b',\n    \"user\" "
        "'u'\n);\n\n\n"
        "--\n-- Name: v; Type: VIEW\n--\n\nCREATE VIEW v AS\n SELECT 1;\n",
        "CREATE SERVER s;\n\n--\n-- Name: v; Type: VIEW\n--\n\nCREATE VIEW v AS\n SELECT 1;\n");
    assert_stable("CREATE USER MAPPING FOR me SERVER s;", "");
    assert_stable("CREATE USER MAPPING FOR me SERVER s", "");
}

static void space_is_evened_out(void **state)
{
    assert_stable("\n\n  SELECT 1;  \n\n\n\nSELECT\n\n\n  2;\t\n \n\n",
                  "SELECT 1;\n\nSELECT\n\n  2;\n");
    assert_stable("", "");
    assert_stable("\n", "");
}

static void a_dump_without_its_last_line_was_cut_off(void **state)
{
    TEXT_SCOPED out;
    text_init(&out, 1000);
    assert_true(dump_stabilise(STR("SELECT 1;\n\n" END), &out));
    assert_false(dump_stabilise(STR("SELECT 1;\n\n"), &out));
    assert_false(dump_stabilise(STR("SELECT '\n" END "';\n"), &out));
    assert_false(dump_stabilise(STR(""), &out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_majors_give_the_same),
        cmocka_unit_test(what_is_quoted_is_not_touched),
        cmocka_unit_test(behind_copy_data_the_rules_are_back),
        cmocka_unit_test(only_timeouts_of_zero_are_taken_out),
        cmocka_unit_test(user_mappings_go_with_their_heading),
        cmocka_unit_test(space_is_evened_out),
        cmocka_unit_test(a_dump_without_its_last_line_was_cut_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
