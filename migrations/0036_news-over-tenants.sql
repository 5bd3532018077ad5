CREATE TABLE `news_carried` (
	`event_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`rule_id` text NOT NULL,
	`due_at` integer NOT NULL,
	`message_id` text,
	PRIMARY KEY(`event_id`, `channel_id`)
);
--> statement-breakpoint
CREATE INDEX `news_carried_by_tenant` ON `news_carried` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `news_carried_by_message` ON `news_carried` (`message_id`);--> statement-breakpoint
CREATE INDEX `news_carried_due` ON `news_carried` (`due_at`) WHERE message_id is null;--> statement-breakpoint
CREATE TABLE `news_listeners` (
	`rule_id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`kinds` text NOT NULL,
	`backup_days` integer NOT NULL,
	`tenants` text,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `news_listeners_by_user` ON `news_listeners` (`user_id`);--> statement-breakpoint
CREATE TABLE `news_parts` (
	`message_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`items` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`message_id`, `tenant_id`)
);
--> statement-breakpoint
CREATE INDEX `news_parts_by_tenant` ON `news_parts` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `news_runs` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`taken_at` integer NOT NULL,
	`subject` text,
	`status` text NOT NULL,
	`outcome` text NOT NULL,
	`worker_version` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`completed_at` integer
);
--> statement-breakpoint
CREATE INDEX `news_runs_unfinished` ON `news_runs` (`updated_at`) WHERE status <> 'completed';--> statement-breakpoint
CREATE INDEX `news_runs_finished` ON `news_runs` (`completed_at`) WHERE status = 'completed';--> statement-breakpoint
CREATE TABLE `__new_news_channels` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`address_hint` text,
	`recipients` text NOT NULL,
	`sealed` text,
	`signed_twice_until` integer,
	`status` text NOT NULL,
	`off_reason` text,
	`off_at` integer,
	`failing_since` integer,
	`last_delivered_at` integer,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
INSERT INTO `__new_news_channels`("id", "tenant_id", "kind", "name", "address_hint", "recipients", "sealed", "signed_twice_until", "status", "off_reason", "off_at", "failing_since", "last_delivered_at", "created_at", "created_by", "version") SELECT "id", "tenant_id", "kind", "name", "address_hint", "recipients", "sealed", "signed_twice_until", "status", "off_reason", "off_at", "failing_since", "last_delivered_at", "created_at", "created_by", "version" FROM `news_channels`;--> statement-breakpoint
DROP TABLE `news_channels`;--> statement-breakpoint
ALTER TABLE `__new_news_channels` RENAME TO `news_channels`;--> statement-breakpoint
CREATE INDEX `news_channels_by_tenant` ON `news_channels` (`tenant_id`,`status`);--> statement-breakpoint
CREATE INDEX `news_channels_sealed` ON `news_channels` (`tenant_id`) WHERE sealed is not null;--> statement-breakpoint
CREATE TABLE `__new_news_rules` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`tenants` text,
	`kinds` text NOT NULL,
	`least_severity` text NOT NULL,
	`backup_days` integer NOT NULL,
	`quiet_hours` text,
	`digest` text NOT NULL,
	`channel_ids` text NOT NULL,
	`status` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
INSERT INTO `__new_news_rules`("id", "tenant_id", "name", "tenants", "kinds", "least_severity", "backup_days", "quiet_hours", "digest", "channel_ids", "status", "created_at", "created_by", "updated_at", "version") SELECT "id", "tenant_id", "name", NULL, "kinds", "least_severity", "backup_days", "quiet_hours", "digest", "channel_ids", "status", "created_at", "created_by", "updated_at", "version" FROM `news_rules`;--> statement-breakpoint
DROP TABLE `news_rules`;--> statement-breakpoint
ALTER TABLE `__new_news_rules` RENAME TO `news_rules`;--> statement-breakpoint
CREATE INDEX `news_rules_by_tenant` ON `news_rules` (`tenant_id`,`status`);--> statement-breakpoint
CREATE INDEX `news_rules_active` ON `news_rules` (`tenant_id`) WHERE status = 'active';--> statement-breakpoint
ALTER TABLE `news_events` ADD `for_people` integer;--> statement-breakpoint
CREATE INDEX `news_events_for_people` ON `news_events` (`at`,`id`) WHERE for_people = 1;--> statement-breakpoint
-- What is said of a tenant goes with it: also where a try has sent it.
CREATE TRIGGER `news_parts_gone` AFTER DELETE ON `news_parts`
BEGIN
  UPDATE `news_tries` SET `body` = '', `answer` = '' WHERE `message_id` = old.`message_id` AND (`body` <> '' OR `answer` <> '');
END;
--> statement-breakpoint
-- The tables that were made anew get their fences again.
CREATE TRIGGER `news_rules_fence_insert` BEFORE INSERT ON `news_rules`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `news_rules_fence_update` BEFORE UPDATE ON `news_rules`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `news_rules_fence_delete` BEFORE DELETE ON `news_rules`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `news_channels_fence_insert` BEFORE INSERT ON `news_channels`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `news_channels_fence_update` BEFORE UPDATE ON `news_channels`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `news_channels_fence_delete` BEFORE DELETE ON `news_channels`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
