CREATE TABLE `change_logs` (
	`tenant_id` text NOT NULL,
	`log` text NOT NULL,
	`covered_from` integer,
	`covered_until` integer,
	`last_attempt_at` integer NOT NULL,
	`reason_code` text,
	`reason_message` text,
	`last_run_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `log`)
);
--> statement-breakpoint
CREATE TABLE `policy_changes` (
	`tenant_id` text NOT NULL,
	`event_id` text NOT NULL,
	`resource_id` text NOT NULL,
	`log` text NOT NULL,
	`resource_type` text NOT NULL,
	`at` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text,
	`actor_name` text NOT NULL,
	`application_id` text,
	`application_name` text,
	`activity` text NOT NULL,
	`operation` text NOT NULL,
	`ours` integer NOT NULL,
	`properties` text NOT NULL,
	`properties_cut` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `event_id`, `resource_id`)
);
--> statement-breakpoint
CREATE INDEX `policy_changes_by_resource` ON `policy_changes` (`tenant_id`,`resource_id`,`log`,`at`);--> statement-breakpoint
CREATE INDEX `policy_changes_by_age` ON `policy_changes` (`at`);