/**
 * Which server a command talks to, and what it proves itself by. Kept in a file that its owner alone may read:
 * `$XDG_CONFIG_HOME/tenantatlas/servers.json`, on Windows `%APPDATA%\tenantatlas\servers.json`.
 */
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { CommandError, EXIT } from "../exit-codes.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const keptSchema = z.object({
  /** The address of the server that is taken where none is named. */
  current: z.string().nullable(),
  servers: z.record(z.string(), z.object({ token: z.string().nullable() })),
});
type Kept = z.infer<typeof keptSchema>;

export interface Server {
  /** Without a slash at its end: `https://atlas.example.com`. */
  origin: string;
  /** Null: the server knows who asks without one, as it does in local mode. */
  token: string | null;
  /** Where the token comes from. */
  tokenOf: "environment" | "file" | null;
}

function folder(env: Environment): string {
  if (process.platform === "win32" && env["APPDATA"] !== undefined) return path.join(env["APPDATA"], "tenantatlas");
  return path.join(env["XDG_CONFIG_HOME"] ?? path.join(env["HOME"] ?? homedir(), ".config"), "tenantatlas");
}

/** Where the servers are kept. */
export function serversFile(env: Environment): string {
  return path.join(folder(env), "servers.json");
}

function read(env: Environment): Kept {
  let text: string;
  try {
    text = readFileSync(serversFile(env), "utf8");
  } catch {
    return { current: null, servers: {} };
  }
  try {
    return keptSchema.parse(JSON.parse(text));
  } catch {
    throw new CommandError(`${serversFile(env)} cannot be read.`, { hint: "Remove it, and sign in again." });
  }
}

/** Written beside and renamed: a command that is cut off leaves the file whole. */
function write(env: Environment, kept: Kept): void {
  mkdirSync(folder(env), { recursive: true, mode: 0o700 });
  chmodSync(folder(env), 0o700);
  const draft = `${serversFile(env)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, serversFile(env));
}

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/** The origin of an address that a person gives. @throws CommandError for all but https, and http on this machine. */
export function originOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !["https:", "http:"].includes(url.protocol)) {
    throw new CommandError(`${address} is not the address of a server.`, { hint: "Such as https://atlas.example.com" });
  }
  if (url.protocol === "http:" && !LOOPBACK.test(url.hostname)) {
    throw new CommandError(`${address} is not encrypted: a token would be readable on the way.`, {
      hint: "Use https://",
    });
  }
  return url.origin;
}

/** The server that the command is for: named by `--url`, by the environment, or the one that was signed in to last. */
export function chooseServer(env: Environment, named: string | undefined): Server {
  const kept = read(env);
  const address = named ?? env["TENANTATLAS_URL"] ?? kept.current;
  if (address === null || address === "") {
    throw new CommandError("No server is known.", {
      code: EXIT.notAllowed,
      hint: "Sign in with `tenantatlas login https://atlas.example.com`, or set TENANTATLAS_URL and TENANTATLAS_TOKEN.",
    });
  }
  const origin = originOf(address);
  const fromEnvironment = env["TENANTATLAS_TOKEN"];
  if (fromEnvironment !== undefined && fromEnvironment !== "") {
    return { origin, token: fromEnvironment.trim(), tokenOf: "environment" };
  }
  const token = kept.servers[origin]?.token ?? null;
  return { origin, token, tokenOf: token === null ? null : "file" };
}

/** Keeps a server, and takes it from now on where none is named. */
export function keepServer(env: Environment, { origin, token }: Pick<Server, "origin" | "token">): void {
  const kept = read(env);
  write(env, { current: origin, servers: { ...kept.servers, [origin]: { token } } });
}

/** Forgets a server and its token. False where it was not kept. */
export function forgetServer(env: Environment, origin: string): boolean {
  const kept = read(env);
  if (!Object.hasOwn(kept.servers, origin)) return false;
  const servers = Object.fromEntries(Object.entries(kept.servers).filter(([other]) => other !== origin));
  write(env, { current: kept.current === origin ? (Object.keys(servers)[0] ?? null) : kept.current, servers });
  return true;
}
