ALTER TABLE users ALTER COLUMN nickname TYPE varchar(40);
ALTER TABLE orders ALTER COLUMN quantity TYPE int;
SET LOCAL timezone = 'UTC';
ALTER TABLE users ALTER COLUMN seen_at TYPE timestamptz;
CREATE TABLE coupons (id int PRIMARY KEY, code int);
ALTER TABLE coupons ALTER COLUMN code TYPE text;
ALTER TABLE orders ADD CONSTRAINT orders_note_there CHECK (note IS NOT NULL) NOT VALID;

ALTER TABLE orders VALIDATE CONSTRAINT orders_note_there;
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
ALTER TABLE orders ADD CONSTRAINT orders_note_there CHECK (note IS NOT NULL) NOT VALID;

ALTER TABLE orders VALIDATE CONSTRAINT orders_note_there;
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_note_there;
ALTER TABLE orders ADD CONSTRAINT orders_note_good CHECK (note IS NOT NULL AND length(note) < 1000) NOT VALID;

ALTER TABLE orders VALIDATE CONSTRAINT orders_note_good;
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
ALTER TABLE orders ALTER COLUMN status SET NOT NULL;
CREATE TABLE coupons (id bigint PRIMARY KEY, code text);
ALTER TABLE coupons ALTER COLUMN code SET NOT NULL;
ALTER TABLE orders ADD CONSTRAINT orders_note_not_null NOT NULL note NOT VALID;

ALTER TABLE orders VALIDATE CONSTRAINT orders_note_not_null;
ALTER TABLE orders ADD CONSTRAINT orders_note_not_null NOT NULL note NOT VALID;

ALTER TABLE orders VALIDATE CONSTRAINT orders_note_not_null;
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
