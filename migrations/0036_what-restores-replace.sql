ALTER TABLE `backup_set_items` ADD `undoes` text;--> statement-breakpoint
ALTER TABLE `backup_set_items` ADD `left_hash` text;--> statement-breakpoint
ALTER TABLE `backup_set_items` ADD `undoes_assignments` integer;