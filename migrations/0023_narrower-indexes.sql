DROP INDEX `backup_set_items_by_content`;--> statement-breakpoint
CREATE INDEX `backup_set_items_by_content` ON `backup_set_items` (`content_hash`);--> statement-breakpoint
DROP INDEX `baseline_policies_by_content`;--> statement-breakpoint
CREATE INDEX `baseline_policies_by_content` ON `baseline_policies` (`content_hash`);--> statement-breakpoint
DROP INDEX `policies_by_name`;--> statement-breakpoint
DROP INDEX `policies_by_modified`;--> statement-breakpoint
CREATE INDEX `policies_by_name` ON `policies` (`tenant_id`,`sort_name`);--> statement-breakpoint
CREATE INDEX `policies_by_modified` ON `policies` (`tenant_id`,`last_modified_at`);--> statement-breakpoint
DROP INDEX `policy_versions_by_content`;--> statement-breakpoint
CREATE INDEX `policy_versions_by_content` ON `policy_versions` (`content_hash`);