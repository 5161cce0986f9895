-- migrate-safe: no-transaction
SET lock_timeout = 0;
SET statement_timeout = 0;
CREATE INDEX CONCURRENTLY orders_status ON orders (status);
RESET lock_timeout;
RESET statement_timeout;
CREATE TABLE coupons (id bigint PRIMARY KEY, code text);
CREATE INDEX coupons_code ON coupons (code);
BEGIN;
CREATE TABLE public.coupons (id bigint PRIMARY KEY, code text);
CREATE UNIQUE INDEX IF NOT EXISTS coupons_code ON coupons (code);
COMMIT;
CREATE TABLE readings (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE readings_2024 PARTITION OF readings FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX readings_id ON readings (id);
CREATE TEMPORARY TABLE wanted (id bigint);
CREATE INDEX wanted_id ON wanted (id);
CREATE MATERIALIZED VIEW order_counts AS SELECT user_id, count(*) AS orders FROM orders GROUP BY user_id;
CREATE UNIQUE INDEX order_counts_user_id ON order_counts (user_id);
CREATE INDEX events_kind ON ONLY events (kind);
CREATE INDEX metrics_value ON ONLY metrics (value);
-- migrate-safe: no-transaction
CREATE INDEX CONCURRENTLY metrics_2023_value ON metrics_2023 (value);
CREATE INDEX metrics_value ON ONLY metrics (value);
CREATE INDEX metrics_2023_value ON metrics_2023 (value);
ALTER INDEX metrics_value ATTACH PARTITION metrics_2023_value;
ALTER INDEX orders_user_id RENAME TO orders_by_user;
CREATE INDEX orders_user_id_placed_on ON orders (user_id, placed_on);
-- migrate-safe: no-transaction
DROP INDEX CONCURRENTLY orders_user_id;
