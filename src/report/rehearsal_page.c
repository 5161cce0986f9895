// A rehearsal as a page: the verdict, the summary, findings, limits, and all migrations as a table.
#include "report/rehearsal_page.h"

#include "base/size.h"
#include "report/message.h"
#include "report/rehearsal_report.h"

void rehearsal_page_fact(RehearsalPage *page, const char *name, const char *text)
{
    if (!text || !*text)
        return;
    page->fact_name = name;
    page->fact_text = text;
    page_piece(&page->page, "fact.html");
}

static void put_fact_name(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, page->fact_name);
}

static void put_fact_text(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, page->fact_text);
}

// A sign at a line's beginning says what became of it; who listens hears a word for it.
static void put_line(RehearsalPage *page, const char *line)
{
    static const struct {
        const char *sign, *state, *word;
    } SIGNS[] = {{"+ ", "good", "added: "}, {"- ", "bad", "gone: "}, {"~ ", "warn", "changed: "}};
    FILE *out = page->page.out;
    fputs("<li>", out);
    for (size_t i = 0; i < sizeof SIGNS / sizeof *SIGNS; i++)
        if (strncmp(line, SIGNS[i].sign, 2) == 0) {
            fprintf(out, "<span class=\"mark %s\" aria-hidden=\"true\">%.1s</span> ",
                    SIGNS[i].state, line);
            fprintf(out, "<span class=\"heard\">%s</span>", SIGNS[i].word);
            line += 2;
            break;
        }
    page_text(&page->page, line);
    fputs("</li>\n", out);
}

void rehearsal_page_list(RehearsalPage *page, const Words *lines)
{
    for (size_t i = 0; i < lines->len; i++)
        put_line(page, lines->items[i]);
}

static void put_title(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page,
              arena_printf(page->arena, "Rehearsal %s: %s", rehearsal_verdict_word(page->rehearsal),
                           rehearsal_verdict(page->arena, page->rehearsal)));
}

static void put_style(void *context)
{
    RehearsalPage *page = context;
    page_piece(&page->page, "page.css");
}

static void put_header(void *context)
{
    RehearsalPage *page = context;
    page_piece(&page->page, "header.html");
}

static void put_main(void *context)
{
    RehearsalPage *page = context;
    page_piece(&page->page, "rehearsal.html");
}

static void put_footer(void *context)
{
    RehearsalPage *page = context;
    page_piece(&page->page, "footer.html");
}

static void put_verdict_word(void *context)
{
    RehearsalPage *page = context;
    fputs(rehearsal_verdict_word(page->rehearsal), page->page.out);
}

static void put_verdict(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, rehearsal_verdict(page->arena, page->rehearsal));
}

static void put_environment(void *context)
{
    RehearsalPage *page = context;
    if (page->rehearsal->environment)
        page_text(&page->page, arena_printf(page->arena, " for %s", page->rehearsal->environment));
    if (page->rehearsal->database)
        page_text(&page->page, arena_printf(page->arena, ", %s", page->rehearsal->database));
    page_text(&page->page, arena_printf(page->arena, ", %s", page->rehearsal->made_at));
}

static void put_next(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, rehearsal_next(page->arena, page->rehearsal));
}

static bool has_findings(const Rehearsal *rehearsal)
{
    RehearsalCounts counts = rehearsal_count(rehearsal);
    return rehearsal_failures(rehearsal) + rehearsal_warnings(rehearsal) >
           counts.problems[REHEARSAL_NOT_REACHED];
}

static void put_links(void *context)
{
    RehearsalPage *page = context;
    FILE *out = page->page.out;
    fputs("<li><a href=\"#summary\">Summary</a></li>\n", out);
    if (has_findings(page->rehearsal))
        fputs("<li><a href=\"#findings\">Findings</a></li>\n", out);
    fputs("<li><a href=\"#limits\">What this copy cannot show</a></li>\n"
          "<li><a href=\"#migrations\">Migrations</a></li>\n"
          "<li><a href=\"#details\">Each migration</a></li>\n",
          out);
}

static void put_facts(void *context)
{
    RehearsalPage *page = context;
    Arena *arena = page->arena;
    const Rehearsal *rehearsal = page->rehearsal;
    const RehearsalCounts *counts = &page->counts;
    rehearsal_page_fact(page, "Copy", rehearsal_copy_text(arena, &rehearsal->copy));
    rehearsal_page_fact(page, "Why this one", rehearsal->copy.why);
    rehearsal_page_fact(page, "Run as", rehearsal_role_text(arena, &rehearsal->copy));
    rehearsal_page_fact(page, "Time",
                        arena_printf(arena, "ups %s, downs %s, %s in all",
                                     message_duration(arena, counts->up_ms),
                                     message_duration(arena, counts->down_ms),
                                     message_duration(arena, rehearsal->total_ms)));
    rehearsal_page_fact(page, "Blocked longest", rehearsal_longest_text(arena, counts));
    rehearsal_page_fact(page, "WAL of the ups", size_text(arena, counts->wal_bytes));
    rehearsal_page_fact(page, "Ways back", rehearsal_backs_text(arena, counts));
    rehearsal_page_fact(page, "Queries as they are",
                        rehearsal_queries_text(arena, &rehearsal->queries));
    rehearsal_page_fact(page, "Problems", rehearsal_problems_text(arena, counts));
}

static void put_findings(void *context)
{
    RehearsalPage *page = context;
    if (has_findings(page->rehearsal))
        page_piece(&page->page, "findings.html");
}

static void put_all_findings(void *context)
{
    RehearsalPage *page = context;
    rehearsal_page_findings(page, NULL, &page->rehearsal->findings);
    VEC_EACH (const RehearsedMigration, migration, &page->rehearsal->migrations)
        rehearsal_page_findings(page, migration, &migration->findings);
}

static void put_limits(void *context)
{
    RehearsalPage *page = context;
    if (!page->rehearsal->copy.limits.len) {
        fputs("<p>Nothing is known that it cannot.</p>\n", page->page.out);
        return;
    }
    fputs("<ul class=\"lines\">\n", page->page.out);
    rehearsal_page_list(page, &page->rehearsal->copy.limits);
    fputs("</ul>\n", page->page.out);
}

static void put_server_wide(void *context)
{
    RehearsalPage *page = context;
    if (page->rehearsal->server_wide.len)
        page_piece(&page->page, "server_wide.html");
}

static void put_server_wide_lines(void *context)
{
    RehearsalPage *page = context;
    fputs("<ul class=\"lines\">\n", page->page.out);
    rehearsal_page_list(page, &page->rehearsal->server_wide);
    fputs("</ul>\n", page->page.out);
}

static void put_each(RehearsalPage *page, const char *piece)
{
    VEC_EACH (const RehearsedMigration, migration, &page->rehearsal->migrations) {
        ArenaMark mark = arena_mark(page->arena);
        page->migration = migration;
        page_piece(&page->page, piece);
        arena_release(page->arena, mark);
    }
}

static void put_overview(void *context)
{
    put_each(context, "overview.html");
}

static void put_migrations(void *context)
{
    put_each(context, "migration.html");
}

static void put_digest(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, page->digest ? page->digest : "not kept");
}

static void put_run(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, page->rehearsal->run_id);
}

static void put_made_at(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, page->rehearsal->made_at);
}

static void put_tool_version(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, page->rehearsal->tool_version);
}

static const PageSlot SLOTS[] = {
    {"title", put_title},
    {"style", put_style},
    {"header", put_header},
    {"main", put_main},
    {"footer", put_footer},
    {"verdict-word", put_verdict_word},
    {"verdict", put_verdict},
    {"environment", put_environment},
    {"next", put_next},
    {"links", put_links},
    {"facts", put_facts},
    {"fact-name", put_fact_name},
    {"fact-text", put_fact_text},
    {"findings", put_findings},
    {"all-findings", put_all_findings},
    {"limits", put_limits},
    {"server-wide", put_server_wide},
    {"server-wide-lines", put_server_wide_lines},
    {"overview", put_overview},
    {"migrations", put_migrations},
    {"digest", put_digest},
    {"run", put_run},
    {"made-at", put_made_at},
    {"tool-version", put_tool_version},
    {NULL, NULL},
};

void rehearsal_report_page(Arena *arena, FILE *stream, const Rehearsal *rehearsal,
                           const char *digest)
{
    static const PageSlot *const ALL[] = {SLOTS, PAGE_MIGRATION_SLOTS, PAGE_WAY_SLOTS, NULL};
    ARENA_SCOPED scratch = arena_new();
    ArenaMark mark = arena_mark(arena);
    RehearsalPage page = {
        .page = {.out = stream, .scratch = scratch, .slots = ALL},
        .arena = arena,
        .rehearsal = rehearsal,
        .digest = digest,
        .counts = rehearsal_count(rehearsal),
    };
    page.page.context = &page;
    page_piece(&page.page, "page.html");
    arena_release(arena, mark);
}
