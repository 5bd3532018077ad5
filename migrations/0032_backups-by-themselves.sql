ALTER TABLE `backup_sets` ADD `schedule_id` text;--> statement-breakpoint
ALTER TABLE `backup_sets` ADD `due_at` integer;--> statement-breakpoint
ALTER TABLE `backup_sets` ADD `expired_at` integer;--> statement-breakpoint
ALTER TABLE `notifications` ADD `about` text;--> statement-breakpoint
ALTER TABLE `tenant_settings` ADD `backup_age_limit_days` integer DEFAULT 8;