import { evictDurableObject } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { type LiveFrame, liveFrameSchema } from "../../src/contract/runs.ts";
import { readRun } from "../../src/runs/reading/run-reader.ts";
import { startRun } from "../../src/runs/edge/start-run.ts";
import { opened } from "../support/tenant-runs.ts";
import { seedTenant } from "../support/tenants.ts";
import { registerTestOperation } from "../support/test-operations.ts";
import { waitFor } from "../support/wait.ts";
import { env } from "../support/environment.ts";

const steering = registerTestOperation("test.live");

let tenant: Awaited<ReturnType<typeof seedTenant>>;
let other: Awaited<ReturnType<typeof seedTenant>>;
beforeAll(async () => {
  tenant = await seedTenant("live");
  other = await seedTenant("elsewhere");
});

function upgrade(slug: string, headers: Record<string, string> = {}): Promise<Response> {
  const url = `http://localhost/api/tenants/${slug}/activity/live`;
  return exports.default.fetch(new Request(url, { headers: { upgrade: "websocket", ...headers } }));
}

/** An open console: everything it was sent, parsed by the contract. */
async function openConsole(slug: string): Promise<{ frames: LiveFrame[]; socket: WebSocket }> {
  const { webSocket } = await upgrade(slug);
  if (webSocket === null) throw new Error("the socket was refused");
  const frames: LiveFrame[] = [];
  webSocket.addEventListener("message", ({ data }) => frames.push(liveFrameSchema.parse(JSON.parse(String(data)))));
  webSocket.accept();
  await waitFor("the snapshot", async () => frames.length > 0);
  return { frames, socket: webSocket };
}

async function run(slug: typeof tenant, units: number): Promise<string> {
  const request = { ...slug, type: "test.live", input: { units, tag: crypto.randomUUID() }, idempotencyKey: null };
  const outcome = await startRun(env, request);
  if (outcome.kind !== "started") throw new Error(outcome.kind);
  return outcome.body.run.id;
}

const changesOf = (frames: LiveFrame[], runId: string) =>
  frames.filter(({ kind }) => kind === "change").flatMap(({ items }) => items.filter(({ id }) => id === runId));

describe("the live activity socket", () => {
  it("F26: shows a run in versions that only grow, a processed that never falls, and the very row that D1 has", async () => {
    const gates = [{ open: true }, { open: false }, { open: false }];
    steering.behave = async (ordinal) => {
      await opened(gates[Math.floor(ordinal / 20)] ?? { open: true });
      return { kind: "succeeded" };
    };
    const { frames, socket } = await openConsole("live");
    expect(frames[0]).toEqual({ kind: "snapshot", items: [], nextCursor: null });
    const id = await run(tenant, 60);
    for (const [index, gate] of gates.entries()) {
      await waitFor(`the frame of ${20 * index} units`, async () =>
        changesOf(frames, id).some(({ summaryCounts }) => (summaryCounts.processed ?? 0) === 20 * index),
      );
      gate.open = true;
    }
    await waitFor("the terminal frame", async () => changesOf(frames, id).some(({ status }) => status === "completed"));
    const changes = changesOf(frames, id);
    const versions = changes.map(({ version }) => version);
    const processed = changes.map(({ summaryCounts }) => summaryCounts.processed ?? 0);
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    expect(processed).toEqual(processed.toSorted((a, b) => a - b));
    expect(changes.at(-1)).toEqual(await readRun(env.DATABASE, { id: tenant.tenantId, slug: "live" }, id));
    socket.close();
  });

  it("goes on for sockets that were open while the hub was evicted", async () => {
    steering.behave = () => ({ kind: "succeeded" });
    const { frames, socket } = await openConsole("live");
    await evictDurableObject(env.TENANT_ACTIVITY.getByName(tenant.tenantId));
    const id = await run(tenant, 2);
    await waitFor("the terminal frame", async () => changesOf(frames, id).some(({ status }) => status === "completed"));
    expect(changesOf(frames, id).at(-1)).toMatchObject({ outcome: "succeeded", summaryCounts: { processed: 2 } });
    socket.close();
  });

  it("tells one tenant's consoles nothing of another's runs", async () => {
    const mine = await openConsole("live");
    const theirs = await openConsole("elsewhere");
    const id = await run(tenant, 3);
    await waitFor("the terminal frame", async () =>
      changesOf(mine.frames, id).some(({ status }) => status === "completed"),
    );
    const theirRun = await run(other, 1);
    await waitFor("their own frame", async () => changesOf(theirs.frames, theirRun).length > 0);
    expect(theirs.frames.flatMap(({ items }) => items).filter(({ tenantId }) => tenantId !== other.tenantId)).toEqual(
      [],
    );
    mine.socket.close();
    theirs.socket.close();
  });

  it("sends the runs of the moment as a snapshot to who comes later", async () => {
    const id = await run(tenant, 1);
    const { frames, socket } = await openConsole("live");
    expect(frames[0]?.kind).toBe("snapshot");
    expect(frames[0]?.items.map((item) => item.id)).toContain(id);
    socket.close();
  });

  it("answers pings without a word from the client being taken for a command", async () => {
    const { webSocket } = await upgrade("live");
    if (webSocket === null) throw new Error("the socket was refused");
    const heard: string[] = [];
    webSocket.addEventListener("message", ({ data }) => heard.push(String(data)));
    webSocket.accept();
    webSocket.send("ping");
    await waitFor("the pong", async () => heard.includes("pong"));
    const closed = Promise.withResolvers<number>();
    webSocket.addEventListener("close", ({ code }) => closed.resolve(code));
    webSocket.send('{"kind":"change"}');
    expect(await closed.promise).toBe(1008);
  });

  it("is refused to who is not a member, and over plain HTTP", async () => {
    await env.DATABASE.prepare(
      "insert into users (id, email, name, created_at) values ('user-outsider', 'outsider@example.test', 'Outsider', 0)",
    ).run();
    expect((await upgrade("live", { "x-local-user": "outsider@example.test" })).status).toBe(404);
    expect((await upgrade("live", { "x-local-user": "nobody@example.test" })).status).toBe(401);
    const plain = await exports.default.fetch(new Request("http://localhost/api/tenants/live/activity/live"));
    expect(plain.status).toBe(426);
  });
});
