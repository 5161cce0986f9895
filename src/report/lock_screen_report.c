#include "report/lock_screen_report.h"

#include "base/size.h"
#include "base/text.h"
#include "report/message.h"
#include "report/table.h"
#include "sql/quote.h"

enum {
    INDENT = 2,
    DEEPEST = 12, // further to the right a tree is not drawn
    WIDTH = 160,  // of a statement where there is no terminal
    TEXT_MAX = 2000
};

static void heading(const Terminal *terminal, const char *text)
{
    fprintf(terminal->stream, "\n%s%s%s\n", terminal_begin(terminal, COLOUR_BOLD), text,
            terminal_end(terminal, COLOUR_BOLD));
}

static void line(Arena *arena, const Terminal *terminal, int indent, Colour colour,
                 const char *text)
{
    fprintf(terminal->stream, "%*s%s%s%s\n", indent, "", terminal_begin(terminal, colour),
            terminal_line(arena, text), terminal_end(terminal, colour));
}

static void more(Arena *arena, const Terminal *terminal, size_t shown, size_t all)
{
    if (shown < all)
        line(arena, terminal, INDENT, COLOUR_DIM,
             arena_printf(arena, "and %zu more: --limit %zu shows them", all - shown, all));
}

// As much as there is room for.
static const char *cut(Arena *arena, const Terminal *terminal, const char *text, int indent)
{
    size_t room = (size_t)(terminal->is_terminal ? terminal->width : WIDTH);
    Str all = str_from(terminal_line(arena, text));
    room = room > (size_t)indent + 20 ? room - (size_t)indent : 20;
    if (terminal_columns(all) <= room)
        return text;
    while (all.n && terminal_columns(all) > room - 3) {
        all.n--;
        while (all.n && ((unsigned char)all.p[all.n] & 0xc0) == 0x80)
            all.n--;
    }
    return arena_printf(arena, STR_FMT "...", STR_ARG(all));
}

static const char *named(const char *text, const char *otherwise)
{
    return text && *text ? text : otherwise;
}

const char *lock_session_name(Arena *arena, const LockSession *session)
{
    if (session->gid)
        return arena_printf(arena, "prepared transaction %s (%s)", session->gid, session->user);
    if (!session->is_client && session->kind)
        return arena_printf(arena, "pid %d (%s)", session->pid, session->kind);
    return arena_printf(arena, "pid %d (%s, %s%s%s%s%s)", session->pid,
                        named(session->application, "no application name"),
                        named(session->user, "no user"), session->client ? " from " : "",
                        session->client ? session->client : "",
                        session->is_here || !session->database ? "" : ", database ",
                        session->is_here || !session->database ? "" : session->database);
}

static const char *state_of(Arena *arena, const LockSession *session)
{
    if (session->is_hidden)
        return "state hidden from this role";
    if (!session->state)
        return "";
    return session->state_ms == TIME_UNKNOWN
               ? session->state
               : arena_printf(arena, "%s for %s", session->state,
                              message_duration(arena, session->state_ms));
}

static const char *statement_of(Arena *arena, const LockSession *session)
{
    if (session->is_hidden)
        return "statement hidden from this role";
    if (!session->query || !*session->query)
        return "";
    return session->state && strncmp(session->state, "idle", 4) == 0
               ? arena_printf(arena, "last: %s", session->query)
               : session->query;
}

static const char *wait_of(Arena *arena, const LockSession *session)
{
    return arena_printf(arena, "waits %s%s for %s", session->is_wait_bound ? "at most " : "",
                        message_duration(arena, session->wait_ms), session->wants);
}

static void print_node(Arena *arena, const Terminal *terminal, const LockScreen *screen,
                       const LockTreeLine *node)
{
    const LockSession *session = &screen->sessions.items[node->session];
    int depth = node->depth < DEEPEST ? node->depth : DEEPEST;
    int indent = INDENT * (depth + 1);
    TEXT_SCOPED out;
    text_init(&out, TEXT_MAX);
    text_printf(&out, "%s%s ", node->depth > DEEPEST ? "... " : "",
                lock_session_name(arena, session));
    text_printf(&out, "%s", session->wants ? wait_of(arena, session) : state_of(arena, session));
    if (node->is_circle)
        text_printf(&out, ", in a circle with those below");
    if (node->others)
        text_printf(&out, ", and behind %zu more", node->others);
    if (!node->depth && !session->wants && session->holds)
        text_printf(&out, "; holds %s", session->holds);
    if (!node->depth && node->below)
        text_printf(&out, "; %s for it",
                    node->below == 1 ? "1 waits" : arena_printf(arena, "%zu wait", node->below));
    line(arena, terminal, indent,
         session->is_ours ? COLOUR_BLUE
         : node->depth    ? COLOUR_YELLOW
                          : COLOUR_RED,
         text_cstr(&out));
    const char *statement = statement_of(arena, session);
    if (*statement)
        line(arena, terminal, indent + INDENT, COLOUR_DIM,
             cut(arena, terminal, statement, indent + INDENT));
}

static void print_tree(Arena *arena, const Terminal *terminal, const LockScreenReport *report)
{
    const LockScreen *screen = report->screen;
    const LockTree *tree = &screen->tree;
    heading(terminal, "Who waits for whom");
    if (!tree->lines.len) {
        line(arena, terminal, INDENT, COLOUR_GREEN, "nobody waits for a lock");
        return;
    }
    line(arena, terminal, INDENT, COLOUR_NONE,
         arena_printf(arena, "%s, the longest for %s",
                      tree->waiting == 1 ? "1 session waits"
                                         : arena_printf(arena, "%zu sessions wait", tree->waiting),
                      message_duration(arena, tree->longest_ms)));
    size_t shown = 0;
    VEC_EACH (const LockTreeLine, node, &tree->lines) {
        if (shown == report->limit)
            break;
        shown++;
        print_node(arena, terminal, screen, node);
    }
    more(arena, terminal, shown, tree->lines.len);
}

static void print_ours(Arena *arena, const Terminal *terminal, const LockScreenReport *report)
{
    const LockScreen *screen = report->screen;
    const LockSession *runner = lock_screen_runner(screen);
    heading(terminal, "Our own run");
    if (runner)
        line(arena, terminal, INDENT, COLOUR_BLUE,
             arena_printf(
                 arena, "%s holds the runner's lock%s%s; %s", lock_session_name(arena, runner),
                 runner->session_ms == TIME_UNKNOWN ? "" : ", connected for ",
                 runner->session_ms == TIME_UNKNOWN ? ""
                                                    : message_duration(arena, runner->session_ms),
                 runner->wants ? wait_of(arena, runner) : state_of(arena, runner)));
    else
        line(arena, terminal, INDENT, COLOUR_NONE, "none is at work here");
    if (!screen->has_pending) {
        if (report->is_verbose && report->pending_unknown)
            line(arena, terminal, INDENT, COLOUR_DIM,
                 arena_printf(arena, "what pending migrations want is not known: %s",
                              report->pending_unknown->message));
        return;
    }
    if (!screen->pending.len)
        line(arena, terminal, INDENT, COLOUR_NONE, "nobody is in the way of pending migrations");
    VEC_EACH (const Blocker, blocker, &screen->pending)
        line(arena, terminal, INDENT, COLOUR_YELLOW,
             arena_printf(arena, "in the way of pending migrations: %s",
                          blocker_text(arena, blocker)));
}

static void print_open(Arena *arena, const Terminal *terminal, const LockScreenReport *report)
{
    const LockScreen *screen = report->screen;
    LockChoice open = lock_screen_open(arena, screen, report->older_ms);
    heading(terminal, arena_printf(arena, "Transactions open for %s or longer",
                                   message_duration(arena, report->older_ms)));
    if (!open.len) {
        line(arena, terminal, INDENT, COLOUR_GREEN, "none");
        return;
    }
    size_t shown = 0;
    VEC_EACH (const size_t, index, &open) {
        const LockSession *session = &screen->sessions.items[*index];
        if (shown == report->limit)
            break;
        shown++;
        line(arena, terminal, INDENT,
             session->state && strncmp(session->state, "idle in", 7) == 0 ? COLOUR_YELLOW
                                                                          : COLOUR_NONE,
             arena_printf(arena, "%s open for %s%s%s%s%s", lock_session_name(arena, session),
                          message_duration(arena, session->transaction_ms),
                          session->gid ? "" : ", ", session->gid ? "" : state_of(arena, session),
                          session->holds ? "; holds " : "", session->holds ? session->holds : ""));
        const char *statement = statement_of(arena, session);
        if (*statement)
            line(arena, terminal, 2 * INDENT, COLOUR_DIM,
                 cut(arena, terminal, statement, 2 * INDENT));
    }
    more(arena, terminal, shown, open.len);
}

static const char *number(Arena *arena, int64_t value)
{
    return arena_printf(arena, "%lld", (long long)value);
}

static void print_usage(Arena *arena, const Terminal *terminal, const LockScreenReport *report)
{
    const LockScreen *screen = report->screen;
    LockUsages usages = lock_screen_usage(arena, screen);
    int64_t used = lock_screen_connections(screen, false);
    int64_t left = screen->connections_most - screen->reserved - used;
    heading(terminal, "Connections");
    line(arena, terminal, INDENT, left > 0 ? COLOUR_NONE : COLOUR_RED,
         arena_printf(arena, "%lld of %lld used, %lld left, %lld more for superusers",
                      (long long)used, (long long)(screen->connections_most - screen->reserved),
                      (long long)(left > 0 ? left : 0), (long long)screen->reserved));
    if (screen->database_most >= 0)
        line(arena, terminal, INDENT, COLOUR_NONE,
             arena_printf(arena, "%lld of %lld of database %s",
                          (long long)lock_screen_connections(screen, true),
                          (long long)screen->database_most, screen->database));
    Table table = table_new(arena, 8);
    table_heading(&table, (const char *[]){"all", "active", "idle", "in transaction", "waiting",
                                           "application", "user", "database"});
    size_t shown = 0;
    VEC_EACH (const LockUsage, usage, &usages) {
        if (shown == report->limit)
            break;
        shown++;
        table_number(&table, number(arena, usage->all), COLOUR_NONE);
        table_number(&table, number(arena, usage->active), COLOUR_NONE);
        table_number(&table, number(arena, usage->idle), COLOUR_NONE);
        table_number(&table, number(arena, usage->in_transaction),
                     usage->in_transaction ? COLOUR_YELLOW : COLOUR_NONE);
        table_number(&table, number(arena, usage->waiting),
                     usage->waiting ? COLOUR_YELLOW : COLOUR_NONE);
        table_cell(&table, named(usage->application, "(no name)"), COLOUR_NONE);
        table_cell(&table, named(usage->user, "-"), COLOUR_NONE);
        table_cell(&table, named(usage->database, "-"), COLOUR_NONE);
    }
    table_print(&table, terminal, INDENT);
    more(arena, terminal, shown, usages.len);
}

static void print_tables(Arena *arena, const Terminal *terminal, const LockScreen *screen)
{
    Table table = table_new(arena, 3);
    heading(terminal, "Largest tables");
    line(arena, terminal, INDENT, COLOUR_NONE,
         arena_printf(arena, "%s, %s with indexes and toast",
                      message_count(arena, screen->table_count, "table", "tables"),
                      size_text(arena, screen->table_bytes)));
    VEC_EACH (const LockTable, each, &screen->tables) {
        table_number(&table, size_text(arena, each->bytes), COLOUR_NONE);
        table_cell(&table, each->name, COLOUR_NONE);
        table_cell(&table,
                   each->is_estimated ? "(estimated: it is locked)"
                   : each->rows < 0   ? ""
                                      : arena_printf(arena, "about %s",
                                                     message_count(arena, each->rows, "row", "rows")),
                   COLOUR_DIM);
    }
    table_print(&table, terminal, INDENT);
}

void lock_screen_report_text(Arena *arena, const Terminal *terminal, const LockScreenReport *report)
{
    const LockScreen *screen = report->screen;
    size_t hidden = lock_screen_hidden(screen);
    fprintf(terminal->stream, "%s at %s%s\n", terminal_line(arena, screen->target), screen->at,
            screen->is_standby ? ", a standby" : "");
    print_tree(arena, terminal, report);
    print_ours(arena, terminal, report);
    print_open(arena, terminal, report);
    print_usage(arena, terminal, report);
    print_tables(arena, terminal, screen);
    if (hidden)
        fprintf(terminal->stream,
                "\n%sState, statement, times and client of %s are hidden from this role%s\n"
                "  as a superuser: GRANT pg_read_all_stats TO %s;\n",
                terminal_begin(terminal, COLOUR_YELLOW),
                message_count(arena, (int64_t)hidden, "session", "sessions"),
                terminal_end(terminal, COLOUR_YELLOW),
                terminal_line(arena, quote_name(arena, screen->user)));
}

void lock_targets_text(Arena *arena, const Terminal *terminal, const LockScreen *screen,
                       const LockTargets *targets)
{
    if (!targets->len)
        line(arena, terminal, 0, COLOUR_NONE, "No session is meant by these rules");
    VEC_EACH (const LockTarget, target, targets) {
        const LockSession *session = &screen->sessions.items[target->session];
        line(arena, terminal, 0, target->refused ? COLOUR_YELLOW : COLOUR_RED,
             arena_printf(arena, "%s, %s: %s", lock_session_name(arena, session),
                          target->rule->text, target->why));
        const char *statement = statement_of(arena, session);
        if (*statement)
            line(arena, terminal, INDENT, COLOUR_DIM, cut(arena, terminal, statement, INDENT));
        if (target->refused)
            line(arena, terminal, INDENT, COLOUR_NONE,
                 arena_printf(arena, "is not ended: %s%s%s", target->refused,
                              target->fix ? "; " : "", target->fix ? target->fix : ""));
    }
}

static json_t *time_json(int64_t milliseconds)
{
    return milliseconds == TIME_UNKNOWN ? json_null() : json_integer(milliseconds);
}

json_t *lock_session_json(const LockSession *session)
{
    json_t *object = json_object();
    json_put(object, "pid", session->gid ? json_null() : json_integer(session->pid));
    json_put(object, "prepared", json_cstr(session->gid));
    json_put(object, "user", json_cstr(session->user));
    json_put(object, "database", json_cstr(session->database));
    json_put(object, "application", json_cstr(session->application));
    json_put(object, "client", json_cstr(session->client));
    json_put(object, "kind", json_cstr(session->kind));
    json_put(object, "state", json_cstr(session->state));
    json_put(object, "statement", json_cstr(session->query));
    json_put(object, "waits_at", json_cstr(session->waits_at));
    json_put(object, "holds", json_cstr(session->holds));
    json_put(object, "transaction_ms", time_json(session->transaction_ms));
    json_put(object, "statement_ms", time_json(session->statement_ms));
    json_put(object, "state_ms", time_json(session->state_ms));
    json_put(object, "session_ms", time_json(session->session_ms));
    json_put(object, "is_hidden", json_boolean(session->is_hidden));
    json_put(object, "is_ours", json_boolean(session->is_ours));
    return object;
}

static json_t *pids_json(const LockSession *session)
{
    json_t *list = json_array();
    VEC_EACH (const int, pid, &session->blockers)
        if (*pid)
            json_array_append_new(list, json_integer(*pid));
    return list;
}

static json_t *tree_json(const LockScreen *screen)
{
    json_t *list = json_array();
    VEC_EACH (const LockTreeLine, node, &screen->tree.lines) {
        const LockSession *session = &screen->sessions.items[node->session];
        json_t *object = lock_session_json(session);
        json_put(object, "depth", json_integer(node->depth));
        json_put(object, "wants", json_cstr(session->wants));
        json_put(object, "wait_ms", session->wants ? json_integer(session->wait_ms) : json_null());
        json_put(object, "wait_is_at_most", json_boolean(session->is_wait_bound));
        json_put(object, "blockers", pids_json(session));
        json_put(object, "prepared_blockers",
                 json_words(session->prepared.items, session->prepared.len));
        json_put(object, "waiting_below", json_integer((json_int_t)node->below));
        json_put(object, "is_circle", json_boolean(node->is_circle));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *pending_json(const LockScreenReport *report)
{
    const LockScreen *screen = report->screen;
    if (!screen->has_pending)
        return json_null();
    json_t *list = json_array();
    VEC_EACH (const Blocker, blocker, &screen->pending) {
        json_t *object = json_object();
        json_put(object, "relation", json_cstr(blocker->relation));
        json_put(object, "pid", blocker->pid ? json_integer(blocker->pid) : json_null());
        json_put(object, "prepared", json_cstr(blocker->gid));
        json_put(object, "user", json_cstr(blocker->user));
        json_put(object, "application", json_cstr(blocker->application));
        json_put(object, "state", json_cstr(blocker->state));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *connections_json(Arena *arena, const LockScreen *screen)
{
    json_t *object = json_object();
    json_t *list = json_array();
    LockUsages usages = lock_screen_usage(arena, screen);
    int64_t used = lock_screen_connections(screen, false);
    json_put(object, "used", json_integer(used));
    json_put(object, "most", json_integer(screen->connections_most));
    json_put(object, "reserved", json_integer(screen->reserved));
    json_put(object, "left", json_integer(screen->connections_most - screen->reserved - used));
    json_put(object, "database_used", json_integer(lock_screen_connections(screen, true)));
    json_put(object, "database_most",
             screen->database_most < 0 ? json_null() : json_integer(screen->database_most));
    VEC_EACH (const LockUsage, usage, &usages) {
        json_t *one = json_object();
        json_put(one, "application", json_cstr(usage->application));
        json_put(one, "user", json_cstr(usage->user));
        json_put(one, "database", json_cstr(usage->database));
        json_put(one, "all", json_integer(usage->all));
        json_put(one, "active", json_integer(usage->active));
        json_put(one, "idle", json_integer(usage->idle));
        json_put(one, "idle_in_transaction", json_integer(usage->in_transaction));
        json_put(one, "waiting", json_integer(usage->waiting));
        json_array_append_new(list, one);
    }
    json_put(object, "by_application", list);
    return object;
}

static json_t *tables_json(const LockScreen *screen)
{
    json_t *object = json_object();
    json_t *list = json_array();
    json_put(object, "count", json_integer(screen->table_count));
    json_put(object, "size_bytes", json_integer(screen->table_bytes));
    VEC_EACH (const LockTable, table, &screen->tables) {
        json_t *one = json_object();
        json_put(one, "name", json_cstr(table->name));
        json_put(one, "size_bytes", json_integer(table->bytes));
        json_put(one, "rows", table->rows < 0 ? json_null() : json_integer(table->rows));
        json_put(one, "is_estimated", json_boolean(table->is_estimated));
        json_array_append_new(list, one);
    }
    json_put(object, "largest", list);
    return object;
}

json_t *lock_screen_report_json(Arena *arena, const LockScreenReport *report)
{
    const LockScreen *screen = report->screen;
    const LockSession *runner = lock_screen_runner(screen);
    LockChoice open = lock_screen_open(arena, screen, report->older_ms);
    json_t *document = json_object();
    json_t *transactions = json_array();
    VEC_EACH (const size_t, index, &open)
        json_array_append_new(transactions, lock_session_json(&screen->sessions.items[*index]));
    json_put(document, "schema", json_cstr("migrate-safe/locks/1"));
    json_put(document, "at", json_cstr(screen->at));
    json_put(document, "target", json_cstr(screen->target));
    json_put(document, "is_standby", json_boolean(screen->is_standby));
    json_put(document, "waiting", json_integer((json_int_t)screen->tree.waiting));
    json_put(document, "longest_wait_ms", json_integer(screen->tree.longest_ms));
    json_put(document, "tree", tree_json(screen));
    json_put(document, "runner", runner ? lock_session_json(runner) : json_null());
    json_put(document, "pending_blockers", pending_json(report));
    json_put(document, "transactions", transactions);
    json_put(document, "connections", connections_json(arena, screen));
    json_put(document, "hidden_sessions", json_integer((json_int_t)lock_screen_hidden(screen)));
    json_put(document, "tables", tables_json(screen));
    return document;
}
