ALTER TABLE `restore_plans` ADD `set_removed_at` integer;--> statement-breakpoint
CREATE INDEX `restore_plans_preparing` ON `restore_plans` (`created_at`) WHERE status = 'preparing';--> statement-breakpoint
CREATE INDEX `restore_plans_of_removed_sets` ON `restore_plans` (`set_removed_at`) WHERE set_removed_at is not null;
--> statement-breakpoint
UPDATE `restore_plans` SET `set_removed_at` = 0 WHERE NOT EXISTS (SELECT 1 FROM `backup_sets` WHERE `backup_sets`.`id` = `restore_plans`.`backup_set_id` AND `backup_sets`.`status` <> 'deleted');
