CREATE TABLE `backup_reference_names` (
	`run_id` text NOT NULL,
	`kind` text NOT NULL,
	`reference_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`backup_set_id` text NOT NULL,
	`name` text,
	PRIMARY KEY(`run_id`, `kind`, `reference_id`)
);
--> statement-breakpoint
CREATE INDEX `backup_reference_names_by_set` ON `backup_reference_names` (`backup_set_id`);