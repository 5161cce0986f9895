#include "report/diff_report.h"

#include "report/message.h"

#include <string.h>

bool diff_report_is_equal(const DiffReport *report)
{
    return report->differences.len == 0 && report->then.snapshot->gaps.len == 0 &&
           report->now.snapshot->gaps.len == 0;
}

static const char *kind_of(const SnapshotDifference *difference)
{
    return (difference->then ? difference->then : difference->now)->kind;
}

static const char *change_word(const SnapshotDifference *difference)
{
    return !difference->now ? "missing" : !difference->then ? "added" : "changed";
}

// Old and new, attribute by attribute, are behind "changed, " in the line's text.
static void write_line(Arena *arena, const Terminal *out, const SnapshotDifference *difference)
{
    Colour colour = !difference->now    ? COLOUR_RED
                    : !difference->then ? COLOUR_GREEN
                                        : COLOUR_YELLOW;
    const char *sign = !difference->now ? "-" : !difference->then ? "+" : "~";
    const char *text = snapshot_difference_text(arena, difference);
    fprintf(out->stream, "  %s%s %s%s\n", terminal_begin(out, colour), sign,
            terminal_line(arena, text), terminal_end(out, colour));
}

void diff_report_text(Arena *arena, const Terminal *terminal, const DiffReport *report)
{
    FILE *out = terminal->stream;
    const char *kind = "";
    fprintf(out, "- %s\n+ %s\n", terminal_line(arena, report->then.name),
            terminal_line(arena, report->now.name));
    VEC_EACH (const SnapshotDifference, difference, &report->differences) {
        ArenaMark mark = arena_mark(arena);
        if (strcmp(kind, kind_of(difference)) != 0)
            fprintf(out, "%s%s%s\n", terminal_begin(terminal, COLOUR_BOLD), kind_of(difference),
                    terminal_end(terminal, COLOUR_BOLD));
        kind = kind_of(difference);
        write_line(arena, terminal, difference);
        arena_release(arena, mark);
    }
    if (report->scope != SNAPSHOT_WHOLE)
        fprintf(out, "not compared: what a dump or migrations do not carry (the database's own "
                     "settings and privileges, tablespaces, versions of extensions)\n");
    if (diff_report_is_equal(report))
        fprintf(out, "equal: %zu objects\n", report->now.snapshot->objects.len);
    else if (report->differences.len)
        fprintf(
            out, "%s\n",
            message_count(arena, (int64_t)report->differences.len, "difference", "differences"));
    else
        fprintf(out, "no difference in what could be read\n");
}

static void write_difference(JsonStream *json, const SnapshotDifference *difference)
{
    const SnapshotObject *object = difference->then ? difference->then : difference->now;
    json_begin_object(json);
    json_key_text(json, "change", change_word(difference));
    json_key_text(json, "kind", object->kind);
    json_key_text(json, "identity", object->identity);
    json_key_text(json, "parent", object->parent);
    json_key_text(json, "then", difference->then ? difference->then->text : NULL);
    json_key_text(json, "now", difference->now ? difference->now->text : NULL);
    json_end(json);
}

static void write_side(JsonStream *json, const char *key, const DiffSide *side)
{
    json_key(json, key);
    json_begin_object(json);
    json_key_text(json, "name", side->name);
    json_key_number(json, "server_major", side->snapshot->server_major);
    json_key_text(json, "fingerprint", side->snapshot->fingerprint);
    json_key_number(json, "object_count", (int64_t)side->snapshot->objects.len);
    json_key_number(json, "gap_count", (int64_t)side->snapshot->gaps.len);
    json_end(json);
}

static void write_statement(JsonStream *json, const DdlStatement *statement)
{
    json_begin_object(json);
    json_key_text(json, "sql", statement->sql);
    json_key_text(json, "loss", statement->loss);
    json_key_flag(json, "is_outside", statement->is_outside);
    json_end(json);
}

static void write_lines(JsonStream *json, const char *key, const Words *lines)
{
    json_key(json, key);
    json_begin_list(json);
    VEC_EACH (const char *const, line, lines)
        json_text(json, *line);
    json_end(json);
}

static void write_sql(JsonStream *json, const DiffSql *sql)
{
    json_key(json, "sql");
    json_begin_list(json);
    if (!sql->change->refusals.len)
        VEC_EACH (const DdlStatement, statement, &sql->change->statements)
            write_statement(json, statement);
    json_end(json);
    write_lines(json, "refusals", &sql->change->refusals);
    write_lines(json, "offers", &sql->change->offers);
    json_key_text(json, "proven_on", sql->server);
    json_key_text(json, "not_proven", sql->server ? NULL : sql->no_proof);
}

void diff_report_sql(Arena *arena, FILE *stream, const DiffReport *report)
{
    const DiffSql *sql = report->sql;
    Words head = {0};
    *vec_append(arena, &head) =
        arena_printf(arena, "Makes %s like %s.", report->then.name, report->now.name);
    *vec_append(arena, &head) =
        sql->server ? arena_printf(arena, "proven on PostgreSQL %s, without rows", sql->server)
                    : arena_printf(arena, "not proven: %s", sql->no_proof);
    fputs(schema_change_script(arena, sql->change, &head), stream);
}

void diff_report_json_body(JsonStream *json, const DiffReport *report)
{
    write_side(json, "then", &report->then);
    write_side(json, "now", &report->now);
    json_key_flag(json, "is_whole", report->scope == SNAPSHOT_WHOLE);
    json_key_flag(json, "is_equal", diff_report_is_equal(report));
    json_key(json, "differences");
    json_begin_list(json);
    VEC_EACH (const SnapshotDifference, difference, &report->differences)
        write_difference(json, difference);
    json_end(json);
    if (report->sql)
        write_sql(json, report->sql);
}

bool diff_report_json(FILE *stream, const DiffReport *report)
{
    JsonStream json = {.file = stream, .lines = 2};
    json_begin_object(&json);
    json_key_text(&json, "schema", "migrate-safe/diff/1");
    diff_report_json_body(&json, report);
    json_end(&json);
    return fflush(stream) == 0 && !ferror(stream);
}
