-- Run once, by root, when the database of docker-compose.yml is made; the account `replikey`
-- exists by then (MYSQL_USER, MYSQL_PASSWORD).
GRANT REPLICATION SLAVE, REPLICATION CLIENT, SELECT ON *.* TO replikey@'%';

CREATE DATABASE shop CHARACTER SET utf8mb4;

CREATE TABLE shop.article (
  id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
  title varchar(200) NOT NULL,
  author varchar(100) NOT NULL,
  status enum('draft', 'published', 'archived') NOT NULL DEFAULT 'draft',
  views int unsigned NOT NULL DEFAULT 0,
  price decimal(10, 2),
  created_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  body text,
  tags json
);
