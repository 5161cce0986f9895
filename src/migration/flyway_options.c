// What V1__x.sql.conf says about its script.
#include "migration/flyway_config.h"

static bool refuse(const FlywaySetting *setting, Err *err, const char *what, const char *hint)
{
    fail(err, ERR_CONFIG, STR_FMT ": %s", STR_ARG(setting->name), what);
    err_at(err, setting->file->path, setting->position);
    return err_hint(err, "%s", hint);
}

static bool truth_of(const FlywaySetting *setting, bool *ret_truth, Err *err)
{
    *ret_truth = str_eq_nocase(setting->value, STR("true"));
    return *ret_truth || str_eq_nocase(setting->value, STR("false")) ||
           refuse(setting, err, "only true and false are understood here", "write true or false");
}

static bool option_apply(const FlywaySetting *setting, bool is_down, Migration *migration, Err *err)
{
    Script *script = is_down ? &migration->down : &migration->up;
    bool truth;
    if (str_eq(setting->name, STR("encoding")))
        return str_eq_nocase(setting->value, STR("UTF-8")) ||
               str_eq_nocase(setting->value, STR("UTF8")) ||
               refuse(setting, err, "only UTF-8 is read",
                      "convert the script to UTF-8 (iconv -t UTF-8) and take this line out");
    bool is_transaction = str_eq(setting->name, STR("executeInTransaction"));
    bool is_replacement = str_eq(setting->name, STR("placeholderReplacement"));
    if (!is_transaction && !is_replacement && !str_eq(setting->name, STR("shouldExecute")))
        return refuse(
            setting, err, "there is no such option of a script",
            "known: executeInTransaction, placeholderReplacement, shouldExecute, encoding");
    if (!truth_of(setting, &truth, err))
        return false;
    if (is_transaction)
        script->is_no_transaction = !truth;
    else if (is_replacement)
        script->expansion =
            truth && script->expansion ? flyway_expansion_on(script->expansion) : NULL;
    else if (!truth && is_down)
        *script = (Script){0};
    else if (!truth)
        migration->left_out = "shouldExecute=false";
    return true;
}

bool flyway_options(Arena *arena, const SourceText *text, Migration *migration, Err *err)
{
    FlywaySettings settings = {0};
    const char *slash = strrchr(text->name, '/');
    bool is_down = (slash ? slash[1] : text->name[0]) == 'U';
    flyway_properties_read(arena, text, STR(""), &settings);
    VEC_EACH (const FlywaySetting, setting, &settings)
        if (!option_apply(setting, is_down, migration, err))
            return false;
    return true;
}
