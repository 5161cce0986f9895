ALTER TABLE orders ADD COLUMN channel text;
SET LOCAL lock_timeout = '2s';

ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0);
SET LOCAL lock_timeout = '2s';
SET LOCAL statement_timeout = '10s';
ALTER TABLE orders ADD COLUMN channel text;
ALTER TABLE orders ADD COLUMN campaign text;
SET LOCAL lock_timeout = 0;
ALTER TABLE orders ADD COLUMN channel text;
SET LOCAL lock_timeout = '1h';
ALTER TABLE orders ADD COLUMN channel text;
ALTER TABLE orders ADD COLUMN channel text;
SET LOCAL lock_timeout = '2s';
-- migrate-safe: no-transaction
SET LOCAL lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN channel text;
SET lock_timeout = '2s';
RESET ALL;
ALTER TABLE orders ADD COLUMN channel text;
ALTER TABLE users ADD COLUMN country text;
ALTER TABLE orders ADD COLUMN country text;
INSERT INTO orders (user_id, placed_on) SELECT id, '2024-01-01' FROM users WHERE id = 1;

ALTER TABLE orders ADD COLUMN channel text;
LOCK TABLE orders IN SHARE MODE;

ALTER TABLE orders ADD COLUMN channel text;
ALTER TABLE orders ADD COLUMN channel text;

CREATE TABLE daily AS SELECT placed_on, sum(total) AS total FROM orders GROUP BY placed_on;
ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0);
ALTER TABLE orders ADD CONSTRAINT orders_quantity_positive CHECK (quantity > 0);
BEGIN;
CREATE TABLE coupons (id bigint PRIMARY KEY);
BEGIN;
BEGIN;
CREATE TABLE coupons (id bigint PRIMARY KEY);
COMMIT;
