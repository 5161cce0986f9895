// What the doctor's own files share; nobody else includes it.
// Knows one examination at work; refuses reports. Invariant: `session` is NULL without a
// connection, and then nothing but tools is looked at.
#pragma once

#include "check/status.h"
#include "run/doctor.h"
#include "run/rights_wanted.h"

typedef struct Doctor {
    Arena *arena;
    const DoctorOptions *options;
    CheckList *diagnosis;
    Target target;    // whole when has_target
    bool has_target;  // history could be read
    Session *session; // the target's, or one of our own when its history cannot be read
    Status status;
    const char *role; // NULL when it could not be asked
    bool is_superuser;
    RightsWanted wants; // of what is pending
    Err stopped;        // an interrupt
} Doctor;

// Runs a query; when it fails the check `id` is "unknown", with the reason.
bool doctor_query(Doctor *doctor, const Query *query, int count, const char *const *parameters,
                  CheckId id, Rows *ret_rows);
bool doctor_is_stopped(Doctor *doctor);
// The same as a failure of ours, not of a query.
void doctor_unknown(Doctor *doctor, CheckId id, const Err *why);

void doctor_connection(Doctor *doctor);
void doctor_wants(Doctor *doctor);
void doctor_role(Doctor *doctor);
void doctor_server(Doctor *doctor);
void doctor_disk(Doctor *doctor, int64_t database_bytes, int64_t largest_bytes);
void doctor_tools(Doctor *doctor, int server_major); // 0: not known
