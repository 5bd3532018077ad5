CREATE TABLE `legal_holds` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`reason` text NOT NULL,
	`placed_by` text NOT NULL,
	`placed_at` integer NOT NULL,
	`lifted_by` text,
	`lifted_at` integer,
	`lift_reason` text,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `legal_holds_by_tenant` ON `legal_holds` (`tenant_id`,`placed_at`);--> statement-breakpoint
CREATE INDEX `legal_holds_open` ON `legal_holds` (`tenant_id`) WHERE lifted_at is null;--> statement-breakpoint
CREATE TABLE `removed_things` (
	`tenant_id` text NOT NULL,
	`kind` text NOT NULL,
	`id` text NOT NULL,
	`removed_at` integer NOT NULL,
	`pending` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `kind`, `id`)
);
--> statement-breakpoint
CREATE INDEX `removed_things_pending` ON `removed_things` (`tenant_id`,`kind`,`id`) WHERE pending = 1;--> statement-breakpoint
CREATE INDEX `removed_things_by_age` ON `removed_things` (`tenant_id`,`removed_at`);--> statement-breakpoint
CREATE TABLE `retention_turns` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`next_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `retention_turns_by_time` ON `retention_turns` (`next_at`);--> statement-breakpoint
CREATE TABLE `tenant_retention` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`rules` text NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
