// A run as a comment, for those who wait for it: short enough whatever was run, so lists end where
// the largest comment is near, and say what is left.
#include "report/markdown.h"
#include "report/message.h"
#include "report/run_facts.h"
#include "report/run_report.h"

enum {
    TODO_MOST = 10,
    STEPS_UNTIL = 30000, // bytes of the comment, by which a list ends
    CHECKS_UNTIL = 45000,
    WARNINGS_UNTIL = 52000,
};

static void put_line(Markdown *markdown, const char *label, const char *text)
{
    if (!text || !*text)
        return;
    text_printf(&markdown->text, "- **%s:** ", label);
    markdown_put(markdown, text);
    text_append_char(&markdown->text, '\n');
}

static void put_command(Markdown *markdown, const char *label, const char *text)
{
    if (!text)
        return;
    text_printf(&markdown->text, "- **%s:** ", label);
    markdown_code(markdown, text);
    text_append_char(&markdown->text, '\n');
}

static void put_head(Markdown *markdown, const RunReport *report)
{
    text_printf(&markdown->text, "## %s %s ", run_is_good(report) ? "✅" : "❌",
                run_verdict_title(report));
    markdown_put(markdown, run_verdict_text(markdown->arena, report));
    text_append(&markdown->text, STR("\n\n"));
    markdown_put(markdown, run_where_text(markdown->arena, report));
    text_append(&markdown->text, STR(", "));
    markdown_put(markdown, report->started_at);
    text_append_char(&markdown->text, '\n');
}

static void put_error(Markdown *markdown, const RunError *error)
{
    const char *place = error ? run_error_place(markdown->arena, error) : NULL;
    if (!error || (!place && !error->detail && !error->hint))
        return;
    text_append(&markdown->text, STR("\n### What went wrong\n\n"));
    put_command(markdown, "At", place);
    put_line(markdown, "SQLSTATE", error->sqlstate);
    put_line(markdown, "Hint", error->hint);
    if (error->detail) {
        text_append_char(&markdown->text, '\n');
        markdown_block(markdown, error->detail, "");
    }
}

static void put_todo(Markdown *markdown, const RunReport *report)
{
    Words lines;
    run_todo(markdown->arena, report, &lines);
    if (!lines.len)
        return;
    text_append(&markdown->text, STR("\n### What is left to do\n\n"));
    for (size_t i = 0; i < lines.len && i < TODO_MOST; i++) {
        text_append(&markdown->text, STR("- [ ] "));
        markdown_put(markdown, lines.items[i]);
        text_append_char(&markdown->text, '\n');
    }
    if (lines.len > TODO_MOST)
        text_printf(&markdown->text, "- and %zu more\n", lines.len - TODO_MOST);
}

static void put_summary(Markdown *markdown, const RunReport *report)
{
    Arena *arena = markdown->arena;
    text_append(&markdown->text, STR("\n### Summary\n\n"));
    put_line(markdown, "Planned", run_plan_text(arena, report));
    if (report->rehearsal)
        put_line(markdown, "Rehearsal", run_rehearsal_text(arena, report->rehearsal));
    put_line(markdown, "Expected to take", run_expected_text(arena, report->rehearsal));
    VEC_EACH (const RunApproval, approval, &report->approvals)
        put_line(markdown, "Approved",
                 arena_printf(arena, "by %s as %s, %s (%s)", approval->who, approval->role,
                              approval->at, approval->how));
    VEC_EACH (const char *const, line, &report->passed_over)
        put_line(markdown, "Passed over", *line);
    if (report->preflight)
        put_line(markdown, "Checks before", run_checks_text(arena, report->preflight));
    if (report->backup) {
        put_line(markdown, "Backup", run_backup_text(arena, report->backup));
        put_command(markdown, "Back to it", report->backup->restore);
    }
    if (report->postflight)
        put_line(markdown, "Checks after", run_checks_text(arena, report->postflight));
    put_line(markdown, "State", report->state);
    if (report->after)
        put_line(markdown, "On failure", run_after_text(arena, report->after));
    put_line(markdown, "Version now", report->current);
    put_line(markdown, "Next", report->next);
}

static void put_step(Markdown *markdown, const RunStep *step)
{
    Arena *arena = markdown->arena;
    text_printf(&markdown->text, "| %s %s | ",
                step->at_ms < 0           ? "➖"
                : !run_step_is_done(step) ? "❌"
                : step->waits.len         ? "⚠️"
                                          : "✅",
                run_step_word(step));
    markdown_put(markdown, step->version);
    text_append_char(&markdown->text, ' ');
    markdown_put(markdown, step->name);
    text_printf(&markdown->text, " | %s | ",
                step->duration_ms >= 0 ? message_duration(arena, step->duration_ms) : "");
    markdown_put(markdown, run_step_lock_text(arena, step));
    text_printf(&markdown->text, " | %s | %s | ", run_step_held_text(arena, step),
                run_step_wait_text(arena, step));
    markdown_put(markdown, step->risk ? step->risk : "");
    text_append(&markdown->text, STR(" |\n"));
}

static void put_steps(Markdown *markdown, const RunReport *report)
{
    size_t left = 0;
    if (!report->steps.len)
        return;
    text_append(&markdown->text, STR("\n### Migrations\n\n| state | migration | time | lock, as "
                                     "planned | held | waited for locks | risk "
                                     "|\n|---|---|--:|---|---|---|---|\n"));
    VEC_EACH (const RunStep, step, &report->steps) {
        if (markdown->text.len < STEPS_UNTIL)
            put_step(markdown, step);
        else
            left++;
    }
    if (left)
        text_printf(
            &markdown->text, "\nand %s\n",
            message_count(markdown->arena, (int64_t)left, "more migration", "more migrations"));
}

static void put_check(Markdown *markdown, const RunCheck *check)
{
    text_printf(&markdown->text, "- %s **%s**: ",
                check->verdict == VERDICT_FAIL && !check->passed_over ? "❌"
                : check->verdict == VERDICT_UNKNOWN                   ? "❔"
                                                                      : "⚠️",
                verdict_word(check->verdict));
    markdown_code(markdown, check->id);
    text_append_char(&markdown->text, ' ');
    markdown_put(markdown, check->value);
    if (check->passed_over) {
        text_append(&markdown->text, STR(", passed over by "));
        markdown_code(markdown, check->passed_over);
    }
    if (check->fix) {
        text_append(&markdown->text, STR("; "));
        markdown_put(markdown, check->fix);
    }
    text_append_char(&markdown->text, '\n');
}

static void put_checks(Markdown *markdown, const char *heading, const RunChecks *checks)
{
    size_t left = 0;
    if (!checks || run_checks_count(checks, VERDICT_PASS) == checks->checks.len)
        return;
    text_printf(&markdown->text, "\n### %s\n\n", heading);
    VEC_EACH (const RunCheck, check, &checks->checks) {
        if (check->verdict == VERDICT_PASS)
            continue;
        if (markdown->text.len < CHECKS_UNTIL)
            put_check(markdown, check);
        else
            left++;
    }
    if (left)
        text_printf(&markdown->text, "- and %zu more\n", left);
}

static void put_warnings(Markdown *markdown, const RunReport *report)
{
    size_t left = 0;
    if (!report->warnings.len)
        return;
    text_append(&markdown->text, STR("\n### Warnings\n\n"));
    VEC_EACH (const RunNotice, warning, &report->warnings) {
        if (markdown->text.len >= WARNINGS_UNTIL) {
            left++;
            continue;
        }
        text_append(&markdown->text, STR("- "));
        markdown_put(markdown, warning->message);
        text_append_char(&markdown->text, '\n');
    }
    if (left)
        text_printf(&markdown->text, "- and %zu more\n", left);
}

void run_report_markdown(Arena *arena, FILE *stream, const RunReport *report)
{
    ArenaMark mark = arena_mark(arena);
    Markdown markdown;
    markdown_init(&markdown, arena);
    put_head(&markdown, report);
    put_error(&markdown, report->error);
    put_todo(&markdown, report);
    put_summary(&markdown, report);
    put_steps(&markdown, report);
    put_checks(&markdown, "Checks before", report->preflight);
    put_checks(&markdown, "Checks after", report->postflight);
    put_warnings(&markdown, report);
    text_append(&markdown.text, STR("\n<sub>run "));
    markdown_put(&markdown, report->run_id);
    if (report->tool_version) {
        text_append(&markdown.text, STR(", migrate-safe "));
        markdown_put(&markdown, report->tool_version);
    }
    text_append(&markdown.text, STR("</sub>\n"));
    markdown_finish(&markdown, stream);
    arena_release(arena, mark);
}
