-- What ALTER SYSTEM has set; a superuser may see it.
SELECT
    pg_catalog.concat('setting ', pg_catalog.quote_ident(s.name)) AS name,
    pg_catalog.md5(s.setting) AS state
FROM pg_catalog.pg_file_settings s
WHERE s.sourcefile OPERATOR(pg_catalog.~) '/postgresql[.]auto[.]conf$'
ORDER BY 1;
