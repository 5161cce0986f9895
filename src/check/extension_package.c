// Where the files of an extension come from.
#include "check/backup_contents.h"

// Debian's names around the server's major, where they are not the extension's own.
static const struct {
    const char *extension;
    const char *before;
    const char *after;
} PACKAGES[] = {
    {"address_standardizer", "postgresql-", "-postgis-3"},
    {"address_standardizer_data_us", "postgresql-", "-postgis-3"},
    {"pg_cron", "postgresql-", "-cron"},
    {"pg_hint_plan", "postgresql-", "-pg-hint-plan"},
    {"pg_partman", "postgresql-", "-partman"},
    {"pg_repack", "postgresql-", "-repack"},
    {"pg_similarity", "postgresql-", "-similarity"},
    {"pgl_ddl_deploy", "postgresql-", "-pgl-ddl-deploy"},
    {"pgq", "postgresql-", "-pgq3"},
    {"plperl", "postgresql-plperl-", ""},
    {"plperlu", "postgresql-plperl-", ""},
    {"plpgsql_check", "postgresql-", "-plpgsql-check"},
    {"plpython3u", "postgresql-plpython3-", ""},
    {"pltcl", "postgresql-pltcl-", ""},
    {"pltclu", "postgresql-pltcl-", ""},
    {"postgis", "postgresql-", "-postgis-3"},
    {"postgis_raster", "postgresql-", "-postgis-3"},
    {"postgis_sfcgal", "postgresql-", "-postgis-3"},
    {"postgis_tiger_geocoder", "postgresql-", "-postgis-3"},
    {"postgis_topology", "postgresql-", "-postgis-3"},
    {"tds_fdw", "postgresql-", "-tds-fdw"},
    {"vector", "postgresql-", "-pgvector"},
};

// Those that come with the server itself: Debian has them in its package.
static const char *const CONTRIB[] = {
    "amcheck",
    "autoinc",
    "bloom",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dblink",
    "dict_int",
    "dict_xsyn",
    "earthdistance",
    "file_fdw",
    "fuzzystrmatch",
    "hstore",
    "insert_username",
    "intagg",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "moddatetime",
    "old_snapshot",
    "pageinspect",
    "pg_buffercache",
    "pg_freespacemap",
    "pg_prewarm",
    "pg_stat_statements",
    "pg_surgery",
    "pg_trgm",
    "pg_visibility",
    "pg_walinspect",
    "pgcrypto",
    "pgrowlocks",
    "pgstattuple",
    "postgres_fdw",
    "refint",
    "seg",
    "sslinfo",
    "tablefunc",
    "tcn",
    "tsm_system_rows",
    "tsm_system_time",
    "unaccent",
    "uuid-ossp",
    "xml2",
};

const char *extension_package(Arena *arena, const char *extension, int server_major)
{
    for (size_t i = 0; i < sizeof PACKAGES / sizeof *PACKAGES; i++)
        if (strcmp(PACKAGES[i].extension, extension) == 0)
            return arena_printf(arena, "%s%d%s", PACKAGES[i].before, server_major,
                                PACKAGES[i].after);
    for (size_t i = 0; i < sizeof CONTRIB / sizeof *CONTRIB; i++)
        if (strcmp(CONTRIB[i], extension) == 0)
            return arena_printf(arena, "postgresql-%d", server_major);
    return arena_printf(arena, "postgresql-%d-%s", server_major, extension);
}

const char *extension_preloads(Arena *arena, const Words *extensions)
{
    static const char *const NEEDED[] = {"timescaledb", "pg_cron", "pg_net", "pgaudit", "citus"};
    const char *list = "";
    for (size_t i = 0; i < sizeof NEEDED / sizeof *NEEDED; i++)
        VEC_EACH (const char *const, name, extensions)
            if (strcmp(*name, NEEDED[i]) == 0)
                list = arena_printf(arena, "%s%s%s", list, *list ? "," : "", *name);
    return list;
}
