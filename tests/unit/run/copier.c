// Makes the private copy of a rehearsal and says what it is as JSON, for
// tests/e2e/test_rehearse_copy.py: copier OPTION=VALUE..., then a line of standard input is what to
// do next: save, back, forget, wide, fill, role NAME, check, quit.
#include "io/interrupt.h"
#include "io/json.h"
#include "run/rehearse/place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Wanted {
    const char *target;
    const char *folder;
    const char *kind;
    RehearsalPlaceOptions place;
    const char *prelude[8];
} Wanted;

static void take_option(Wanted *wanted, const char *name, const char *value)
{
    size_t files = 0;
    if (strcmp(name, "target") == 0)
        wanted->target = value;
    else if (strcmp(name, "folder") == 0)
        wanted->folder = value;
    else if (strcmp(name, "kind") == 0)
        wanted->kind = value;
    else if (strcmp(name, "backup") == 0)
        wanted->place.backup = value;
    else if (strcmp(name, "shelf") == 0)
        wanted->place.shelf = value;
    else if (strcmp(name, "rows") == 0)
        wanted->place.rows = strtoll(value, NULL, 10);
    else if (strcmp(name, "most") == 0)
        wanted->place.dump_bytes_most = strtoll(value, NULL, 10);
    else if (strcmp(name, "on") == 0)
        wanted->place.on = value;
    else if (strcmp(name, "major") == 0)
        wanted->place.major = (int)strtol(value, NULL, 10);
    else if (strcmp(name, "forced") == 0)
        wanted->place.is_prelude_forced = true;
    else if (strcmp(name, "prelude") == 0) {
        while (wanted->prelude[files])
            files++;
        wanted->prelude[files] = value;
        wanted->place.prelude = wanted->prelude;
    } else
        abort();
}

static json_t *words_json(const Words *words)
{
    json_t *list = json_array();
    VEC_EACH (const char *const, word, words)
        json_array_append_new(list, json_cstr(*word));
    return list;
}

static void say(Arena *arena, json_t *document)
{
    puts(json_line(arena, document));
    fflush(stdout);
    json_decref(document);
}

static void say_copy(Arena *arena, const RehearsalPlace *place)
{
    const RehearsalCopy *copy = rehearsal_place_copy(place);
    json_t *document = json_object();
    json_put(document, "kind", json_cstr(rehearsal_copy_word(copy->kind)));
    json_put(document, "why", json_cstr(copy->why));
    json_put(document, "backup_id", json_cstr(copy->backup_id));
    json_put(document, "server", json_cstr(copy->server));
    json_put(document, "place", json_cstr(copy->place));
    json_put(document, "role", json_cstr(copy->role));
    json_put(document, "is_superuser", json_boolean(copy->is_superuser));
    json_put(document, "bytes", json_integer(copy->bytes));
    json_put(document, "tables", json_integer(copy->tables));
    json_put(document, "rows", json_integer(copy->rows));
    json_put(document, "limits", words_json(&copy->limits));
    json_put(document, "url", json_cstr(rehearsal_place_url(place)));
    json_put(document, "superuser_url", json_cstr(rehearsal_place_superuser_url(place)));
    json_put(document, "major", json_integer(rehearsal_place_major(place)));
    say(arena, document);
}

static int say_error(Arena *arena, const Err *err)
{
    json_t *document = json_object();
    json_put(document, "error", json_cstr(err->message));
    json_put(document, "class", json_cstr(err_class_word(err->class)));
    json_put(document, "detail", json_cstr(err->detail));
    json_put(document, "hint", json_cstr(err->hint));
    json_put(document, "file", json_cstr(err->file));
    json_put(document, "line", json_integer(err->position.line));
    json_put(document, "column", json_integer(err->position.column));
    say(arena, document);
    return 1;
}

static bool obey(Arena *arena, RehearsalPlace *place, Target *target, const char *order,
                 const char **saved, Err *err)
{
    Words lines;
    if (strcmp(order, "save") == 0)
        return rehearsal_place_save(place, saved, err);
    if (strcmp(order, "back") == 0)
        return rehearsal_place_bring_back(place, *saved, err);
    if (strcmp(order, "fill") == 0)
        return rehearsal_place_fill(place, err);
    if (strcmp(order, "check") == 0)
        return target->session ? session_exec(target->session, "SELECT 1", err) : true;
    if (strcmp(order, "forget") == 0)
        rehearsal_place_forget(place, *saved);
    if (strncmp(order, "role ", 5) == 0) {
        Err failure = {.sqlstate = "42704"};
        snprintf(failure.message, sizeof failure.message, "role \"%s\" does not exist", order + 5);
        if (!rehearsal_place_make_missing_role(place, &failure))
            return fail(err, ERR_CHECK, "it was not made");
    }
    if (strcmp(order, "wide") == 0) {
        json_t *document = json_object();
        if (!rehearsal_place_server_wide(place, arena, &lines, err))
            return false;
        json_put(document, "wide", words_json(&lines));
        say(arena, document);
    }
    return true;
}

static void serve(Arena *arena, RehearsalPlace *place, Target *target)
{
    char order[256];
    const char *saved = NULL;
    while (fgets(order, sizeof order, stdin) && strcmp(order, "quit\n") != 0) {
        Err err = {0};
        order[strcspn(order, "\n")] = '\0';
        if (!obey(arena, place, target, order, &saved, &err))
            (void)say_error(arena, &err);
        else if (strcmp(order, "wide") != 0)
            say_copy(arena, place);
    }
}

int main(int arguments_count, char **arguments)
{
    ARENA_SCOPED arena = arena_new();
    REHEARSAL_PLACE_SCOPED place = NULL;
    TARGET_SCOPED target = {0};
    Wanted wanted = {0};
    Source source = {0};
    Target opened;
    Err err = {0};
    interrupt_install();
    for (int i = 1; i < arguments_count; i++) {
        char *equals = strchr(arguments[i], '=');
        *equals = '\0';
        take_option(&wanted, arguments[i], equals + 1);
    }
    if (wanted.folder) {
        const char *const folders[] = {wanted.folder, NULL};
        if (!source_load(arena, &(SourceOptions){.directories = folders}, &source, &err))
            return say_error(arena, &err);
        wanted.place.source = &source;
    }
    if (wanted.target) {
        if (!target_open(arena, &(TargetOptions){.url = wanted.target, .command = "rehearse"},
                         &opened, &err))
            return say_error(arena, &err);
        target = opened;
    }
    wanted.place.has_kind = wanted.kind && rehearsal_copy_parse(wanted.kind, &wanted.place.kind);
    if (!rehearsal_place_open(arena, wanted.target ? &target : NULL, &wanted.place, &place, &err))
        return say_error(arena, &err);
    say_copy(arena, place);
    serve(arena, place, &target);
    return 0;
}
