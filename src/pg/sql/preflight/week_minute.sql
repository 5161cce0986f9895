-- Minutes since Monday 00:00 in a time zone. $1: the zone's name.
SELECT (
    ((pg_catalog.date_part('isodow', t.here) OPERATOR(pg_catalog.-) 1::pg_catalog.float8)
        OPERATOR(pg_catalog.*) 1440::pg_catalog.float8)
    OPERATOR(pg_catalog.+) (pg_catalog.date_part('hour', t.here) OPERATOR(pg_catalog.*) 60::pg_catalog.float8)
    OPERATOR(pg_catalog.+) pg_catalog.date_part('minute', t.here)
)::pg_catalog.int8 AS minute
FROM (SELECT pg_catalog.clock_timestamp() AT TIME ZONE $1::pg_catalog.text AS here) AS t;
