/** Begins the run that delivers what was taken of a tenant. Its id follows from what was taken, so the same due set has one run. */
import { personOfOwner } from "../../../contract/portfolio.ts";
import { listOfNames } from "../../../contract/run-subject.ts";
import type { TenantEnv } from "../../../database/databases.ts";
import type { TakenMessages } from "../../../database/news/messages.ts";
import { insertPeopleRun, peopleRunSpecification } from "../../../database/news/people-runs.ts";
import { insertRun } from "../../../database/runs/run-writing.ts";
import { sha256Hex } from "../../../digests/sha256.ts";
import { workerVersionOf } from "../../../observability/worker-version.ts";
import { digest } from "../begin-run.ts";
import { wakeRun } from "../wake-run.ts";

const TYPE = "news.deliver";

/** The id of the run for what is due of a tenant at a moment (milliseconds since the epoch). */
export async function deliveryRunId(tenantId: string, takenAt: number): Promise<string> {
  return `run_news_${(await sha256Hex(`${tenantId}/${takenAt}`)).slice(0, 32)}`;
}

/** May be repeated, by any number of sweeps: the row is inserted once. While a tenant moves or ends, nothing is begun. */
export async function beginDelivery(
  env: TenantEnv,
  { tenantId, tenantSlug, runId, takenAt, channels }: TakenMessages,
): Promise<void> {
  const input = { takenAt };
  const inputJson = JSON.stringify(input);
  const createdAt = Date.now();
  const workerVersion = workerVersionOf(env);
  const subject = listOfNames({ names: channels, more: false });
  const userId = personOfOwner(tenantId);
  if (userId !== null) {
    const own = { id: runId, userId, takenAt, subject, workerVersion, createdAt };
    if (await insertPeopleRun(env.CONTROL, own)) await wakeRun(env, peopleRunSpecification(own));
    return;
  }
  if (tenantSlug === null) return;
  const run = {
    id: runId,
    tenantId,
    type: TYPE,
    inputJson,
    subject,
    audited: {},
    identity: await digest(["run", tenantId, TYPE, inputJson]),
    actorId: null,
    retryOf: null,
    workerVersion,
    createdAt,
    occasion: null,
  };
  if (!(await insertRun(env.DATABASE, run, null))) return;
  await wakeRun(env, {
    runId,
    tenantId,
    tenantSlug,
    type: TYPE,
    input,
    subject,
    initiator: null,
    retryOf: null,
    workerVersion,
    createdAt,
  });
}
