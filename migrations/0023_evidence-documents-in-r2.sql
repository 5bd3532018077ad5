CREATE TABLE `__new_evidence_items` (
	`snapshot_id` text NOT NULL,
	`key` text NOT NULL,
	`title` text NOT NULL,
	`exception_code` text,
	`exception_message` text,
	`content_hash` blob,
	`content_bytes` integer,
	`item_hash` blob NOT NULL,
	`item_bytes` integer NOT NULL,
	`segment` blob,
	`document` text,
	`audit_place` integer,
	PRIMARY KEY(`snapshot_id`, `key`)
);
--> statement-breakpoint
INSERT INTO `__new_evidence_items`("snapshot_id", "key", "title", "exception_code", "exception_message", "content_hash", "content_bytes", "item_hash", "item_bytes", "segment", "document", "audit_place")
  SELECT "snapshot_id", "key", "title", "exception_code", "exception_message", unhex("content_hash"), "content_bytes", unhex("item_hash"), "item_bytes", NULL, "document",
         iif("key" = 'operations', json_extract("document", '$.facts.auditLog.place'), NULL) FROM `evidence_items`;--> statement-breakpoint
DROP TABLE `evidence_items`;--> statement-breakpoint
ALTER TABLE `__new_evidence_items` RENAME TO `evidence_items`;--> statement-breakpoint
CREATE INDEX `evidence_items_by_content` ON `evidence_items` (`content_hash`) WHERE content_hash is not null;--> statement-breakpoint
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