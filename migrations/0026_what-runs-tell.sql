CREATE TABLE `operation_run_reports` (
	`run_id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`version` integer NOT NULL,
	`at` integer NOT NULL,
	`facts` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `operation_run_unit_pages` (
	`run_id` text NOT NULL,
	`first_ordinal` integer NOT NULL,
	`tenant_id` text NOT NULL,
	`version` integer NOT NULL,
	`at` integer NOT NULL,
	`unit_count` integer NOT NULL,
	`units` text NOT NULL,
	PRIMARY KEY(`run_id`, `first_ordinal`)
);
