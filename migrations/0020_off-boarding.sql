CREATE TABLE `offboarding_counts` (
	`offboarding_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`removed` integer NOT NULL,
	`bytes` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`offboarding_id`, `kind`, `name`)
);
--> statement-breakpoint
CREATE TABLE `offboardings` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`tenant_slug` text NOT NULL,
	`tenant_name` text NOT NULL,
	`microsoft_tenants` text NOT NULL,
	`status` text NOT NULL,
	`reason` text NOT NULL,
	`requested_by` text NOT NULL,
	`requested_by_name` text NOT NULL,
	`requested_as` text NOT NULL,
	`requested_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	`withdrawn_at` integer,
	`withdrawn_by` text,
	`withdrawn_by_name` text,
	`started_at` integer,
	`completed_at` integer,
	`position` text DEFAULT '{}' NOT NULL,
	`not_before` integer,
	`export_id` text,
	`export_hash` text,
	`export_completed_at` integer,
	`audit_seq` integer,
	`audit_hash` text,
	`verification` text,
	`refused` text DEFAULT '[]' NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `offboardings_under_way` ON `offboardings` (`tenant_id`) WHERE status in ('waiting', 'deleting', 'incomplete');--> statement-breakpoint
CREATE INDEX `offboardings_by_age` ON `offboardings` (`requested_at`,`id`);