-- $1 kind (database, tablespace, subscription), $2 name as the statement spells it.
SELECT CASE $1::pg_catalog.text
    WHEN 'database' THEN EXISTS (
        SELECT FROM pg_catalog.pg_database d WHERE d.datname OPERATOR(pg_catalog.=) (pg_catalog.parse_ident($2))[1]::pg_catalog.name)
    WHEN 'tablespace' THEN EXISTS (
        SELECT FROM pg_catalog.pg_tablespace t WHERE t.spcname OPERATOR(pg_catalog.=) (pg_catalog.parse_ident($2))[1]::pg_catalog.name)
    ELSE EXISTS (
        SELECT FROM pg_catalog.pg_subscription s
        WHERE s.subname OPERATOR(pg_catalog.=) (pg_catalog.parse_ident($2))[1]::pg_catalog.name
          AND s.subdbid OPERATOR(pg_catalog.=) (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()))
END AS is_there;
