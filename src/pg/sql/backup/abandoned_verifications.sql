-- Scratch databases of verifications whose maker is gone: nobody holds the advisory lock ($1, number)
-- that the name tells; what is no number of a lock is none of ours. Only those that this role may drop.
SELECT database.datname AS name
FROM pg_catalog.pg_database AS database
WHERE database.datname OPERATOR(pg_catalog.~) '^migrate_safe_verify_[12]?[0-9]{1,9}$'
  AND pg_catalog.pg_has_role(database.datdba, 'USAGE')
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_locks AS held
      WHERE held.locktype OPERATOR(pg_catalog.=) 'advisory'
        AND held.classid OPERATOR(pg_catalog.=) $1::pg_catalog.oid
        AND held.objid OPERATOR(pg_catalog.=)
            pg_catalog.replace(database.datname::pg_catalog.text, 'migrate_safe_verify_', '')::pg_catalog.oid
        AND held.objsubid OPERATOR(pg_catalog.=) 2);
