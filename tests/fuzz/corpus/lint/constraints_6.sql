ALTER TABLE metrics ADD CONSTRAINT metrics_user_fk FOREIGN KEY (id) REFERENCES users (id) NOT VALID;

ALTER TABLE metrics VALIDATE CONSTRAINT metrics_user_fk;
ALTER TABLE orders RENAME CONSTRAINT orders_user_fk TO orders_user_id_fk;
CREATE TABLE coupons (id bigint, CONSTRAINT coupons_id_positive CHECK (id > 0));
ALTER TABLE coupons DROP CONSTRAINT coupons_id_positive;
CREATE DOMAIN amount AS int;
CREATE DOMAIN amount AS int;
CREATE TABLE stock (id bigint PRIMARY KEY, count amount);
ALTER DOMAIN amount ADD CONSTRAINT amount_positive CHECK (VALUE >= 0) NOT VALID;

ALTER DOMAIN amount VALIDATE CONSTRAINT amount_positive;
CREATE TABLE visits (id bigint PRIMARY KEY, user_id bigint, day date);
CREATE INDEX visits_user_day ON visits (user_id, day);
ALTER TABLE visits ADD CONSTRAINT visits_user_fk FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
ALTER TABLE visits VALIDATE CONSTRAINT visits_user_fk;
