ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0);
ALTER TABLE orders ADD COLUMN channel text, ADD CONSTRAINT orders_quantity_positive CHECK (quantity > 0);
DO $$ BEGIN
    ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0);
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
ALTER TABLE orders ADD CONSTRAINT orders_status_short CHECK (length(status) < 50) ENFORCED;
ALTER TABLE orders ADD CONSTRAINT orders_note_not_null NOT NULL note;
ALTER TABLE logs ADD CONSTRAINT logs_user_fk FOREIGN KEY (id) REFERENCES users (id) NOT ENFORCED;
ALTER TABLE logs ALTER CONSTRAINT logs_user_fk ENFORCED;
CREATE TABLE visits (id bigint PRIMARY KEY, user_id bigint);
CREATE INDEX visits_user_id ON visits (user_id);
ALTER TABLE visits ADD CONSTRAINT visits_user_fk FOREIGN KEY (user_id) REFERENCES users (id);
ALTER TABLE logs ADD FOREIGN KEY (id) REFERENCES public.orders;
CREATE TABLE folders (id bigint PRIMARY KEY, parent_id bigint);
ALTER TABLE folders ADD CONSTRAINT folders_parent_fk FOREIGN KEY (parent_id) REFERENCES folders (id);
ALTER TABLE events ADD CONSTRAINT events_user_fk FOREIGN KEY (id) REFERENCES users (id) NOT VALID;
ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT VALID;

ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;
CREATE TABLE visits (id bigint PRIMARY KEY, user_id bigint);
CREATE INDEX visits_user_id ON visits (user_id);
