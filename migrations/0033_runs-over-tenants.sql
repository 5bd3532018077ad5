CREATE TABLE `portfolio_runs` (
	`id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`starter_id` text NOT NULL,
	`status` text NOT NULL,
	`outcome` text NOT NULL,
	`identity` text NOT NULL,
	`sealed` integer DEFAULT false NOT NULL,
	`pause` text,
	`summary_counts` text DEFAULT '{}' NOT NULL,
	`failure_code` text,
	`failure_message` text,
	`retry_of` text,
	`request_key` text,
	`request_hash` text NOT NULL,
	`worker_version` text,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`completed_at` integer,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `portfolio_runs_active_identity` ON `portfolio_runs` (`identity`) WHERE status <> 'completed';--> statement-breakpoint
CREATE UNIQUE INDEX `portfolio_runs_by_key` ON `portfolio_runs` (`starter_id`,`request_key`) WHERE request_key is not null;--> statement-breakpoint
CREATE INDEX `portfolio_runs_by_age` ON `portfolio_runs` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `portfolio_runs_unfinished` ON `portfolio_runs` (`updated_at`) WHERE status <> 'completed';--> statement-breakpoint
CREATE INDEX `portfolio_runs_finished` ON `portfolio_runs` (`completed_at`) WHERE status = 'completed';--> statement-breakpoint
CREATE TABLE `portfolio_run_tenants` (
	`run_id` text NOT NULL,
	`ordinal` integer NOT NULL,
	`tenant_id` text,
	`prior_id` text,
	`started_at` integer,
	`child_id` text,
	`own` integer,
	`paused_with` integer DEFAULT 0 NOT NULL,
	`outcome` text,
	`reason_code` text,
	`message` text,
	`ended_at` integer,
	`retried_by` text,
	PRIMARY KEY(`run_id`, `ordinal`)
);
--> statement-breakpoint
CREATE INDEX `portfolio_run_tenants_by_tenant` ON `portfolio_run_tenants` (`tenant_id`,`run_id`) WHERE tenant_id is not null;