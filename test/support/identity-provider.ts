/**
 * Identity providers that are not ours: `oidc-provider` from npm at the addresses of Microsoft Entra ID, and key sets that a test
 * publishes. Listens on loopback; its controls begin with `/_`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { type Adapter, type AdapterPayload, type KoaContextWithOIDC, Provider } from "oidc-provider";
import { z } from "zod";

declare module "vitest" {
  export interface ProvidedContext {
    identityUrl: string;
  }
}

export const ENTRA = {
  tenantId: "11111111-2222-4333-8444-555555555555",
  clientId: "99999999-8888-4777-8666-555555555555",
  clientSecret: "entra-client-secret-of-the-tests",
};

/** The application that administrators consent to, and prove that they are administrators. */
export const CONSENT = {
  clientId: "77777777-6666-4555-8444-333333333333",
  clientSecret: "consent-client-secret-of-the-tests",
};

/** Who can sign in. `key` is what a test or a button names them by; Anna is a Global Administrator. */
export const PEOPLE = [
  {
    key: "anna",
    oid: "aaaaaaaa-0000-4000-8000-000000000001",
    name: "Anna Admin",
    email: "Anna@Fabrikam.example",
    wids: ["62e90394-69f5-4237-9190-012177145e10"],
  },
  // Another person with the address that was Anna's.
  {
    key: "ben",
    oid: "bbbbbbbb-0000-4000-8000-000000000002",
    name: "Ben Berg",
    email: "anna@fabrikam.example",
    wids: [],
  },
];

export interface IdentityProviderServer {
  /** Origin. `<url>/<tenant>/oauth2/v2.0/authorize` is where a sign-in begins. */
  url: string;
  stop(): Promise<void>;
}

/** @param redirectUris where the provider may lead people back to; a test can register more with `POST /_redirect-uris`. */
export async function startIdentityProvider(): Promise<IdentityProviderServer> {
  const published = new Map<string, unknown>();
  const redirectUris = new Set(["http://localhost:8787/auth/callback", "http://localhost:8787/auth/connect/callback"]);
  const keys: JWK[] = [await newKey()];
  let provider: Provider | null = null;
  let issuer = "";

  const current = (): Provider => (provider ??= makeProvider(issuer, keys, [...redirectUris]));

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    if (url.pathname === "/_rotate-keys") {
      keys.unshift(await newKey());
      keys.splice(1);
      provider = null;
      return void response.end();
    }
    if (url.pathname === "/_redirect-uris") {
      redirectUris.add(z.string().parse(await readJson(request)));
      provider = null;
      return void response.end();
    }
    // Key sets of a test's own: PUT /_keys/<path> publishes at /<path>.
    if (url.pathname.startsWith("/_keys/")) {
      published.set(url.pathname.slice("/_keys".length), await readJson(request));
      return void response.end();
    }
    const own = published.get(url.pathname);
    if (own !== undefined) {
      response.setHeader("content-type", "application/json");
      return void response.end(JSON.stringify(own));
    }
    const interaction = /^\/interaction\/[\w-]+$/.test(url.pathname);
    if (interaction) return interact(current(), request, response, url.searchParams.get("as"));
    // The tenant stands before the paths of OAuth, and in the issuer, below which the provider believes itself to be.
    request.url = (request.url ?? "").replace(/^\/[^/?]+(\/v2\.0)?(?=\/(oauth2|discovery)\/)/, "");
    await current().callback()(request, response);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const url = `http://127.0.0.1:${address.port}`;
  issuer = `${url}/${ENTRA.tenantId}/v2.0`;
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Asks as the provider does by omission, without its notice that this may look better. */
async function askToSignOut(context: KoaContextWithOIDC, form: string): Promise<void> {
  context.type = "html";
  context.body = `<!doctype html><html lang="en"><title>Sign out</title><h1>Sign out?</h1>${form}
    <button autofocus type="submit" form="op.logoutForm" value="yes" name="logout">Yes, sign me out</button>`;
}

/** What the provider keeps: shared by a provider and the one that follows it after a rotation of keys. */
const kept = new Map<string, AdapterPayload>();

class MemoryAdapter implements Adapter {
  readonly #model: string;

  constructor(model: string) {
    this.#model = model;
  }

  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    kept.set(`${this.#model}:${id}`, payload);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return kept.get(`${this.#model}:${id}`);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return [...kept].find(([key, payload]) => key.startsWith(`${this.#model}:`) && payload.uid === uid)?.[1];
  }

  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  async consume(id: string): Promise<void> {
    const payload = kept.get(`${this.#model}:${id}`);
    if (payload) payload.consumed = Math.floor(Date.now() / 1_000);
  }

  async destroy(id: string): Promise<void> {
    kept.delete(`${this.#model}:${id}`);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, payload] of kept) if (payload.grantId === grantId) kept.delete(key);
  }
}

function makeProvider(issuer: string, keys: JWK[], redirectUris: string[]): Provider {
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: ENTRA.clientId,
        client_secret: ENTRA.clientSecret,
        token_endpoint_auth_method: "client_secret_post",
        redirect_uris: redirectUris,
        post_logout_redirect_uris: redirectUris.map((uri) => new URL("/signed-out", uri).href),
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
      {
        client_id: CONSENT.clientId,
        client_secret: CONSENT.clientSecret,
        token_endpoint_auth_method: "client_secret_post",
        redirect_uris: redirectUris,
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    routes: {
      authorization: "/oauth2/v2.0/authorize",
      token: "/oauth2/v2.0/token",
      jwks: "/discovery/v2.0/keys",
      end_session: "/oauth2/v2.0/logout",
    },
    adapter: MemoryAdapter,
    jwks: { keys },
    cookies: { keys: ["a key of the tests"] },
    claims: { openid: ["sub", "oid", "tid", "wids"], profile: ["name"], email: ["email"] },
    // As Entra does: what the scopes ask for stands in the ID token.
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true, logoutSource: askToSignOut } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    ttl: { Session: 600, Interaction: 600, Grant: 600, AuthorizationCode: 60, AccessToken: 60, IdToken: 600 },
    findAccount: (_context, id) => {
      const person = PEOPLE.find(({ oid }) => oid === id);
      if (person === undefined) return undefined;
      const { oid, name, email, wids } = person;
      // `sub` is another for each application.
      return { accountId: oid, claims: () => ({ sub: oid, oid, tid: ENTRA.tenantId, name, email, wids }) };
    },
  });
  return provider;
}

/** The page on which a person says who they are; with `as` in its address, they have said it. */
async function interact(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  as: string | null,
): Promise<void> {
  const details = await provider.interactionDetails(request, response);
  const key = as ?? (typeof details.params["login_hint"] === "string" ? details.params["login_hint"] : null);
  if (key === "nobody") {
    const error = { error: "access_denied", error_description: "The person has canceled." };
    return provider.interactionFinished(request, response, error);
  }
  const person = PEOPLE.find((each) => each.key === key);
  if (person === undefined) {
    const links = [...PEOPLE, { key: "nobody", name: "Cancel" }].map(
      (each) => `<li><a href="?as=${each.key}">${each.name}</a></li>`,
    );
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(
      `<!doctype html><html lang="en"><title>Sign in</title><h1>Who are you?</h1><ul>${links.join("")}</ul>`,
    );
    return;
  }
  const clientId = z.string().parse(details.params["client_id"]);
  const grant = new provider.Grant({ accountId: person.oid, clientId });
  grant.addOIDCScope("openid profile email");
  const grantId = await grant.save();
  await provider.interactionFinished(request, response, { login: { accountId: person.oid }, consent: { grantId } });
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: "RS256", use: "sig", kid: crypto.randomUUID() };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString("utf8"));
}
