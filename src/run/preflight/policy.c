// What the configuration asks for before a change: a rehearsal, a backup that is young enough, the
// right time of the week.
#include "check/retention.h"
#include "migration/duration.h"
#include "queries.h"
#include "run/preflight/preflight_private.h"

static void check_rehearsal(Looking *looking)
{
    Arena *arena = looking->arena;
    const EvidenceVerdict *verdict = looking->options->rehearsal;
    if (!verdict || !verdict->is_judged) {
        if (!looking->options->is_run)
            preflight_add(looking, PREFLIGHT_REHEARSAL, VERDICT_PASS, NULL, "none is asked for");
        return;
    }
    if (verdict->stands) {
        preflight_add(looking, PREFLIGHT_REHEARSAL, VERDICT_PASS, NULL, "%s stands, %s",
                      verdict->evidence.path, verdict->age ? verdict->age : "");
        return;
    }
    bool is_required = verdict->need == EVIDENCE_REQUIRED;
    Check *check = preflight_add(looking, PREFLIGHT_REHEARSAL,
                                 is_required                        ? VERDICT_FAIL
                                 : verdict->need == EVIDENCE_WANTED ? VERDICT_WARN
                                                                    : VERDICT_PASS,
                                 "migrate-safe rehearse", "none stands (%s)",
                                 verdict->need == EVIDENCE_OFF ? "none is asked for"
                                                               : evidence_need_word(verdict->need));
    VEC_EACH (const char *const, difference, &verdict->differences)
        check_detail(arena, check, "%s", *difference);
}

static void check_backup(Looking *looking)
{
    Arena *arena = looking->arena;
    const PreflightBackup *backup = looking->options->backup;
    const char *newest = backup->newest_ms == PREFLIGHT_NOT_LOOKED ? ""
                         : backup->newest_ms < 0
                             ? "; there is none of this database"
                             : arena_printf(arena, "; the newest is %s old",
                                            retention_age(arena, backup->newest_ms));
    if (backup->is_made || !backup->max_age_ms) {
        preflight_add(looking, PREFLIGHT_BACKUP, VERDICT_PASS, NULL, "%s%s",
                      backup->sentence  ? backup->sentence
                      : backup->is_made ? "the run makes one first"
                                        : "the run makes none",
                      newest);
        return;
    }
    bool is_young = backup->newest_ms >= 0 && backup->newest_ms <= backup->max_age_ms;
    Check *check = preflight_add(looking, PREFLIGHT_BACKUP, is_young ? VERDICT_PASS : VERDICT_FAIL,
                                 "migrate-safe backup create", "the run makes none%s", newest);
    check->limit =
        arena_printf(arena, "%s (%s)", retention_age(arena, backup->max_age_ms), backup->max_where);
}

// Is it within the window now, by the server's clock and zones? False with `ret_known` false: that
// could not be asked, and is said.
static bool is_within(Looking *looking, const TimeWindow *window, int *ret_minute, bool *ret_known)
{
    Rows rows;
    Err err = {0};
    *ret_known = session_query(looking->session, looking->arena, QUERY_PREFLIGHT_WEEK_MINUTE.text,
                               1, &window->zone, &rows, &err);
    if (!*ret_known) {
        if (err.class == ERR_INTERRUPTED)
            looking->stopped = err;
        // What keeps changes out must not be passed by a spelling mistake.
        preflight_add(looking, PREFLIGHT_HOURS, VERDICT_FAIL,
                      "SELECT name FROM pg_timezone_names ORDER BY name;", "%s: %s", window->text,
                      err.message);
        return false;
    }
    *ret_minute = (int)rows_int(&rows, 0, 0);
    return time_window_has(window, *ret_minute);
}

static const char *ends_at(Arena *arena, const TimeWindow *window, int minute)
{
    int step = 0;
    while (step < WEEK_MINUTES && time_window_has(window, (minute + step) % WEEK_MINUTES))
        step++;
    return time_window_moment(arena, (minute + step) % WEEK_MINUTES);
}

static const char *begins_at(Arena *arena, const TimeWindow *window, int minute)
{
    int step = 0;
    while (step < WEEK_MINUTES && !time_window_has(window, (minute + step) % WEEK_MINUTES))
        step++;
    return time_window_moment(arena, (minute + step) % WEEK_MINUTES);
}

// Says so when it is within one of them.
static bool is_quiet(Looking *looking)
{
    Arena *arena = looking->arena;
    VEC_EACH (const TimeWindow, window, &looking->options->quiet) {
        int minute;
        bool is_known;
        if (is_within(looking, window, &minute, &is_known)) {
            const char *end = ends_at(arena, window, minute);
            Check *check =
                preflight_add(looking, PREFLIGHT_HOURS, VERDICT_FAIL,
                              arena_printf(arena, "wait until %s (%s)", end, window->zone),
                              "quiet hours: it is %s there", time_window_moment(arena, minute));
            check->limit = window->text;
            return true;
        }
        if (!is_known)
            return true;
    }
    return false;
}

static bool is_outside(Looking *looking)
{
    Arena *arena = looking->arena;
    const TimeWindows *windows = &looking->options->change;
    int minute = 0;
    VEC_EACH (const TimeWindow, window, windows) {
        bool is_known;
        if (is_within(looking, window, &minute, &is_known))
            return false;
        if (!is_known)
            return true;
    }
    if (!windows->len)
        return false;
    const TimeWindow *last = &windows->items[windows->len - 1];
    Check *check = preflight_add(
        looking, PREFLIGHT_HOURS, VERDICT_FAIL,
        arena_printf(arena, "wait until %s (%s)", begins_at(arena, last, minute), last->zone),
        "outside of the hours for changes: it is %s there", time_window_moment(arena, minute));
    check->limit = last->text;
    return true;
}

static void check_hours(Looking *looking)
{
    const PreflightOptions *options = looking->options;
    if (is_quiet(looking) || is_outside(looking))
        return;
    preflight_add(looking, PREFLIGHT_HOURS, VERDICT_PASS, NULL, "%s",
                  options->quiet.len || options->change.len ? "changes may be made now"
                                                            : "none are configured");
}

void preflight_policy(Looking *looking)
{
    check_rehearsal(looking);
    check_backup(looking);
    check_hours(looking);
}
