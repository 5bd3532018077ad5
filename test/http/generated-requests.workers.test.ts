/**
 * Bad requests, made from the OpenAPI document by a seed: each route gets parameters, queries, headers and bodies that its description does not
 * allow, and ids of another tenant where it allows ids. No answer is an error of ours, and none tells anything of the other tenant.
 */
import { beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { openApiDocument } from "../../src/http/openapi/document.ts";
import { Random } from "../simulation/random.ts";
import { sized } from "../support/thoroughness.ts";
import { ORIGIN, seedDemoData } from "./demo.ts";
import { createApp } from "../../src/http/routing/app.ts";
import { allServed } from "../../src/http/served-routes.ts";
import { env } from "../support/environment.ts";

/** Planted in the tenant that the caller is no member of, wherever a name can stand. */
const CANARY = "Canary-of-Fabrikam-7319";
/** A member of contoso alone. */
const CALLER = "operator@example.test";
const REQUESTS = sized(600, 12_000);
const TIMEOUT_MS = sized(120_000, 1_200_000);
const SEED = 20261128;

const schemaSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});
const parameterSchema = z.looseObject({ in: z.string(), name: z.string() });
const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        parameters: z.array(parameterSchema).default([]),
        requestBody: z
          .object({ content: z.object({ "application/json": z.looseObject({ schema: z.unknown() }).optional() }) })
          .optional(),
      }),
    ),
  ),
});

interface Operation {
  id: string;
  method: string;
  path: string;
  queries: string[];
  headers: string[];
  /** Names of the body's members, where it has a body. */
  members: string[] | null;
}

/** What the document says that a caller may send; sockets and sign-ins need more than a request. */
function operations(): Operation[] {
  const { paths } = documentSchema.parse(openApiDocument());
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters, requestBody }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path,
      queries: parameters.filter((one) => one.in === "query").map(({ name }) => name),
      headers: parameters.filter((one) => one.in === "header").map(({ name }) => name),
      members: requestBody === undefined ? null : membersOf(requestBody.content["application/json"]?.schema),
    })),
  );
}

function membersOf(schema: unknown): string[] {
  const parsed = schemaSchema.safeParse(schema);
  return parsed.success ? Object.keys(parsed.data.properties ?? {}) : [];
}

let foreign: string[];
let own: string[];
beforeAll(async () => {
  await seedDemoData();
  const rows = (tenant: string, name: string) => [
    env.DATABASE.prepare(
      `insert into backup_sets (id, tenant_id, name, sort_name, description, status, created_at, created_by, updated_at)
       values (?1, ?2, ?3, ?3, ?3, 'active', 1, 'user-owner', 1)`,
    ).bind(`set_${tenant}`, tenant, name),
    env.DATABASE.prepare(
      `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, subject, version, created_at, updated_at)
       values (?1, ?2, 'inventory.sync', 'completed', 'failed', '{}', ?1, ?3, 1, 1, 1)`,
    ).bind(`run_${tenant}`, tenant, name),
  ];
  await env.DATABASE.batch([
    ...rows("tenant-fabrikam", CANARY),
    ...rows("tenant-contoso", "Ours"),
    env.DATABASE.prepare("update tenants set name = ?1 where id = 'tenant-fabrikam'").bind(CANARY),
    env.DATABASE.prepare("delete from memberships where tenant_id = 'tenant-fabrikam' and user_id = 'user-operator'"),
  ]);
  foreign = ["tenant-fabrikam", "fabrikam", "set_tenant-fabrikam", "run_tenant-fabrikam", "user-manager"];
  own = ["tenant-contoso", "contoso", "set_tenant-contoso", "run_tenant-contoso", "user-operator"];
});

const HOSTILE_TEXTS = [
  "",
  " ",
  "0",
  "-1",
  "1e9",
  "null",
  "undefined",
  "NaN",
  "true",
  "[]",
  "{}",
  "..",
  "../..",
  "%00",
  "\u0000",
  "\u202e",
  "a\r\nb: c",
  "' or 1=1 --",
  '"); drop table users; --',
  "__proto__",
  "constructor",
  "<script>alert(1)</script>",
  "=cmd|' /C calc'!A0",
  "x".repeat(3_000),
  "9".repeat(400),
  "2026-13-45T99:99:99Z",
  "eyJhIjoxfQ",
  "\ud800",
  "ﬀ",
];

class Bad {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  pick<T>(list: readonly T[]): T {
    const chosen = list[this.#random.below(list.length)];
    if (chosen === undefined) throw new Error("nothing to pick from");
    return chosen;
  }

  text(): string {
    return this.#random.chance(0.35) ? this.pick(this.#random.chance(0.5) ? foreign : own) : this.pick(HOSTILE_TEXTS);
  }

  /** Any JSON, and sometimes what only looks like it. */
  value(depth = 0): unknown {
    const kind = this.#random.below(depth > 3 ? 5 : 8);
    switch (kind) {
      case 0:
        return this.text();
      case 1:
        return this.pick([0, -1, 1.5, 1e21, 2 ** 53, -0]);
      case 2:
        return this.pick([true, false, null]);
      case 3:
      case 4:
        return this.text();
      case 5:
        return Array.from({ length: this.#random.below(4) }, () => this.value(depth + 1));
      default:
        return this.object(["type", "input", "name", "planId", "filter", "ids", "mode"], depth + 1);
    }
  }

  object(names: readonly string[], depth = 0): Record<string, unknown> {
    const members = names.filter(() => this.#random.chance(0.7)).map((name) => [name, this.value(depth)]);
    if (this.#random.chance(0.2))
      members.push([this.pick(["__proto__", "constructor", "extra", ""]), this.value(depth)]);
    return Object.fromEntries(members);
  }

  body(names: readonly string[]): string {
    const whole = JSON.stringify(this.#random.chance(0.8) ? this.object(names) : this.value()) ?? "";
    if (this.#random.chance(0.85)) return whole;
    return this.pick([whole.slice(0, -1), `${whole}${whole}`, "[".repeat(5_000), "\ufeff{}", '{"a":1,"a":2}', ""]);
  }

  request({ method, path, queries, headers, members }: Operation): Request {
    const address = path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encoded(name === "tenantId" && this.#random.chance(0.6) ? "contoso" : this.text()),
    );
    const url = new URL(ORIGIN);
    const search = queries
      .filter(() => this.#random.chance(0.6))
      .concat(this.#random.chance(0.1) ? ["unknown"] : [])
      .map((name) => `${encoded(name)}=${encoded(this.text())}`)
      .join("&");
    url.href = `${ORIGIN}${address}${search === "" ? "" : `?${search}`}`;
    const sent = new Headers({ "x-local-user": CALLER });
    for (const name of headers) if (this.#random.chance(0.5)) setIfPossible(sent, name, this.text());
    const withBody = method !== "GET" && (members !== null || this.#random.chance(0.2));
    if (withBody) {
      setIfPossible(sent, "content-type", this.#random.chance(0.95) ? "application/json" : this.text());
    }
    return new Request(url, { method, headers: sent, ...(withBody ? { body: this.body(members ?? []) } : {}) });
  }
}

/** Percent-encoded, or as it is where it cannot be. */
function encoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return "%ED%A0%80";
  }
}

function setIfPossible(headers: Headers, name: string, value: string): void {
  // Other characters cannot stand in a header.
  if (!/^[\x20-\x7e]*$/.test(value)) return;
  try {
    headers.set(name, value);
  } catch {
    // No client can send it.
  }
}

describe("requests that no client should send", () => {
  it(
    "are refused or answered, without an error of ours and without a word of another tenant",
    async () => {
      const silenced = [vi.spyOn(console, "error"), vi.spyOn(console, "warn")].map((spy) =>
        spy.mockImplementation(() => {}),
      );
      const app = createApp(allServed());
      const bad = new Bad(SEED);
      // Everybody's pages, and what answers as a file of the console, are not made from input.
      const asked = operations().filter(({ id }) => !["reference.page", "activity.live"].includes(id));
      const statuses = new Map<number, number>();
      for (let sent = 0; sent < REQUESTS; sent += 1) {
        const operation = asked[sent % asked.length];
        if (operation === undefined) break;
        const request = bad.request(operation);
        const said = `${request.method} ${request.url} (request ${sent} of seed ${SEED})`;
        const response = await app.fetch(request, env);
        const text = await new Response(response.body).text();
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        if (response.status >= 500) expect.fail(`${said} is answered with ${response.status}: ${text}`);
        if (text.includes(CANARY)) expect.fail(`${said} tells of another tenant: ${text}`);
        if (/SQLITE|D1_ERROR|\bat .+\.(ts|js):\d+/.test(text)) expect.fail(`${said} tells of our insides: ${text}`);
        if (text.includes("\u0000")) expect.fail(`${said} is answered with a NUL: ${text}`);
      }
      for (const spy of silenced) spy.mockRestore();
      // The generator reaches beyond the first refusal.
      expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 403, 404]));
    },
    TIMEOUT_MS,
  );
});
