-- MariaDB 10.11: --log-bin --binlog-format=ROW --binlog-row-metadata=NO_LOG --binlog-checksum=NONE --server-id=1
CREATE DATABASE shop;
USE shop;
CREATE TABLE article (id INT UNSIGNED NOT NULL PRIMARY KEY, title VARCHAR(80) CHARACTER SET utf8mb4, made YEAR, price DECIMAL(8,2));
INSERT INTO article VALUES (1, 'one', 2020, 1.50);
UPDATE article SET title = 'uno' WHERE id = 1;
DELETE FROM article;
