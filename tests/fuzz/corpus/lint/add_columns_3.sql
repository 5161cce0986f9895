ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (total * 1.19) VIRTUAL;
ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (total * 1.19);
ALTER TABLE orders ADD COLUMN IF NOT EXISTS channel text;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;
CREATE TABLE coupons (id bigint PRIMARY KEY);
ALTER TABLE coupons ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
CREATE TABLE coupons (code text PRIMARY KEY);
ALTER TABLE coupons ADD COLUMN number bigserial;
CREATE TABLE coupons (id bigint PRIMARY KEY, code text NOT NULL);
ALTER TABLE coupons ADD COLUMN folded text GENERATED ALWAYS AS (lower(code)) STORED;
ALTER TABLE orders ADD COLUMN token uuid;
ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();
CREATE TABLE coupons (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    code text NOT NULL CHECK (code <> ''),
    folded text GENERATED ALWAYS AS (lower(code)) STORED
);
ALTER TABLE orders ADD COLUMN random int DEFAULT 4;
ALTER TABLE orders ADD COLUMN formula text DEFAULT 'random()';
