ALTER TYPE mood ADD VALUE IF NOT EXISTS 'happy' AFTER 'ok';
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE moods (id bigint PRIMARY KEY, mood mood);
ALTER TYPE mood ADD VALUE 'happy' AFTER 'ok';

INSERT INTO moods VALUES (1, 'happy');
CREATE TYPE money_with_currency AS (amount numeric, currency text);
CREATE TABLE coupons (id bigint PRIMARY KEY, changed_at timestamptz);
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.changed_at := now(); RETURN NEW; END';
CREATE TRIGGER coupons_stamp BEFORE UPDATE ON coupons FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TABLE coupons (id bigint PRIMARY KEY, user_id bigint);
CREATE POLICY coupons_own ON coupons USING (user_id = 1);
ALTER TABLE coupons ENABLE ROW LEVEL SECURITY;
CREATE TABLE coupons (id bigint PRIMARY KEY);
GRANT SELECT ON coupons TO PUBLIC;
REVOKE INSERT ON coupons FROM PUBLIC;
CREATE PUBLICATION shop FOR TABLE users;
CREATE TABLE coupons (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, uses int NOT NULL DEFAULT 0);
-- migrate-safe: no-transaction
CREATE INDEX CONCURRENTLY orders_by_status_and_the_day_on_which_the_customer_placed_order ON orders (status, placed_on);
COMMENT ON TABLE orders IS 'orders_by_status_and_the_day_on_which_the_customer_placed_the_order_and_more';
CREATE FUNCTION is_admin(who bigint) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
    AS 'SELECT EXISTS (SELECT FROM public.users WHERE id = who)';
