BEGIN;
ALTER TABLE visits ADD CONSTRAINT visits_user_fk FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;

ALTER TABLE visits VALIDATE CONSTRAINT visits_user_fk;

COMMIT;
ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT VALID;
ALTER TABLE orders ADD CONSTRAINT orders_note_there CHECK (note IS NOT NULL) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_note_there;
UPDATE orders SET note = '' WHERE note IS NULL;
CREATE TABLE visits (id bigint PRIMARY KEY, user_id bigint);
CREATE INDEX visits_user_id ON visits (user_id);
ALTER TABLE visits ADD CONSTRAINT visits_user_fk FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
ALTER TABLE users ADD COLUMN country text;

ALTER TABLE visits VALIDATE CONSTRAINT visits_user_fk;
ALTER TABLE users ADD CONSTRAINT users_email_unique UNIQUE (email);
ALTER TABLE IF EXISTS public.orders ADD UNIQUE (user_id, placed_on);
INSERT INTO users (email) VALUES ('ada@example.com'), ('ada@example.com');
-- migrate-safe: no-transaction
CREATE UNIQUE INDEX CONCURRENTLY users_email_unique ON users (email);
ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY (id);
ALTER TABLE logs ADD PRIMARY KEY (level, line);
CREATE UNIQUE INDEX logs_level ON logs (level);
ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_level;
CREATE UNIQUE INDEX users_nickname ON users (nickname) WHERE nickname IS NOT NULL;
ALTER TABLE users ADD CONSTRAINT users_nickname_unique UNIQUE USING INDEX users_nickname;
