/** Who the command line is, and for which server. */
import { isSignedOut } from "../../../src/client/problem.ts";
import { meRoutes } from "../../../src/contract/routes/session.ts";
import type { Me } from "../../../src/contract/access.ts";
import { Api } from "../api/api.ts";
import { chooseServer, forgetServer, keepServer, originOf, serversFile } from "../api/servers.ts";
import type { Context, Result } from "../context.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { facts } from "../output/table.ts";

const TOKEN_FORM = /^ta_[a-z0-9]{16}_[\w-]{43}$/;

export interface LoginOptions {
  tokenStdin?: true;
}

/** Keeps a server and a token for it, after the server has known it. */
export async function login(
  context: Context,
  address: string | undefined,
  { tokenStdin }: LoginOptions,
): Promise<Result> {
  const { terminal, options } = context;
  const origin = address === undefined ? chooseServer(terminal.env, options.url).origin : originOf(address);
  const local = new Api({ origin, token: null, tokenOf: null }, terminal);
  // In local mode the server knows who asks.
  const known = tokenStdin === true ? null : await whoWithout(local);
  if (known !== null) {
    keepServer(terminal.env, { origin, token: null });
    return {
      code: EXIT.succeeded,
      json: { server: origin, me: known },
      lines: [`${origin} knows you as ${known.user.name}.`],
    };
  }
  const token = tokenStdin === true ? (await terminal.read()).trim() : await askForToken(context, origin);
  if (!TOKEN_FORM.test(token))
    throw new CommandError("This is no API token of TenantAtlas.", {
      hint: "It begins with ta_ and is told once, when it is made.",
    });
  const me = await new Api({ origin, token, tokenOf: "file" }, terminal).call(meRoutes.show, { params: {} });
  keepServer(terminal.env, { origin, token });
  return {
    code: EXIT.succeeded,
    json: { server: origin, me },
    lines: [`Signed in to ${origin} as ${me.user.name}. The token is kept in ${serversFile(terminal.env)}.`],
  };
}

/** Who the server takes the caller for without a token; null where it asks for one. */
async function whoWithout(api: Api): Promise<Me | null> {
  try {
    return await api.call(meRoutes.show, { params: {} });
  } catch (error) {
    if (isSignedOut(error)) return null;
    throw error;
  }
}

async function askForToken({ terminal }: Context, origin: string): Promise<string> {
  terminal.tell(`Make a token in the console, under Settings > API tokens of a tenant: ${origin}/`);
  return (
    await terminal.ask("Token: ", "Give the token on the standard input: tenantatlas login --token-stdin")
  ).trim();
}

/** Forgets the server's token. It stays good until it is revoked or ends: a token cannot revoke itself. */
export function logout(context: Context): Result {
  const { terminal, options } = context;
  const { origin, tokenOf } = chooseServer(terminal.env, options.url);
  const forgotten = forgetServer(terminal.env, origin);
  return {
    code: EXIT.succeeded,
    json: { server: origin, forgotten },
    lines: [
      forgotten ? `${origin} is forgotten here.` : `${origin} was not kept here.`,
      ...(forgotten && tokenOf === "file"
        ? ["The token is good until it ends. Revoke it in the console, under Settings > API tokens."]
        : []),
      ...(tokenOf === "environment" ? ["TENANTATLAS_TOKEN is still set."] : []),
    ],
  };
}

/** Who the server takes the caller for. */
export async function whoami(context: Context): Promise<Result> {
  const { api } = context;
  const me = await api.call(meRoutes.show, { params: {} });
  return {
    code: EXIT.succeeded,
    json: { server: api.server.origin, me },
    lines: facts([
      ["Server", api.server.origin],
      ["Person", `${me.user.name} (${me.user.email})`],
      ["Token", me.apiToken === null ? "none: local mode" : `${me.apiToken.name}, good until ${me.apiToken.expiresAt}`],
      [
        "Tenants",
        me.tenantsUnread === 0 ? me.tenants.length : `${me.tenants.length}, and some whose database does not answer`,
      ],
    ]),
  };
}
