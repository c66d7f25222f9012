-- MariaDB 10.11: --log-bin --binlog-format=ROW --binlog-row-metadata=FULL --binlog-checksum=CRC32 --server-id=1
CREATE DATABASE shop;
USE shop;
CREATE TABLE plain (
  id BIGINT UNSIGNED NOT NULL, tiny TINYINT, tiny_u TINYINT UNSIGNED, small SMALLINT, small_u SMALLINT UNSIGNED,
  medium MEDIUMINT, medium_u MEDIUMINT UNSIGNED, whole INT, whole_u INT UNSIGNED, big BIGINT,
  single FLOAT, twice DOUBLE, price DECIMAL(10,2), year_made YEAR, flags BIT(10),
  made DATE, at_time TIME(3), at_datetime DATETIME(6), at_timestamp TIMESTAMP(2) NULL,
  code CHAR(4) CHARACTER SET latin1, title VARCHAR(100) CHARACTER SET utf8mb4, long_title VARCHAR(300) CHARACTER SET utf8mb4,
  raw BINARY(4), var_raw VARBINARY(20), body TEXT CHARACTER SET utf8mb4, doc JSON, picture BLOB, shape POINT,
  packed TEXT COMPRESSED CHARACTER SET latin1, status ENUM('draft','live','größe') CHARACTER SET utf8mb4,
  tags SET('a','b','c') CHARACTER SET latin1, PRIMARY KEY (id)) ENGINE=InnoDB;
INSERT INTO plain VALUES (1, -1, 255, -2, 65535, -3, 16777215, -4, 4294967295, -5, 1.5, 2.25, -12.34, 2026, b'1000000001',
  '2026-11-22', '-12:00:00.5', '2026-11-22 10:00:00.123456', '2026-11-22 10:00:00.12', 'ab', 'Grüße', REPEAT('x', 260),
  0x01020000, 0x0102, 'body', '{"a": 1}', 0x00FF, POINT(1, 2), 'packed text', 'größe', 'a,c'),
  (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
UPDATE plain SET title = 'changed', price = 99999999.99 WHERE id = 1;
SET SESSION binlog_row_image = MINIMAL;
UPDATE plain SET tiny = 7 WHERE id = 2;
DELETE FROM plain WHERE id = 2;
SET SESSION binlog_row_image = FULL;
CREATE TABLE other (a INT, b VARCHAR(10)) ENGINE=MyISAM;
BEGIN;
INSERT INTO plain (id) VALUES (3);
INSERT INTO other VALUES (1, 'one');
SAVEPOINT here;
INSERT INTO plain (id) VALUES (4);
INSERT INTO other VALUES (2, 'two');
ROLLBACK TO SAVEPOINT here;
COMMIT;
INSERT INTO other VALUES (3, 'three'), (4, 'four');
TRUNCATE TABLE other;
SET SESSION binlog_format = STATEMENT;
INSERT INTO other VALUES (5, 'five');
SET SESSION binlog_format = ROW;
RENAME TABLE other TO another;
ALTER TABLE another ADD COLUMN c INT, RENAME TO third;
CREATE SEQUENCE numbers;
DROP TABLE third;
