/** What is stored sealed of a channel: its address, and the secrets that messages are signed with. Never logged, never answered. */
import { z } from "zod";
import type { ChannelKind } from "../../contract/news.ts";
import { keysOf } from "../../environment.ts";
import { newsChannelSecretContext, openSecret, sealSecret, SecretUnreadableError } from "../../secrets/secret-box.ts";

const secretsSchema = z.object({
  url: z.string(),
  /** Of a webhook. */
  secret: z.string().optional(),
  /** The secret before, and until when it signs as well (milliseconds since the epoch). */
  earlier: z.object({ secret: z.string(), until: z.int() }).optional(),
});
export type ChannelSecrets = z.infer<typeof secretsSchema>;

interface ChannelName {
  tenantId: string;
  channelId: string;
}

export function sealChannel(
  env: object,
  { tenantId, channelId }: ChannelName,
  secrets: ChannelSecrets,
): Promise<string> {
  return sealSecret(keysOf(env), JSON.stringify(secrets), newsChannelSecretContext(tenantId, channelId));
}

/** Null when it does not open any more: its key is gone. */
export async function openChannel(
  env: object,
  { tenantId, channelId }: ChannelName,
  sealed: string,
): Promise<ChannelSecrets | null> {
  try {
    const text = await openSecret(keysOf(env), sealed, newsChannelSecretContext(tenantId, channelId));
    return secretsSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SecretUnreadableError) return null;
    throw error;
  }
}

/** The secrets that sign at a moment, the newest first. */
export function signingSecrets({ secret, earlier }: ChannelSecrets, now: number): string[] {
  const secrets = secret === undefined ? [] : [secret];
  if (earlier !== undefined && earlier.until > now) secrets.push(earlier.secret);
  return secrets;
}

/** What is shown of an address: where it leads to, and its last letters. Its path and its query may be secrets. */
export function addressHint(kind: ChannelKind, url: URL): string {
  const rest = `${url.pathname}${url.search}`;
  if (rest === "/" || rest === "") return url.origin;
  // Of a long one alone: four letters of a short one would be much of it.
  const end = rest.length >= 24 && kind !== "webhook" ? rest.slice(-4) : "";
  return `${url.origin}/…${end}`;
}
