-- What replikey's account needs. Run once, by root, when the database of docker-compose.yml is
-- made; the account exists by then (MYSQL_USER, MYSQL_PASSWORD).
GRANT REPLICATION SLAVE, REPLICATION CLIENT, SELECT ON *.* TO replikey@'%';
