// Any bytes as a sqitch.plan, a sqitch.conf and a script with psql's variables: every problem has
// its place and a hint; what is no problem is an entry with a version that rises; a new change is
// read again; without values a script is left as it is or refused.
#include "base/require.h"
#include "migration/layout.h"
#include "migration/psql_variables.h"
#include "migration/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const NAMES[] = {"deploy/a.sql", "deploy/a@v1.sql", "revert/a.sql",
                                    "verify/a.sql", "deploy/b/c.sql",  "x/deploy/a.sql"};

static Listing listing_of(Arena *arena, Str plan, Str conf)
{
    Listing listing = {.path = "m"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        *vec_append(arena, &listing.files) = (SourceFile){NAMES[i], NAMES[i]};
    *vec_append(arena, &listing.texts) = (SourceText){"sqitch.plan", "m/sqitch.plan", plan};
    if (conf.n)
        *vec_append(arena, &listing.texts) = (SourceText){"sqitch.conf", "m/sqitch.conf", conf};
    return listing;
}

static size_t read(Arena *arena, const Listing *listing)
{
    LayoutEntries entries = {0};
    Problems problems = {0};
    Places places = {0};
    size_t errors = 0;
    LAYOUT_SQITCH.places(arena, listing, &places);
    LAYOUT_SQITCH.read(arena, listing, &entries, &problems);
    for (size_t i = 0; i < entries.len; i++) {
        Str version = str_from(entries.items[i].version);
        REQUIRE(version_is_valid(version) && entries.items[i].name[0] && entries.items[i].up);
        REQUIRE(i == 0 || version_compare(str_from(entries.items[i - 1].version), version) < 0);
    }
    VEC_EACH (const Problem, problem, &problems) {
        REQUIRE(problem->err.class == ERR_CONFIG && problem->err.hint[0] && problem->err.file[0]);
        errors += problem->is_error && problem->err.position.line > 0;
    }
    return errors;
}

static void check_new(Arena *arena, const Listing *listing, Str title)
{
    NewRequest request = {listing, arena_dup(arena, title), "a_name", "20250607080910",
                          "Ada <a@b>"};
    NewFiles files = {0};
    Err err = {0};
    if (!LAYOUT_SQITCH.plan_new(arena, &request, &files, &err)) {
        REQUIRE(err.class == ERR_CONFIG && err.hint[0]);
        return;
    }
    size_t before = read(arena, listing);
    Listing grown = *listing;
    grown.texts = (SourceTexts){0};
    *vec_append(arena, &grown.texts) =
        (SourceText){"sqitch.plan", "m/sqitch.plan", str_from(files.items[3].text)};
    REQUIRE(before || read(arena, &grown) <= 1); // its deploy script is not there
}

static void check_variables(Arena *arena, Str text)
{
    ExpansionValues values = {0};
    Expansion expansion = {.expand = psql_variables_expand, .values = &values};
    Str expanded;
    const TextShifts *shifts;
    Err err = {0};
    if (!expansion_run(arena, &expansion, text, NULL, "x.sql", (Position){1, 1}, &expanded, &shifts,
                       &err))
        REQUIRE(err.class == ERR_CONFIG && err.position.line > 0 && err.hint[0]);
    else if (!shifts)
        REQUIRE(str_eq(text, expanded));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPED arena = arena_new();
    Str bytes = {(const char *)data, size};
    Str plan = str_until(bytes, '\f');
    Str conf = str_skip(bytes, plan.n < size ? plan.n + 1 : size);
    Listing without = listing_of(arena, plan, (Str){0});
    Listing with = listing_of(arena, plan, conf);
    read(arena, &without);
    read(arena, &with);
    if (str_find(plan, STR("\0")) < 0)
        check_new(arena, &without, str_until(conf, '\n'));
    check_variables(arena, bytes);
    return 0;
}
