// GitLab's code quality report: a list of issues, lines from 1, each with a fingerprint.
#include "report/finding_report.h"

// Its words: info, minor, major, critical, blocker.
static const char *severity_there(const Finding *finding)
{
    if (finding->severity == SEVERITY_ERROR)
        return finding->rule->risk == RISK_DATA_LOSS ? "blocker" : "critical";
    return finding->severity == SEVERITY_WARNING ? "major" : "info";
}

// It wants a path that is relative to the repository, without "./".
static const char *path_there(const char *path)
{
    while (str_starts(str_from(path), STR("./")))
        path += 2;
    return path;
}

static void begin(FindingWriter *writer)
{
    writer->json.lines = 1;
    json_begin_list(&writer->json);
}

static void finding_written(FindingWriter *writer, const Finding *finding)
{
    JsonStream *json = &writer->json;
    if (finding->ignored)
        return;
    json_begin_object(json);
    json_key_text(json, "description", finding->message);
    json_key_text(json, "check_name", finding->rule->id);
    json_key_text(json, "fingerprint", finding->fingerprint);
    json_key_text(json, "severity", severity_there(finding));
    json_key(json, "location");
    json_begin_object(json);
    json_key_text(json, "path", path_there(finding->file));
    json_key(json, "lines");
    json_begin_object(json);
    json_key_number(json, "begin", finding->position.line);
    json_key_number(json, "end", finding_end(finding).line);
    json_end(json);
    json_end(json);
    json_end(json);
}

static void end(FindingWriter *writer)
{
    json_end(&writer->json);
}

const FindingReport FINDING_GITLAB = {"gitlab", begin, finding_written, end};
