-- The shop as it is in production before the first migration.
CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE products (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    price_cents int NOT NULL
);
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL,
    product_id bigint NOT NULL,
    total_cents int NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO customers (email)
SELECT 'customer' || n || '@shop.example' FROM generate_series(1, 20000) n;
INSERT INTO products (name, price_cents)
SELECT 'product ' || n, 100 + n * 7 % 5000 FROM generate_series(1, 500) n;
-- Some orders are free, which nobody remembers: migration 005 will meet them.
INSERT INTO orders (customer_id, product_id, total_cents, created_at)
SELECT 1 + n % 20000, 1 + n % 500, CASE WHEN n % 1000 = 0 THEN 0 ELSE 100 + n % 5000 END,
       now() - n * interval '1 minute'
FROM generate_series(1, 300000) n;
ANALYZE;
