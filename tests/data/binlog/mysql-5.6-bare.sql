-- MySQL 5.6: --log-bin --binlog-format=ROW --server-id=1 --explicit-defaults-for-timestamp (no GTIDs, checksums CRC32)
CREATE DATABASE shop;
USE shop;
CREATE TABLE article (id INT UNSIGNED NOT NULL PRIMARY KEY, title VARCHAR(80) CHARACTER SET utf8mb4, made YEAR, price DECIMAL(8,2), at_time TIMESTAMP(3) NULL);
INSERT INTO article VALUES (1, 'one', 2020, 1.50, NULL);
BEGIN;
UPDATE article SET title = 'uno' WHERE id = 1;
INSERT INTO article VALUES (2, 'two', 2021, 2.50, '2026-11-22 10:00:00.5');
COMMIT;
CREATE TABLE plain (a INT) ENGINE=MyISAM;
INSERT INTO plain VALUES (1), (2);
CREATE TABLE copied SELECT id FROM article;
DELETE FROM article;
TRUNCATE TABLE plain;
