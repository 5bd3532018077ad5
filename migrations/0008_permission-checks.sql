CREATE TABLE `permission_checks` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`checked_at` integer,
	`findings` text,
	`failed_at` integer,
	`failure` text,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
