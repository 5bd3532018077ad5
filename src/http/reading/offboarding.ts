import { offboardingRoutes } from "../../contract/routes/offboarding.ts";
import { listOffboardings, readClosing, readOffboarding } from "../../database/offboarding/offboardings.ts";
import { orNotFound } from "../routing/requests.ts";
import { read, readOwn } from "../routing/served.ts";
import { findAmongShards } from "../../database/databases.ts";

export const offboardingReads = {
  show: read(offboardingRoutes.show, async ({ env, tenant }) => await readClosing(env.DATABASE, tenant.id, Date.now())),
  list: readOwn(offboardingRoutes.list, async ({ env, query }) => await listOffboardings(env, query)),
  proof: readOwn(offboardingRoutes.proof, async ({ env, params: { offboardingId } }) => {
    const { found } = orNotFound(
      await findAmongShards(
        env,
        (shard) => readOffboarding(shard, offboardingId),
        ({ tenant }) => tenant.id,
      ),
    );
    return found;
  }),
};
