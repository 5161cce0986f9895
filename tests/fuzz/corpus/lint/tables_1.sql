DELETE FROM logs WHERE level < 3;
DELETE FROM logs;
UPDATE orders SET quantity = 1;
ALTER TABLE orders ADD COLUMN channel text;

UPDATE orders SET channel = 'web' WHERE id BETWEEN 1 AND 100000;
CREATE TABLE logs_copy (id bigint, line text);
INSERT INTO logs_copy SELECT id, line FROM logs;
ALTER TABLE logs SET UNLOGGED;
CREATE UNLOGGED TABLE cache (key text PRIMARY KEY, value text);
ALTER TABLE cache SET LOGGED;
-- migrate-safe: no-transaction
VACUUM FULL orders;
-- migrate-safe: no-transaction
VACUUM (VERBOSE, FULL, ANALYZE) orders;
CLUSTER orders USING orders_user_id;
ALTER TABLE orders SET TABLESPACE pg_default;
ALTER TABLE orders SET ACCESS METHOD heap;
CREATE MATERIALIZED VIEW order_counts AS SELECT user_id, count(*) AS orders FROM orders GROUP BY user_id;
REFRESH MATERIALIZED VIEW order_counts;
LOCK TABLE orders;
CREATE TABLE counters (id bigint PRIMARY KEY, n bigint);
LOCK TABLE ONLY orders, counters IN SHARE MODE;
CREATE TABLE metrics_2024 (id bigint NOT NULL, day date NOT NULL, value int);
ALTER TABLE metrics ATTACH PARTITION metrics_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE metrics_2024 (id bigint NOT NULL, day date NOT NULL, value int,
    CONSTRAINT metrics_2024_bound CHECK (day >= '2023-01-01' AND day < '2025-01-01'));
ALTER TABLE metrics ATTACH PARTITION metrics_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
