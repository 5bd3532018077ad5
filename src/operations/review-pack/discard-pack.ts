/** The end of a pack that came to nothing, or whose time is over. */
import {
  expirePack,
  failPack,
  listPacksToSweep,
  type PackSpecification,
  placeOf,
} from "../../database/review-packs/review-packs.ts";
import { type ArchiveEnds, discardArchive, sweepArchives } from "../archive-making/archive-ends.ts";
import type { TenantEnv } from "../../database/databases.ts";

const ENDS: ArchiveEnds<PackSpecification> = {
  placeOf,
  listToSweep: listPacksToSweep,
  fail: failPack,
  expire: expirePack,
  perSweep: 50,
  log: {
    expired: "review_pack_expired",
    discarded: "review_pack_discarded",
    failed: "review_pack_sweep_failed",
    id: "packId",
  },
};

export const discardPack = (env: TenantEnv, pack: PackSpecification): Promise<void> => discardArchive(env, pack, ENDS);

export const sweepPacks = (env: TenantEnv, now: number): Promise<void> => sweepArchives(env, now, ENDS);
