CREATE TABLE coupons (id bigint PRIMARY KEY);
COMMIT;
CREATE TABLE campaigns (id bigint PRIMARY KEY);
CREATE TABLE coupons (id bigint PRIMARY KEY);
ROLLBACK;
-- migrate-safe: no-transaction
ALTER TABLE orders ADD COLUMN channel text;
CREATE INDEX CONCURRENTLY orders_channel ON orders (channel);
SET statement_timeout = '5s';
CREATE TABLE coupons (id bigint PRIMARY KEY);
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'logs%' LOOP
        EXECUTE 'ALTER TABLE ' || quote_ident(name) || ' ADD COLUMN host text';
    END LOOP;
END $$;
DO $$
BEGIN
    EXECUTE format('DROP TABLE %I', (SELECT relname FROM pg_class WHERE relname = 'logs'));
END $$;
DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'logs'); END $$;
ALTER TABLE orders ADD COLUMN remark text;
ALTER TABLE orders DROP COLUMN note;
COMMENT ON TABLE users IS 'it''s; not $$ the end';

DROP TABLE logs;
SET LOCAL lock_timeout = '2s';
SET LOCAL statement_timeout = '10s';
ALTER TABLE orders ADD COLUMN channel text;
SET LOCAL lock_timeout TO 1500;
SET LOCAL statement_timeout TO '10s';
ALTER TABLE orders ADD COLUMN channel text;
SELECT set_config('lock_timeout', '2s', true);
SELECT set_config('statement_timeout', '10s', true);
ALTER TABLE orders ADD COLUMN channel text;
CREATE TABLE coupons (id bigint PRIMARY KEY);
SET LOCAL statement_timeout = '5s';
CREATE TABLE coupons (id bigint PRIMARY KEY);
BEGIN;
CREATE TABLE coupons (id bigint PRIMARY KEY);
COMMIT;
