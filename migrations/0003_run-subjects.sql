ALTER TABLE `operation_runs` ADD `subject` text;--> statement-breakpoint
ALTER TABLE `operation_runs` ADD `extent` integer;