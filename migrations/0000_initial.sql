CREATE TABLE `audit_events` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`at` integer NOT NULL,
	`action` text NOT NULL,
	`actor_id` text,
	`target_kind` text NOT NULL,
	`target_id` text NOT NULL,
	`detail` text DEFAULT '{}' NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_events_by_tenant` ON `audit_events` (`tenant_id`,`at`,`id`);--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`key` text NOT NULL,
	`request_hash` text NOT NULL,
	`run_id` text NOT NULL,
	`response_status` integer NOT NULL,
	`response_body` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`, `key`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_keys_by_age` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
CREATE TABLE `inventory_families` (
	`tenant_id` text NOT NULL,
	`family` text NOT NULL,
	`policy_count` integer NOT NULL,
	`last_complete_at` integer,
	`last_attempt_at` integer NOT NULL,
	`last_outcome` text NOT NULL,
	`last_reason_code` text,
	`last_reason_message` text,
	`last_run_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `family`)
);
--> statement-breakpoint
CREATE TABLE `memberships` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`role` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`),
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `memberships_by_user` ON `memberships` (`user_id`);--> statement-breakpoint
CREATE TABLE `notifications` (
	`id` text PRIMARY KEY NOT NULL,
	`run_id` text NOT NULL,
	`user_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`outcome` text NOT NULL,
	`title` text NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	`seen_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `notifications_once` ON `notifications` (`run_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `notifications_by_user` ON `notifications` (`user_id`,`tenant_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `operation_run_units` (
	`run_id` text NOT NULL,
	`ordinal` integer NOT NULL,
	`outcome` text NOT NULL,
	`unit_key` text NOT NULL,
	`label` text NOT NULL,
	`input` text NOT NULL,
	`reason_code` text NOT NULL,
	`message` text NOT NULL,
	`attempts` integer NOT NULL,
	PRIMARY KEY(`run_id`, `ordinal`)
);
--> statement-breakpoint
CREATE TABLE `operation_runs` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`type` text NOT NULL,
	`status` text NOT NULL,
	`outcome` text NOT NULL,
	`input` text NOT NULL,
	`identity` text NOT NULL,
	`sealed` integer DEFAULT false NOT NULL,
	`finalizer_pending` integer DEFAULT false NOT NULL,
	`phase` text,
	`summary_counts` text DEFAULT '{}' NOT NULL,
	`failure_code` text,
	`failure_message` text,
	`result_kind` text,
	`result_id` text,
	`result_href` text,
	`initiator_id` text,
	`retry_of` text,
	`version` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`completed_at` integer,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `operation_runs_active_identity` ON `operation_runs` (`identity`) WHERE status <> 'completed';--> statement-breakpoint
CREATE UNIQUE INDEX `operation_runs_retry_of` ON `operation_runs` (`retry_of`) WHERE retry_of is not null;--> statement-breakpoint
CREATE INDEX `operation_runs_by_tenant` ON `operation_runs` (`tenant_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `operation_runs_by_tenant_type` ON `operation_runs` (`tenant_id`,`type`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `operation_runs_finished` ON `operation_runs` (`tenant_id`,`completed_at`,`id`) WHERE status = 'completed';--> statement-breakpoint
CREATE INDEX `operation_runs_active` ON `operation_runs` (`tenant_id`,`created_at`,`id`) WHERE status <> 'completed';--> statement-breakpoint
CREATE INDEX `operation_runs_unfinished` ON `operation_runs` (`updated_at`) WHERE status <> 'completed';--> statement-breakpoint
CREATE TABLE `policies` (
	`tenant_id` text NOT NULL,
	`family` text NOT NULL,
	`graph_id` text NOT NULL,
	`name` text NOT NULL,
	`sort_name` text NOT NULL,
	`description` text,
	`platform` text,
	`odata_type` text,
	`assignment_count` integer,
	`version_number` integer NOT NULL,
	`content_hash` text NOT NULL,
	`content_bytes` integer NOT NULL,
	`comparable_hash` text NOT NULL,
	`changed_run_id` text NOT NULL,
	`last_modified_at` text NOT NULL,
	`first_seen_at` integer NOT NULL,
	`appeared_run_id` text NOT NULL,
	`last_seen_at` integer NOT NULL,
	`last_seen_run_id` text NOT NULL,
	`removed_at` integer,
	`removed_run_id` text,
	PRIMARY KEY(`tenant_id`, `family`, `graph_id`)
);
--> statement-breakpoint
CREATE INDEX `policies_by_name` ON `policies` (`tenant_id`,`sort_name`,`family`,`graph_id`);--> statement-breakpoint
CREATE INDEX `policies_by_family` ON `policies` (`tenant_id`,`family`,`sort_name`,`graph_id`);--> statement-breakpoint
CREATE INDEX `policies_by_modified` ON `policies` (`tenant_id`,`last_modified_at`,`family`,`graph_id`);--> statement-breakpoint
CREATE TABLE `policy_versions` (
	`tenant_id` text NOT NULL,
	`family` text NOT NULL,
	`graph_id` text NOT NULL,
	`version_number` integer NOT NULL,
	`content_hash` text NOT NULL,
	`content_bytes` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`run_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `family`, `graph_id`, `version_number`)
);
--> statement-breakpoint
CREATE TABLE `tenant_connections` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`cloud` text NOT NULL,
	`directory_id` text NOT NULL,
	`client_id` text NOT NULL,
	`sealed_client_secret` text NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `tenants` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tenants_slug_unique` ON `tenants` (`slug`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_email_unique` ON `users` (`email`);