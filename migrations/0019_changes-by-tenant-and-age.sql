DROP INDEX `policy_changes_by_age`;--> statement-breakpoint
CREATE INDEX `policy_changes_by_age` ON `policy_changes` (`tenant_id`,`at`);