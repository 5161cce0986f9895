#include "cli/rehearsal_settings.h"

#include "base/require.h"
#include "cli/settings.h"
#include "run/rehearse/evidence.h"

enum {
    AGE_LEAST_MS = 60 * 1000,
    DAY_MS = 24 * 3600 * 1000,
};

const char *rehearsal_folder(const Context *context)
{
    return settings_beside(context, EVIDENCE_FOLDER);
}

bool rehearsal_policy(const Context *context, EvidencePolicy *ret_policy, Err *err)
{
    const OptionValues *options = &context->options;
    const OptionValue *age = &options->values[OPTION_REHEARSAL_MAX_AGE];
    const char *need = option_text(options, OPTION_REHEARSAL);
    const char *copy = option_text(options, OPTION_REHEARSAL_COPY);
    EvidencePolicy policy = {.max_age_ms = age->where ? age->number : (int64_t)7 * DAY_MS};
    if (need)
        REQUIRE(evidence_need_parse(need, &policy.need));
    policy.wants_data = copy && strcmp(copy, "data") == 0;
    if (age->where && age->number && age->number < AGE_LEAST_MS) { // a bare 7 is 7 ms
        fail(err, ERR_CONFIG, "rehearsal-max-age %s (%s) is less than a minute", age->text,
             age->where);
        return err_hint(err, "write it with its unit: 7d or 48h; 0 is any age");
    }
    *ret_policy = policy;
    return true;
}
