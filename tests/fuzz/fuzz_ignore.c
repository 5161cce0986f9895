// Any bytes as a file with ignore comments and statements: cut into lines or read whole, the same
// comments are found, each in place and for lines that exist, and only what names a rule hides it.
#include "base/require.h"
#include "check/ignore.h"
#include "migration/ignore_directive.h"
#include "sql/split.h"

#include <limits.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    TODAY = 20000
}; // 2024-10-04

static void bind_statements(Ignores *ignores, Str text)
{
    SPLITTER_SCOPED splitter = splitter_new_text(text, &(SplitOptions){.file = "x.sql"});
    Statement statement;
    Err err = {0};
    while (splitter_next(splitter, &statement, &err) == SPLIT_STATEMENT)
        if (statement.class != STATEMENT_BEGIN)
            ignores_statement(ignores, statement.position.line,
                              position_after(statement.position, statement.text).line);
    ignores_end(ignores);
}

static void check_same(const Ignore *one, const Ignore *other)
{
    REQUIRE(strcmp(one->names, other->names) == 0 && strcmp(one->reason, other->reason) == 0);
    REQUIRE(strcmp(one->text, other->text) == 0 && strcmp(one->tool, other->tool) == 0);
    REQUIRE(one->position.line == other->position.line);
    REQUIRE(one->position.column == other->position.column);
    REQUIRE(one->is_own_line == other->is_own_line && one->is_expired == other->is_expired);
    REQUIRE((one->trouble == NULL) == (other->trouble == NULL));
}

static void check_comment(const Ignore *ignore, int lines)
{
    REQUIRE(ignore->position.line >= 1 && ignore->position.line <= lines);
    REQUIRE(ignore->position.column >= 1 && *ignore->text);
    REQUIRE(ignore->first >= 1 && ignore->first <= ignore->last);
    REQUIRE(ignore->last <= lines || ignore->first == INT_MAX);
    REQUIRE(!ignore->trouble || !*ignore->names);
    REQUIRE(!ignore->is_expired || ignore->until);
    Str rest = str_from(ignore->names);
    Str name;
    while (ignore_next_name(&rest, &name))
        REQUIRE(name.n > 0 && name.n <= strlen(ignore->names));
}

static void check_found(Ignores *ignores, const Rule *rule, int line)
{
    const Ignore *found = ignores_find(ignores, rule, line);
    if (!found)
        return;
    REQUIRE(found->is_used && !found->is_expired && !found->trouble && ignore_names(found, rule));
    REQUIRE(found->is_whole_file || (found->first <= line && line <= found->last));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPED arena = arena_new();
    Str text = {(const char *)data, size};
    Ignores whole;
    Ignores pieces;
    ignores_begin(&whole, 1, TODAY);
    ignores_read(arena, &whole, text);
    ignores_begin(&pieces, 1, TODAY);
    for (Str rest = text; rest.n;) {
        size_t line = str_until(rest, '\n').n;
        line += line < rest.n;
        ignores_read(arena, &pieces, (Str){rest.p, line});
        rest = str_skip(rest, line);
    }
    REQUIRE(whole.items.len == pieces.items.len && whole.line == pieces.line);
    int lines = whole.line;
    bind_statements(&whole, text);
    for (size_t i = 0; i < whole.items.len; i++) {
        check_same(&whole.items.items[i], &pieces.items.items[i]);
        check_comment(&whole.items.items[i], lines);
    }
    int line = 1;
    RULE_EACH (rule) {
        check_found(&whole, rule, line);
        line = line < lines ? line + 1 : 1;
    }
    return 0;
}
