-- Until the end of the (sub)transaction: what deparsed text depends on. With an empty search_path every name that
-- is not the system's own comes qualified.
SELECT
    pg_catalog.set_config(name, value, true)
FROM (
    VALUES
        ('search_path', ''), ('quote_all_identifiers', 'off'), ('standard_conforming_strings', 'on'),
        ('datestyle', 'ISO, MDY'), ('intervalstyle', 'postgres'), ('timezone', 'UTC'), ('extra_float_digits', '1'),
        ('bytea_output', 'hex'), ('lc_monetary', 'C'), ('xmloption', 'content'), ('row_security', 'off'),
        -- deparsing a view locks what it reads: who waits for somebody's DDL says so, not for ever
        ('lock_timeout', CASE WHEN pg_catalog.current_setting('lock_timeout') OPERATOR(pg_catalog.=) '0' THEN '30s'
                         ELSE pg_catalog.current_setting('lock_timeout') END),
        -- not what is read but how: nothing goes to disk, and no worker is taken from others
        ('jit', 'off'), ('work_mem', '64MB'), ('max_parallel_workers_per_gather', '0')
) AS pinned(name, value);
