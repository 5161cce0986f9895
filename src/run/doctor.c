#include "run/doctor.h"

#include "io/interrupt.h"
#include "io/json.h"
#include "run/doctor_private.h"

void doctor_unknown(Doctor *doctor, CheckId id, const Err *why)
{
    if (why->class == ERR_INTERRUPTED)
        doctor->stopped = *why;
    check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[id], VERDICT_UNKNOWN,
                   why->hint[0] ? arena_strdup(doctor->arena, why->hint)
                                : "migrate-safe doctor, once that is settled",
                   "%s", why->message);
}

// An interrupt that came when the server had answered already has not failed anything.
bool doctor_is_stopped(Doctor *doctor)
{
    if (interrupt_requested() && doctor->stopped.class == ERR_NONE)
        fail(&doctor->stopped, ERR_INTERRUPTED, "interrupted");
    return doctor->stopped.class != ERR_NONE;
}

bool doctor_query(Doctor *doctor, const Query *query, int count, const char *const *parameters,
                  CheckId id, Rows *ret_rows)
{
    Err err = {0};
    if (doctor_is_stopped(doctor))
        return false;
    if (session_query(doctor->session, doctor->arena, query->text, count, parameters, ret_rows,
                      &err))
        return true;
    doctor_unknown(doctor, id, &err);
    return false;
}

bool doctor_examine(Arena *arena, const DoctorOptions *options, CheckList *diagnosis,
                    const char **ret_target, Err *err)
{
    Doctor doctor = {.arena = arena, .options = options, .diagnosis = diagnosis};
    if (options->where)
        doctor_connection(&doctor);
    *ret_target = NULL;
    if (doctor.session) {
        *ret_target = arena_strdup(arena, session_target(doctor.session));
        doctor_wants(&doctor);
        doctor_role(&doctor);
        doctor_server(&doctor);
    }
    if (!doctor_is_stopped(&doctor))
        doctor_tools(&doctor, doctor.session ? session_server_major(doctor.session) : 0);
    session_close(doctor.session);
    if (!doctor_is_stopped(&doctor))
        return true;
    *err = doctor.stopped;
    return false;
}
