ALTER TABLE visits ADD CONSTRAINT visits_user_fk FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
ALTER TABLE orders ADD CONSTRAINT orders_note_there CHECK (note IS NOT NULL) NOT VALID;
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
ALTER TABLE orders ADD CONSTRAINT orders_total_there CHECK (total IS NOT NULL);
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
ALTER TABLE orders ADD CONSTRAINT orders_note_or_total CHECK (note IS NOT NULL OR total IS NOT NULL);
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
ALTER TABLE orders ADD CONSTRAINT orders_note_there CHECK (note IS NOT NULL);
ALTER TABLE orders DROP CONSTRAINT orders_note_there;

ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
DO $$ BEGIN ALTER TABLE orders ALTER note SET NOT NULL; END $$;
ALTER TABLE orders ADD CONSTRAINT orders_note_there CHECK (note IS NOT NULL) NOT VALID;
ALTER TABLE orders ALTER COLUMN status DROP NOT NULL;
ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'open';
ALTER TABLE orders ALTER COLUMN status DROP DEFAULT;
ALTER TABLE orders DROP COLUMN note;
ALTER TABLE IF EXISTS orders DROP note;
DO $$
BEGIN
    IF EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'orders' AND column_name = 'note') THEN
        ALTER TABLE orders DROP COLUMN note;
    END IF;
END $$;
CREATE VIEW order_notes AS SELECT id, note FROM orders;
ALTER TABLE orders DROP COLUMN note;
CREATE VIEW order_notes AS SELECT id, note FROM orders;
