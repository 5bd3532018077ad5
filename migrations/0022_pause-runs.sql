ALTER TABLE `cancel_intents` ADD `act` text DEFAULT 'cancel' NOT NULL;--> statement-breakpoint
ALTER TABLE `operation_runs` ADD `pause` text;