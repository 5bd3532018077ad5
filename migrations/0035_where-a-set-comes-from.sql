ALTER TABLE `backup_sets` ADD `origin` text DEFAULT 'captured' NOT NULL;--> statement-breakpoint
ALTER TABLE `backup_sets` ADD `origin_id` text;