CREATE TABLE `unreadable_policies` (
	`tenant_id` text NOT NULL,
	`family` text NOT NULL,
	`graph_id` text NOT NULL,
	`name` text NOT NULL,
	`reason_code` text NOT NULL,
	`reason_message` text NOT NULL,
	`since` integer NOT NULL,
	`last_tried_at` integer NOT NULL,
	`acknowledged_reason` text,
	`acknowledged_by` text,
	`acknowledged_at` integer,
	`acknowledged_until` integer,
	PRIMARY KEY(`tenant_id`, `family`, `graph_id`)
);
