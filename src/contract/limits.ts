/** How much of what there may be. Beyond, a request is refused, and nothing that is there is touched. */

/** Runs of a tenant that have not completed. */
export const MAX_ACTIVE_RUNS = 100;

/** Backup sets of a tenant, archived ones included. */
export const MAX_BACKUP_SETS = 2_000;

/** Sockets of one person in one tenant. A console without one asks every few seconds instead. */
export const MAX_SOCKETS = 20;

/** Seconds after which a person who was refused for asking too often may ask again: the period of the limits in wrangler.toml. */
export const RATE_PERIOD_SECONDS = 60;

/** Seconds after which it is worth asking again for a run that the tenant has no room for. */
export const FULL_RETRY_AFTER_SECONDS = 30;

/** Days that a tenant can choose to keep records at most. */
export const MAX_RETENTION_DAYS = 3_650;
