/**
 * How often is asked, by network address, by person and by tenant. The numbers are in wrangler.toml. Cloudflare counts at each of its places, and not to
 * the request: these limits stop floods, and are no quotas. In local mode they are off unless `TENANTATLAS_RATE_LIMITS` is 1: a test
 * on this machine is a flood.
 */
import { readSettings } from "../environment.ts";

export type LimitedBy = "address" | "person" | "tenant";

/** The bindings that count. */
export type RateLimiters = Pick<Env, "ADDRESS_LIMITER" | "PERSON_LIMITER" | "TENANT_LIMITER">;

/** Whether one more request of the key is within its limit. */
export async function isWithinRate(env: RateLimiters, by: LimitedBy, key: string): Promise<boolean> {
  if (!readSettings(env).rateLimits) return true;
  const limiter = { address: env.ADDRESS_LIMITER, person: env.PERSON_LIMITER, tenant: env.TENANT_LIMITER }[by];
  const { success } = await limiter.limit({ key });
  return success;
}

/** What stands for a network address: of IPv6 the first 64 bits, since the rest is the holder's to choose. */
export function addressKey(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail = ""] = address.toLowerCase().split("::", 2);
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const [before, after] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0");
  const whole = address.includes("::") ? [...before, ...zeros, ...after] : before;
  return whole
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
