#include "pg/session_link.h"

#include "pg/session_private.h"

#include <string.h>

const char *session_tls(const Session *session, Arena *arena)
{
    if (!PQsslInUse(session->connection))
        return NULL;
    const char *protocol = PQsslAttribute(session->connection, "protocol");
    const char *cipher = PQsslAttribute(session->connection, "cipher");
    return arena_printf(arena, "%s, %s", protocol ? protocol : "TLS", cipher ? cipher : "?");
}

bool session_is_verified(const Session *session)
{
    bool is_verified = false;
    PQconninfoOption *info = PQconninfo(session->connection);
    for (PQconninfoOption *o = info; o && o->keyword; o++)
        if (strcmp(o->keyword, "sslmode") == 0 && o->val)
            is_verified = strcmp(o->val, "verify-full") == 0;
    PQconninfoFree(info);
    return is_verified && PQsslInUse(session->connection);
}

const char *session_host(const Session *session)
{
    const char *host = PQhost(session->connection);
    return host ? host : "";
}

bool session_is_socket(const Session *session)
{
    const char *host = session_host(session);
    return host[0] == '/' || host[0] == '@';
}

bool session_is_local(const Session *session)
{
    // libpq's own answer to where a name led to; "" for a socket.
    const char *address = PQhostaddr(session->connection);
    return session_is_socket(session) || !address || !*address ||
           strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}
