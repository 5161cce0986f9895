-- New tables touch nothing that is there.
CREATE TABLE coupons (
    code text PRIMARY KEY,
    percent int NOT NULL CHECK (percent BETWEEN 1 AND 90),
    valid_until date
);

COPY coupons (code, percent, valid_until) FROM stdin;
WELCOME	10	\N
SPRING	15	2027-05-31
BLACKFRIDAY	40	2026-11-30
\.
