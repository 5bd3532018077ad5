CREATE TABLE `portfolio_notices` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`run_id` text,
	`schedule_id` text,
	`title` text NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	`seen_at` integer
);
--> statement-breakpoint
CREATE INDEX `portfolio_notices_by_user` ON `portfolio_notices` (`user_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `portfolio_notices_by_age` ON `portfolio_notices` (`created_at`);--> statement-breakpoint
CREATE TABLE `portfolio_occurrences` (
	`schedule_id` text NOT NULL,
	`due_at` integer NOT NULL,
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
CREATE INDEX `portfolio_occurrences_by_age` ON `portfolio_occurrences` (`due_at`);--> statement-breakpoint
CREATE INDEX `portfolio_occurrences_waiting` ON `portfolio_occurrences` (`starts_at`) WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX `portfolio_occurrences_running` ON `portfolio_occurrences` (`schedule_id`,`due_at`) WHERE state = 'running';--> statement-breakpoint
CREATE TABLE `portfolio_schedule_runs` (
	`schedule_id` text NOT NULL,
	`due_at` integer NOT NULL,
	`step` integer NOT NULL,
	`run_id` text NOT NULL,
	PRIMARY KEY(`schedule_id`, `due_at`, `step`)
);
--> statement-breakpoint
CREATE INDEX `portfolio_schedule_runs_by_run` ON `portfolio_schedule_runs` (`run_id`);--> statement-breakpoint
CREATE TABLE `portfolio_schedule_tenants` (
	`schedule_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	PRIMARY KEY(`schedule_id`, `tenant_id`)
);
--> statement-breakpoint
CREATE INDEX `portfolio_schedule_tenants_by_tenant` ON `portfolio_schedule_tenants` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `portfolio_schedules` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
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
	`steps` text NOT NULL,
	`chosen` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `portfolio_schedules_by_owner` ON `portfolio_schedules` (`owner_id`,`status`);--> statement-breakpoint
CREATE INDEX `portfolio_schedules_due` ON `portfolio_schedules` (`next_due_at`) WHERE status = 'active';--> statement-breakpoint
ALTER TABLE `portfolio_runs` ADD `chosen` text;--> statement-breakpoint
ALTER TABLE `tenant_settings` ADD `tags` text DEFAULT '[]' NOT NULL;