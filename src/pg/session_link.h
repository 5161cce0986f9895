// How a connection travels: to this machine or another, encrypted or not.
// Refuses to judge. Invariant: says what our own side of the connection knows; behind a pooler the
// other half of the way is the pooler's.
#pragma once

#include "pg/session.h"

// "TLSv1.3, TLS_AES_256_GCM_SHA384"; NULL when it is not encrypted.
const char *session_tls(const Session *session, Arena *arena);
// The server's certificate was checked against its name (sslmode=verify-full).
bool session_is_verified(const Session *session);
bool session_is_local(const Session *session); // a unix socket or a loopback address
bool session_is_socket(const Session *session);
const char *session_host(const Session *session); // as it was given; "" when it was not
