-- MySQL 9.7: --binlog-row-metadata=FULL --gtid-mode=ON --enforce-gtid-consistency=ON --server-id=1
CREATE DATABASE shop;
USE shop;
CREATE TABLE plain (
  id BIGINT UNSIGNED NOT NULL, tiny TINYINT, tiny_u TINYINT UNSIGNED, small SMALLINT, small_u SMALLINT UNSIGNED,
  medium MEDIUMINT, medium_u MEDIUMINT UNSIGNED, whole INT, year_made YEAR, whole_u INT UNSIGNED, big BIGINT,
  single FLOAT, twice DOUBLE, price DECIMAL(10,2), flags BIT(10),
  made DATE, at_time TIME(3), at_datetime DATETIME(6), at_timestamp TIMESTAMP(2) NULL,
  code CHAR(4) CHARACTER SET latin1, title VARCHAR(100) CHARACTER SET utf8mb4, long_title VARCHAR(300) CHARACTER SET utf8mb4,
  raw BINARY(4), var_raw VARBINARY(20), body TEXT CHARACTER SET utf8mb4, doc JSON, picture BLOB, shape POINT,
  embedding VECTOR(2), status ENUM('draft','live','größe') CHARACTER SET utf8mb4,
  tags SET('a','b','c') CHARACTER SET latin1, note VARCHAR(10) CHARACTER SET latin1, PRIMARY KEY (id));
INSERT INTO plain VALUES (1, -1, 255, -2, 65535, -3, 16777215, -4, 2026, 4294967295, -5, 1.5, 2.25, -12.34, b'1000000001',
  '2026-11-22', '-12:00:00.5', '2026-11-22 10:00:00.123456', '2026-11-22 10:00:00.12', 'ab', 'Grüße', REPEAT('x', 260),
  0x01020000, 0x0102, 'body', '{"a": 1}', 0x00FF, POINT(1, 2), STRING_TO_VECTOR('[1,2]'), 'größe', 'a,c', 'end'),
  (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
UPDATE plain SET title = 'changed', price = 99999999.99 WHERE id = 1;
SET SESSION binlog_row_image = MINIMAL;
UPDATE plain SET tiny = 7 WHERE id = 2;
DELETE FROM plain WHERE id = 2;
SET SESSION binlog_row_image = FULL;
CREATE TABLE prefixed (a VARCHAR(20), b INT, PRIMARY KEY (b, a(5))) PARTITION BY HASH (b) PARTITIONS 2;
INSERT INTO prefixed VALUES ('one', 1), ('two', 2);
UPDATE prefixed SET b = 4 WHERE b = 1;
CREATE TABLE copied SELECT b FROM prefixed;
SET SESSION gtid_next = 'AUTOMATIC:tagged';
INSERT INTO prefixed VALUES ('three', 3);
SET SESSION gtid_next = 'AUTOMATIC';
BEGIN;
INSERT INTO prefixed VALUES ('five', 5);
SAVEPOINT here;
INSERT INTO prefixed VALUES ('six', 6);
ROLLBACK TO SAVEPOINT here;
COMMIT;
SET SESSION binlog_rows_query_log_events = ON;
TRUNCATE TABLE copied;
INSERT INTO copied VALUES (1);
ALTER TABLE copied ADD COLUMN c INT;
INSERT INTO copied VALUES (1, 1);
RENAME TABLE copied TO another;
DROP TABLE another;
