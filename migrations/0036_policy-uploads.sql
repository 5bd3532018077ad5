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
CREATE INDEX `policy_uploads_by_due` ON `policy_uploads` (`due_at`,`id`);
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
