/** Starts the Graph simulator for tests, with typed helpers for its control endpoints. */
import { z } from "zod";
import { loadFolder, type LoadReport } from "../../simulator/load-folder.ts";
import { type SimulatorOptions, startSimulatorProcess } from "../../simulator/start-simulator.ts";

const countersSchema = z.object({
  requests: z.int(),
  reads: z.int(),
  writes: z.int(),
  throttled: z.int(),
  faults: z.int(),
  errors: z.int(),
});
const allCountersSchema = z.object({
  tokensIssued: z.int(),
  totals: countersSchema,
  families: z.record(z.string(), countersSchema),
});
const stateSchema = z.looseObject({
  total: z.int(),
  byFamily: z.record(z.string(), z.int()),
  permissions: z.array(z.string()),
});
const docSchema = z.record(z.string(), z.unknown());
const wholePolicySchema = z.object({ doc: docSchema, parts: z.record(z.string(), z.array(docSchema)) });
const listedPolicySchema = z.object({
  family: z.string(),
  id: z.string(),
  name: z.string().nullable(),
  type: z.string().nullable(),
});
const plannedFaultSchema = z.looseObject({ id: z.string(), seen: z.int(), struck: z.int() });

export type Counters = z.infer<typeof allCountersSchema>;
export type ListedPolicy = z.infer<typeof listedPolicySchema>;
export type WholePolicy = z.infer<typeof wholePolicySchema>;

/** See docs/simulator.md for what each member does. */
export interface FaultPlan {
  family?: string;
  method?: string;
  pathContains?: string;
  from?: number;
  count?: number;
  status?: number;
  code?: string;
  message?: string;
  retryAfter?: number | string;
  latencyMs?: number;
  truncateJson?: boolean;
  dropConnection?: boolean;
  permissionMissing?: string;
  afterApply?: boolean;
}

export interface BucketPlan {
  burst: number;
  perSecond: number;
  retryAfter?: "whole" | "fractional" | "absent";
}

export type Control = ReturnType<typeof controlOf>;

export interface Simulator {
  url: string;
  stop(): Promise<void>;
  control: Control;
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const running = await startSimulatorProcess(options);
  return { ...running, control: controlOf(running.url) };
}

/** The control endpoints of a simulator that is already running somewhere. Every helper throws when it is refused. */
export function controlOf(url: string) {
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${url}/_control/tenants${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
    return answer === "" ? null : JSON.parse(answer);
  }
  return {
    /** Creates the tenant or begins it anew. `throttling` is off unless asked for. */
    async createTenant(
      name: string,
      options: { policies?: number; seed?: string; throttling?: "real" | "demo" | "off" } = {},
    ): Promise<void> {
      await call("POST", "", { throttling: "off", ...options, name });
    },
    async state(tenant: string) {
      return stateSchema.parse(await call("GET", `/${tenant}`));
    },
    async configure(
      tenant: string,
      settings: {
        tokenSeconds?: number;
        clientSecret?: string;
        certificate?: string;
        approvalFamilies?: string[];
        lateAnswers?: number;
        permissionsFrom?: "now" | "token";
        tokenShape?: "roles" | "noRoles" | "opaque";
      },
    ): Promise<void> {
      await call("PATCH", `/${tenant}`, settings);
    },
    /** Removing a `.Read.All` removes its `.ReadWrite.All` twin too. */
    async removePermissions(tenant: string, ...remove: string[]): Promise<void> {
      await call("POST", `/${tenant}/permissions`, { remove });
    },
    async grantPermissions(tenant: string, ...grant: string[]): Promise<void> {
      await call("POST", `/${tenant}/permissions`, { grant });
    },
    async throttle(
      tenant: string,
      plan: { profile?: "real" | "demo" | "off"; buckets?: Record<string, BucketPlan | null> },
    ): Promise<void> {
      await call("PUT", `/${tenant}/throttling`, plan);
    },
    /** @returns the fault's id */
    async planFault(tenant: string, fault: FaultPlan): Promise<string> {
      return plannedFaultSchema.parse(await call("POST", `/${tenant}/faults`, fault)).id;
    },
    async faults(tenant: string) {
      return z.object({ items: z.array(plannedFaultSchema) }).parse(await call("GET", `/${tenant}/faults`)).items;
    },
    async clearFaults(tenant: string): Promise<void> {
      await call("DELETE", `/${tenant}/faults`);
    },
    async counters(tenant: string): Promise<Counters> {
      return allCountersSchema.parse(await call("GET", `/${tenant}/counters`));
    },
    async clearCounters(tenant: string): Promise<void> {
      await call("DELETE", `/${tenant}/counters`);
    },
    async policies(tenant: string, family?: string): Promise<ListedPolicy[]> {
      const query = family === undefined ? "" : `?family=${family}`;
      return z.object({ items: z.array(listedPolicySchema) }).parse(await call("GET", `/${tenant}/policies${query}`))
        .items;
    },
    /** The whole truth about a policy: the document with what lists omit, and its sub-resources. */
    async policy(tenant: string, family: string, id: string): Promise<WholePolicy> {
      return wholePolicySchema.parse(await call("GET", `/${tenant}/policies/${family}/${id}`));
    },
    /** Adds a policy behind Graph's back. @returns its id */
    async addPolicy(
      tenant: string,
      family: string,
      doc: object,
      parts: Record<string, object[]> = {},
    ): Promise<string> {
      return z.object({ id: z.string() }).parse(await call("POST", `/${tenant}/policies`, { family, doc, parts })).id;
    },
    /** Merges into the document; sub-resources named are replaced. Moves date and version. */
    async editPolicy(
      tenant: string,
      family: string,
      id: string,
      doc: object,
      parts: Record<string, object[]> = {},
    ): Promise<void> {
      await call("PUT", `/${tenant}/policies/${family}/${id}`, { doc, parts });
    },
    async deletePolicy(tenant: string, family: string, id: string): Promise<void> {
      await call("DELETE", `/${tenant}/policies/${family}/${id}`);
    },
    /** Adds what policies name and that is no policy, or replaces it. */
    async addThing(
      tenant: string,
      kind: "groups" | "users" | "servicePrincipals" | "templates",
      doc: { id: string } & Record<string, unknown>,
    ): Promise<void> {
      await call("POST", `/${tenant}/things`, { kind, doc });
    },
    async removeThing(
      tenant: string,
      kind: "groups" | "users" | "servicePrincipals" | "templates",
      id: string,
    ): Promise<void> {
      await call("DELETE", `/${tenant}/things/${kind}/${id}`);
    },
    async approvals(tenant: string) {
      return z
        .object({ items: z.array(z.looseObject({ id: z.string(), status: z.string() })) })
        .parse(await call("GET", `/${tenant}/approvals`)).items;
    },
    async decideApproval(
      tenant: string,
      id: string,
      decision: "approve" | "reject" | "cancel" | "expire",
    ): Promise<void> {
      await call("POST", `/${tenant}/approvals/${id}/${decision}`);
    },
    /** `asIs` keeps properties that Graph's model does not have. */
    loadFolder(tenant: string, folder: string, asIs = false): Promise<LoadReport> {
      return loadFolder(folder, tenant, url, asIs);
    },
  };
}
