/** Whether a receiver's address may be called: its form, what its name leads to, and what its service asks for. */
import { z } from "zod";
import type { ChannelKind } from "../../contract/news.ts";
import { readSettings } from "../../environment.ts";
import { isPublicAddress, judgeAddress } from "../../news/safe-address.ts";

/** Sends a request; the platform's, counted where an invocation has a budget. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type JudgedReceiver =
  | { kind: "allowed"; url: URL }
  /** For people. */
  | { kind: "refused"; message: string }
  /** The name could not be looked up for now. */
  | { kind: "unknown"; message: string };

/** Resolves names over HTTPS (https://developers.cloudflare.com/1.1.1.1/encryption/dns-over-https/make-api-requests/dns-json/). */
const RESOLVER = "https://cloudflare-dns.com/dns-query";
const LOOK_UP_MS = 5_000;
const ADDRESS_RECORDS = { A: 1, AAAA: 28 } as const;

const answerSchema = z.object({
  Status: z.int(),
  Answer: z.array(z.object({ type: z.int(), data: z.string() })).default([]),
});

/** By its form alone: for what a person enters, before its name is looked up. */
export function judgeForm(
  env: object,
  kind: ChannelKind,
  text: string,
): { kind: "allowed"; url: URL; name: string | null } | { kind: "refused"; message: string } {
  const { localMode } = readSettings(env);
  const judged = judgeAddress(text, { ownHosts: ownHostsOf(env), loopback: localMode });
  if (judged.kind === "refused" || judged.name === null) return judged;
  const host = judged.name;
  if (kind === "teams" && (host === "webhook.office.com" || host.endsWith(".webhook.office.com"))) {
    return {
      kind: "refused",
      message:
        "is of an Office 365 connector, which Microsoft has retired. Make a workflow “When a Teams webhook request is received” and enter its address",
    };
  }
  if (kind === "slack" && host !== "hooks.slack.com" && host !== "hooks.slack-gov.com") {
    return { kind: "refused", message: "is not of an incoming webhook of Slack (https://hooks.slack.com/services/…)" };
  }
  return judged;
}

/** Judges an address as things are now. At most two requests. */
export async function judgeReceiver(
  env: object,
  kind: ChannelKind,
  text: string,
  fetch: Fetch,
): Promise<JudgedReceiver> {
  const judged = judgeForm(env, kind, text);
  if (judged.kind === "refused") return judged;
  if (judged.name === null) return { kind: "allowed", url: judged.url };
  const found: string[] = [];
  for (const [record, type] of Object.entries(ADDRESS_RECORDS)) {
    const answer = await lookUp(judged.name, record, fetch);
    if (answer === null) return { kind: "unknown", message: "could not be looked up now. Try again in a minute" };
    found.push(...answer.filter((each) => each.type === type).map(({ data }) => data));
  }
  if (found.length === 0) return { kind: "refused", message: "has a host that no name server knows" };
  return found.every(isPublicAddress)
    ? { kind: "allowed", url: judged.url }
    : { kind: "refused", message: "must not lead into a local network" };
}

/** Records of a name; none for a name that is not there; null when nothing answered. */
async function lookUp(
  name: string,
  type: string,
  fetch: Fetch,
): Promise<z.infer<typeof answerSchema>["Answer"] | null> {
  const NO_SUCH_NAME = 3;
  try {
    const response = await fetch(`${RESOLVER}?name=${encodeURIComponent(name)}&type=${type}`, {
      headers: { accept: "application/dns-json" },
      redirect: "manual",
      signal: AbortSignal.timeout(LOOK_UP_MS),
    });
    const answer = response.ok ? answerSchema.safeParse(await response.json()) : null;
    if (answer === null || !answer.success) return null;
    if (answer.data.Status === NO_SUCH_NAME) return [];
    return answer.data.Status === 0 ? answer.data.Answer : null;
  } catch {
    return null;
  }
}

/** Origin of the console, for links; null where the deployment does not know it. */
export function consoleOrigin(env: object): string | null {
  const origin: unknown = Reflect.get(env, "TENANTATLAS_ORIGIN");
  return typeof origin === "string" ? (URL.parse(origin)?.origin ?? null) : null;
}

function ownHostsOf(env: object): string[] {
  const host = URL.parse(consoleOrigin(env) ?? "")?.hostname;
  return host === undefined ? [] : [host];
}
