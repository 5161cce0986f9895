-- Every session that waits for a lock: for which, since when (ms; NULL: not known), and who is in its way: pids, and the names
-- of prepared transactions, which are 0 among the pids.
WITH modes (name, conflicts) AS (
    VALUES
        ('AccessShareLock', '{AccessExclusiveLock}'::pg_catalog.text[]),
        ('RowShareLock', '{ExclusiveLock,AccessExclusiveLock}'),
        ('RowExclusiveLock', '{ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'),
        ('ShareUpdateExclusiveLock',
            '{ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'),
        ('ShareLock',
            '{RowExclusiveLock,ShareUpdateExclusiveLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'),
        ('ShareRowExclusiveLock',
            '{RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'),
        ('ExclusiveLock',
            '{RowShareLock,RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'),
        ('AccessExclusiveLock',
            '{AccessShareLock,RowShareLock,RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}')
), locks AS MATERIALIZED (
    SELECT
        l.*,
        -- what is locked, as one value
        pg_catalog.format('%s/%s/%s/%s/%s/%s/%s/%s/%s/%s', l.locktype, l.database, l.relation, l.page, l.tuple,
            l.virtualxid, l.transactionid, l.classid, l.objid, l.objsubid) AS lockable
    FROM pg_catalog.pg_locks l
    WHERE NOT l.granted OR l.pid IS NULL OR l.locktype OPERATOR(pg_catalog.=) 'tuple'
), waiting AS (
    SELECT DISTINCT ON (l.pid)
        l.*,
        COALESCE(a.leader_pid, l.pid) AS client,
        -- 14 and newer have the column
        (pg_catalog.to_jsonb(l) OPERATOR(pg_catalog.->>) 'waitstart')::pg_catalog.timestamptz AS begun,
        pg_catalog.pg_blocking_pids(l.pid) AS blockers,
        d.oid AS here
    FROM locks l
    JOIN pg_catalog.pg_database d ON d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
    LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid OPERATOR(pg_catalog.=) l.pid
    WHERE NOT l.granted
    ORDER BY l.pid
)
SELECT
    w.client AS pid,
    w.locktype,
    w.mode,
    CASE
        WHEN w.relation IS NOT NULL AND w.database OPERATOR(pg_catalog.<>) ALL (ARRAY[w.here, 0::pg_catalog.oid])
            THEN pg_catalog.format('relation %s of another database', w.relation)
        WHEN w.relation IS NOT NULL THEN w.relation::pg_catalog.regclass::pg_catalog.text
        -- who waits for a row waits for the end of who has written it
        WHEN w.locktype OPERATOR(pg_catalog.=) 'transactionid' THEN (
            SELECT row_lock.relation::pg_catalog.regclass::pg_catalog.text
            FROM locks row_lock
            WHERE row_lock.pid OPERATOR(pg_catalog.=) w.pid
              AND row_lock.locktype OPERATOR(pg_catalog.=) 'tuple'
              AND row_lock.granted
              AND row_lock.database OPERATOR(pg_catalog.=) w.here
            LIMIT 1
        )
        WHEN w.locktype OPERATOR(pg_catalog.=) 'advisory' AND w.objsubid OPERATOR(pg_catalog.=) 1
            THEN ((w.classid::pg_catalog.int8 OPERATOR(pg_catalog.<<) 32) OPERATOR(pg_catalog.|) w.objid::pg_catalog.int8)::pg_catalog.text
        WHEN w.locktype OPERATOR(pg_catalog.=) 'advisory'
            THEN pg_catalog.format('%s, %s', w.classid, w.objid)
        WHEN w.classid IS NOT NULL
            THEN pg_catalog.format('%s %s', w.classid::pg_catalog.regclass, w.objid)
    END AS object,
    (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) w.begun)
        OPERATOR(pg_catalog.*) 1000::pg_catalog.float8)::pg_catalog.int8 AS wait_ms,
    pg_catalog.to_json(w.blockers) AS blockers,
    CASE WHEN 0 OPERATOR(pg_catalog.=) ANY (w.blockers) THEN (
        SELECT pg_catalog.json_agg(DISTINCT p.gid)
        FROM locks h
        JOIN modes m ON m.name OPERATOR(pg_catalog.=) h.mode AND w.mode OPERATOR(pg_catalog.=) ANY (m.conflicts)
        -- the lock on its own number tells which transaction it is
        JOIN locks own
            ON own.pid IS NULL
            AND own.locktype OPERATOR(pg_catalog.=) 'transactionid'
            AND own.virtualtransaction OPERATOR(pg_catalog.=) h.virtualtransaction
        JOIN pg_catalog.pg_prepared_xacts p ON p.transaction OPERATOR(pg_catalog.=) own.transactionid
        WHERE h.pid IS NULL AND h.lockable OPERATOR(pg_catalog.=) w.lockable
    ) END AS prepared
FROM waiting w
ORDER BY w.client;
