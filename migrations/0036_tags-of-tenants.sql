ALTER TABLE `portfolio_runs` ADD `chosen` text;--> statement-breakpoint
ALTER TABLE `tenant_settings` ADD `tags` text DEFAULT '[]' NOT NULL;