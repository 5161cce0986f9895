#include "run/server_facts.h"

#include "base/text.h"

#include <string.h>

const char *server_timeouts(Arena *arena, const Rows *facts)
{
    static const struct {
        const char *name;
        int column;
    } TIMEOUTS[] = {
        {"transaction_timeout", SERVER_IN_TRANSACTION},
        {"idle_in_transaction_session_timeout", SERVER_IDLE_IN_TRANSACTION},
        {"idle_session_timeout", SERVER_IDLE_SESSION},
        {"statement_timeout", SERVER_STATEMENT_TIMEOUT},
        {"lock_timeout", SERVER_LOCK_TIMEOUT},
    };
    TEXT_SCOPED list;
    text_init(&list, 512);
    for (size_t i = 0; i < sizeof TIMEOUTS / sizeof *TIMEOUTS; i++) {
        const char *value = rows_text(facts, 0, TIMEOUTS[i].column);
        if (strcmp(value, "0") != 0)
            text_printf(&list, "%s%s %s", list.len ? ", " : "", TIMEOUTS[i].name, value);
    }
    return arena_strdup(arena, text_cstr(&list));
}

const char *server_extensions(Arena *arena, const Rows *extensions)
{
    TEXT_SCOPED list;
    text_init(&list, 512);
    for (size_t i = 0; i < extensions->count; i++)
        text_printf(&list, "%s%s %s", i ? ", " : "", rows_text(extensions, i, 0),
                    rows_text(extensions, i, 2) ? "installed" : "available");
    return arena_strdup(arena, text_cstr(&list));
}

bool server_extension_obstacle(Arena *arena, const Rows *extensions, int major, bool is_superuser,
                               ExtensionObstacle *ret_obstacle)
{
    for (size_t i = 0; i < extensions->count; i++) {
        const char *name = rows_text(extensions, i, 0);
        if (rows_text(extensions, i, 2))
            continue; // installed already
        if (!rows_bool(extensions, i, 1)) {
            *ret_obstacle = (ExtensionObstacle){
                arena_printf(arena, "%s is not available on the server", name),
                arena_printf(arena,
                             "on the server: apt-get install postgresql-%d-%s (or the package that "
                             "has it)",
                             major, name)};
            return true;
        }
        if (rows_bool(extensions, i, 3) && !is_superuser) {
            *ret_obstacle = (ExtensionObstacle){
                arena_printf(arena, "only a superuser may create %s", name),
                arena_printf(arena, "as a superuser: CREATE EXTENSION %s;", name)};
            return true;
        }
    }
    return false;
}
