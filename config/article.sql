-- The table that the examples, the demo and docker-compose.yml are about. MySQL 5.7 and later,
-- MariaDB 10.2 and later.
CREATE DATABASE IF NOT EXISTS shop CHARACTER SET utf8mb4;

CREATE TABLE IF NOT EXISTS shop.article (
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
