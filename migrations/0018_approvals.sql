CREATE TABLE `approval_requests` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`kind` text NOT NULL,
	`input` text NOT NULL,
	`change` text NOT NULL,
	`hash` text NOT NULL,
	`requester_id` text NOT NULL,
	`reason` text NOT NULL,
	`asked_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`state` text NOT NULL,
	`sealed_secret` text,
	`decider_id` text,
	`decided_at` integer,
	`decision_reason` text,
	`decision_id` text,
	`failure_code` text,
	`failure_message` text,
	`run_id` text,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `approval_requests_waiting` ON `approval_requests` (`tenant_id`,`hash`) WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX `approval_requests_by_tenant` ON `approval_requests` (`tenant_id`,`asked_at`,`id`);--> statement-breakpoint
CREATE INDEX `approval_requests_by_end` ON `approval_requests` (`ends_at`) WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX `approval_requests_sealed` ON `approval_requests` (`tenant_id`) WHERE sealed_secret is not null;--> statement-breakpoint
CREATE TABLE `approval_settings` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`subjects` text NOT NULL,
	`request_hours` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
ALTER TABLE `connection_consents` ADD `reason` text;