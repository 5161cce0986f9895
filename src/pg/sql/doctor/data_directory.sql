-- Where the server's files are, and what their folder's own times are: on the same machine they tell whether a
-- folder of that name is the server's. For superusers.
SELECT
    pg_catalog.current_setting('data_directory') AS directory,
    pg_catalog.floor(pg_catalog.date_part('epoch', f.modification))::pg_catalog.int8 AS modified,
    pg_catalog.floor(pg_catalog.date_part('epoch', f.change))::pg_catalog.int8 AS changed
FROM pg_catalog.pg_stat_file('.') AS f;
