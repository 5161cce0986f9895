-- migrate-safe: no-transaction
ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;
CREATE TABLE visits (id bigint PRIMARY KEY, user_id bigint);
CREATE INDEX visits_user_id ON visits (user_id);
ALTER TABLE visits ADD CONSTRAINT visits_user_fk FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;

ALTER TABLE visits VALIDATE CONSTRAINT visits_user_fk;
ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;
ALTER TABLE logs ADD CONSTRAINT logs_user_fk FOREIGN KEY (id) REFERENCES users (id) NOT VALID;
ALTER TABLE logs VALIDATE CONSTRAINT logs_user_fk;
CREATE TABLE coupons (id bigint PRIMARY KEY, percent int);
ALTER TABLE coupons ADD CONSTRAINT coupons_percent_range CHECK (percent BETWEEN 1 AND 99);
CREATE TABLE campaigns (id bigint PRIMARY KEY);
CREATE TABLE coupons (id bigint PRIMARY KEY, campaign_id bigint);
CREATE INDEX coupons_campaign_id ON coupons (campaign_id);
ALTER TABLE coupons ADD CONSTRAINT coupons_campaign_fk FOREIGN KEY (campaign_id) REFERENCES campaigns (id);
CREATE TABLE campaigns (id bigint PRIMARY KEY);
CREATE TABLE coupons (id bigint PRIMARY KEY REFERENCES campaigns (id));
