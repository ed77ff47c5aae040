-- Looks by name and SKU find few rows before PostgreSQL has statistics too: until then it takes all columns for
-- equally selective, and reads all records of a module where the key does not stand first.

-- +goose Up
DROP INDEX mirror_sku;
DROP INDEX mirror_name;
CREATE INDEX mirror_name ON mirror (name_key, module, connection) WHERE name_key <> '';
CREATE INDEX mirror_sku ON mirror (sku_key, module, connection) WHERE sku_key <> '';
-- Whose a name is: planned links are asked for too.
DROP INDEX operations_name;
CREATE INDEX operations_name ON operations (name_key, entity, connection) WHERE action IN ('create', 'clone', 'link');

-- +goose Down
DROP INDEX operations_name;
CREATE INDEX operations_name ON operations (connection, entity, name_key) WHERE action IN ('create', 'clone');
DROP INDEX mirror_sku;
DROP INDEX mirror_name;
CREATE INDEX mirror_name ON mirror (connection, module, name_key) WHERE name_key <> '';
CREATE INDEX mirror_sku ON mirror (connection, module, sku_key) WHERE sku_key <> '';
