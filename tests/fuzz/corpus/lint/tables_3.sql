CREATE TABLE countries (code text PRIMARY KEY, name text);
INSERT INTO countries VALUES ('ch', 'Switzerland'), ('is', 'Iceland');
UPDATE countries SET code = upper(code);
INSERT INTO users (email) SELECT v FROM (VALUES ('ada@example.com'), ('alan@example.com')) AS t (v);
CREATE UNLOGGED TABLE cache (key text PRIMARY KEY, value text);
CREATE TABLE cache (key text PRIMARY KEY, value text);
ALTER TABLE cache SET UNLOGGED;
-- migrate-safe: no-transaction
VACUUM (ANALYZE) orders;
ALTER TABLE orders CLUSTER ON orders_user_id;
CREATE MATERIALIZED VIEW order_counts AS SELECT user_id, count(*) AS orders FROM orders GROUP BY user_id;
CREATE UNIQUE INDEX order_counts_user_id ON order_counts (user_id);
REFRESH MATERIALIZED VIEW CONCURRENTLY order_counts;
CREATE TABLE metrics_2024 (id bigint NOT NULL, day date NOT NULL, value int);
ALTER TABLE metrics_2024 ADD CONSTRAINT metrics_2024_bound
    CHECK (day IS NOT NULL AND day >= '2024-01-01' AND day < '2025-01-01') NOT VALID;

ALTER TABLE metrics_2024 VALIDATE CONSTRAINT metrics_2024_bound;
ALTER TABLE metrics ATTACH PARTITION metrics_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE metrics_2024 (LIKE metrics INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
ALTER TABLE metrics ATTACH PARTITION metrics_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
