CREATE TABLE `policy_uploads` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`bytes` integer NOT NULL,
	`sha256` text NOT NULL,
	`file_count` integer NOT NULL,
	`policy_count` integer NOT NULL,
	`report` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`stored_at` integer,
	`run_id` text,
	`due_at` integer NOT NULL,
	`removed_at` integer
);
--> statement-breakpoint
CREATE INDEX `policy_uploads_by_tenant` ON `policy_uploads` (`tenant_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `policy_uploads_by_due` ON `policy_uploads` (`due_at`,`id`);--> statement-breakpoint
CREATE TABLE `standard_followings` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`home_tenant_id` text NOT NULL,
	`standard_id` text NOT NULL,
	`standard_name` text NOT NULL,
	`number` integer NOT NULL,
	`parameters` text NOT NULL,
	`skipped` text NOT NULL,
	`overlays` text NOT NULL,
	`mapping` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text,
	`matched_at` integer,
	`stopped_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `standard_followings_once` ON `standard_followings` (`tenant_id`,`home_tenant_id`,`standard_id`) WHERE stopped_at is null;--> statement-breakpoint
CREATE INDEX `standard_followings_by_tenant` ON `standard_followings` (`tenant_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `standard_followings_by_standard` ON `standard_followings` (`home_tenant_id`,`standard_id`);--> statement-breakpoint
CREATE TABLE `standard_matches` (
	`following_id` text NOT NULL,
	`key` text NOT NULL,
	`tenant_id` text NOT NULL,
	`family` text NOT NULL,
	`kind` text NOT NULL,
	`graph_id` text,
	`name` text,
	`candidates` text NOT NULL,
	PRIMARY KEY(`following_id`, `key`)
);
--> statement-breakpoint
CREATE INDEX `standard_matches_by_tenant` ON `standard_matches` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `standard_policies` (
	`standard_id` text NOT NULL,
	`number` integer NOT NULL,
	`key` text NOT NULL,
	`tenant_id` text NOT NULL,
	`family` text NOT NULL,
	`graph_id` text NOT NULL,
	`name` text NOT NULL,
	`sort_name` text NOT NULL,
	`platform` text,
	`odata_type` text,
	`content_hash` text NOT NULL,
	PRIMARY KEY(`standard_id`, `number`, `key`)
);
--> statement-breakpoint
CREATE INDEX `standard_policies_by_tenant` ON `standard_policies` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `standard_policies_by_content` ON `standard_policies` (`content_hash`);--> statement-breakpoint
CREATE TABLE `standard_versions` (
	`standard_id` text NOT NULL,
	`number` integer NOT NULL,
	`tenant_id` text NOT NULL,
	`source_kind` text NOT NULL,
	`source_id` text NOT NULL,
	`source_name` text NOT NULL,
	`policy_count` integer NOT NULL,
	`names` integer NOT NULL,
	`assignments` integer NOT NULL,
	`parameters` text NOT NULL,
	`note` text DEFAULT '' NOT NULL,
	`content_root` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text,
	PRIMARY KEY(`standard_id`, `number`)
);
--> statement-breakpoint
CREATE INDEX `standard_versions_by_tenant` ON `standard_versions` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `standards` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`sort_name` text NOT NULL,
	`description` text DEFAULT '' NOT NULL,
	`retired_at` integer,
	`created_at` integer NOT NULL,
	`created_by` text
);
--> statement-breakpoint
CREATE INDEX `standards_by_tenant` ON `standards` (`tenant_id`,`sort_name`,`id`);--> statement-breakpoint
ALTER TABLE `backup_set_items` ADD `undoes` text;--> statement-breakpoint
ALTER TABLE `backup_set_items` ADD `left_hash` text;--> statement-breakpoint
ALTER TABLE `backup_set_items` ADD `undoes_assignments` integer;--> statement-breakpoint
ALTER TABLE `backup_sets` ADD `origin` text DEFAULT 'captured' NOT NULL;--> statement-breakpoint
ALTER TABLE `backup_sets` ADD `origin_id` text;--> statement-breakpoint
ALTER TABLE `portfolio_runs` ADD `standard_id` text;
--> statement-breakpoint
CREATE TRIGGER `standard_matches_fence_insert` BEFORE INSERT ON `standard_matches`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `standard_matches_fence_update` BEFORE UPDATE ON `standard_matches`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `standard_matches_fence_delete` BEFORE DELETE ON `standard_matches`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `standard_followings_fence_insert` BEFORE INSERT ON `standard_followings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `standard_followings_fence_update` BEFORE UPDATE ON `standard_followings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `standard_followings_fence_delete` BEFORE DELETE ON `standard_followings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `standard_policies_fence_insert` BEFORE INSERT ON `standard_policies`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `standard_policies_fence_update` BEFORE UPDATE ON `standard_policies`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `standard_policies_fence_delete` BEFORE DELETE ON `standard_policies`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `standard_versions_fence_insert` BEFORE INSERT ON `standard_versions`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `standard_versions_fence_update` BEFORE UPDATE ON `standard_versions`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `standard_versions_fence_delete` BEFORE DELETE ON `standard_versions`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `standards_fence_insert` BEFORE INSERT ON `standards`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `standards_fence_update` BEFORE UPDATE ON `standards`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `standards_fence_delete` BEFORE DELETE ON `standards`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `policy_uploads_fence_insert` BEFORE INSERT ON `policy_uploads`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `policy_uploads_fence_update` BEFORE UPDATE ON `policy_uploads`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `policy_uploads_fence_delete` BEFORE DELETE ON `policy_uploads`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
