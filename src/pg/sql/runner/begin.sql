-- First statement of each transaction of ours: its timeouts, and the runner's lock tested again
-- (it is re-entrant for its holder; when somebody else has it this divides by zero and the transaction fails).
-- $1 lock_timeout, $2 statement_timeout (ms), $3 key of the lock.
SELECT
    pg_catalog.set_config('lock_timeout', $1, true),
    pg_catalog.set_config('statement_timeout', $2, true),
    1 OPERATOR(pg_catalog./) pg_catalog.pg_try_advisory_lock($3::pg_catalog.int8)::pg_catalog.int4;
