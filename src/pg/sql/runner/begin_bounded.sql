-- As runner/begin, where more timeouts are asked for: the timeouts, and the runner's lock tested again
-- (it is re-entrant for its holder; when somebody else has it this divides by zero and the transaction fails).
-- $1 lock_timeout, $2 statement_timeout (ms), $3 key of the lock; $4 idle_in_transaction_session_timeout and
-- $5 transaction_timeout, NULL: as they are. (The last is unknown before PostgreSQL 17; what CASE passes over is not looked at.)
SELECT
    pg_catalog.set_config('lock_timeout', $1, true),
    pg_catalog.set_config('statement_timeout', $2, true),
    1 OPERATOR(pg_catalog./) pg_catalog.pg_try_advisory_lock($3::pg_catalog.int8)::pg_catalog.int4,
    CASE WHEN $4::pg_catalog.text IS NOT NULL THEN pg_catalog.set_config('idle_in_transaction_session_timeout', $4, true) END,
    CASE WHEN $5::pg_catalog.text IS NOT NULL THEN pg_catalog.set_config('transaction_timeout', $5, true) END;
