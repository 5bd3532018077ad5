CREATE TABLE `schedule_occurrences` (
	`schedule_id` text NOT NULL,
	`due_at` integer NOT NULL,
	`tenant_id` text NOT NULL,
	`starts_at` integer NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`message` text,
	`count` integer NOT NULL,
	`made_up` integer NOT NULL,
	`by_hand` integer NOT NULL,
	`step` integer,
	`ended_at` integer,
	PRIMARY KEY(`schedule_id`, `due_at`)
);
--> statement-breakpoint
CREATE INDEX `schedule_occurrences_by_tenant` ON `schedule_occurrences` (`tenant_id`,`due_at`);--> statement-breakpoint
CREATE INDEX `schedule_occurrences_waiting` ON `schedule_occurrences` (`starts_at`) WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX `schedule_occurrences_running` ON `schedule_occurrences` (`schedule_id`,`due_at`) WHERE state = 'running';--> statement-breakpoint
CREATE TABLE `schedule_runs` (
	`schedule_id` text NOT NULL,
	`due_at` integer NOT NULL,
	`step` integer NOT NULL,
	`run_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	PRIMARY KEY(`schedule_id`, `due_at`, `step`)
);
--> statement-breakpoint
CREATE INDEX `schedule_runs_by_run` ON `schedule_runs` (`run_id`);--> statement-breakpoint
CREATE INDEX `schedule_runs_by_tenant` ON `schedule_runs` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `schedules` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`steps` text NOT NULL,
	`pattern` text NOT NULL,
	`time_zone` text NOT NULL,
	`spread_minutes` integer NOT NULL,
	`offset_ms` integer NOT NULL,
	`missed` text NOT NULL,
	`tell_after` integer NOT NULL,
	`status` text NOT NULL,
	`pause` text,
	`owner_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL,
	`next_due_at` integer,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `schedules_by_tenant` ON `schedules` (`tenant_id`,`status`);--> statement-breakpoint
CREATE INDEX `schedules_due` ON `schedules` (`next_due_at`) WHERE status = 'active';--> statement-breakpoint
CREATE TRIGGER `schedule_runs_fence_insert` BEFORE INSERT ON `schedule_runs`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `schedule_runs_fence_update` BEFORE UPDATE ON `schedule_runs`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `schedule_runs_fence_delete` BEFORE DELETE ON `schedule_runs`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `schedule_occurrences_fence_insert` BEFORE INSERT ON `schedule_occurrences`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `schedule_occurrences_fence_update` BEFORE UPDATE ON `schedule_occurrences`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `schedule_occurrences_fence_delete` BEFORE DELETE ON `schedule_occurrences`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `schedules_fence_insert` BEFORE INSERT ON `schedules`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `schedules_fence_update` BEFORE UPDATE ON `schedules`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
CREATE TRIGGER `schedules_fence_delete` BEFORE DELETE ON `schedules`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
