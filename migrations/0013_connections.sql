CREATE TABLE `connection_consents` (
	`state_hash` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`purpose` text NOT NULL,
	`user_id` text NOT NULL,
	`session_id` text,
	`claimed_directory_id` text,
	`sealed_proof` text,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `connection_consents_by_end` ON `connection_consents` (`expires_at`);--> statement-breakpoint
CREATE TABLE `__new_permission_checks` (
	`tenant_id` text NOT NULL,
	`purpose` text DEFAULT 'read' NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`checked_at` integer,
	`findings` text,
	`failed_at` integer,
	`failure` text,
	PRIMARY KEY(`tenant_id`, `purpose`),
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `__new_permission_checks`("tenant_id", "started_at", "ended_at", "checked_at", "findings", "failed_at", "failure") SELECT "tenant_id", "started_at", "ended_at", "checked_at", "findings", "failed_at", "failure" FROM `permission_checks`;--> statement-breakpoint
DROP TABLE `permission_checks`;--> statement-breakpoint
ALTER TABLE `__new_permission_checks` RENAME TO `permission_checks`;--> statement-breakpoint
CREATE TABLE `__new_tenant_connections` (
	`tenant_id` text NOT NULL,
	`purpose` text DEFAULT 'read' NOT NULL,
	`kind` text DEFAULT 'secret' NOT NULL,
	`cloud` text NOT NULL,
	`directory_id` text NOT NULL,
	`client_id` text NOT NULL,
	`sealed_client_secret` text,
	`certificate_thumbprint` text,
	`credential_ends_at` integer,
	`connected_at` integer,
	PRIMARY KEY(`tenant_id`, `purpose`),
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `__new_tenant_connections`("tenant_id", "cloud", "directory_id", "client_id", "sealed_client_secret") SELECT "tenant_id", "cloud", "directory_id", "client_id", "sealed_client_secret" FROM `tenant_connections`;--> statement-breakpoint
DROP TABLE `tenant_connections`;--> statement-breakpoint
ALTER TABLE `__new_tenant_connections` RENAME TO `tenant_connections`;--> statement-breakpoint
CREATE UNIQUE INDEX `tenant_connections_by_directory` ON `tenant_connections` (`cloud`,`directory_id`,`purpose`) WHERE connected_at is not null;