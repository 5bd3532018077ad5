CREATE TABLE `backup_set_items` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`backup_set_id` text NOT NULL,
	`family` text NOT NULL,
	`graph_id` text NOT NULL,
	`name` text NOT NULL,
	`sort_name` text NOT NULL,
	`description` text,
	`platform` text,
	`odata_type` text,
	`assignment_count` integer,
	`content_hash` text NOT NULL,
	`content_bytes` integer NOT NULL,
	`comparable_hash` text NOT NULL,
	`sealed_secrets` text,
	`captured_at` integer NOT NULL,
	`run_id` text NOT NULL,
	`request_id` text,
	`confirmed_at` integer,
	`confirmed_run_id` text
);
--> statement-breakpoint
CREATE INDEX `backup_set_items_by_policy` ON `backup_set_items` (`backup_set_id`,`family`,`graph_id`,`captured_at`);--> statement-breakpoint
CREATE INDEX `backup_set_items_by_name` ON `backup_set_items` (`backup_set_id`,`sort_name`,`id`);--> statement-breakpoint
CREATE INDEX `backup_set_items_of_policy` ON `backup_set_items` (`tenant_id`,`family`,`graph_id`,`captured_at`);--> statement-breakpoint
CREATE INDEX `backup_set_items_by_content` ON `backup_set_items` (`tenant_id`,`content_hash`);--> statement-breakpoint
CREATE TABLE `backup_sets` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`sort_name` text NOT NULL,
	`description` text DEFAULT '' NOT NULL,
	`status` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text,
	`updated_at` integer NOT NULL,
	`archived_at` integer,
	`status_run_id` text
);
--> statement-breakpoint
CREATE INDEX `backup_sets_by_tenant` ON `backup_sets` (`tenant_id`,`status`,`sort_name`,`id`);--> statement-breakpoint
CREATE INDEX `backup_sets_by_age` ON `backup_sets` (`tenant_id`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `baseline_comparisons` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`baseline_id` text NOT NULL,
	`run_id` text NOT NULL,
	`status` text NOT NULL,
	`counts` text DEFAULT '{}' NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text,
	`sealed_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `baseline_comparisons_run_id_unique` ON `baseline_comparisons` (`run_id`);--> statement-breakpoint
CREATE INDEX `baseline_comparisons_by_tenant` ON `baseline_comparisons` (`tenant_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `baseline_comparisons_by_baseline` ON `baseline_comparisons` (`baseline_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `baseline_comparisons_building` ON `baseline_comparisons` (`created_at`) WHERE status = 'building';--> statement-breakpoint
CREATE TABLE `baseline_families` (
	`baseline_id` text NOT NULL,
	`family` text NOT NULL,
	`policy_count` integer NOT NULL,
	`read_at` integer,
	PRIMARY KEY(`baseline_id`, `family`)
);
--> statement-breakpoint
CREATE TABLE `baseline_findings` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`baseline_id` text NOT NULL,
	`key` text NOT NULL,
	`kind` text NOT NULL,
	`family` text NOT NULL,
	`graph_id` text,
	`name` text NOT NULL,
	`severity` text NOT NULL,
	`severity_rank` integer NOT NULL,
	`rule` text NOT NULL,
	`message` text NOT NULL,
	`status` text NOT NULL,
	`accepted_reason` text,
	`accepted_by` text,
	`accepted_at` integer,
	`accepted_until` integer,
	`changes_hash` text NOT NULL,
	`change_count` integer DEFAULT 0 NOT NULL,
	`detail_hash` text,
	`checked` integer NOT NULL,
	`first_seen_at` integer NOT NULL,
	`first_comparison_id` text NOT NULL,
	`last_seen_at` integer NOT NULL,
	`last_comparison_id` text NOT NULL,
	`resolved_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `baseline_findings_once` ON `baseline_findings` (`baseline_id`,`key`);--> statement-breakpoint
CREATE INDEX `baseline_findings_by_tenant` ON `baseline_findings` (`tenant_id`,`severity_rank`,`key`,`id`);--> statement-breakpoint
CREATE INDEX `baseline_findings_unresolved` ON `baseline_findings` (`tenant_id`,`severity_rank`,`key`,`id`) WHERE status in ('open', 'accepted');--> statement-breakpoint
CREATE INDEX `baseline_findings_accepted` ON `baseline_findings` (`accepted_until`) WHERE status = 'accepted';--> statement-breakpoint
CREATE TABLE `baseline_policies` (
	`baseline_id` text NOT NULL,
	`family` text NOT NULL,
	`graph_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`sort_name` text NOT NULL,
	`platform` text,
	`odata_type` text,
	`content_hash` text NOT NULL,
	`comparable_hash` text NOT NULL,
	`normal_hash` text,
	PRIMARY KEY(`baseline_id`, `family`, `graph_id`)
);
--> statement-breakpoint
CREATE INDEX `baseline_policies_by_name` ON `baseline_policies` (`baseline_id`,`sort_name`,`family`,`graph_id`);--> statement-breakpoint
CREATE INDEX `baseline_policies_by_content` ON `baseline_policies` (`tenant_id`,`content_hash`);--> statement-breakpoint
CREATE TABLE `baselines` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`run_id` text NOT NULL,
	`name` text NOT NULL,
	`status` text NOT NULL,
	`policy_count` integer DEFAULT 0 NOT NULL,
	`content_root` text,
	`created_at` integer NOT NULL,
	`created_by` text,
	`sealed_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `baselines_run_id_unique` ON `baselines` (`run_id`);--> statement-breakpoint
CREATE INDEX `baselines_by_tenant` ON `baselines` (`tenant_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `baselines_building` ON `baselines` (`created_at`) WHERE status = 'building';--> statement-breakpoint
CREATE TABLE `comparison_candidates` (
	`comparison_id` text NOT NULL,
	`family` text NOT NULL,
	`graph_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`content_hash` text,
	`baseline_hash` text,
	`normal_hash` text,
	PRIMARY KEY(`comparison_id`, `family`, `graph_id`)
);
--> statement-breakpoint
CREATE TABLE `comparison_families` (
	`comparison_id` text NOT NULL,
	`family` text NOT NULL,
	`baseline_read_at` integer,
	`read_at` integer,
	`last_outcome` text,
	`last_reason_code` text,
	`last_reason_message` text,
	`unknown_code` text,
	`unknown_message` text,
	PRIMARY KEY(`comparison_id`, `family`)
);
--> statement-breakpoint
CREATE TABLE `comparison_findings` (
	`comparison_id` text NOT NULL,
	`finding_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`key` text NOT NULL,
	`kind` text NOT NULL,
	`family` text NOT NULL,
	`graph_id` text,
	`name` text NOT NULL,
	`severity` text NOT NULL,
	`severity_rank` integer NOT NULL,
	`rule` text NOT NULL,
	`message` text NOT NULL,
	`status` text NOT NULL,
	`changes_hash` text NOT NULL,
	`change_count` integer DEFAULT 0 NOT NULL,
	`detail_hash` text,
	`checked` integer NOT NULL,
	PRIMARY KEY(`comparison_id`, `finding_id`)
);
--> statement-breakpoint
CREATE INDEX `comparison_findings_worst_first` ON `comparison_findings` (`comparison_id`,`severity_rank`,`key`);--> statement-breakpoint
CREATE TABLE `evidence_items` (
	`snapshot_id` text NOT NULL,
	`key` text NOT NULL,
	`tenant_id` text NOT NULL,
	`kind` text NOT NULL,
	`family` text,
	`title` text NOT NULL,
	`exception_code` text,
	`exception_message` text,
	`content_hash` text,
	`content_bytes` integer,
	`item_hash` text NOT NULL,
	`item_bytes` integer NOT NULL,
	`document` text NOT NULL,
	PRIMARY KEY(`snapshot_id`, `key`)
);
--> statement-breakpoint
CREATE INDEX `evidence_items_exceptions` ON `evidence_items` (`snapshot_id`,`key`) WHERE exception_code is not null;--> statement-breakpoint
CREATE INDEX `evidence_items_by_content` ON `evidence_items` (`tenant_id`,`content_hash`) WHERE content_hash is not null;--> statement-breakpoint
CREATE TABLE `evidence_snapshots` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`run_id` text NOT NULL,
	`status` text NOT NULL,
	`item_count` integer DEFAULT 0 NOT NULL,
	`exception_count` integer DEFAULT 0 NOT NULL,
	`merkle_root` text,
	`taken_at` integer NOT NULL,
	`completed_at` integer,
	`initiator_id` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `evidence_snapshots_run_id_unique` ON `evidence_snapshots` (`run_id`);--> statement-breakpoint
CREATE INDEX `evidence_snapshots_by_tenant` ON `evidence_snapshots` (`tenant_id`,`taken_at`,`id`);--> statement-breakpoint
CREATE TABLE `finding_events` (
	`finding_id` text NOT NULL,
	`id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`at` integer NOT NULL,
	`event` text NOT NULL,
	`comparison_id` text,
	`actor_id` text,
	`reason` text,
	`until` integer,
	PRIMARY KEY(`finding_id`, `id`)
);
--> statement-breakpoint
CREATE TABLE `released_payloads` (
	`tenant_id` text NOT NULL,
	`content_hash` text NOT NULL,
	`due_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `content_hash`)
);
--> statement-breakpoint
CREATE INDEX `released_payloads_due` ON `released_payloads` (`due_at`);--> statement-breakpoint
CREATE TABLE `restore_journal` (
	`plan_id` text NOT NULL,
	`ordinal` integer NOT NULL,
	`seq` integer NOT NULL,
	`tenant_id` text NOT NULL,
	`run_id` text NOT NULL,
	`at` integer NOT NULL,
	`entry` text NOT NULL,
	`policy_id` text,
	PRIMARY KEY(`plan_id`, `ordinal`, `seq`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `restore_journal_made_once` ON `restore_journal` (`tenant_id`,`policy_id`) WHERE policy_id is not null;--> statement-breakpoint
CREATE TABLE `restore_plan_items` (
	`plan_id` text NOT NULL,
	`ordinal` integer NOT NULL,
	`tenant_id` text NOT NULL,
	`item_id` text NOT NULL,
	`family` text NOT NULL,
	`graph_id` text NOT NULL,
	`name` text NOT NULL,
	`action` text NOT NULL,
	`target_id` text,
	`target_name` text,
	`target_hash` text,
	`reason_code` text,
	`message` text,
	`change_count` integer DEFAULT 0 NOT NULL,
	`missing_count` integer DEFAULT 0 NOT NULL,
	`detail_key` text NOT NULL,
	`detail_hash` text NOT NULL,
	PRIMARY KEY(`plan_id`, `ordinal`)
);
--> statement-breakpoint
CREATE INDEX `restore_plan_items_by_action` ON `restore_plan_items` (`plan_id`,`action`,`ordinal`);--> statement-breakpoint
CREATE TABLE `restore_plans` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`backup_set_id` text NOT NULL,
	`run_id` text NOT NULL,
	`status` text NOT NULL,
	`options` text NOT NULL,
	`plan_hash` text,
	`action_counts` text DEFAULT '{}' NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text,
	`ready_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `restore_plans_run_id_unique` ON `restore_plans` (`run_id`);--> statement-breakpoint
CREATE INDEX `restore_plans_by_set` ON `restore_plans` (`tenant_id`,`backup_set_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `restore_results` (
	`run_id` text NOT NULL,
	`ordinal` integer NOT NULL,
	`tenant_id` text NOT NULL,
	`plan_id` text NOT NULL,
	`family` text NOT NULL,
	`name` text NOT NULL,
	`outcome` text NOT NULL,
	`target_id` text,
	`reason_code` text,
	`message` text,
	`request_ids` text NOT NULL,
	`differences` text,
	`approval_code` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`run_id`, `ordinal`)
);
--> statement-breakpoint
CREATE TABLE `review_pack_parts` (
	`pack_id` text NOT NULL,
	`upload_id` text NOT NULL,
	`part_number` integer NOT NULL,
	`etag` text NOT NULL,
	`part_bytes` integer NOT NULL,
	PRIMARY KEY(`pack_id`, `upload_id`, `part_number`)
);
--> statement-breakpoint
CREATE TABLE `review_pack_segments` (
	`pack_id` text NOT NULL,
	`first_ordinal` integer NOT NULL,
	`object_key` text NOT NULL,
	`object_bytes` integer NOT NULL,
	`entries` text NOT NULL,
	PRIMARY KEY(`pack_id`, `first_ordinal`, `object_key`)
);
--> statement-breakpoint
CREATE TABLE `review_packs` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`run_id` text NOT NULL,
	`snapshot_id` text NOT NULL,
	`options` text NOT NULL,
	`status` text NOT NULL,
	`file_count` integer,
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
CREATE UNIQUE INDEX `review_packs_run_id_unique` ON `review_packs` (`run_id`);--> statement-breakpoint
CREATE INDEX `review_packs_by_tenant` ON `review_packs` (`tenant_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `review_packs_to_expire` ON `review_packs` (`expires_at`) WHERE status = 'complete';--> statement-breakpoint
CREATE INDEX `review_packs_writing` ON `review_packs` (`created_at`) WHERE status = 'writing';--> statement-breakpoint
CREATE TABLE `tenant_settings` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`review_pack_retention_days` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
ALTER TABLE `policies` ADD `last_request_id` text;--> statement-breakpoint
CREATE INDEX `policy_versions_by_content` ON `policy_versions` (`tenant_id`,`content_hash`);