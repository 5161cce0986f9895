// What of the session decides where names are looked for: search_path.
#include "check/replay/kind.h"

static void reset_path(const Replay *replay)
{
    replay->model->search_path = (Words){0};
}

// Statements that change nothing must cost nothing: pg_dump sets the same path file after file.
static void set_path(const Replay *replay, const Words *path)
{
    const Words *old = &replay->model->search_path;
    bool is_same = old->len == path->len;
    for (size_t i = 0; is_same && i < path->len; i++)
        is_same = strcmp(old->items[i], path->items[i]) == 0;
    if (!is_same)
        replay->model->search_path = keep_words(replay, path);
}

void replay_set(const Replay *replay, const Node *node)
{
    bool is_all = node_text_is(node, "kind", "VAR_RESET_ALL");
    if (!is_all && !node_text_is(node, "name", "search_path"))
        return;
    if (!node_text_is(node, "kind", "VAR_SET_VALUE")) {
        if (!node_text_is(node, "kind", "VAR_SET_CURRENT"))
            reset_path(replay);
        return;
    }
    Words path = {0};
    NODE_EACH(argument, node_field(node, "args"))
    *vec_append(replay->scratch, &path) = node_text(argument, "sval.sval");
    set_path(replay, &path);
}

void replay_discard(const Replay *replay, const Node *node)
{
    if (node_text_is(node, "target", "DISCARD_ALL"))
        reset_path(replay);
}

static const char *path_item(const Replay *replay, Str item)
{
    item = str_trim(item);
    if (item.n >= 2 && item.p[0] == '"' && item.p[item.n - 1] == '"')
        return arena_dup(replay->scratch, (Str){item.p + 1, item.n - 2});
    char *name = arena_dup(replay->scratch, item);
    for (char *c = name; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return name;
}

void set_path_from_text(const Replay *replay, const char *text)
{
    Words path = {0};
    for (Str rest = str_from(text);;) {
        Str item = str_until(rest, ',');
        *vec_append(replay->scratch, &path) = path_item(replay, item);
        if (item.n == rest.n)
            break;
        rest = str_skip(rest, item.n + 1);
    }
    set_path(replay, &path);
}
