/** Changes of how a tenant is connected. A credential is tried when it is given, and once more when the change is made. */
import { z } from "zod";
import {
  type Connection,
  connectionKindSchema,
  type ConnectionPurpose,
  connectionPurposeSchema,
  type NewCredential,
} from "../../contract/connections.ts";
import { isoTimeOrNull } from "../../database/sql/time.ts";
import {
  type ConnectionChange,
  type ConnectionFacts,
  deleteConnection,
  renewConnection,
  storeConnection,
} from "../../database/tenancy/connection-changes.ts";
import {
  readStoredConnections,
  shownConnection,
  type StoredConnection,
} from "../../database/tenancy/tenant-connections.ts";
import { keysOf, readSettings } from "../../environment.ts";
import type { GraphCredential } from "../../graph/calls/token.ts";
import { resolveCloud } from "../../graph/clouds.ts";
import { forgetTokens } from "../../graph-work/connect.ts";
import { tryCredentials } from "../../graph-work/try-credentials.ts";
import { readCertificate } from "../../secrets/certificate.ts";
import { connectionSecretContext, sealSecret } from "../../secrets/secret-box.ts";
import { ApiError } from "../routing/problems.ts";
import { invalidInput } from "../routing/requests.ts";
import type { Act, ActContext, ActPlace } from "./act.ts";
import { claimConnection, releaseClaims } from "../../database/tenancy/connection-claims.ts";

/** What is known of a credential without its secret. `consent`: the deployment's settings have it. */
type CredentialFacts = Pick<ConnectionFacts, "kind" | "certificateThumbprint" | "credentialEndsAt">;

const credentialShape = {
  kind: connectionKindSchema,
  certificateThumbprint: z.string().nullable(),
  credentialEndsAt: z.int().nullable(),
};

interface ConnectInput extends CredentialFacts {
  purpose: ConnectionPurpose;
  cloud: string;
  directoryId: string;
  clientId: string;
}

interface RenewInput extends CredentialFacts {
  purpose: ConnectionPurpose;
}

/**
 * Reads a credential that a person gives.
 * @throws {ApiError} when it is no certificate and its key.
 */
export async function readCredential(given: NewCredential): Promise<{ facts: CredentialFacts; secret: string }> {
  if (given.kind === "secret") {
    const credentialEndsAt = given.endsAt === null ? null : Date.parse(given.endsAt);
    return { facts: { kind: "secret", certificateThumbprint: null, credentialEndsAt }, secret: given.secret };
  }
  const reading = await readCertificate(given);
  if (reading.kind === "refused") {
    throw invalidInput([{ path: `credential.${reading.field}`, message: reading.message }]);
  }
  const { thumbprint, endsAt } = reading.facts;
  const facts = { kind: "certificate", certificateThumbprint: thumbprint, credentialEndsAt: endsAt } as const;
  return { facts, secret: given.privateKey };
}

export const connectAct: Act<ConnectInput, void> = {
  kind: "connection.connect",
  input: z.object({
    purpose: connectionPurposeSchema,
    cloud: z.string(),
    directoryId: z.string(),
    clientId: z.string(),
    ...credentialShape,
  }),
  describe: async (place, { purpose, ...facts }) => {
    const before = await connectionFor(place, purpose);
    return { kind: "connection.connect", purpose, before: before && factsOf(before), after: shownFacts(facts) };
  },
  check: (context, input) => tried(context, input, input),
  perform: async (context, input) => {
    const { env, tenant, actor } = context;
    await tried(context, input, input);
    const { purpose, ...facts } = input;
    const act = { tenantId: tenant.id, purpose, actorId: actor.id, at: Date.now() };
    const { cloud, directoryId } = facts;
    if (!(await claimConnection(env, { cloud, directoryId: directoryId.toLowerCase() }, act))) judge("taken");
    judge(await storeConnection(env.DATABASE, act, { ...facts, sealedCredential: await sealed(context, purpose) }));
    forgetTokens(tenant.id);
  },
};

export const renewAct: Act<RenewInput, void> = {
  kind: "connection.renew",
  input: z.object({ purpose: connectionPurposeSchema, ...credentialShape }),
  describe: async (place, { purpose, ...credential }) => {
    const seen = await renewable(place, purpose);
    return {
      kind: "connection.renew",
      purpose,
      before: factsOf(seen),
      after: shownFacts({ ...seen, ...credential }),
    };
  },
  check: async (context, input) => tried(context, await renewable(context, input.purpose), input),
  perform: async (context, input) => {
    const { env, tenant, actor } = context;
    const { purpose, ...facts } = input;
    const seen = await renewable(context, purpose);
    await tried(context, seen, input);
    const act = { tenantId: tenant.id, purpose, actorId: actor.id, at: Date.now() };
    const credential = { ...facts, sealedCredential: await sealed(context, purpose) };
    if (!(await renewConnection(env.DATABASE, act, seen, credential))) throw new ApiError("not_connected");
    forgetTokens(tenant.id);
  },
};

export const disconnectAct: Act<{ purpose: ConnectionPurpose }, void> = {
  kind: "connection.disconnect",
  input: z.object({ purpose: connectionPurposeSchema }),
  describe: async ({ env, tenant }, { purpose }) => {
    const stored = await readStoredConnections(env.DATABASE, tenant.id);
    const ended = stored.filter((each) => purpose === "read" || each.purpose === purpose);
    if (!stored.some((each) => each.purpose === purpose)) throw new ApiError("not_connected");
    return {
      kind: "connection.disconnect",
      ended: ended.map((each) => ({ purpose: each.purpose, ...factsOf(each) })),
    };
  },
  perform: async ({ env, tenant, actor }, { purpose }) => {
    const act = { tenantId: tenant.id, purpose, actorId: actor.id, at: Date.now() };
    if (!(await deleteConnection(env.DATABASE, act))) throw new ApiError("not_connected");
    await releaseClaims(env, { tenantId: tenant.id, before: act.at });
    forgetTokens(tenant.id);
  },
};

async function connectionFor({ env, tenant }: ActPlace, purpose: ConnectionPurpose): Promise<StoredConnection | null> {
  const stored = await readStoredConnections(env.DATABASE, tenant.id);
  return stored.find((each) => each.purpose === purpose) ?? null;
}

/** The connection that gets a new credential. */
async function renewable(place: ActPlace, purpose: ConnectionPurpose): Promise<StoredConnection> {
  const seen = await connectionFor(place, purpose);
  if (seen === null) throw new ApiError("not_connected");
  if (seen.kind === "consent") {
    throw new ApiError("not_connected", { detail: "This connection has no credential of its own: consent again." });
  }
  return seen;
}

type ShownFacts = Omit<Connection, "purpose" | "connectedAt">;

function factsOf(stored: StoredConnection): ShownFacts {
  const { purpose: _purpose, connectedAt: _connectedAt, ...facts } = shownConnection(stored);
  return facts;
}

function shownFacts(facts: Omit<ConnectionFacts, "sealedCredential">): ShownFacts {
  const { kind, cloud, directoryId, clientId, certificateThumbprint, credentialEndsAt } = facts;
  return {
    kind,
    cloud,
    microsoftTenantId: directoryId,
    clientId,
    certificateThumbprint,
    credentialEndsAt: isoTimeOrNull(credentialEndsAt),
  };
}

/**
 * Nothing is stored that Microsoft does not accept: so nobody can keep a Microsoft tenant from its owner by naming it. A consent was proven by the
 * administrator's sign-in (`access/consent.ts`).
 */
async function tried(
  { env, secret }: ActContext,
  { cloud, directoryId, clientId }: Pick<ConnectionFacts, "cloud" | "directoryId" | "clientId">,
  { kind, certificateThumbprint }: CredentialFacts,
): Promise<void> {
  if (kind === "consent") return;
  const endpoints = resolveCloud(cloud, readSettings(env));
  if (endpoints === null) throw invalidInput([{ path: "cloud", message: "is not a cloud of this deployment" }]);
  const given = secret ?? "";
  const credential: GraphCredential =
    certificateThumbprint === null
      ? { kind: "secret", secret: given }
      : { kind: "certificate", privateKey: given, thumbprint: certificateThumbprint };
  const trial = await tryCredentials({ endpoints, directoryId, clientId, credential });
  if (trial.kind === "refused") throw new ApiError("credentials_refused", { detail: trial.message });
  if (trial.kind === "unavailable") {
    const detail = "Microsoft's login did not answer. Nothing was stored; try again.";
    throw new ApiError("unavailable", { detail, headers: { "retry-after": "10" } });
  }
}

async function sealed({ env, tenant, secret }: ActContext, purpose: ConnectionPurpose): Promise<string | null> {
  if (secret === null) return null;
  return sealSecret(keysOf(env), secret, connectionSecretContext(tenant.id, purpose));
}

function judge(change: ConnectionChange): void {
  switch (change) {
    case "connected":
      return;
    case "not_connected":
      throw new ApiError(change, { detail: "Connect the tenant for reading first." });
    case "other_tenant":
      throw new ApiError("microsoft_tenant_taken", {
        detail:
          "This tenant is connected to another Microsoft tenant. Disconnect it first, or make a tenant for this one.",
      });
    case "taken":
      throw new ApiError("microsoft_tenant_taken");
  }
}
