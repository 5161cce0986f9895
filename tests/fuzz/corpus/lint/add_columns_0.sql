ALTER TABLE orders ADD COLUMN shard double precision DEFAULT random();
ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE ONLY "public"."orders" ADD "when" timestamptz DEFAULT clock_timestamp();
CREATE SEQUENCE ticket_numbers;
ALTER TABLE orders ADD COLUMN ticket bigint DEFAULT nextval('ticket_numbers');
CREATE FUNCTION new_code() RETURNS text LANGUAGE sql AS $$ SELECT md5(random()::text) $$;
ALTER TABLE users ADD COLUMN code text DEFAULT new_code();
ALTER TABLE orders ADD COLUMN label text DEFAULT 'A-' || lpad(floor(random() * 1000)::text, 3, '0');
ALTER TABLE orders
    ADD COLUMN priority int NOT NULL DEFAULT 0,
    ADD COLUMN reference uuid DEFAULT gen_random_uuid(),
    ADD COLUMN gift boolean DEFAULT false;
ALTER TABLE orders ADD COLUMN public_id uuid DEFAULT uuidv7();
DO $body$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'token') THEN
        ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();
    END IF;
END
$body$;
ALTER TABLE users ADD COLUMN country text NOT NULL;
alter /* quick */ table users -- only one column
    add country char varying(2)
    not null;
ALTER TABLE logs ADD COLUMN number bigserial;
ALTER TABLE users ADD COLUMN badge serial;
ALTER TABLE logs ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;
ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (total * 1.19) STORED;
