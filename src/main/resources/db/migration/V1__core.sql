-- The tables of OTA Routes (domain.md). One file for H2, PostgreSQL and MySQL/MariaDB: what differs is a placeholder,
-- set where the migration is started (store/Migration):
--   ${id}     a generated number as primary key          ${time}    date and time with milliseconds, UTC, no zone
--   ${text}   text of any length                         ${bytes}   up to 64 KiB of bytes
--   ${key}    one path segment, compared byte by byte    ${device}  productKey/deviceKey, compared byte by byte
--   ${table}  what a CREATE TABLE ends with              ${hot}     the same, where rows are updated all the time
--   ${partial}, ${endPartial}  around the condition of an index that only PostgreSQL has for some rows
-- Keys are case-sensitive and are compared by their bytes on every database, so that rows are locked in one order.

CREATE TABLE ota_product (
  product_key ${key}       NOT NULL PRIMARY KEY,
  name        VARCHAR(128),
  dialect     VARCHAR(16)  NOT NULL,
  access_key  VARCHAR(128),
  secret_key  VARCHAR(256),
  created_at  ${time}      NOT NULL,
  updated_at  ${time}      NOT NULL,
  CONSTRAINT ota_product_access_key UNIQUE (access_key)
)${table};

CREATE TABLE ota_module (
  product_key ${key}       NOT NULL,
  module      ${key}       NOT NULL,
  alias       VARCHAR(128),
  description VARCHAR(512),
  created_at  ${time}      NOT NULL,
  PRIMARY KEY (product_key, module)
)${table};

CREATE TABLE ota_package (
  id          ${id},
  product_key ${key}        NOT NULL,
  module      ${key}        NOT NULL,
  version     VARCHAR(64)   NOT NULL,
  type        VARCHAR(8)    NOT NULL,
  name        VARCHAR(128),
  description VARCHAR(1024),
  sign_method VARCHAR(8)    NOT NULL,
  platform    VARCHAR(32),
  custom_info ${text},
  digest_sign VARCHAR(1024),
  status      VARCHAR(16)   NOT NULL,
  created_at  ${time}       NOT NULL,
  full_version VARCHAR(64),
  CONSTRAINT ota_package_version UNIQUE (product_key, module, full_version)
)${table};

-- The versions that a differential package patches: to one version, each by one package. full_version in ota_package is the same for
-- full ones: null for the others.
CREATE TABLE ota_package_source (
  product_key    ${key}      NOT NULL,
  module         ${key}      NOT NULL,
  to_version     VARCHAR(64) NOT NULL,
  source_version VARCHAR(64) NOT NULL,
  package_id     BIGINT      NOT NULL,
  PRIMARY KEY (product_key, module, to_version, source_version)
)${table};
CREATE INDEX ota_package_source_package ON ota_package_source (package_id);

-- number counts the files of a package from 1. url is null for a file that was uploaded here. For one that is elsewhere: check_at is when an
-- instance may look at it again, if a batch is under way; failures counts looks in a row that failed, fault says what the last one found,
-- and verified_at when all its bytes were found to be those declared: before, no batch pushes anything of it.
CREATE TABLE ota_package_file (
  package_id BIGINT       NOT NULL,
  name       VARCHAR(255) NOT NULL,
  number     INT          DEFAULT 1 NOT NULL,
  size_bytes BIGINT       NOT NULL,
  md5        VARCHAR(32),
  sha256     VARCHAR(64),
  url        VARCHAR(2048),
  check_at   ${time},
  failures   INT          DEFAULT 0 NOT NULL,
  fault      VARCHAR(500),
  verified_at ${time},
  created_at ${time}      NOT NULL,
  PRIMARY KEY (package_id, name)
)${table};

-- selection, tags and rollout hold the JSON that was posted. prepared_until is the last device, as a path, that has
-- been looked at while the status is preparing; due_at is when an instance may go on with that, or with letting tasks go; until
-- push_until only one instance may let them go, and by its value that is whose.
-- dynamic is 1 while devices are taken as they inform, 2 when that is over.
-- paused is 1 while an operator or the plan holds what has not been pushed. starts_at, ends_at: from the plan; ends_at is null once it
-- has passed. work is what is being done to all tasks (cancel, cancel-all, retry), and work_until the last task it was done to.
-- stage counts from 1; 0: the plan has none. forgiven: failures of the stage that an operator went on in spite of. tokens: pushes that
-- pushPerMinute had left at tokens_at. unlisted is 1 while a batch that was made with an empty list has not had a whole one; list_until
-- is how long a list that is coming in holds the batch, and by its value whose that is.
CREATE TABLE ota_batch (
  id             ${id},
  package_id     BIGINT      NOT NULL,
  product_key    ${key}      NOT NULL,
  module         ${key}      NOT NULL,
  to_version     VARCHAR(64) NOT NULL,
  type           VARCHAR(8)  NOT NULL,
  name           VARCHAR(128),
  protocol       VARCHAR(8)  NOT NULL,
  selection      ${text}     NOT NULL,
  push           SMALLINT    NOT NULL,
  dynamic        SMALLINT    DEFAULT 0 NOT NULL,
  tags           ${text}     NOT NULL,
  rollout        ${text}     NOT NULL,
  status         VARCHAR(16) NOT NULL,
  prepared_until ${device},
  due_at         ${time},
  push_until     ${time},
  paused         SMALLINT    DEFAULT 0 NOT NULL,
  pause_reason   VARCHAR(64),
  starts_at      ${time},
  ends_at        ${time},
  work           VARCHAR(12),
  work_until     BIGINT,
  stage          INT         DEFAULT 0 NOT NULL,
  forgiven       BIGINT      DEFAULT 0 NOT NULL,
  tokens         DOUBLE PRECISION,
  tokens_at      ${time},
  unlisted       SMALLINT    DEFAULT 0 NOT NULL,
  list_until     ${time},
  created_at     ${time}     NOT NULL,
  finished_at    ${time}
)${table};
CREATE INDEX ota_batch_status ON ota_batch (status, id);
CREATE INDEX ota_batch_work ON ota_batch (work, id);
CREATE INDEX ota_batch_package ON ota_batch (package_id, id);
CREATE INDEX ota_batch_product ON ota_batch (product_key, module, id);

-- device is productKey/deviceKey, so that one column finds, locks and orders devices. sequence numbers the device's events.
CREATE TABLE ota_device (
  device        ${device} NOT NULL PRIMARY KEY,
  product_key   ${key}    NOT NULL,
  device_key    ${key}    NOT NULL,
  sequence      BIGINT    NOT NULL,
  history_count BIGINT    NOT NULL,
  created_at    ${time}   NOT NULL
)${hot};
CREATE INDEX ota_device_product ON ota_device (product_key, device_key);

-- What a module runs, and the device's number of the inform that said so. success_*: its last success, for messages that
-- come late and for devices that roll back.
CREATE TABLE ota_device_module (
  device               ${device}   NOT NULL,
  module               ${key}      NOT NULL,
  product_key          ${key}      NOT NULL,
  version              VARCHAR(64) NOT NULL,
  reported_at          ${time}     NOT NULL,
  inform_id            VARCHAR(128),
  success_task_id      BIGINT,
  success_version      VARCHAR(64),
  success_from_version VARCHAR(64),
  success_quiet_until  ${time},
  PRIMARY KEY (device, module)
)${hot};
CREATE INDEX ota_device_module_all ON ota_device_module (product_key, module, device);
CREATE INDEX ota_device_module_version ON ota_device_module (product_key, module, version);

-- What an operator calls a device by, for selections.
CREATE TABLE ota_device_tag (
  device    ${device}    NOT NULL,
  name      VARCHAR(64)  NOT NULL,
  tag_value VARCHAR(256) NOT NULL,
  PRIMARY KEY (device, name)
)${table};

-- is_open is 1 while the task is unfinished, then null: an index on it holds no history worth scanning. ended is the status of a
-- finished task, else null. No index but that of due_at has a column that messages change: an update that touches none costs a third
-- (PostgreSQL: HOT). due_at is when the scheduler looks at the task next. push_number is the last push that the broker took, over all
-- attempts; pushes those of this attempt. waiting is 1 while the first push waits for the batch's plan, 2 where the device has asked,
-- 3 where it was not there, 4 behind a task of another batch, else null; where the plan counts no pushes, it stays until the broker has
-- answered the push. stage is the one of the plan that let it go.
CREATE TABLE ota_task (
  id              ${id},
  batch_id        BIGINT      NOT NULL,
  package_id      BIGINT      NOT NULL,
  device          ${device}   NOT NULL,
  product_key     ${key}      NOT NULL,
  device_key      ${key}      NOT NULL,
  module          ${key}      NOT NULL,
  from_version    VARCHAR(64),
  to_version      VARCHAR(64) NOT NULL,
  status          VARCHAR(12) NOT NULL,
  is_open         SMALLINT,
  ended           VARCHAR(12),
  step            INT,
  reason          VARCHAR(24),
  device_desc     VARCHAR(256),
  attempt         INT         NOT NULL,
  pushes          INT         NOT NULL,
  push_number     INT         NOT NULL,
  refusals        INT         NOT NULL,
  first_pushed_at ${time},
  pushed_at       ${time},
  attempt_pushed_at ${time},
  not_before      ${time},
  waiting         SMALLINT,
  stage           INT         DEFAULT 0 NOT NULL,
  progress_at     ${time},
  last_progress   VARCHAR(400),
  due_at          ${time},
  history_count   BIGINT      NOT NULL,
  created_at      ${time}     NOT NULL,
  updated_at      ${time}     NOT NULL,
  CONSTRAINT ota_task_once UNIQUE (device, batch_id, module)
)${hot};
CREATE INDEX ota_task_device ON ota_task (device, is_open, id);
CREATE INDEX ota_task_due ON ota_task (due_at) ${partial}WHERE due_at IS NOT NULL${endPartial};
CREATE INDEX ota_task_batch ON ota_task (batch_id, id);
CREATE INDEX ota_task_ended ON ota_task (batch_id, ended, id);
CREATE INDEX ota_task_waiting ON ota_task (batch_id, waiting, id) ${partial}WHERE waiting IS NOT NULL${endPartial};

-- The last 200 entries of a task, in slots that are written again: number modulo 200 is the slot.
-- task_id 0 holds what a device sent that belongs to no task.
CREATE TABLE ota_history (
  device     ${device}   NOT NULL,
  task_id    BIGINT      NOT NULL,
  slot       INT         NOT NULL,
  number     BIGINT      NOT NULL,
  at         ${time}     NOT NULL,
  type       VARCHAR(32) NOT NULL,
  status     VARCHAR(12),
  step       INT,
  version    VARCHAR(64),
  message_id VARCHAR(128),
  detail     VARCHAR(256),
  PRIMARY KEY (device, task_id, slot)
)${table};

-- Numbers that the results are read from: tasks of a batch in a status now, by the stage that let them go; plus 'rolled-back'. In shards, so that writers do not
-- wait for each other; a reader adds them up, and one shard may be negative.
CREATE TABLE ota_batch_count (
  batch_id BIGINT      NOT NULL,
  status   VARCHAR(12) NOT NULL,
  stage    INT         DEFAULT 0 NOT NULL,
  shard    INT         NOT NULL,
  tasks    BIGINT      NOT NULL,
  PRIMARY KEY (batch_id, status, stage, shard)
)${table};

-- Seconds from first push to success, in buckets whose bounds grow by 1 % (rollout/DurationBuckets).
CREATE TABLE ota_batch_duration (
  batch_id BIGINT NOT NULL,
  bucket   INT    NOT NULL,
  shard    INT    NOT NULL,
  tasks    BIGINT NOT NULL,
  PRIMARY KEY (batch_id, bucket, shard)
)${table};

-- Tasks of a batch that have failed now, by reason and by what their devices ran before; from_version is empty where that is unknown.
CREATE TABLE ota_batch_failure (
  batch_id     BIGINT      NOT NULL,
  reason       VARCHAR(24) NOT NULL,
  from_version VARCHAR(64) NOT NULL,
  shard        INT         NOT NULL,
  tasks        BIGINT      NOT NULL,
  PRIMARY KEY (batch_id, reason, from_version, shard)
)${table};

-- The same by the device's words, of which every one may be another: only the most frequent are kept (store/FailureCounts).
CREATE TABLE ota_batch_message (
  batch_id BIGINT       NOT NULL,
  reason   VARCHAR(24)  NOT NULL,
  shard    INT          NOT NULL,
  message  VARCHAR(256) NOT NULL,
  tasks    BIGINT       NOT NULL,
  PRIMARY KEY (batch_id, reason, shard, message)
)${table};

-- How many devices ran which version of a module when a day (UTC) began, or at the first start in it.
CREATE TABLE ota_version_count (
  product_key ${key}      NOT NULL,
  module      ${key}      NOT NULL,
  counted_on  DATE        NOT NULL,
  version     VARCHAR(64) NOT NULL,
  devices     BIGINT      NOT NULL,
  PRIMARY KEY (product_key, module, counted_on, version)
)${table};
CREATE INDEX ota_version_count_day ON ota_version_count (counted_on);

-- The outbox. undelivered is 1 until the event has been fanned out to the subscriptions, then null.
-- id grows in the order of a device's events: it is taken while the device's row is locked.
CREATE TABLE ota_event (
  id          ${id},
  type        VARCHAR(32)   NOT NULL,
  at          ${time}       NOT NULL,
  sequence    BIGINT,
  product_key ${key}        NOT NULL,
  device_key  ${key},
  module      ${key},
  batch_id    BIGINT,
  task_id     BIGINT,
  package_id  BIGINT,
  data        VARCHAR(2048) NOT NULL,
  undelivered SMALLINT
)${table};
CREATE INDEX ota_event_undelivered ON ota_event (undelivered, id) ${partial}WHERE undelivered IS NOT NULL${endPartial};

-- events: type patterns, comma-separated; headers: a JSON object; status: active, paused.
-- after_event_id: the newest event when it was made; it gets later ones only. old_secrets: a JSON array of those that a rotation has
-- replaced, each with the time until which deliveries are signed with it as well. replay_after: events up to this one are being sent
-- again, up to it they are waiting to be sent, and later ones are held back until it gets there; dead_after: the same for what is dead,
-- which holds nothing back. null: there is no replay.
CREATE TABLE ota_webhook (
  id             ${id},
  name           VARCHAR(128)  NOT NULL,
  url            VARCHAR(2048) NOT NULL,
  format         VARCHAR(64)   NOT NULL,
  events         VARCHAR(1024) NOT NULL,
  product_key    ${key},
  secret         VARCHAR(128)  NOT NULL,
  old_secrets    VARCHAR(2048),
  headers        ${text}       NOT NULL,
  status         VARCHAR(16)   NOT NULL,
  pause_reason   VARCHAR(256),
  after_event_id BIGINT        NOT NULL,
  replay_after   BIGINT,
  dead_after     BIGINT,
  created_at     ${time}       NOT NULL,
  updated_at     ${time}       NOT NULL
)${table};

-- A lane is one subscription's events of one device, in order: claimed, retried and settled as one. due_at null: nothing
-- to send. lane is productKey/deviceKey; events without a device have productKey/ as their lane. claimed_by is who sends
-- at the moment, until due_at; null: nobody, or due_at is when to try again.
CREATE TABLE ota_webhook_lane (
  webhook_id BIGINT      NOT NULL,
  lane       ${device}   NOT NULL,
  due_at     ${time},
  claimed_by VARCHAR(64),
  PRIMARY KEY (webhook_id, lane)
)${table};
CREATE INDEX ota_webhook_lane_due ON ota_webhook_lane (webhook_id, due_at);
CREATE INDEX ota_webhook_lane_claim ON ota_webhook_lane (claimed_by);

-- status: waiting, delivered, dead; is_open is 1 while waiting. attempts, answer, error and latency_ms (of the latest attempt) begin anew
-- with a replay; replays counts those, so that what was on its way before one is not written down after it.
CREATE TABLE ota_delivery (
  id               ${id},
  webhook_id       BIGINT      NOT NULL,
  event_id         BIGINT      NOT NULL,
  lane             ${device}   NOT NULL,
  status           VARCHAR(12) NOT NULL,
  is_open          SMALLINT,
  attempts         INT         NOT NULL,
  answer           INT,
  error            VARCHAR(256),
  latency_ms       INT,
  replays          INT         DEFAULT 0 NOT NULL,
  created_at       ${time}     NOT NULL,
  first_attempt_at ${time},
  updated_at       ${time}     NOT NULL,
  CONSTRAINT ota_delivery_once UNIQUE (webhook_id, event_id)
)${table};
CREATE INDEX ota_delivery_lane ON ota_delivery (webhook_id, lane, is_open, event_id);
CREATE INDEX ota_delivery_status ON ota_delivery (webhook_id, status, event_id);

CREATE TABLE ota_rejected_message (
  id          ${id},
  topic       VARCHAR(512) NOT NULL,
  device      ${device},
  payload     ${bytes}     NOT NULL,
  reason      VARCHAR(64)  NOT NULL,
  detail      VARCHAR(512),
  at          ${time}      NOT NULL,
  replayed_at ${time}
)${table};
CREATE INDEX ota_rejected_message_device ON ota_rejected_message (device, id);
CREATE INDEX ota_rejected_message_at ON ota_rejected_message (at);

-- What belongs to the whole installation: the link-signing key, the package directory's mark.
CREATE TABLE ota_setting (
  name          VARCHAR(64)  NOT NULL PRIMARY KEY,
  setting_value VARCHAR(512) NOT NULL
)${table};

-- Instances at work, by client ID.
CREATE TABLE ota_instance (
  client_id   VARCHAR(128) NOT NULL PRIMARY KEY,
  share_group VARCHAR(64)  NOT NULL,
  seen_at     ${time}      NOT NULL
)${table};

-- Rows to lock for what one instance does at a time. place is where that goes on which is done bit by bit, null at its beginning; due_at is
-- when, null at once.
CREATE TABLE ota_lock (
  name   VARCHAR(32) NOT NULL PRIMARY KEY,
  place  VARCHAR(256),
  due_at ${time}
)${table};
INSERT INTO ota_lock (name) VALUES ('fan-out'), ('version-history'), ('keep-history'), ('keep-events');
