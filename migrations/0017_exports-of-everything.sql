CREATE TABLE `tenant_exports` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`run_id` text NOT NULL,
	`status` text NOT NULL,
	`audit_seq` integer,
	`audit_hash` text,
	`file_count` integer,
	`row_count` integer,
	`archive_name` text NOT NULL,
	`archive_bytes` integer,
	`archive_hash` text,
	`upload_id` text,
	`initiator_id` text,
	`created_at` integer NOT NULL,
	`completed_at` integer,
	`expires_at` integer,
	`expired_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tenant_exports_run_id_unique` ON `tenant_exports` (`run_id`);--> statement-breakpoint
CREATE INDEX `tenant_exports_by_tenant` ON `tenant_exports` (`tenant_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `tenant_exports_to_expire` ON `tenant_exports` (`expires_at`) WHERE status = 'complete';--> statement-breakpoint
CREATE INDEX `tenant_exports_in_making` ON `tenant_exports` (`created_at`) WHERE status in ('writing', 'assembling');