#include "report/preflight_report.h"

#include "report/check_report.h"

static json_t *known(int64_t number)
{
    return number < 0 ? json_null() : json_integer(number);
}

static json_t *versions(const Plan *plan)
{
    if (!plan)
        return json_null();
    json_t *list = json_array();
    VEC_EACH (const Step, step, &plan->steps)
        json_array_append_new(list, json_cstr(step->version));
    return list;
}

json_t *preflight_report_json(const PreflightReport *report)
{
    const Preflight *preflight = report->preflight;
    json_t *document = json_object();
    json_put(document, "schema", json_cstr("migrate-safe/preflight/1"));
    json_put(document, "run_id", json_cstr(report->run_id));
    json_put(document, "command", json_cstr(report->command));
    json_put(document, "timestamp", json_cstr(report->timestamp));
    json_put(document, "database", json_cstr(preflight->database));
    json_put(document, "server_version", json_cstr(preflight->server_version));
    json_put(document, "pending_migrations", json_integer(preflight->pending));
    json_put(document, "versions", versions(report->plan));
    json_put(document, "schema_size_bytes", known(preflight->schema_bytes));
    json_put(document, "schema_drift",
             preflight->drifted < 0 ? json_null() : json_boolean(preflight->drifted));
    json_put(document, "long_running_transactions", known(preflight->long_transactions));
    json_put(document, "blocking_locks", known(preflight->blocking));
    check_report_put(document, &preflight->list);
    return document;
}
