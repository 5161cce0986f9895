// A libpq that plays a script, and with it the clock and Ctrl-C: which calls must come, in which
// order, with which text, and what each answers. Refuses every call that the script does not have.
// Invariant: at its end the whole script was played, every result was cleared, and the connection
// closed.
#pragma once

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pg_result {
    ExecStatusType status;
    const char *severity; // "FATAL"; NULL: "ERROR"
    const char *sqlstate;
    const char *message;
    const char *detail;
    const char *hint;
    const char *context;
    const char *position;
    const char *inner_query;
    int rows;
    int columns;
    const char *const *cells; // NULL for SQL null
    const char *affected;     // "3"; NULL: a kind that counts no rows
};

typedef struct ScriptedCall {
    const char *call;       // "PQsendQuery"
    const char *text;       // what is sent must be equal to it; NULL: anything. Of PQgetCopyData
                            // the answer
    int answer;             // when the function gives an int
    const PGresult *result; // when it gives a result; NULL is the end of a statement
    const PGresult *notice; // comes while the call runs
    bool is_lost;           // the connection, from this call on
    const char *message;    // what PQerrorMessage says from this call on
    int clock_s;            // so many seconds pass in this call
    bool is_interrupted;    // Ctrl-C is pressed in this call
} ScriptedCall;

// PQflush, PQisBusy, PQconsumeInput, PQsetSingleRowMode, PQtransactionStatus and PQconninfoParse
// may come at any time and answer as on a calm day (0, 0, 1, 1, idle, what db.example's URL says),
// unless the script has them next.
void scripted_begin(const ScriptedCall *script, size_t count);
void scripted_end(void);

#define SCRIPT(...)                                                                                \
    scripted_begin((const ScriptedCall[]){__VA_ARGS__},                                            \
                   sizeof((const ScriptedCall[]){__VA_ARGS__}) / sizeof(ScriptedCall))

#define ANSWER(...) ((const PGresult[]){{__VA_ARGS__}})
#define GOT(...)                                                                                   \
    {                                                                                              \
        .call = "PQgetResult", .result = ANSWER(__VA_ARGS__)                                       \
    }
#define GOT_DONE    GOT(.status = PGRES_COMMAND_OK)
#define GOT_SYNC    GOT(.status = PGRES_PIPELINE_SYNC)
#define GOT_ABORTED GOT(.status = PGRES_PIPELINE_ABORTED)
#define GOT_END                                                                                    \
    {                                                                                              \
        .call = "PQgetResult"                                                                      \
    }
// While it is waited for, the server goes away.
#define WAIT_LOST                                                                                  \
    {.call = "PQisBusy", .answer = 1},                                                             \
    {                                                                                              \
        .call = "PQconsumeInput", .is_lost = true, .message = SCRIPTED_CLOSED                      \
    }
#define SCRIPTED_CLOSED                                                                            \
    "server closed the connection unexpectedly\n\tThis probably means the server terminated "      \
    "abnormally\n\tbefore or while processing the request.\n"
