// A rehearsal as a comment on a pull request (GitHub's and GitLab's Markdown). Comments have a
// largest size (GitHub: 65,536 characters), so lists end where that is near and say what is left.
#include "report/rehearsal_report.h"

#include "base/size.h"
#include "report/markdown.h"
#include "report/message.h"
#include "report/rehearsal_facts.h"

enum {
    FINDINGS_UNTIL = 24000, // bytes of the comment, by which a list ends
    MIGRATIONS_UNTIL = 34000,
    STATEMENTS_UNTIL = 54000,
    OPEN_MOST = 20, // statements that are not folded away
    LIMITS_MOST = 20,
};

static void put_finding(Markdown *writer, const RehearsedMigration *migration,
                        const RehearsalFinding *finding)
{
    bool is_warning = rehearsal_problem_is_warning(finding->problem);
    text_printf(&writer->text, "- %s **%s**", is_warning ? "⚠️" : "❌",
                rehearsal_problem_word(finding->problem));
    if (finding->file) {
        text_append_char(&writer->text, ' ');
        markdown_code(writer, finding->position.line
                                  ? arena_printf(writer->arena, "%s:%d:%d", finding->file,
                                                 finding->position.line, finding->position.column)
                                  : finding->file);
    } else if (migration) {
        text_append_char(&writer->text, ' ');
        markdown_code(writer, migration->version);
    }
    text_append(&writer->text, STR(": "));
    markdown_put(writer, finding->message);
    if (finding->sqlstate && *finding->sqlstate) {
        text_append(&writer->text, STR(" (SQLSTATE "));
        markdown_put(writer, finding->sqlstate);
        text_append_char(&writer->text, ')');
    }
    text_append_char(&writer->text, '\n');
    if (finding->detail)
        markdown_block(writer, finding->detail, "  ");
}

static void put_findings_of(Markdown *writer, const RehearsedMigration *migration,
                            const RehearsalFindings *findings, size_t *left)
{
    VEC_EACH (const RehearsalFinding, finding, findings) {
        if (finding->problem == REHEARSAL_NOT_REACHED)
            continue;
        if (writer->text.len < FINDINGS_UNTIL)
            put_finding(writer, migration, finding);
        else
            ++*left;
    }
}

static void put_findings(Markdown *writer, const Rehearsal *rehearsal)
{
    size_t left = 0;
    size_t unreached = rehearsal_count(rehearsal).problems[REHEARSAL_NOT_REACHED];
    size_t all = rehearsal_failures(rehearsal) + rehearsal_warnings(rehearsal);
    if (all == unreached)
        return;
    text_append(&writer->text, STR("\n### Findings\n\n"));
    put_findings_of(writer, NULL, &rehearsal->findings, &left);
    VEC_EACH (const RehearsedMigration, migration, &rehearsal->migrations)
        put_findings_of(writer, migration, &migration->findings, &left);
    if (left)
        text_printf(&writer->text, "- and %s\n",
                    message_count(writer->arena, (int64_t)left, "more finding", "more findings"));
}

static void put_time(Markdown *writer, int64_t ms)
{
    text_printf(&writer->text, " %s |", ms >= 0 ? message_duration(writer->arena, ms) : "");
}

static void put_migration(Markdown *writer, const RehearsedMigration *migration)
{
    const char *estimate = rehearsal_estimate_word(writer->arena, &migration->up.estimate);
    const char *mark = !rehearsed_was_reached(migration) ? "➖"
                       : rehearsed_has_failed(migration) ? "❌"
                       : migration->findings.len         ? "⚠️"
                                                         : "✅";
    text_printf(&writer->text, "| %s | ", mark);
    markdown_put(writer, migration->version);
    text_append_char(&writer->text, ' ');
    markdown_put(writer, migration->name);
    text_append(&writer->text, STR(" |"));
    put_time(writer, migration->up.was_run ? migration->up.ms : -1);
    put_time(writer, migration->down.was_run ? migration->down.ms : -1);
    put_time(writer, migration->down.was_run ? migration->again_ms : -1);
    text_printf(&writer->text, " %s | ",
                rehearsed_was_reached(migration) ? rehearsal_back_word(migration) : "not reached");
    markdown_put(writer, migration->risk ? migration->risk : "");
    text_append(&writer->text, STR(" | "));
    markdown_put(writer, estimate);
    text_append(&writer->text, STR(" |\n"));
}

static void put_migrations(Markdown *writer, const Rehearsal *rehearsal)
{
    size_t left = 0;
    text_append(&writer->text,
                STR("\n### Migrations\n\n| | migration | up | down | up again | way back | risk | "
                    "in production |\n|---|---|--:|--:|--:|---|---|---|\n"));
    VEC_EACH (const RehearsedMigration, migration, &rehearsal->migrations) {
        if (writer->text.len < MIGRATIONS_UNTIL)
            put_migration(writer, migration);
        else
            left++;
    }
    if (left)
        text_printf(
            &writer->text, "\nand %s\n",
            message_count(writer->arena, (int64_t)left, "more migration", "more migrations"));
}

typedef struct Line {
    const RehearsedMigration *migration;
    const TraceStatement *statement;
    int64_t us;
    size_t place; // of all statements
} Line;

typedef VEC(Line) Lines;

static int longest_first(const void *left, const void *right)
{
    const Line *one = left;
    const Line *other = right;
    if (one->us != other->us)
        return one->us > other->us ? -1 : 1;
    return one->place < other->place ? -1 : one->place > other->place;
}

static int in_order(const void *left, const void *right)
{
    const Line *one = left;
    const Line *other = right;
    return one->place < other->place ? -1 : one->place > other->place;
}

static void put_statement(Markdown *writer, const Line *line)
{
    Arena *arena = writer->arena;
    const TraceStatement *statement = line->statement;
    RehearsedLock lock = rehearsal_lock(statement);
    const char *rewritten = rehearsal_rewritten(arena, statement);
    text_append(&writer->text, STR("| "));
    markdown_put(writer, statement->position.line
                             ? arena_printf(arena, "%s:%d", line->migration->version,
                                            statement->position.line)
                             : line->migration->version);
    text_append(&writer->text, STR(" | "));
    markdown_code(writer, rehearsal_statement_label(statement));
    text_printf(&writer->text, "%s | %s | ", statement->has_failed ? " ❌ failed" : "",
                rehearsal_time(arena, line->us));
    markdown_put(writer, rehearsal_lock_text(arena, &lock));
    text_printf(&writer->text, " | %s | ", rehearsal_block_text(arena, rehearsal_block(statement)));
    markdown_put(writer, rewritten ? rewritten : "");
    text_printf(&writer->text, " | %s | %s |\n",
                statement->rows > 0 ? rehearsal_number(arena, statement->rows) : "",
                statement->wal_bytes >= 0 ? size_text(arena, statement->wal_bytes) : "");
}

static void collect(Arena *arena, const Rehearsal *rehearsal, Lines *lines)
{
    VEC_EACH (const RehearsedMigration, migration, &rehearsal->migrations)
        VEC_EACH (const TraceStatement, statement, &migration->up.trace.statements)
            *vec_append(arena, lines) =
                (Line){migration, statement, rehearsal_statement_us(statement), lines->len};
    vec_sort(lines, longest_first);
}

// The longest, as many as there is room for, in their order.
static void put_statements(Markdown *writer, const Rehearsal *rehearsal)
{
    enum {
        LINE_BYTES = 160 // mostly less
    };
    Lines lines = {0};
    collect(writer->arena, rehearsal, &lines);
    size_t room = (STATEMENTS_UNTIL - writer->text.len) / LINE_BYTES;
    size_t all = lines.len;
    size_t shown = 0;
    if (!all || writer->text.len >= STATEMENTS_UNTIL)
        return;
    lines.len = all < room ? all : room;
    vec_sort(&lines, in_order);
    text_append(&writer->text, STR("\n### Statements of the ups\n\n"));
    if (lines.len > OPEN_MOST)
        text_printf(&writer->text, "<details><summary>%s</summary>\n\n",
                    lines.len < all
                        ? arena_printf(writer->arena, "the %zu longest of %zu", lines.len, all)
                        : message_count(writer->arena, (int64_t)all, "statement", "statements"));
    text_append(&writer->text,
                STR("| at | statement | time | lock | blocked | rewrites | rows | WAL "
                    "|\n|---|---|--:|---|---|---|--:|--:|\n"));
    for (; shown < lines.len && writer->text.len < STATEMENTS_UNTIL; shown++)
        put_statement(writer, &lines.items[shown]);
    if (shown < all)
        text_printf(&writer->text, "\nand %s\n",
                    message_count(writer->arena, (int64_t)(all - shown), "more statement",
                                  "more statements"));
    if (lines.len > OPEN_MOST)
        text_append(&writer->text, STR("\n</details>\n"));
}

static void put_list(Markdown *writer, const char *heading, const Words *lines)
{
    if (!lines->len)
        return;
    text_printf(&writer->text, "\n### %s\n\n", heading);
    for (size_t i = 0; i < lines->len && i < LIMITS_MOST; i++) {
        text_append(&writer->text, STR("- "));
        // A sign at its beginning would be a list in the list.
        text_append(&writer->text, STR("<!-- -->"));
        markdown_put(writer, lines->items[i]);
        text_append_char(&writer->text, '\n');
    }
    if (lines->len > LIMITS_MOST)
        text_printf(&writer->text, "- and %zu more\n", lines->len - LIMITS_MOST);
}

static void put_head(Markdown *writer, const Rehearsal *rehearsal)
{
    RehearsalCounts counts = rehearsal_count(rehearsal);
    const char *longest = rehearsal_longest_text(writer->arena, &counts);
    const char *queries = rehearsal_queries_text(writer->arena, &rehearsal->queries);
    text_printf(&writer->text, "## %s Rehearsal %s: %s\n\n",
                rehearsal_failures(rehearsal) ? "❌" : "✅", rehearsal_verdict_word(rehearsal),
                rehearsal_verdict(writer->arena, rehearsal));
    if (!rehearsal->copy.server) {
        text_append(&writer->text, STR("No migration is pending.\n"));
        return;
    }
    text_append(&writer->text, STR("Run up, down and up again on "));
    markdown_put(writer, rehearsal_copy_text(writer->arena, &rehearsal->copy));
    text_append(&writer->text, STR("; as "));
    markdown_put(writer, rehearsal_role_text(writer->arena, &rehearsal->copy));
    text_printf(&writer->text, ". Ways back: %s.", rehearsal_backs_text(writer->arena, &counts));
    if (longest) {
        text_append(&writer->text, STR(" Blocked longest: "));
        markdown_put(writer, longest);
        text_append_char(&writer->text, '.');
    }
    if (queries) {
        text_append(&writer->text, STR(" Queries of the application as it is: "));
        markdown_put(writer, queries);
        text_append_char(&writer->text, '.');
    }
    text_append_char(&writer->text, '\n');
}

static void put_foot(Markdown *writer, const Rehearsal *rehearsal)
{
    text_append(&writer->text, STR("\nNext: "));
    markdown_code(writer, rehearsal_next(writer->arena, rehearsal));
    text_append(&writer->text, STR("\n\n<sub>migrate-safe "));
    markdown_put(writer, rehearsal->tool_version);
    text_append(&writer->text, STR(", "));
    markdown_put(writer, rehearsal->made_at);
    text_append(&writer->text, STR("; nothing was written to the target</sub>\n"));
}

void rehearsal_report_markdown(Arena *arena, FILE *stream, const Rehearsal *rehearsal)
{
    ArenaMark mark = arena_mark(arena);
    Markdown writer;
    markdown_init(&writer, arena);
    put_head(&writer, rehearsal);
    put_findings(&writer, rehearsal);
    put_migrations(&writer, rehearsal);
    put_statements(&writer, rehearsal);
    put_list(&writer, "What this copy cannot show", &rehearsal->copy.limits);
    put_list(&writer, "Made or dropped for all databases of the server", &rehearsal->server_wide);
    put_foot(&writer, rehearsal);
    markdown_finish(&writer, stream);
    arena_release(arena, mark);
}
