import { MAX_BACKUP_SETS } from "../../contract/limits.ts";
import { backupSetRoutes } from "../../contract/routes/backup-sets.ts";
import { archiveBackupSet } from "../../database/backups/backup-set-status.ts";
import { changeBackupSet, createBackupSet, TooManyBackupSets } from "../../database/backups/backup-set-changes.ts";
import { readBackupSet } from "../../database/backups/backup-sets.ts";
import { ApiError } from "../routing/problems.ts";
import { orNotFound } from "../routing/requests.ts";
import { command, Reply } from "../routing/served.ts";

function tellLimit(error: unknown): never {
  if (!(error instanceof TooManyBackupSets)) throw error;
  const detail = `The limit is ${MAX_BACKUP_SETS}. Delete sets that you do not need`;
  throw new ApiError("too_many_backup_sets", { detail });
}

export const backupSetCommands = {
  create: command(backupSetRoutes.create, async ({ env, tenant, user, body }) => {
    const act = { tenantId: tenant.id, actorId: user.id, at: Date.now() };
    const id = await createBackupSet(env.DATABASE, act, body).catch(tellLimit);
    const set = orNotFound(await readBackupSet(env.DATABASE, tenant.id, id, Date.now()));
    return new Reply(201, set, { location: `/api/tenants/${tenant.slug}/backup-sets/${id}` });
  }),
  change: command(backupSetRoutes.change, async ({ env, tenant, user, params: { backupSetId }, body }) => {
    const act = { tenantId: tenant.id, backupSetId, actorId: user.id, at: Date.now() };
    await changeBackupSet(env.DATABASE, act, body);
    return orNotFound(await readBackupSet(env.DATABASE, tenant.id, backupSetId, Date.now()));
  }),
  archive: command(backupSetRoutes.archive, async ({ env, tenant, user, params: { backupSetId } }) => {
    const by = { kind: "member", userId: user.id } as const;
    await archiveBackupSet(env.DATABASE, { tenantId: tenant.id, backupSetId, at: Date.now(), by });
    return orNotFound(await readBackupSet(env.DATABASE, tenant.id, backupSetId, Date.now()));
  }),
};
