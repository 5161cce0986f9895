ALTER POLICY orders_own ON orders USING (true);
CREATE POLICY orders_own ON orders USING (user_id = 1);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
DROP POLICY orders_own ON orders;
REVOKE SELECT ON orders FROM PUBLIC;
ALTER TABLE orders OWNER TO pg_database_owner;
CREATE PUBLICATION shop FOR TABLE logs;
CREATE PUBLICATION shop FOR TABLE orders;
ALTER PUBLICATION shop ADD TABLE logs;
CREATE PUBLICATION shop FOR TABLE orders;
ALTER TABLE orders ADD COLUMN channel text;
CREATE TABLE coupons (id serial PRIMARY KEY, code text);
CREATE TABLE coupons (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text);
CREATE TABLE coupons (id bigint PRIMARY KEY, valid_until timestamp);
CREATE TABLE coupons (id bigint PRIMARY KEY, code varchar(20));
CREATE TABLE coupons (id bigint PRIMARY KEY, country char(2));
CREATE TABLE coupons (id bigserial PRIMARY KEY, code text);
-- migrate-safe: no-transaction
CREATE INDEX CONCURRENTLY orders_by_status_and_the_day_on_which_the_customer_placed_the_order ON orders (status, placed_on);
ALTER TABLE users ADD COLUMN äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöü text;
SET search_path = public, pg_catalog;
ALTER TABLE orders ADD COLUMN channel text;
-- migrate-safe: no-transaction
ALTER SYSTEM SET log_min_duration_statement = -1;
CREATE FUNCTION is_admin(who bigint) RETURNS boolean LANGUAGE sql SECURITY DEFINER
    AS 'SELECT EXISTS (SELECT FROM public.users WHERE id = who)';
CREATE TYPE mood AS ENUM ('sad', 'ok');
