CREATE TABLE `custom_roles` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`capabilities` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `custom_roles_by_name` ON `custom_roles` (`tenant_id`,`name`);--> statement-breakpoint
ALTER TABLE `memberships` ADD `created_at` integer;--> statement-breakpoint
ALTER TABLE `memberships` ADD `invited_by` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `browser` text DEFAULT '' NOT NULL;