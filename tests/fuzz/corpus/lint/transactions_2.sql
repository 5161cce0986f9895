BEGIN;
CREATE TABLE coupons (id bigint PRIMARY KEY);
COMMIT;
START TRANSACTION;
CREATE TABLE campaigns (id bigint PRIMARY KEY);
COMMIT;
DO $$
BEGIN
    RAISE NOTICE 'COMMIT; DROP TABLE users;';
END
$$;
DO $$
DECLARE rows bigint;
BEGIN
    SELECT count(*) INTO rows FROM orders WHERE total < 0;
    IF rows > 0 THEN
        RAISE EXCEPTION '% orders with a negative total', rows;
    END IF;
END $$;
DO $$ BEGIN
    CREATE TYPE money_with_currency AS (amount numeric, currency text);
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
DO $$ BEGIN EXECUTE 'SELECT 1'; END $$;
-- migrate-safe: no-transaction
CREATE INDEX CONCURRENTLY orders_status ON orders (status);
ALTER TABLE orders ADD COLUMN channel text, ADD COLUMN campaign text;
-- DROP TABLE users;
/* ALTER TABLE orders DROP COLUMN note; /* nested */ TRUNCATE orders; */
CREATE TABLE coupons (id bigint PRIMARY KEY); -- CREATE INDEX x ON orders (status);
INSERT INTO logs (id, line) VALUES (1, 'DROP TABLE users; ALTER TABLE orders DROP COLUMN note;');
INSERT INTO logs (id, line) VALUES (1, $x$; DROP TABLE users; $$ TRUNCATE orders; $$ $x$);
INSERT INTO logs (id, line) VALUES (1, E'it\'s; DROP TABLE users; --');
CREATE TABLE "drop table users;" (id bigint PRIMARY KEY, "TRUNCATE" text);
COPY logs (id, line) FROM stdin;
1	DROP TABLE users;
2	CREATE INDEX orders_status ON orders (status);
3	ALTER TABLE orders DROP COLUMN note;
\.
SELECT count(*) FROM pg_index WHERE NOT indisvalid;
