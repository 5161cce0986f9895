CREATE INDEX orders_status ON orders (status);
CREATE UNIQUE INDEX IF NOT EXISTS users_nickname ON public.users USING btree (nickname);
CREATE INDEX orders_open ON orders (placed_on) WHERE status = 'new';
CREATE TABLE coupons (id bigint PRIMARY KEY, code text);
CREATE INDEX coupons_code ON coupons (code);
BEGIN;
CREATE TABLE coupons (id bigint PRIMARY KEY, code text);
COMMIT;
BEGIN;

CREATE INDEX coupons_code ON coupons (code);

COMMIT;
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, status text);

CREATE INDEX orders_status ON orders (status);
CREATE INDEX events_2023_kind ON events_2023 (kind);
DO $$ BEGIN CREATE INDEX orders_status ON orders (status); END $$;
DO $$ BEGIN EXECUTE 'CREATE INDEX orders_status ON orders (status)'; END $$;
CREATE INDEX events_kind ON events (kind);
-- migrate-safe: no-transaction
CREATE INDEX CONCURRENTLY events_kind ON events (kind);
BEGIN;

CREATE INDEX CONCURRENTLY orders_status ON orders (status);

COMMIT;
BEGIN;

DROP INDEX CONCURRENTLY orders_user_id;

COMMIT;
-- migrate-safe: no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_status ON orders (status);
-- migrate-safe: no-transaction
CREATE INDEX CONCURRENTLY ON orders (status);
-- migrate-safe: no-transaction
SET lock_timeout = '1s';
SET statement_timeout = '5s';

CREATE INDEX CONCURRENTLY orders_status ON orders (status);
DROP INDEX orders_user_id;
CREATE INDEX orders_status ON orders (status);
