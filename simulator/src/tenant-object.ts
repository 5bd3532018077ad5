/** One simulated tenant: its state, and the order in which a Graph call meets faults, permissions, throttling and handlers. */
import { DurableObject } from "cloudflare:workers";
import { type Approval, approve } from "./approvals.ts";
import { runBatch } from "./batch.ts";
import { type Assertion, judgeAssertion, type TokenRefusal } from "./client-assertion.ts";
import type { Answer, Context } from "./context.ts";
import { controlApp, type ControlledTenant } from "./control.ts";
import { appliesAnyway, damageOf, faultReply, strike } from "./faults.ts";
import { generate } from "./generate/generate.ts";
import {
  errorReply,
  GraphError,
  type GraphReply,
  type GraphRequest,
  reply,
  requestIds,
  type RequestIds,
} from "./graph-reply.ts";
import { publishMeanwhile, refuseLate } from "./late.ts";
import { parseQuery } from "./odata/query.ts";
import { granted, requirePermission } from "./permissions.ts";
import { readFamily, readResource } from "./reads.ts";
import { resolve, type Target } from "./router.ts";
import { defaultsFor, PROFILES, type Settings, settingsSchema, type TenantDefaults } from "./settings.ts";
import { Store } from "./store.ts";
import { admit, countersOf, runtimeOf, type TenantRuntime } from "./throttle.ts";
import { writeFamily } from "./writes.ts";

export type Outcome = { kind: "reply"; reply: GraphReply } | { kind: "unfinished" };
/** What an application proves itself by. */
export type TokenProof = { kind: "secret"; secret: string; clientId: string } | ({ kind: "assertion" } & Assertion);

export type TokenOutcome =
  | {
      kind: "issued";
      expiresInSeconds: number;
      latencyMs: number;
      roles: Settings["permissions"];
      shape: Settings["tokenShape"];
    }
  | TokenRefusal
  | { kind: "fault"; reply: GraphReply }
  | { kind: "unfinished" };

/** Uses no binding: its storage is all it has. */
export class SimulatedTenant extends DurableObject<unknown> implements ControlledTenant {
  readonly store: Store;
  readonly #runtime: TenantRuntime;
  /** Answers the control endpoints; its routes are laid out once. */
  readonly #controlApp: ReturnType<typeof controlApp>;
  #settings: Settings | null;
  #ready: boolean;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env);
    this.store = new Store(ctx.storage.sql);
    this.#runtime = runtimeOf(ctx.id.toString());
    const stored = this.store.readSetting("settings");
    this.#settings = stored === null ? null : settingsSchema.parse(JSON.parse(stored));
    this.#ready = this.store.readSetting("ready") !== null;
    this.#controlApp = controlApp(this);
  }

  /** Begins the tenant anew; the policies are made by `generateNext`. */
  reset(defaults: TenantDefaults): void {
    this.store.clear();
    this.#ready = false;
    this.#runtime.levels.clear();
    this.#runtime.counters.clear();
    this.#runtime.tokensIssued = 0;
    const { seed, policies, profile } = defaults;
    this.saveSettings(settingsSchema.parse({ seed, policies, generated: 0, throttling: PROFILES[profile] }));
  }

  /** Makes the next `limit` policies, the tenant itself first if need be. Returns how many are left to make. */
  generateNext(tenant: string, limit: number): number {
    if (this.isReady) return 0;
    if (this.#settings === null) this.reset(defaultsFor(tenant));
    const settings = this.settings;
    const upTo = Math.min(settings.policies, settings.generated + limit);
    this.ctx.storage.transactionSync(() => {
      generate(this.store, {
        tenant,
        seed: settings.seed,
        policies: settings.policies,
        from: settings.generated,
        upTo,
      });
      settings.generated = upTo;
      this.saveSettings(settings);
      if (upTo === settings.policies) this.store.writeSetting("ready", "1");
    });
    this.#ready = upTo === settings.policies;
    return settings.policies - upTo;
  }

  get settings(): Settings {
    if (this.#settings === null) throw new Error("the tenant was never made");
    return this.#settings;
  }

  get isReady(): boolean {
    return this.#ready;
  }

  get runtime(): TenantRuntime {
    return this.#runtime;
  }

  saveSettings(settings: Settings): void {
    this.#settings = settings;
    this.store.writeSetting("settings", JSON.stringify(settings));
  }

  /** Decides about a token request whose form has been checked already. */
  async token(proof: TokenProof, headers: Record<string, string>): Promise<TokenOutcome> {
    if (!this.isReady) return { kind: "unfinished" };
    const request: GraphRequest = {
      method: "POST",
      version: "v1.0",
      path: "token",
      query: "",
      headers,
      body: null,
      origin: "",
      roles: null,
    };
    const { fault, changed } = strike(this.settings.faults, "token", request);
    if (changed) this.saveSettings(this.settings);
    const ids = requestIds(headers);
    const failure = fault === null ? null : faultReply(fault, false, ids);
    const latencyMs = fault?.latencyMs ?? 0;
    if (fault !== null && (failure !== null || fault.dropConnection || fault.truncateJson)) {
      const answer = failure ?? reply(200, { token_type: "Bearer" }, ids);
      return { kind: "fault", reply: { ...answer, latencyMs, damage: damageOf(fault) } };
    }
    const refused = await this.#judge(proof);
    if (refused !== null) return refused;
    this.#runtime.tokensIssued += 1;
    const { tokenSeconds, permissions, tokenShape } = this.settings;
    return { kind: "issued", expiresInSeconds: tokenSeconds, latencyMs, roles: permissions, shape: tokenShape };
  }

  async #judge(proof: TokenProof): Promise<TokenRefusal | null> {
    const { clientSecret, certificate } = this.settings;
    if (proof.kind === "assertion") return judgeAssertion(proof, certificate, Date.now());
    if (proof.secret === clientSecret) return null;
    const description = `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${proof.clientId}'.`;
    return { kind: "refused", number: 7000215, description };
  }

  /** Answers one Graph call, `$batch` included. */
  graph(request: GraphRequest): Outcome {
    if (!this.isReady) return { kind: "unfinished" };
    if (request.path === "$batch") return { kind: "reply", reply: this.#batch(request) };
    return { kind: "reply", reply: this.#one(request) };
  }

  #batch(request: GraphRequest): GraphReply {
    const ids = requestIds(request.headers);
    const { fault, changed } = strike(this.settings.faults, "$batch", request);
    if (changed) this.saveSettings(this.settings);
    const counters = countersOf(this.#runtime, "$batch");
    counters.requests += 1;
    if (fault !== null) counters.faults += 1;
    const failure = fault === null ? null : faultReply(fault, true, ids);
    const answer =
      failure !== null && fault !== null && !fault.afterApply
        ? failure
        : runBatch(request, ids, (part) => this.#one(part));
    return {
      ...(failure ?? answer),
      latencyMs: Math.max(answer.latencyMs, fault?.latencyMs ?? 0),
      damage: fault === null ? answer.damage : damageOf(fault),
    };
  }

  #one(request: GraphRequest): GraphReply {
    const ids = requestIds(request.headers);
    let target: Target;
    try {
      target = resolve(request.version, request.path);
    } catch (error) {
      return this.#failed(error, ids);
    }
    const family = target.kind === "family" ? target.family.key : target.resource;
    const isWrite = request.method !== "GET";
    const counters = countersOf(this.#runtime, family);
    counters.requests += 1;
    counters[isWrite ? "writes" : "reads"] += 1;

    const { fault, changed } = strike(this.settings.faults, family, request);
    if (changed) this.saveSettings(this.settings);
    if (fault === null) return this.#answer(request, target, ids);
    counters.faults += 1;
    const intune = target.kind !== "family" || target.family.area === "intune";
    const failure = faultReply(fault, intune, ids);
    const applied = appliesAnyway(fault, isWrite) ? this.#answer(request, target, ids) : null;
    const answer = failure ?? applied ?? reply(500, null, ids);
    return { ...answer, latencyMs: fault.latencyMs ?? 0, damage: damageOf(fault) };
  }

  #answer(request: GraphRequest, target: Target, ids: RequestIds): GraphReply {
    const isWrite = request.method !== "GET";
    const now = Date.now();
    try {
      if (target.kind === "family") {
        const admission = admit(this.#runtime, this.settings, target.family, isWrite, now);
        if (admission.kind === "throttled") {
          countersOf(this.#runtime, target.family.key).throttled += 1;
          const headers: Record<string, string> =
            admission.retryAfter === null ? {} : { "retry-after": admission.retryAfter };
          throw new GraphError(429, "TooManyRequests", "Too many requests. Please retry later.", headers);
        }
      }
      requirePermission(target, isWrite, granted(this.settings, request.roles));
      // Before the write's transaction, which a refusal rolls back.
      refuseLate(this.store, target, request);
      if (!isWrite) publishMeanwhile(this.store, target);
      const context: Context = {
        store: this.store,
        settings: this.settings,
        request,
        query: parseQuery(request.query),
        now,
      };
      const answer = isWrite
        ? this.#write(context, target)
        : target.kind === "family"
          ? readFamily(context, target)
          : readResource(context, target);
      return reply(answer.status, answer.body, ids, answer.headers);
    } catch (error) {
      return this.#failed(error, ids, target);
    }
  }

  #write(context: Context, target: Target): Answer {
    return this.ctx.storage.transactionSync(() => {
      const approval: Approval = approve(context, target);
      if (approval.kind === "answer") return approval.answer;
      const answer = writeFamily(context, target);
      approval.complete();
      return answer;
    });
  }

  #failed(error: unknown, ids: RequestIds, target?: Target): GraphReply {
    if (!(error instanceof GraphError)) throw error;
    if (target !== undefined)
      countersOf(this.#runtime, target.kind === "family" ? target.family.key : target.resource).errors += 1;
    return errorReply(error, ids);
  }

  /** The control endpoints of this tenant. */
  override async fetch(request: Request): Promise<Response> {
    return this.#controlApp.fetch(request);
  }
}
