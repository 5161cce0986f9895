#include "base/text.h"
#include "layout_case.h"
#include "migration/sqitch_plan.h"
#include "migration/version.h"
#include "sql/split.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "%syntax-version=1.0.0\n%project=shop\n\n"
#define WHEN " 2024-01-31T12:00:00Z Ada Lovelace <ada@engine.example>"

static void add_text(Arena *arena, Listing *listing, const char *name, const char *text)
{
    if (text)
        *vec_append(arena, &listing->texts) =
            (SourceText){name, arena_printf(arena, "m/%s", name), str_from(text)};
}

static Listing *listing_of(Arena *arena, const char *names, const char *plan, const char *conf)
{
    Listing *listing = arena_new_object(arena, Listing);
    *listing = layout_listing(arena, names);
    listing->path = "m";
    add_text(arena, listing, "sqitch.plan", plan);
    add_text(arena, listing, "sqitch.conf", conf);
    return listing;
}

static const char *file_name(const SourceFile *file)
{
    return file ? file->name : "-";
}

// "VERSION NAME DEPLOY REVERT VERIFY @TAG" for each entry, then "FILE:LINE:COLUMN: MESSAGE (HINT)".
static const char *outcome_of(Arena *arena, const Listing *listing)
{
    LayoutEntries entries = {0};
    Problems problems = {0};
    LAYOUT_SQITCH.read(arena, listing, &entries, &problems);
    layout_sort(arena, &entries, &problems);
    TEXT_SCOPED text;
    text_init(&text, 1024 * 1024);
    VEC_EACH (const LayoutEntry, entry, &entries) {
        text_printf(&text, "%s %s %s %s %s", entry->version, entry->name, file_name(entry->up),
                    file_name(entry->down), file_name(entry->verify));
        for (const char *const *tag = entry->tags; tag && *tag; tag++)
            text_printf(&text, " @%s", *tag);
        text_printf(&text, "\n");
    }
    VEC_EACH (const Problem, problem, &problems) {
        const Err *err = &problem->err;
        assert_int_equal(err->class, ERR_CONFIG);
        text_printf(&text, "%s%s:%d:%d: %s (%s)\n", problem->is_error ? "" : "? ", err->file,
                    err->position.line, err->position.column, err->message, err->hint);
    }
    return arena_strdup(arena, text_cstr(&text));
}

static const char *outcome(Arena *arena, const char *names, const char *plan, const char *conf)
{
    return outcome_of(arena, listing_of(arena, names, plan, conf));
}

static const struct {
    const char *names;
    const char *plan;
    const char *expected;
} PLANS[] = {
    {"", HEAD, ""},
    {"deploy/users.sql revert/users.sql verify/users.sql deploy/app/posts.sql",
     HEAD "users" WHEN "\n  app/posts [users]" WHEN " # the first: # \\n one\n@v1" WHEN
          "\n@v1.0" WHEN "\n",
     "001 users deploy/users.sql revert/users.sql verify/users.sql\n"
     "002 app/posts deploy/app/posts.sql - - @v1 @v1.0\n"},
    // comments, blank lines, blanks, CRLF, the operator, pragmas of all kinds
    {"deploy/a.sql deploy/b.sql",
     "# a note\r\n % syntax-version = 1.0.0 # x\r\n%strict\r\n%uri=https://example.com/\r\n"
     "%project=shop\r\n\r\n# not this\r\n\r\n + a" WHEN "  # x\r\n\t\r\n+b\t[a]\t2024-02-29T23:59:"
     "59Z\tAda <a>\t\r\n",
     "001 a deploy/a.sql - -\n002 b deploy/b.sql - -\n"},
    // no line end at the end, names of all kinds
    {"deploy/\xe9\x98\xb1.sql\ndeploy/v1.2-1b.sql\ndeploy/_x_.sql\ndeploy/12.sql\ndeploy/"
     "a=b.sql",
     HEAD "\xe9\x98\xb1" WHEN "\nv1.2-1b" WHEN "\n_x_" WHEN "\n12" WHEN "\na=b" WHEN,
     "001 \xe9\x98\xb1 deploy/\xe9\x98\xb1.sql - -\n002 v1.2-1b deploy/v1.2-1b.sql - -\n"
     "003 _x_ deploy/_x_.sql - -\n004 12 deploy/12.sql - -\n005 a=b deploy/a=b.sql - -\n"},
    // planned again: the earlier one's files are called by the last tag, or by one that is
    // there
    {"deploy/a.sql revert/a.sql deploy/a@v2.sql revert/a@v2.sql verify/a@v2.sql deploy/b.sql",
     HEAD "a" WHEN "\n@v1" WHEN "\nb" WHEN "\n@v2" WHEN "\n\na [a@v2]" WHEN "\n",
     "001 a deploy/a@v2.sql revert/a@v2.sql verify/a@v2.sql @v1\n"
     "002 b deploy/b.sql - - @v2\n003 a deploy/a.sql revert/a.sql -\n"},
    {"deploy/a.sql deploy/a@v1.sql revert/a@v1.sql deploy/b.sql",
     HEAD "a" WHEN "\n@v1" WHEN "\nb" WHEN "\n@v2" WHEN "\na [a@v1]" WHEN "\n",
     "001 a deploy/a@v1.sql revert/a@v1.sql - @v1\n"
     "002 b deploy/b.sql - - @v2\n003 a deploy/a.sql - -\n"},
    {"deploy/a.sql deploy/a@v1.sql deploy/a@v2.sql",
     HEAD "a" WHEN "\n@v1" WHEN "\na" WHEN "\n@v2" WHEN "\na" WHEN "\n",
     "001 a deploy/a@v1.sql - - @v1\n002 a deploy/a@v2.sql - - @v2\n003 a deploy/a.sql - -\n"},
    {"deploy/a.sql", HEAD "a" WHEN "\n@v1" WHEN "\na" WHEN "\n",
     "002 a deploy/a.sql - -\n"
     "m/sqitch.plan:4:1: change a has no deploy script: deploy/a@v1.sql is not there (write "
     "it, "
     "or take the line out of the plan)\n"},
    // what no line names, and what is no script
    {"deploy/a.sql deploy/b.sql revert/c.sql verify/d.sql seed.sql deploy/README.md "
     "deploy/e.mysql revert/a.sql",
     HEAD "a" WHEN "\n",
     "001 a deploy/a.sql revert/a.sql -\n"
     "? m/deploy/b.sql:0:0: no line names this script in m/sqitch.plan (plan its change there, "
     "or "
     "move the file out of the folder)\n"
     "? m/revert/c.sql:0:0: no line names this script in m/sqitch.plan (plan its change there, "
     "or "
     "move the file out of the folder)\n"
     "? m/seed.sql:0:0: neither a deploy, a revert nor a verify script of m/sqitch.plan (move "
     "it "
     "out of the folder if it is no part of the project)\n"
     "? m/verify/d.sql:0:0: no line names this script in m/sqitch.plan (plan its change there, "
     "or "
     "move the file out of the folder)\n"},
    {"deploy/a.sql", NULL,
     "m:0:0: there is no sqitch.plan in this folder (begin one: migrate-safe new NAME --layout "
     "sqitch --dir m, or name the folder that has it: --dir DIR)\n"},
};

static void test_plans(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof PLANS / sizeof PLANS[0]; i++) {
        const char *got = outcome(arena, PLANS[i].names, PLANS[i].plan, NULL);
        if (strcmp(got, PLANS[i].expected) != 0)
            fail_msg("case %zu\n%s\n  expected\n%s", i, got, PLANS[i].expected);
    }
}

#define NAME_HINT                                                                                  \
    "a name has no blank and none of @ : # \\ [ ], begins and ends with no punctuation but _, "    \
    "and "                                                                                         \
    "does not end in ~, ^, /, = or % and digits"
#define LINE_HINT                                                                                  \
    "write it as: NAME [DEPENDENCIES] 2024-01-31T12:00:00Z Your Name <you@example.com>"
#define PRAGMA_HINT "write it as %name or %name=value"
#define NO_NAME     "this is no name that sqitch takes"

static const struct {
    const char *plan; // behind HEAD, unless it begins with '%' or is another head
    const char *problem;
} WRONG_LINES[] = {
    {"a\n", "4:2: time stamp, planner's name and mail are missing (" LINE_HINT ")"},
    {" a # x\n", "4:3: time stamp, planner's name and mail are missing (" LINE_HINT ")"},
    {"a Ada <a@b>\n", "4:3: the time stamp is missing (" LINE_HINT ")"},
    {"a b" WHEN "\n", "4:3: the time stamp is missing (" LINE_HINT ")"},
    {"a 2024-01-31T12:00:00 Ada <a>\n", "4:3: the time stamp is missing (" LINE_HINT ")"},
    {"a 2024-02-30T12:00:00Z Ada <a>\n",
     "4:3: there is no such day or time (write a time stamp in UTC, as 2024-01-31T12:00:00Z)"},
    {"a 2024-01-31T24:00:00Z Ada <a>\n",
     "4:3: there is no such day or time (write a time stamp in UTC, as 2024-01-31T12:00:00Z)"},
    {"a 2024-01-31T12:00:00Z\n", "4:23: planner's name and mail are missing (" LINE_HINT ")"},
    {"a 2024-01-31T12:00:00Z Ada\n", "4:24: planner's name and mail are missing (" LINE_HINT ")"},
    {"a 2024-01-31T12:00:00Z Ada<a>\n",
     "4:24: planner's name and mail are missing (" LINE_HINT ")"},
    {"a 2024-01-31T12:00:00Z Ada <a> b\n",
     "4:24: planner's name and mail are missing (" LINE_HINT ")"},
    {"a:b" WHEN "\n", "4:1: " NO_NAME " (" NAME_HINT ")"},
    {"\xc3\xbc ^x\n-hey" WHEN "\n", "4:3: the time stamp is missing (" LINE_HINT ")"},
    {"^a" WHEN "\n", "4:1: " NO_NAME " (" NAME_HINT ")"},
    {"a!" WHEN "\n", "4:1: " NO_NAME " (" NAME_HINT ")"},
    {"a^6" WHEN "\n", "4:1: " NO_NAME " (" NAME_HINT ")"},
    {"a\\b" WHEN "\n", "4:1: " NO_NAME " (" NAME_HINT ")"},
    {"%late=1" WHEN "\n", "4:1: " NO_NAME " (" NAME_HINT ")"},
    {"HEAD" WHEN "\n", "4:1: HEAD and ROOT are names of sqitch's own (give it another name)"},
    {"0123456789abcdef0123456789abcdef01234567" WHEN "\n",
     "4:1: this name looks like the id of a change (40 digits) (give it another name)"},
    {"-a" WHEN "\n", "4:1: a line that plans a revert: sqitch reads it and reverts nothing (take "
                     "the line out, and plan a change that undoes the other)"},
    {"a [" WHEN "\n", "4:3: a list of dependencies that does not end (write the closing ])"},
    {"a []" WHEN "\n", "4:3: a list of dependencies with none in it (take the brackets out)"},
    {"a [b@]" WHEN "\n",
     "4:4: this is no dependency that sqitch takes (write it as CHANGE, @TAG, CHANGE@TAG or "
     "PROJECT:CHANGE; ! in front for what it conflicts with)"},
    {"a [ b]" WHEN "\n",
     "4:4: this is no dependency that sqitch takes (write it as CHANGE, @TAG, CHANGE@TAG or "
     "PROJECT:CHANGE; ! in front for what it conflicts with)"},
    {"a [x:b x:b]" WHEN "\n", "4:8: this dependency is said twice (keep one of the two)"},
    {"a [b]" WHEN "\n",
     "4:4: change a requires b, which is not in the plan (correct the name, or take it out; "
     "another project's change is written PROJECT:CHANGE)"},
    {"a [a]" WHEN "\n",
     "4:4: change a cannot require itself (correct the name, or take it out; another project's "
     "change is written PROJECT:CHANGE)"},
    {"a [b]" WHEN "\nb" WHEN "\n",
     "4:4: change a requires b, which comes later: line 5 (move the line of a below it)"},
    {"a [@v1]" WHEN "\n@v1" WHEN "\n",
     "4:4: change a requires @v1, which comes later: line 5 (move the line of a below it)"},
    {"a" WHEN "\n@v1" WHEN "\nb" WHEN "\nc [b@v1]" WHEN "\n",
     "7:4: change c requires b@v1, which is not in the plan (correct the name, or take it out; "
     "another project's change is written PROJECT:CHANGE)"},
    {"a" WHEN "\nb [!a]" WHEN "\n", "5:4: change b conflicts with a, which comes before it: "
                                    "line 4 (take one of the two out of "
                                    "the plan)"},
    {"a" WHEN "\nb [shop:a !shop:a]" WHEN "\n", "5:11: change b conflicts with a, which comes "
                                                "before it: line 4 (take one of the two out of "
                                                "the plan)"},
    {"a" WHEN "\na" WHEN "\n",
     "5:1: change a is on line 4 already, and no tag stands between (give it another name, or "
     "put a tag between them: the files of the earlier one are then called a@TAG.sql)"},
    {"a" WHEN "\n@v" WHEN "\nb" WHEN "\n@v" WHEN "\n",
     "7:1: tag @v is on line 5 already (give it another name)"},
    {"@v" WHEN "\n",
     "4:1: a tag before the first change (move the line below the change that it is for)"},
    {"a" WHEN "\n@v/x" WHEN "\n", "5:1: a tag's name has no / (give it another name)"},
    {"a" WHEN "\n@v [a]" WHEN "\n", "5:4: a tag has no dependencies (take the brackets out)"},
    {"a" WHEN "\n@ v" WHEN "\n", "5:2: " NO_NAME " (" NAME_HINT ")"},
    {"\xc3\xbc\xff" WHEN "\n", "4:2: not valid UTF-8 (save the file as UTF-8)"},
    {"%syntax-version=2.0.0\n%project=x\n\n",
     "1:17: a syntax of plans that is not known here (the one that is known: "
     "%syntax-version=1.0.0)"},
    {"%project=x y\n\n", "1:10: this is no name for a project (" NAME_HINT ")"},
    {"%project\n\n", "1:9: this is no name for a project (" NAME_HINT ")"},
    {"%project=x\n%a=\n\n", "2:1: a pragma that cannot be read (" PRAGMA_HINT ")"},
    {"%project=x\na" WHEN "\n",
     "2:1: a blank line must stand between pragmas and changes (put an empty line above this "
     "one)"},
    {"%uri=x\n\n",
     "1:1: the plan names no project (begin it with the line %project=NAME, and an empty line "
     "behind)"},
};

static void test_wrong_lines(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof WRONG_LINES / sizeof WRONG_LINES[0]; i++) {
        bool has_head = WRONG_LINES[i].plan[0] == '%' && !strstr(WRONG_LINES[i].plan, "%late");
        const char *plan = arena_join(arena, has_head ? STR("") : STR(HEAD),
                                      str_from(WRONG_LINES[i].plan), STR(""));
        const char *names = "deploy/a.sql deploy/b.sql deploy/c.sql";
        const char *got = strstr(outcome(arena, names, plan, NULL), "m/sqitch.plan:");
        const char *expected = arena_printf(arena, "m/sqitch.plan:%s\n", WRONG_LINES[i].problem);
        if (!got || strncmp(got, expected, strlen(expected)) != 0)
            fail_msg("[%s]\n%s\n  expected\n%s", WRONG_LINES[i].plan, got ? got : "nothing",
                     expected);
    }
}

static void test_what_is_not_checked(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(
        outcome(arena, "deploy/a.sql",
                HEAD "a [base:users !base:@v1 0123456789abcdef0123456789abcdef01234567]" WHEN "\n",
                NULL),
        "001 a deploy/a.sql - -\n"
        "? m/sqitch.plan:4:4: base:users is not checked: it is a change of another project (see "
        "yourself that it is there before this one runs)\n"
        "? m/sqitch.plan:4:15: !base:@v1 is not checked: it is a change of another project (see "
        "yourself that it is not there)\n"
        "? m/sqitch.plan:4:25: 0123456789abcdef0123456789abcdef01234567 is not checked: only "
        "sqitch "
        "knows a change by its id (see yourself that it is there before this one runs)\n");
}

static const char *places_of(Arena *arena, const Listing *listing)
{
    Places places = {0};
    LAYOUT_SQITCH.places(arena, listing, &places);
    const char *text = places.texts ? places.texts[0] : "-";
    for (const FolderRule *rule = places.folders; rule && rule->name; rule++)
        text = arena_printf(arena, "%s %s%s", text, rule->name, rule->is_deep ? "" : "!");
    return text;
}

static void test_places(void **state)
{
    static const struct {
        const char *conf;
        const char *beside;
        const char *expected;
    } CASES[] = {
        {NULL, NULL, "- deploy revert verify"},
        {"[core]\n\tengine = pg\n", NULL, "- deploy revert verify"},
        {"[core]\ntop_dir=db/\n", NULL, "db/sqitch.plan db/deploy db/revert db/verify"},
        {"[CORE] ; x\n  Top_Dir = \"./db//x\" # y\n  plan_file = a\\\nb.plan\n", NULL,
         "ab.plan db/x/deploy db/x/revert db/x/verify"},
        {"[core]\ntop_dir=a\n[engine \"pg\"]\ntop_dir=b\ndeploy_dir = c\n[engine \"sqlite\"]\n"
         "top_dir=d\n",
         NULL, "b/sqitch.plan c b/revert b/verify"},
        {"[core]\n target = dev\n top_dir = a\n[target \"dev\"]\n top_dir = b\n", NULL,
         "b/sqitch.plan b/deploy b/revert b/verify"},
        {"[core]\nreworked_dir=old\nrevert_dir=r\n", NULL,
         "- deploy r verify old/deploy old/r old/verify"},
        {"[core]\nreworked_deploy_dir=old\n", NULL, "- deploy revert verify old"},
        // beside the folder: when its top_dir is the folder
        {NULL, "[core]\ntop_dir=m\ndeploy_dir=m/up\n", "- up revert verify"},
        {NULL, "[core]\ntop_dir=other\ndeploy_dir=m/up\n", "- deploy revert verify"},
        {NULL, "[core\n", "- deploy revert verify"},
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Listing *listing = listing_of(arena, "", NULL, CASES[i].conf);
        add_text(arena, listing, "../sqitch.conf", CASES[i].beside);
        const char *got = places_of(arena, listing);
        if (strcmp(got, CASES[i].expected) != 0)
            fail_msg("case %zu: %s\n  expected %s", i, got, CASES[i].expected);
    }
}

static void test_configured_places_are_read(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Listing *listing = listing_of(arena, "up/a.ddl up/b.ddl db/revert/a.ddl up/x.sql", NULL,
                                  "[core]\ntop_dir=db\ndeploy_dir=up\nextension=ddl\n");
    add_text(arena, listing, "db/sqitch.plan", HEAD "a" WHEN "\n");
    assert_string_equal(outcome_of(arena, listing),
                        "001 a up/a.ddl db/revert/a.ddl -\n"
                        "? m/up/b.ddl:0:0: no line names this script in m/db/sqitch.plan (plan its "
                        "change there, or move the file out of the folder)\n");
}

static void test_wrong_configuration(void **state)
{
    static const struct {
        const char *conf;
        const char *problem;
    } CASES[] = {
        {"engine = pg\n", "1:1: a setting before the first section (write [core] above it, or the "
                          "section that it belongs to)"},
        {"[core\n", "1:1: a section that cannot be read (write it as [core] or [engine \"pg\"])"},
        {"[engine \"pg]\n", "1:9: a quote that does not end (write the closing \")"},
        {"[core]\n  top_dir = \"x\n", "2:13: a quote that does not end (write the closing \")"},
        {"[core]\n  top_dir = x\\y\n", "2:14: an escape that sqitch does not know (known are \\\\ "
                                       "\\\" \\n \\t \\b, and \\ at the end of a line)"},
        {"[core]\n  = x\n", "2:3: a setting without a name (write it as name = value)"},
        {"[core]\n  engine = sqlite\n",
         "2:3: this project is for another engine than PostgreSQL (write engine = pg, or name "
         "another folder: --dir DIR)"},
        {"[core]\n  top_dir = ../x\n", "2:3: this place is not in the folder of migrations (name "
                                       "the folder that holds all of the "
                                       "project: --dir DIR)"},
        {"[core]\n  deploy_dir = /x\n", "2:3: this place is not in the folder of migrations (name "
                                        "the folder that holds all of the "
                                        "project: --dir DIR)"},
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const char *got = outcome(arena, "deploy/a.sql", HEAD "a" WHEN "\n", CASES[i].conf);
        assert_string_equal(got, arena_printf(arena, "m/sqitch.conf:%s\n", CASES[i].problem));
    }
}

static void test_detection(void **state)
{
    static const struct {
        const char *names;
        const char *layout;
    } CASES[] = {
        {"sqitch.plan", "sqitch"},
        {"sqitch.conf deploy/", "sqitch"},
        {"sqitch.plan 001_a.sql", "sqitch"},
        {"deploy/ revert/ verify/ 001_a.sql", "plain"},
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Sample sample = {.listing = layout_listing(arena, CASES[i].names)};
        assert_string_equal(layout_detect(&sample, NULL)->name, CASES[i].layout);
    }
}

static NewFiles new_files(Arena *arena, const Listing *listing, const char *title, const char *name)
{
    NewRequest request = {listing, title, name, "20250607080910", "Ada Lovelace <ada@engine>"};
    NewFiles files = {0};
    Err err = {0};
    if (!LAYOUT_SQITCH.plan_new(arena, &request, &files, &err))
        fail_msg("%s", err.message);
    assert_int_equal(files.len, 4);
    return files;
}

// What is written is read again as a change, and changes nothing.
static void test_new(void **state)
{
    static const struct {
        const char *plan;
        const char *title;
        const char *name;
        const char *expected; // the plan
        const char *deploy;
    } CASES[] = {
        {NULL, "Add users!", "add_users",
         "%syntax-version=1.0.0\n%project=m\n\nadd_users 2025-06-07T08:09:10Z Ada Lovelace "
         "<ada@engine> # Add users!\n",
         "deploy/add_users.sql"},
        {HEAD "a" WHEN "\n", "app/users", "app_users",
         HEAD "a" WHEN "\napp/users 2025-06-07T08:09:10Z Ada Lovelace <ada@engine>\n",
         "deploy/app/users.sql"},
        {HEAD "a" WHEN "\n@v" WHEN, "b\n\\c", "b_c",
         HEAD "a" WHEN "\n@v" WHEN "\n\nb_c 2025-06-07T08:09:10Z Ada Lovelace <ada@engine> # "
              "b\\n\\\\c\n",
         "deploy/b_c.sql"},
        {"%project=x\r\n", "../b", "b",
         "%project=x\r\n\r\nb 2025-06-07T08:09:10Z Ada Lovelace <ada@engine> # ../b\r\n",
         "deploy/b.sql"},
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Listing *listing = listing_of(arena, "", CASES[i].plan, NULL);
        NewFiles files = new_files(arena, listing, CASES[i].title, CASES[i].name);
        assert_string_equal(files.items[0].name, CASES[i].deploy);
        assert_string_equal(files.items[3].name, "sqitch.plan");
        assert_string_equal(files.items[3].text, CASES[i].expected);
        assert_int_equal(files.items[3].is_changed, CASES[i].plan != NULL);
        const char *names = arena_printf(arena, "deploy/a.sql %s %s %s", files.items[0].name,
                                         files.items[1].name, files.items[2].name);
        const char *read = outcome(arena, names, files.items[3].text, NULL);
        assert_non_null(strstr(read, files.items[2].name));
        for (int file = 0; file < 3; file++) {
            SPLITTER_SCOPED splitter = splitter_new_text(str_from(files.items[file].text), NULL);
            Statement statement;
            Err err = {0};
            assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_STATEMENT);
            assert_int_equal(statement.class, STATEMENT_BEGIN);
            assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_STATEMENT);
            assert_int_equal(statement.class, file == 2 ? STATEMENT_ROLLBACK : STATEMENT_COMMIT);
            assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_END);
        }
    }
}

static void test_new_refuses_a_name_that_is_planned(void **state)
{
    ARENA_SCOPED arena = arena_new();
    NewRequest request = {listing_of(arena, "deploy/a.sql", HEAD "a" WHEN "\n", NULL), "a", "a",
                          "20250607080910", "Ada <a@b>"};
    NewFiles files = {0};
    Err err = {0};
    assert_false(LAYOUT_SQITCH.plan_new(arena, &request, &files, &err));
    assert_string_equal(err.message, "the plan has a change a already");
    assert_string_equal(err.file, "m/sqitch.plan");
    assert_int_equal(err.position.line, 4);
    assert_int_equal(files.len, 0);
}

static void test_many(void **state)
{
    enum {
        COUNT = 5000
    };
    ARENA_SCOPED arena = arena_new();
    TEXT_SCOPED plan;
    TEXT_SCOPED names;
    text_init(&plan, 4 * 1024 * 1024);
    text_init(&names, 4 * 1024 * 1024);
    text_append(&plan, STR(HEAD));
    for (int i = 0; i < COUNT; i++) {
        text_printf(&plan, "c%d", i);
        if (i)
            text_printf(&plan, " [c%d]", i - 1);
        text_printf(&plan, WHEN "\n");
        text_printf(&names, "%sdeploy/c%d.sql revert/c%d.sql", i ? " " : "", i, i);
    }
    LayoutEntries entries = {0};
    Problems problems = {0};
    LAYOUT_SQITCH.read(arena, listing_of(arena, text_cstr(&names), text_cstr(&plan), NULL),
                       &entries, &problems);
    layout_sort(arena, &entries, &problems);
    assert_int_equal(entries.len, COUNT);
    assert_int_equal(problems.len, 0);
    assert_string_equal(entries.items[COUNT - 1].version, "5000");
    assert_string_equal(entries.items[999].version, "1000");
    assert_string_equal(layout_next_version(arena, &LAYOUT_SQITCH, &entries, "20250607080910"),
                        "5001");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plans),
        cmocka_unit_test(test_wrong_lines),
        cmocka_unit_test(test_what_is_not_checked),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_configured_places_are_read),
        cmocka_unit_test(test_wrong_configuration),
        cmocka_unit_test(test_detection),
        cmocka_unit_test(test_new),
        cmocka_unit_test(test_new_refuses_a_name_that_is_planned),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
