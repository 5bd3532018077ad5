CREATE TABLE `news_channels` (
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
	`version` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `news_channels_by_tenant` ON `news_channels` (`tenant_id`,`status`);--> statement-breakpoint
CREATE INDEX `news_channels_sealed` ON `news_channels` (`tenant_id`) WHERE sealed is not null;--> statement-breakpoint
CREATE TABLE `news_events` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`key` text NOT NULL,
	`kind` text NOT NULL,
	`severity` text NOT NULL,
	`facts` text NOT NULL,
	`at` integer NOT NULL,
	`routed_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `news_events_once` ON `news_events` (`tenant_id`,`key`);--> statement-breakpoint
CREATE INDEX `news_events_by_age` ON `news_events` (`tenant_id`,`at`);--> statement-breakpoint
CREATE INDEX `news_events_unrouted` ON `news_events` (`at`,`id`) WHERE routed_at is null;--> statement-breakpoint
CREATE TABLE `news_messages` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`test` integer NOT NULL,
	`items` text NOT NULL,
	`count` integer NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`tries` integer NOT NULL,
	`failed_tries` integer NOT NULL,
	`next_try_at` integer,
	`run_id` text,
	`created_at` integer NOT NULL,
	`ended_at` integer
);
--> statement-breakpoint
CREATE INDEX `news_messages_by_tenant` ON `news_messages` (`tenant_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `news_messages_by_channel` ON `news_messages` (`channel_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `news_messages_due` ON `news_messages` (`next_try_at`) WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX `news_messages_sending` ON `news_messages` (`run_id`) WHERE state = 'sending';--> statement-breakpoint
CREATE TABLE `news_rules` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
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
	`version` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `news_rules_by_tenant` ON `news_rules` (`tenant_id`,`status`);--> statement-breakpoint
CREATE INDEX `news_rules_active` ON `news_rules` (`tenant_id`) WHERE status = 'active';--> statement-breakpoint
CREATE TABLE `news_tellings` (
	`event_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`rule_id` text NOT NULL,
	`due_at` integer NOT NULL,
	`message_id` text,
	PRIMARY KEY(`event_id`, `channel_id`)
);
--> statement-breakpoint
CREATE INDEX `news_tellings_by_tenant` ON `news_tellings` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `news_tellings_by_message` ON `news_tellings` (`message_id`);--> statement-breakpoint
CREATE INDEX `news_tellings_due` ON `news_tellings` (`due_at`) WHERE message_id is null;--> statement-breakpoint
CREATE TABLE `news_tries` (
	`message_id` text NOT NULL,
	`number` integer NOT NULL,
	`tenant_id` text NOT NULL,
	`at` integer NOT NULL,
	`status` integer,
	`reason` text,
	`took_ms` integer NOT NULL,
	`body` text NOT NULL,
	`answer` text NOT NULL,
	PRIMARY KEY(`message_id`, `number`)
);
--> statement-breakpoint
CREATE INDEX `news_tries_by_tenant` ON `news_tries` (`tenant_id`);--> statement-breakpoint
ALTER TABLE `notifications` ADD `href` text;--> statement-breakpoint
CREATE INDEX `notifications_by_tenant` ON `notifications` (`tenant_id`,`created_at`);--> statement-breakpoint
CREATE TRIGGER `news_tries_fence_insert` BEFORE INSERT ON `news_tries`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `news_tries_fence_update` BEFORE UPDATE ON `news_tries`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `news_tries_fence_delete` BEFORE DELETE ON `news_tries`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `news_tellings_fence_insert` BEFORE INSERT ON `news_tellings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `news_tellings_fence_update` BEFORE UPDATE ON `news_tellings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `news_tellings_fence_delete` BEFORE DELETE ON `news_tellings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `news_messages_fence_insert` BEFORE INSERT ON `news_messages`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `news_messages_fence_update` BEFORE UPDATE ON `news_messages`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `news_messages_fence_delete` BEFORE DELETE ON `news_messages`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `news_events_fence_insert` BEFORE INSERT ON `news_events`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `news_events_fence_update` BEFORE UPDATE ON `news_events`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `news_events_fence_delete` BEFORE DELETE ON `news_events`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
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
