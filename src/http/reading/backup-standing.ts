import { backupStandingRoutes } from "../../contract/routes/backup-standing.ts";
import { readBackupStanding } from "../../database/backups/whole-backups.ts";
import { read } from "../routing/served.ts";

export const backupStandingReads = {
  show: read(
    backupStandingRoutes.show,
    async ({ env, tenant }) => await readBackupStanding(env.DATABASE, tenant.id, Date.now()),
  ),
};
