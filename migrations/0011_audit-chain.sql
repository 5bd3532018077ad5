CREATE TABLE `audit_chain` (
	`tenant_id` text NOT NULL,
	`seq` integer NOT NULL,
	`hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `audit_cuts` (
	`tenant_id` text NOT NULL,
	`through_seq` integer NOT NULL,
	`hash` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `through_seq`)
);
--> statement-breakpoint
CREATE TABLE `cancel_intents` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`tenant_slug` text NOT NULL,
	`run_id` text NOT NULL,
	`run_type` text NOT NULL,
	`actor_id` text NOT NULL,
	`at` integer NOT NULL,
	`origin` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `cancel_intents_by_age` ON `cancel_intents` (`at`);--> statement-breakpoint
DROP INDEX `audit_events_by_tenant`;--> statement-breakpoint
ALTER TABLE `audit_events` ADD `seq` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `audit_events` ADD `origin` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
UPDATE `audit_events` SET `seq` = `places`.`seq`
  FROM (SELECT `id`, row_number() OVER (PARTITION BY `tenant_id` ORDER BY rowid) AS `seq` FROM `audit_events`) `places`
 WHERE `audit_events`.`id` = `places`.`id`;--> statement-breakpoint
CREATE UNIQUE INDEX `audit_events_by_place` ON `audit_events` (`tenant_id`,`seq`) WHERE seq > 0;--> statement-breakpoint
CREATE INDEX `audit_events_without_place` ON `audit_events` (`tenant_id`) WHERE seq = 0;--> statement-breakpoint
CREATE TRIGGER `audit_events_stay` BEFORE UPDATE ON `audit_events` WHEN old.seq > 0
BEGIN
  SELECT raise(ABORT, 'an event of the audit log is never changed');
END;--> statement-breakpoint
CREATE TRIGGER `audit_events_are_kept` BEFORE DELETE ON `audit_events`
WHEN NOT EXISTS (SELECT 1 FROM `audit_cuts` WHERE `tenant_id` = old.tenant_id AND `through_seq` >= old.seq)
BEGIN
  SELECT raise(ABORT, 'an event of the audit log is removed behind a cut only');
END;--> statement-breakpoint
CREATE TRIGGER `audit_chain_stays` BEFORE UPDATE ON `audit_chain`
BEGIN
  SELECT raise(ABORT, 'the chain over the audit log is never changed');
END;--> statement-breakpoint
CREATE TRIGGER `audit_chain_is_kept` BEFORE DELETE ON `audit_chain`
WHEN NOT EXISTS (SELECT 1 FROM `audit_cuts` WHERE `tenant_id` = old.tenant_id AND `through_seq` >= old.seq)
BEGIN
  SELECT raise(ABORT, 'the chain over the audit log is shortened behind a cut only');
END;
