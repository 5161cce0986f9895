CREATE TABLE coupons (id bigint PRIMARY KEY, user_id bigint);
CREATE INDEX coupons_user_id ON coupons (user_id);
ALTER TABLE coupons ADD CONSTRAINT coupons_user_fk FOREIGN KEY (user_id) REFERENCES users (id);
CREATE TABLE coupons (id bigint NOT NULL, code text);
ALTER TABLE coupons ADD CONSTRAINT coupons_pkey PRIMARY KEY (id);
ALTER TABLE coupons ADD CONSTRAINT coupons_code_unique UNIQUE (code);
CREATE TABLE shifts (id bigint PRIMARY KEY, during tsrange,
    CONSTRAINT shifts_apart EXCLUDE USING gist (during WITH &&));
-- migrate-safe: no-transaction
CREATE UNIQUE INDEX CONCURRENTLY users_email_unique ON users (email);
ALTER TABLE users ADD CONSTRAINT users_email_unique UNIQUE USING INDEX users_email_unique;
-- migrate-safe: no-transaction
CREATE UNIQUE INDEX CONCURRENTLY logs_pkey ON logs (id);
ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_pkey;
-- migrate-safe: no-transaction
CREATE UNIQUE INDEX CONCURRENTLY logs_level ON logs (level);
ALTER TABLE logs ADD CONSTRAINT logs_level_there CHECK (level IS NOT NULL) NOT VALID;
ALTER TABLE logs VALIDATE CONSTRAINT logs_level_there;
ALTER TABLE logs ALTER COLUMN level SET NOT NULL;
ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_level;
ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT ENFORCED;
ALTER TABLE logs ADD CONSTRAINT logs_user_fk FOREIGN KEY (id) REFERENCES users (id) NOT ENFORCED;
