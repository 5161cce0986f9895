#include "report/rule_report.h"

#include "check/fix/fix.h"
#include "io/json_stream.h"
#include "report/table.h"

#include <string.h>

static Colour colour_of(Severity severity)
{
    return severity == SEVERITY_ERROR     ? COLOUR_RED
           : severity == SEVERITY_WARNING ? COLOUR_YELLOW
                                          : COLOUR_BLUE;
}

static const char *servers(Arena *arena, int from, int to)
{
    if (from && to)
        return from == to ? arena_printf(arena, "PostgreSQL %d", from)
                          : arena_printf(arena, "PostgreSQL %d to %d", from, to);
    if (from)
        return arena_printf(arena, "PostgreSQL %d and newer", from);
    return to ? arena_printf(arena, "PostgreSQL %d and older", to) : NULL;
}

void rule_report_list(const Terminal *terminal)
{
    ARENA_SCOPED arena = arena_new();
    Table table = table_new(arena, 4);
    size_t count = 0;
    table_heading(&table, (const char *[]){"rule", "severity", "risk", "what it finds"});
    RULE_EACH (rule) {
        table_cell(&table, rule->id, COLOUR_BOLD);
        table_cell(&table, rule->is_optional ? "off" : severity_word(rule->severity),
                   rule->is_optional ? COLOUR_DIM : colour_of(rule->severity));
        table_cell(&table, risk_word(rule->risk), COLOUR_NONE);
        table_cell(&table, rule->summary, COLOUR_NONE);
        count++;
    }
    table_print(&table, terminal, 0);
    fprintf(terminal->stream, "%zu rules; one in full: migrate-safe lint --explain RULE\n", count);
}

static void print_heading(const Terminal *terminal, const char *text)
{
    fprintf(terminal->stream, "\n%s%s%s\n", terminal_begin(terminal, COLOUR_BOLD), text,
            terminal_end(terminal, COLOUR_BOLD));
}

static void print_wrapped(const Terminal *terminal, const char *text)
{
    int width = terminal->width < 100 ? terminal->width : 100;
    int used = 0;
    for (Str rest = str_from(text); rest.n;) {
        Str word = str_until(rest, ' ');
        if (used && used + 1 + (int)word.n > width) {
            fputc('\n', terminal->stream);
            used = 0;
        }
        used += fprintf(terminal->stream, "%s" STR_FMT, used ? " " : "  ", STR_ARG(word));
        rest = str_skip(rest, word.n < rest.n ? word.n + 1 : word.n);
    }
    fputc('\n', terminal->stream);
}

static void print_sql(const Terminal *terminal, const char *sql)
{
    Str rest = str_from(sql);
    Str line;
    while (str_line(&rest, &line))
        fprintf(terminal->stream, "    " STR_FMT "\n", STR_ARG(line));
}

static void print_examples(Arena *arena, const Terminal *terminal, const char *heading,
                           const RuleExample *examples)
{
    for (const RuleExample *example = examples; example && example->sql; example++) {
        const char *where = servers(arena, example->pg_from, example->pg_to);
        const char *note = example->note ? example->note : "";
        print_heading(terminal, example == examples
                                    ? heading
                                    : arena_printf(arena, "%s, another one", heading));
        if (*note || where)
            print_wrapped(terminal, arena_printf(arena, "%s%s%s", note, *note && where ? "; " : "",
                                                 where ? where : ""));
        if (example->setup)
            print_sql(terminal, arena_printf(arena, "-- there before: %s", example->setup));
        print_sql(terminal, example->sql);
    }
}

void rule_report_page(const Terminal *terminal, const Rule *rule)
{
    ARENA_SCOPED arena = arena_new();
    const char *where = servers(arena, rule->pg_from, rule->pg_to);
    Colour colour = colour_of(rule->severity);
    fprintf(terminal->stream, "%s%s%s: %s\n", terminal_begin(terminal, COLOUR_BOLD), rule->id,
            terminal_end(terminal, COLOUR_BOLD), rule->summary);
    fprintf(terminal->stream, "%s%s%s, %s: %s%s%s%s\n", terminal_begin(terminal, colour),
            severity_word(rule->severity), terminal_end(terminal, colour), risk_word(rule->risk),
            risk_meaning(rule->risk), where ? "; " : "", where ? where : "",
            rule->is_for_keep   ? "; off without --keep or keep: true"
            : rule->is_optional ? "; off unless the configuration says otherwise"
                                : "");
    print_heading(terminal, "Why");
    print_wrapped(terminal, rule->why);
    print_heading(terminal, "Instead");
    print_wrapped(terminal, rule->instead);
    if (rule->instead_sql)
        print_sql(terminal, rule->instead_sql);
    if (fix_is_known(rule))
        print_wrapped(terminal, "lint --fix writes it, where that is sure.");
    print_examples(arena, terminal, "Found", rule->bad);
    print_examples(arena, terminal, "Not found", rule->good);
    if (rule->aliases) {
        print_heading(terminal, "Elsewhere");
        print_wrapped(terminal, rule->aliases);
    }
    print_heading(terminal, "To pass over one finding, above its statement");
    print_sql(terminal, arena_printf(arena, "-- migrate-safe: ignore %s: reason", rule->id));
}

static void key_version(JsonStream *json, const char *key, int version)
{
    json_key(json, key);
    version ? json_number(json, version) : json_nothing(json);
}

static void write_examples(JsonStream *json, const char *key, const RuleExample *examples)
{
    json_key(json, key);
    json_begin_list(json);
    for (const RuleExample *example = examples; example && example->sql; example++) {
        json_begin_object(json);
        json_key_text(json, "setup", example->setup);
        json_key_text(json, "sql", example->sql);
        json_key_text(json, "note", example->note);
        key_version(json, "pg_from", example->pg_from);
        key_version(json, "pg_to", example->pg_to);
        json_end(json);
    }
    json_end(json);
}

static void write_aliases(JsonStream *json, const char *aliases)
{
    json_key(json, "aliases");
    json_begin_list(json);
    for (Str rest = str_trim(str_from(aliases)); rest.n;) {
        Str alias = str_until(rest, ' ');
        json_bytes(json, alias);
        rest = str_trim(str_skip(rest, alias.n));
    }
    json_end(json);
}

static void write_claim(JsonStream *json, const RuleClaim *claim)
{
    json_key(json, "claim");
    json_begin_object(json);
    json_key_text(json, "relation", claim->relation);
    json_key_text(json, "mode", claim->mode ? lock_mode_in_views(claim->mode) : NULL);
    json_key_flag(json, "rewrite", claim->is_rewritten);
    json_key_flag(json, "scan", claim->is_scanned);
    json_key_text(json, "sqlstate", claim->sqlstate);
    json_end(json);
}

static void write_rule(JsonStream *json, const Rule *rule)
{
    json_begin_object(json);
    json_key_text(json, "id", rule->id);
    json_key_text(json, "severity", severity_word(rule->severity));
    json_key_text(json, "risk", risk_word(rule->risk));
    json_key_text(json, "risk_meaning", risk_meaning(rule->risk));
    json_key_flag(json, "optional", rule->is_optional);
    json_key_flag(json, "on_with_keep", rule->is_for_keep);
    key_version(json, "pg_from", rule->pg_from);
    key_version(json, "pg_to", rule->pg_to);
    json_key_text(json, "summary", rule->summary);
    json_key_text(json, "why", rule->why);
    json_key_text(json, "instead", rule->instead);
    json_key_text(json, "instead_sql", rule->instead_sql);
    json_key_flag(json, "fix", fix_is_known(rule));
    write_aliases(json, rule->aliases);
    write_examples(json, "bad", rule->bad);
    write_examples(json, "good", rule->good);
    write_claim(json, &rule->claim);
    json_end(json);
}

void rule_report_json(FILE *stream)
{
    JsonStream json = {.file = stream, .lines = 2};
    json_begin_object(&json);
    json_key_text(&json, "schema", "migrate-safe/rules/1");
    json_key(&json, "rules");
    json_begin_list(&json);
    RULE_EACH (rule)
        write_rule(&json, rule);
    json_end(&json);
    json_end(&json);
}
