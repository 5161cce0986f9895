-- Scratch databases whose maker is gone: nobody holds the advisory lock ($1, number) that the name tells behind the
-- prefix $2; what is no number of a lock is none of ours. Those kept aside for one have a number behind its name. Only
-- those that this role may drop.
WITH scratch AS (
    SELECT
        d.datname,
        d.datdba,
        pg_catalog.substring(
            d.datname::pg_catalog.text,
            pg_catalog.concat('^', $2::pg_catalog.text, '([12]?[0-9]{1,9})(?:_[0-9]+)?$')
        )::pg_catalog.oid AS number
    FROM pg_catalog.pg_database d
)
SELECT s.datname AS name
FROM scratch s
WHERE s.number IS NOT NULL
  AND pg_catalog.pg_has_role(s.datdba, 'USAGE')
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_locks AS held
      WHERE held.locktype OPERATOR(pg_catalog.=) 'advisory'
        AND held.classid OPERATOR(pg_catalog.=) $1::pg_catalog.oid
        AND held.objid OPERATOR(pg_catalog.=) s.number
        AND held.objsubid OPERATOR(pg_catalog.=) 2);
