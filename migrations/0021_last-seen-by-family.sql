ALTER TABLE `inventory_families` ADD `last_complete_run_id` text;--> statement-breakpoint
ALTER TABLE `inventory_families` ADD `request_ids` text;--> statement-breakpoint
UPDATE `inventory_families` SET
  `last_complete_run_id` = (SELECT p.last_seen_run_id FROM policies p WHERE p.tenant_id = inventory_families.tenant_id AND p.family = inventory_families.family AND p.last_seen_at = inventory_families.last_complete_at LIMIT 1),
  `request_ids` = (SELECT json_group_object(request_id, json(ids)) FROM (SELECT p.last_request_id AS request_id, json_group_array(p.graph_id) AS ids FROM policies p WHERE p.tenant_id = inventory_families.tenant_id AND p.family = inventory_families.family AND p.last_seen_at = inventory_families.last_complete_at AND p.removed_at IS NULL AND p.last_request_id IS NOT NULL GROUP BY p.last_request_id))
WHERE `last_complete_at` IS NOT NULL;--> statement-breakpoint
CREATE TABLE `__new_policies` (
	`tenant_id` text NOT NULL,
	`family` text NOT NULL,
	`graph_id` text NOT NULL,
	`name` text NOT NULL,
	`sort_name` text NOT NULL,
	`description` text,
	`platform` text,
	`odata_type` text,
	`assignment_count` integer,
	`version_number` integer NOT NULL,
	`content_hash` text NOT NULL,
	`content_bytes` integer NOT NULL,
	`comparable_hash` text NOT NULL,
	`changed_run_id` text NOT NULL,
	`last_modified_at` text NOT NULL,
	`first_seen_at` integer NOT NULL,
	`appeared_run_id` text NOT NULL,
	`last_seen_at` integer,
	`last_seen_run_id` text,
	`last_request_id` text,
	`removed_at` integer,
	`removed_run_id` text,
	PRIMARY KEY(`tenant_id`, `family`, `graph_id`)
);
--> statement-breakpoint
INSERT INTO `__new_policies`("tenant_id", "family", "graph_id", "name", "sort_name", "description", "platform", "odata_type", "assignment_count", "version_number", "content_hash", "content_bytes", "comparable_hash", "changed_run_id", "last_modified_at", "first_seen_at", "appeared_run_id", "last_seen_at", "last_seen_run_id", "last_request_id", "removed_at", "removed_run_id")
  SELECT p.tenant_id, p.family, p.graph_id, p.name, p.sort_name, p.description, p.platform, p.odata_type, p.assignment_count, p.version_number, p.content_hash, p.content_bytes, p.comparable_hash, p.changed_run_id, p.last_modified_at, p.first_seen_at, p.appeared_run_id, iif(f.last_complete_at IS NOT NULL AND p.removed_at IS NULL AND p.last_seen_at = f.last_complete_at, NULL, p.last_seen_at), iif(f.last_complete_at IS NOT NULL AND p.removed_at IS NULL AND p.last_seen_at = f.last_complete_at, NULL, p.last_seen_run_id), iif(f.last_complete_at IS NOT NULL AND p.removed_at IS NULL AND p.last_seen_at = f.last_complete_at, NULL, p.last_request_id), p.removed_at, p.removed_run_id
    FROM `policies` p LEFT JOIN `inventory_families` f ON f.tenant_id = p.tenant_id AND f.family = p.family;--> statement-breakpoint
DROP TABLE `policies`;--> statement-breakpoint
ALTER TABLE `__new_policies` RENAME TO `policies`;--> statement-breakpoint
CREATE INDEX `policies_by_name` ON `policies` (`tenant_id`,`sort_name`,`family`,`graph_id`);--> statement-breakpoint
CREATE INDEX `policies_by_modified` ON `policies` (`tenant_id`,`last_modified_at`,`family`,`graph_id`);
