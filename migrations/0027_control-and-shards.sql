CREATE TABLE `audit_outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`log` text NOT NULL,
	`at` integer NOT NULL,
	`action` text NOT NULL,
	`actor_id` text,
	`target_kind` text NOT NULL,
	`target_id` text NOT NULL,
	`detail` text NOT NULL,
	`origin` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `connection_claims` (
	`cloud` text NOT NULL,
	`directory_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`cloud`, `directory_id`)
);
--> statement-breakpoint
CREATE INDEX `connection_claims_by_tenant` ON `connection_claims` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `member_directory` (
	`user_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`mark` text NOT NULL,
	`noted_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `tenant_id`)
);
--> statement-breakpoint
CREATE INDEX `member_directory_by_tenant` ON `member_directory` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `sweep_cursors` (
	`name` text PRIMARY KEY NOT NULL,
	`position` text NOT NULL
);
--> statement-breakpoint
ALTER TABLE `tenants` ADD `shard` text DEFAULT 'DATABASE' NOT NULL;--> statement-breakpoint
ALTER TABLE `tenants` ADD `made_for` text;--> statement-breakpoint
CREATE INDEX `tenants_by_shard` ON `tenants` (`shard`);--> statement-breakpoint
CREATE INDEX `tenants_in_the_making` ON `tenants` (`created_at`) WHERE made_for is not null;--> statement-breakpoint
ALTER TABLE `users` ADD `copy_due` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `users_to_copy` ON `users` (`id`) WHERE copy_due > 0;--> statement-breakpoint
INSERT INTO `member_directory` (`user_id`, `tenant_id`, `mark`, `noted_at`) SELECT `user_id`, `tenant_id`, '', 0 FROM `memberships`;--> statement-breakpoint
INSERT INTO `connection_claims` (`cloud`, `directory_id`, `tenant_id`, `at`)
SELECT `cloud`, lower(`directory_id`), min(`tenant_id`), 0 FROM `tenant_connections` WHERE true GROUP BY 1, 2;
