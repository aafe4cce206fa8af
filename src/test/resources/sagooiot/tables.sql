-- Three tables of SagooIOT with the columns that its open source declares, and keys that collate without case; {charset} is that of the
-- installation. The indexes are those that the README asks for: the open source's own schema has primary keys alone.
CREATE TABLE dev_product (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, dept_id INT NOT NULL DEFAULT 0, `key` VARCHAR(255) NOT NULL DEFAULT '', name VARCHAR(255),
  category_id INT UNSIGNED NOT NULL DEFAULT 0, message_protocol VARCHAR(255), transport_protocol VARCHAR(255), protocol_id INT, device_type VARCHAR(255),
  `desc` VARCHAR(255), icon VARCHAR(255), metadata TEXT, metadata_table TINYINT NOT NULL DEFAULT 0, policy VARCHAR(255), status TINYINT(1) NOT NULL DEFAULT 0,
  auth_type TINYINT, auth_user VARCHAR(255), auth_passwd VARCHAR(255), access_token VARCHAR(255), certificate_id INT, script_info TEXT,
  created_by INT UNSIGNED NOT NULL DEFAULT 0, updated_by INT UNSIGNED NOT NULL DEFAULT 0, deleted_by INT UNSIGNED NOT NULL DEFAULT 0,
  created_at DATETIME, updated_at DATETIME, deleted_at DATETIME
) ENGINE=InnoDB DEFAULT CHARSET={charset} COLLATE={charset}_general_ci;
CREATE TABLE dev_device (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, dept_id INT NOT NULL DEFAULT 0, `key` VARCHAR(255) NOT NULL DEFAULT '', name VARCHAR(255),
  product_key VARCHAR(255) NOT NULL DEFAULT '', `desc` VARCHAR(255), metadata_table TINYINT NOT NULL DEFAULT 0, status TINYINT(1) NOT NULL DEFAULT 0,
  online_timeout INT, registry_time DATETIME, last_online_time DATETIME, version VARCHAR(255) NOT NULL DEFAULT '', tunnel_id INT NOT NULL DEFAULT 0,
  lng VARCHAR(255), lat VARCHAR(255), auth_type TINYINT, auth_user VARCHAR(255), auth_passwd VARCHAR(255), access_token VARCHAR(255), certificate_id INT,
  created_by INT UNSIGNED NOT NULL DEFAULT 0, updated_by INT UNSIGNED NOT NULL DEFAULT 0, deleted_by INT UNSIGNED NOT NULL DEFAULT 0,
  created_at DATETIME, updated_at DATETIME, deleted_at DATETIME
) ENGINE=InnoDB DEFAULT CHARSET={charset} COLLATE={charset}_general_ci;
CREATE TABLE dev_device_tag (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, dept_id INT NOT NULL DEFAULT 0, device_id INT UNSIGNED NOT NULL DEFAULT 0,
  device_key VARCHAR(255) NOT NULL DEFAULT '', `key` VARCHAR(255), name VARCHAR(255), value VARCHAR(255),
  created_by INT UNSIGNED NOT NULL DEFAULT 0, updated_by INT UNSIGNED NOT NULL DEFAULT 0, deleted_by INT UNSIGNED NOT NULL DEFAULT 0,
  created_at DATETIME, updated_at DATETIME, deleted_at DATETIME
) ENGINE=InnoDB DEFAULT CHARSET={charset} COLLATE={charset}_general_ci;
CREATE INDEX dev_product_key ON dev_product (`key`);
CREATE INDEX dev_device_key ON dev_device (`key`);
CREATE INDEX dev_device_tag_device ON dev_device_tag (device_id);
