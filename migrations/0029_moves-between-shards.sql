CREATE TABLE `tenant_fences` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`move` integer NOT NULL,
	`generation` integer NOT NULL,
	`mode` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `tenant_moves` (
	`number` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`tenant_slug` text NOT NULL,
	`tenant_name` text NOT NULL,
	`from_shard` text NOT NULL,
	`to_shard` text NOT NULL,
	`state` text NOT NULL,
	`reason` text NOT NULL,
	`requested_by` text NOT NULL,
	`requested_by_name` text NOT NULL,
	`requested_at` integer NOT NULL,
	`draining_since` integer,
	`fenced_at` integer,
	`switched_at` integer,
	`ended_at` integer,
	`looked_at` integer,
	`runs_under_way` integer,
	`rows_copied` integer,
	`rows_removed` integer,
	`problem` text,
	`verified` text,
	`phase` text NOT NULL,
	`position` text DEFAULT '{}' NOT NULL,
	`generation` integer DEFAULT 0 NOT NULL,
	`not_before` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tenant_moves_by_id` ON `tenant_moves` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `tenant_moves_under_way` ON `tenant_moves` (`tenant_id`) WHERE state not in ('done', 'abandoned');--> statement-breakpoint
CREATE INDEX `tenant_moves_by_tenant` ON `tenant_moves` (`tenant_id`);--> statement-breakpoint
CREATE TRIGGER `offboardings_fence_insert` BEFORE INSERT ON `offboardings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `offboardings_fence_update` BEFORE UPDATE ON `offboardings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `offboardings_fence_delete` BEFORE DELETE ON `offboardings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `review_pack_segments_fence_insert` BEFORE INSERT ON `review_pack_segments`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced', 'left'))
  AND (EXISTS (SELECT 1 FROM `review_packs` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = new.pack_id AND f.mode IN ('fenced', 'left'))
    OR EXISTS (SELECT 1 FROM `tenant_exports` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = new.pack_id AND f.mode IN ('fenced', 'left')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `review_pack_segments_fence_update` BEFORE UPDATE ON `review_pack_segments`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced', 'left'))
  AND (EXISTS (SELECT 1 FROM `review_packs` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = old.pack_id AND f.mode IN ('fenced', 'left'))
    OR EXISTS (SELECT 1 FROM `tenant_exports` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = old.pack_id AND f.mode IN ('fenced', 'left')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `review_pack_segments_fence_delete` BEFORE DELETE ON `review_pack_segments`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced'))
  AND (EXISTS (SELECT 1 FROM `review_packs` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = old.pack_id AND f.mode IN ('fenced'))
    OR EXISTS (SELECT 1 FROM `tenant_exports` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = old.pack_id AND f.mode IN ('fenced')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `review_pack_parts_fence_insert` BEFORE INSERT ON `review_pack_parts`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced', 'left'))
  AND (EXISTS (SELECT 1 FROM `review_packs` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = new.pack_id AND f.mode IN ('fenced', 'left'))
    OR EXISTS (SELECT 1 FROM `tenant_exports` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = new.pack_id AND f.mode IN ('fenced', 'left')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `review_pack_parts_fence_update` BEFORE UPDATE ON `review_pack_parts`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced', 'left'))
  AND (EXISTS (SELECT 1 FROM `review_packs` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = old.pack_id AND f.mode IN ('fenced', 'left'))
    OR EXISTS (SELECT 1 FROM `tenant_exports` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = old.pack_id AND f.mode IN ('fenced', 'left')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `review_pack_parts_fence_delete` BEFORE DELETE ON `review_pack_parts`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced'))
  AND (EXISTS (SELECT 1 FROM `review_packs` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = old.pack_id AND f.mode IN ('fenced'))
    OR EXISTS (SELECT 1 FROM `tenant_exports` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = old.pack_id AND f.mode IN ('fenced')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `review_packs_fence_insert` BEFORE INSERT ON `review_packs`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `review_packs_fence_update` BEFORE UPDATE ON `review_packs`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `review_packs_fence_delete` BEFORE DELETE ON `review_packs`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `tenant_exports_fence_insert` BEFORE INSERT ON `tenant_exports`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `tenant_exports_fence_update` BEFORE UPDATE ON `tenant_exports`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `tenant_exports_fence_delete` BEFORE DELETE ON `tenant_exports`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `comparison_candidates_fence_insert` BEFORE INSERT ON `comparison_candidates`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced', 'left'))
  AND (EXISTS (SELECT 1 FROM `baseline_comparisons` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = new.comparison_id AND f.mode IN ('fenced', 'left')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `comparison_candidates_fence_update` BEFORE UPDATE ON `comparison_candidates`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced', 'left'))
  AND (EXISTS (SELECT 1 FROM `baseline_comparisons` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = old.comparison_id AND f.mode IN ('fenced', 'left')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `comparison_candidates_fence_delete` BEFORE DELETE ON `comparison_candidates`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced'))
  AND (EXISTS (SELECT 1 FROM `baseline_comparisons` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = old.comparison_id AND f.mode IN ('fenced')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `comparison_families_fence_insert` BEFORE INSERT ON `comparison_families`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced', 'left'))
  AND (EXISTS (SELECT 1 FROM `baseline_comparisons` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = new.comparison_id AND f.mode IN ('fenced', 'left')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `comparison_families_fence_update` BEFORE UPDATE ON `comparison_families`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced', 'left'))
  AND (EXISTS (SELECT 1 FROM `baseline_comparisons` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = old.comparison_id AND f.mode IN ('fenced', 'left')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `comparison_families_fence_delete` BEFORE DELETE ON `comparison_families`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced'))
  AND (EXISTS (SELECT 1 FROM `baseline_comparisons` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = old.comparison_id AND f.mode IN ('fenced')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `comparison_findings_fence_insert` BEFORE INSERT ON `comparison_findings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `comparison_findings_fence_update` BEFORE UPDATE ON `comparison_findings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `comparison_findings_fence_delete` BEFORE DELETE ON `comparison_findings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `finding_events_fence_insert` BEFORE INSERT ON `finding_events`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `finding_events_fence_update` BEFORE UPDATE ON `finding_events`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `finding_events_fence_delete` BEFORE DELETE ON `finding_events`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `baseline_findings_fence_insert` BEFORE INSERT ON `baseline_findings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `baseline_findings_fence_update` BEFORE UPDATE ON `baseline_findings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `baseline_findings_fence_delete` BEFORE DELETE ON `baseline_findings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `baseline_comparisons_fence_insert` BEFORE INSERT ON `baseline_comparisons`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `baseline_comparisons_fence_update` BEFORE UPDATE ON `baseline_comparisons`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `baseline_comparisons_fence_delete` BEFORE DELETE ON `baseline_comparisons`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `baseline_families_fence_insert` BEFORE INSERT ON `baseline_families`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced', 'left'))
  AND (EXISTS (SELECT 1 FROM `baselines` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = new.baseline_id AND f.mode IN ('fenced', 'left')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `baseline_families_fence_update` BEFORE UPDATE ON `baseline_families`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced', 'left'))
  AND (EXISTS (SELECT 1 FROM `baselines` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = old.baseline_id AND f.mode IN ('fenced', 'left')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `baseline_families_fence_delete` BEFORE DELETE ON `baseline_families`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced'))
  AND (EXISTS (SELECT 1 FROM `baselines` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = old.baseline_id AND f.mode IN ('fenced')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `baseline_policies_fence_insert` BEFORE INSERT ON `baseline_policies`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `baseline_policies_fence_update` BEFORE UPDATE ON `baseline_policies`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `baseline_policies_fence_delete` BEFORE DELETE ON `baseline_policies`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `baselines_fence_insert` BEFORE INSERT ON `baselines`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `baselines_fence_update` BEFORE UPDATE ON `baselines`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `baselines_fence_delete` BEFORE DELETE ON `baselines`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `restore_journal_fence_insert` BEFORE INSERT ON `restore_journal`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `restore_journal_fence_update` BEFORE UPDATE ON `restore_journal`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `restore_journal_fence_delete` BEFORE DELETE ON `restore_journal`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `restore_results_fence_insert` BEFORE INSERT ON `restore_results`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `restore_results_fence_update` BEFORE UPDATE ON `restore_results`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `restore_results_fence_delete` BEFORE DELETE ON `restore_results`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `restore_plan_items_fence_insert` BEFORE INSERT ON `restore_plan_items`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `restore_plan_items_fence_update` BEFORE UPDATE ON `restore_plan_items`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `restore_plan_items_fence_delete` BEFORE DELETE ON `restore_plan_items`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `restore_plans_fence_insert` BEFORE INSERT ON `restore_plans`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `restore_plans_fence_update` BEFORE UPDATE ON `restore_plans`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `restore_plans_fence_delete` BEFORE DELETE ON `restore_plans`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `backup_reference_names_fence_insert` BEFORE INSERT ON `backup_reference_names`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `backup_reference_names_fence_update` BEFORE UPDATE ON `backup_reference_names`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `backup_reference_names_fence_delete` BEFORE DELETE ON `backup_reference_names`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `backup_set_items_fence_insert` BEFORE INSERT ON `backup_set_items`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `backup_set_items_fence_update` BEFORE UPDATE ON `backup_set_items`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `backup_set_items_fence_delete` BEFORE DELETE ON `backup_set_items`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `backup_sets_fence_insert` BEFORE INSERT ON `backup_sets`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `backup_sets_fence_update` BEFORE UPDATE ON `backup_sets`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `backup_sets_fence_delete` BEFORE DELETE ON `backup_sets`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `released_payloads_fence_insert` BEFORE INSERT ON `released_payloads`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `released_payloads_fence_update` BEFORE UPDATE ON `released_payloads`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `released_payloads_fence_delete` BEFORE DELETE ON `released_payloads`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `evidence_items_fence_insert` BEFORE INSERT ON `evidence_items`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced', 'left'))
  AND (EXISTS (SELECT 1 FROM `evidence_snapshots` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = new.snapshot_id AND f.mode IN ('fenced', 'left')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `evidence_items_fence_update` BEFORE UPDATE ON `evidence_items`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced', 'left'))
  AND (EXISTS (SELECT 1 FROM `evidence_snapshots` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = old.snapshot_id AND f.mode IN ('fenced', 'left')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `evidence_items_fence_delete` BEFORE DELETE ON `evidence_items`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced'))
  AND (EXISTS (SELECT 1 FROM `evidence_snapshots` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = old.snapshot_id AND f.mode IN ('fenced')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `evidence_snapshots_fence_insert` BEFORE INSERT ON `evidence_snapshots`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `evidence_snapshots_fence_update` BEFORE UPDATE ON `evidence_snapshots`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `evidence_snapshots_fence_delete` BEFORE DELETE ON `evidence_snapshots`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `policy_changes_fence_insert` BEFORE INSERT ON `policy_changes`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `policy_changes_fence_update` BEFORE UPDATE ON `policy_changes`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `policy_changes_fence_delete` BEFORE DELETE ON `policy_changes`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `change_logs_fence_insert` BEFORE INSERT ON `change_logs`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `change_logs_fence_update` BEFORE UPDATE ON `change_logs`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `change_logs_fence_delete` BEFORE DELETE ON `change_logs`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `unreadable_policies_fence_insert` BEFORE INSERT ON `unreadable_policies`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `unreadable_policies_fence_update` BEFORE UPDATE ON `unreadable_policies`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `unreadable_policies_fence_delete` BEFORE DELETE ON `unreadable_policies`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `policy_versions_fence_insert` BEFORE INSERT ON `policy_versions`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `policy_versions_fence_update` BEFORE UPDATE ON `policy_versions`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `policy_versions_fence_delete` BEFORE DELETE ON `policy_versions`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `policies_fence_insert` BEFORE INSERT ON `policies`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `policies_fence_update` BEFORE UPDATE ON `policies`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `policies_fence_delete` BEFORE DELETE ON `policies`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `inventory_families_fence_insert` BEFORE INSERT ON `inventory_families`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `inventory_families_fence_update` BEFORE UPDATE ON `inventory_families`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `inventory_families_fence_delete` BEFORE DELETE ON `inventory_families`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `idempotency_keys_fence_insert` BEFORE INSERT ON `idempotency_keys`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `idempotency_keys_fence_update` BEFORE UPDATE ON `idempotency_keys`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `idempotency_keys_fence_delete` BEFORE DELETE ON `idempotency_keys`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `cancel_intents_fence_insert` BEFORE INSERT ON `cancel_intents`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `cancel_intents_fence_update` BEFORE UPDATE ON `cancel_intents`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `cancel_intents_fence_delete` BEFORE DELETE ON `cancel_intents`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `notifications_fence_insert` BEFORE INSERT ON `notifications`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `notifications_fence_update` BEFORE UPDATE ON `notifications`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `notifications_fence_delete` BEFORE DELETE ON `notifications`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `operation_run_units_fence_insert` BEFORE INSERT ON `operation_run_units`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced', 'left'))
  AND (EXISTS (SELECT 1 FROM `operation_runs` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = new.run_id AND f.mode IN ('fenced', 'left')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `operation_run_units_fence_update` BEFORE UPDATE ON `operation_run_units`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced', 'left'))
  AND (EXISTS (SELECT 1 FROM `operation_runs` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = old.run_id AND f.mode IN ('fenced', 'left')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `operation_run_units_fence_delete` BEFORE DELETE ON `operation_run_units`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE mode IN ('fenced'))
  AND (EXISTS (SELECT 1 FROM `operation_runs` p JOIN `tenant_fences` f ON f.tenant_id = p.tenant_id WHERE p.id = old.run_id AND f.mode IN ('fenced')))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `operation_run_unit_pages_fence_insert` BEFORE INSERT ON `operation_run_unit_pages`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `operation_run_unit_pages_fence_update` BEFORE UPDATE ON `operation_run_unit_pages`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `operation_run_unit_pages_fence_delete` BEFORE DELETE ON `operation_run_unit_pages`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `operation_run_reports_fence_insert` BEFORE INSERT ON `operation_run_reports`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `operation_run_reports_fence_update` BEFORE UPDATE ON `operation_run_reports`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `operation_run_reports_fence_delete` BEFORE DELETE ON `operation_run_reports`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `operation_runs_fence_insert` BEFORE INSERT ON `operation_runs`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `operation_runs_fence_update` BEFORE UPDATE ON `operation_runs`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `operation_runs_fence_delete` BEFORE DELETE ON `operation_runs`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `permission_checks_fence_insert` BEFORE INSERT ON `permission_checks`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `permission_checks_fence_update` BEFORE UPDATE ON `permission_checks`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `permission_checks_fence_delete` BEFORE DELETE ON `permission_checks`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `tenant_connections_fence_insert` BEFORE INSERT ON `tenant_connections`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `tenant_connections_fence_update` BEFORE UPDATE ON `tenant_connections`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `tenant_connections_fence_delete` BEFORE DELETE ON `tenant_connections`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `invitations_fence_insert` BEFORE INSERT ON `invitations`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `invitations_fence_update` BEFORE UPDATE ON `invitations`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `invitations_fence_delete` BEFORE DELETE ON `invitations`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `custom_roles_fence_insert` BEFORE INSERT ON `custom_roles`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `custom_roles_fence_update` BEFORE UPDATE ON `custom_roles`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `custom_roles_fence_delete` BEFORE DELETE ON `custom_roles`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `approval_requests_fence_insert` BEFORE INSERT ON `approval_requests`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `approval_requests_fence_update` BEFORE UPDATE ON `approval_requests`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `approval_requests_fence_delete` BEFORE DELETE ON `approval_requests`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `approval_settings_fence_insert` BEFORE INSERT ON `approval_settings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `approval_settings_fence_update` BEFORE UPDATE ON `approval_settings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `approval_settings_fence_delete` BEFORE DELETE ON `approval_settings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `removed_things_fence_insert` BEFORE INSERT ON `removed_things`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `removed_things_fence_update` BEFORE UPDATE ON `removed_things`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `removed_things_fence_delete` BEFORE DELETE ON `removed_things`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `retention_turns_fence_insert` BEFORE INSERT ON `retention_turns`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `retention_turns_fence_update` BEFORE UPDATE ON `retention_turns`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `retention_turns_fence_delete` BEFORE DELETE ON `retention_turns`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `tenant_retention_fence_insert` BEFORE INSERT ON `tenant_retention`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `tenant_retention_fence_update` BEFORE UPDATE ON `tenant_retention`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `tenant_retention_fence_delete` BEFORE DELETE ON `tenant_retention`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `legal_holds_fence_insert` BEFORE INSERT ON `legal_holds`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `legal_holds_fence_update` BEFORE UPDATE ON `legal_holds`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `legal_holds_fence_delete` BEFORE DELETE ON `legal_holds`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `tenant_settings_fence_insert` BEFORE INSERT ON `tenant_settings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `tenant_settings_fence_update` BEFORE UPDATE ON `tenant_settings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `tenant_settings_fence_delete` BEFORE DELETE ON `tenant_settings`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `memberships_fence_insert` BEFORE INSERT ON `memberships`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `memberships_fence_update` BEFORE UPDATE ON `memberships`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `memberships_fence_delete` BEFORE DELETE ON `memberships`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `audit_chain_fence_insert` BEFORE INSERT ON `audit_chain`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `audit_chain_fence_update` BEFORE UPDATE ON `audit_chain`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `audit_chain_fence_delete` BEFORE DELETE ON `audit_chain`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `audit_events_fence_insert` BEFORE INSERT ON `audit_events`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `audit_events_fence_update` BEFORE UPDATE ON `audit_events`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `audit_events_fence_delete` BEFORE DELETE ON `audit_events`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `audit_cuts_fence_insert` BEFORE INSERT ON `audit_cuts`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = new.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `audit_cuts_fence_update` BEFORE UPDATE ON `audit_cuts`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced', 'left'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;--> statement-breakpoint
CREATE TRIGGER `audit_cuts_fence_delete` BEFORE DELETE ON `audit_cuts`
WHEN EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND mode IN ('fenced'))
BEGIN
  SELECT raise(ABORT, 'tenant_moving: the tenant moves to another database');
END;
--> statement-breakpoint
DROP TRIGGER `audit_events_are_kept`;--> statement-breakpoint
CREATE TRIGGER `audit_events_are_kept` BEFORE DELETE ON `audit_events`
WHEN NOT EXISTS (SELECT 1 FROM `audit_cuts` WHERE `tenant_id` = old.tenant_id AND `through_seq` >= old.seq)
  AND NOT EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND `mode` IN ('left', 'arriving'))
BEGIN
  SELECT raise(ABORT, 'an event of the audit log is removed behind a cut only');
END;--> statement-breakpoint
DROP TRIGGER `audit_chain_is_kept`;--> statement-breakpoint
CREATE TRIGGER `audit_chain_is_kept` BEFORE DELETE ON `audit_chain`
WHEN NOT EXISTS (SELECT 1 FROM `audit_cuts` WHERE `tenant_id` = old.tenant_id AND `through_seq` >= old.seq)
  AND NOT EXISTS (SELECT 1 FROM `tenant_fences` WHERE `tenant_id` = old.tenant_id AND `mode` IN ('left', 'arriving'))
BEGIN
  SELECT raise(ABORT, 'the chain over the audit log is shortened behind a cut only');
END;
