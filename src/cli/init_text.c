#include "cli/init_text.h"

#include "io/json.h"

const CiService CI_SERVICES[] = {
    {"github", ".github/workflows/migrations.yml",
     "# Made by migrate-safe init: checks the migrations of every pull request. Changes nothing.\n"
     "name: migrations\n"
     "\n"
     "on: pull_request\n"
     "\n"
     "permissions:\n"
     "  contents: read\n"
     "\n"
     "jobs:\n"
     "  migrations:\n"
     "    runs-on: ubuntu-latest\n"
     "    services:\n"
     "      postgres: # empty, and thrown away; take your server's version\n"
     "        image: postgres:17\n"
     "        env:\n"
     "          POSTGRES_HOST_AUTH_METHOD: trust\n"
     "        ports:\n"
     "          - 5432:5432\n"
     "    env:\n"
     "      DATABASE_URL: postgresql://postgres@localhost:5432/postgres\n"
     "    steps:\n"
     "      - uses: actions/checkout@v4\n"
     "        with:\n"
     "          fetch-depth: 0 # lint compares with the branch that it is merged into\n"
     "      # Here goes the step that puts migrate-safe on the PATH of your runners.\n"
     "      - name: Files, order, directives, downs\n"
     "        run: migrate-safe validate --wait\n"
     "      - name: What is dangerous in what is new\n"
     "        run: migrate-safe lint --since \"origin/$GITHUB_BASE_REF\" --format github\n"
     "      - name: What an empty database would get\n"
     "        run: migrate-safe plan --wait\n"},
    {"gitlab", ".gitlab-ci.yml",
     "# Made by migrate-safe init: checks the migrations of every merge request. Changes nothing.\n"
     "migrations:\n"
     "  # The job's image has to have migrate-safe on its PATH: name it here with image:\n"
     "  rules:\n"
     "    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n"
     "  services:\n"
     "    - name: postgres:17 # empty, and thrown away; take your server's version\n"
     "      alias: postgres\n"
     "  variables:\n"
     "    GIT_DEPTH: 0 # lint compares with the branch that it is merged into\n"
     "    POSTGRES_HOST_AUTH_METHOD: trust\n"
     "    DATABASE_URL: postgresql://postgres@postgres:5432/postgres\n"
     "  script:\n"
     "    - migrate-safe validate --wait\n"
     "    - migrate-safe lint --since \"$CI_MERGE_REQUEST_DIFF_BASE_SHA\" --format gitlab "
     "--output lint.json\n"
     "    - migrate-safe plan --wait\n"
     "  artifacts:\n"
     "    when: always\n"
     "    reports:\n"
     "      codequality: lint.json\n"},
    {NULL, NULL, NULL},
};

static const char HEAD[] =
    "# What migrate-safe does here. Every setting is below, with what counts when nothing is "
    "said:\n"
    "# take the mark in front of a setting away to change it. A flag is stronger than this file, "
    "and\n"
    "# so are DATABASE_URL and .env; an environment's block is stronger than the defaults. What is "
    "in\n"
    "# force, and who says so:\n"
    "#\n"
    "#     migrate-safe config\n"
    "#\n"
    "# This file belongs into version control, so no password belongs into it: that goes into the\n"
    "# environment, into ~/.pgpass, or into .env beside this file (and .env into .gitignore).\n"
    "\n"
    "defaults:\n";

static const char ENVIRONMENTS[] =
    "# Blocks that --env NAME takes: any setting from above, stronger than the defaults. With "
    "--env\n"
    "# .env does not say where to connect, and a DATABASE_URL that differs from the block's is an\n"
    "# error.\n"
    "environments:\n"
    "  #development:\n"
    "    #database: postgresql://localhost/shop_development\n"
    "    #wait: true\n"
    "\n"
    "  #staging:\n"
    "    #database: postgresql://migrator@db.staging.example/shop\n"
    "    #lock-timeout: 1s\n"
    "\n"
    "  #production:\n"
    "    #database: service=shop-production\n"
    "    #statement-timeout: 15min\n"
    "    #rehearsal: required\n"
    "\n"
    "    # Commands around a change (before- and after- up, down, backup, migration; "
    "after-failure), "
    "a\n"
    "    # pair that takes the application away and brings it back, and checks that it works: "
    "docs/hooks.md\n"
    "    #hooks: {after-up: {command: scripts/tell-everybody, timeout: 1min, failure: warn}}\n"
    "    #maintenance: {on: systemctl stop shop, off: systemctl start shop, wait-for-disconnect: "
    "{application: shop}}\n"
    "    #smoke: [{name: health, url: http://localhost:3000/api/health, status: 200}]\n"
    "\n"
    "# What `migrate-safe lint` looks for; every rule is in `migrate-safe lint --rules`.\n"
    "lint:\n"
    "  # from which severity on it exits with 1: notice, warning, error\n"
    "  #threshold: warning\n"
    "\n"
    "  # servers to judge for, one major or a range\n"
    "  #pg: 13..18\n"
    "\n"
    "  # whoever runs the files sets lock and statement timeouts\n"
    "  #assume-timeouts: false\n"
    "\n"
    "  # findings that stand there do not count: migrate-safe lint --write-baseline FILE\n"
    "  #baseline: lint-baseline.json\n"
    "\n"
    "  # rules by name, ours or another tool's: off, notice, warning, error\n"
    "  #rules: {wide-index: notice}\n"
    "\n"
    "  # and in some files only; * is any text\n"
    "  #paths: [{path: seed/*, rules: {update-without-batch: notice}}]\n";

// A JSON text is a YAML text.
static const char *quoted(Arena *arena, const char *value)
{
    static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_/";
    static const char INSIDE[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_/0123456789.-";
    if (*value && strspn(value, PLAIN) && strspn(value, INSIDE) == strlen(value))
        return value;
    JSON_SCOPED text = json_cstr(value);
    return json_line(arena, text);
}

static const char *example_of(const OptionSpec *spec)
{
    if (spec->built_in || spec->example)
        return spec->built_in ? spec->built_in : spec->example;
    return spec->kind == KIND_FLAG       ? "false"
           : spec->kind == KIND_COUNT    ? "10"
           : spec->kind == KIND_DURATION ? "1min"
                                         : spec->value;
}

static void add_list(Arena *arena, const char *name, const OptionValue *value, Text *out)
{
    text_printf(out, "  %s:\n", name);
    for (size_t i = 0; i < value->list.len; i++)
        text_printf(out, "    - %s\n", quoted(arena, value->list.items[i]));
}

static void add_setting(Arena *arena, OptionId id, const OptionValue *value, const char *folder,
                        Text *out)
{
    const OptionSpec *spec = &OPTIONS[id];
    text_printf(out, "  # %s\n", spec->help);
    // A URL may have a password in it, so what was typed is not written down.
    if (value->where && !option_is_url(id) && spec->kind == KIND_LIST)
        add_list(arena, spec->name, value, out);
    else if (value->where && !option_is_url(id))
        text_printf(out, "  %s: %s\n", spec->name, quoted(arena, value->text));
    else if (id == OPTION_DIR)
        text_printf(out, "  %s: %s\n", spec->name, quoted(arena, folder));
    else
        text_printf(out, "  #%s: %s\n", spec->name, example_of(spec));
    text_append_char(out, '\n');
}

void init_settings_text(Arena *arena, const OptionValues *values, const char *folder, Text *out)
{
    text_append(out, str_from(HEAD));
    for (int id = 0; id < OPTION_COUNT; id++)
        if (OPTIONS[id].is_setting)
            add_setting(arena, (OptionId)id, &values->values[id], folder, out);
    text_append(out, str_from(ENVIRONMENTS));
}
