/**
 * Which addresses the product may call for a tenant. An address is a stranger's: it must not lead to this deployment, to a private network or
 * to a service of metadata. What a name resolves to can change between the look and the call, which nothing on this platform can close; so
 * names are resolved when an address is saved and before each call, and every answer has to be public. Pure.
 */

/** What is asked of an address beside its form. */
export interface AddressSurroundings {
  /** Hosts of this deployment, lower case. */
  ownHosts: readonly string[];
  /** Local mode: plain http and any port on this machine are let through. Never set in a deployment. */
  loopback: boolean;
}

export type JudgedAddress =
  | {
      kind: "allowed";
      url: URL;
      /** A name whose addresses have to be looked at; null on this machine. */ name: string | null;
    }
  | { kind: "refused"; message: string };

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);
const LOCAL_ENDINGS = [
  ".local",
  ".internal",
  ".localhost",
  ".home.arpa",
  ".lan",
  ".intranet",
  ".corp",
  ".private",
  ".test",
  ".invalid",
  ".onion",
  ".arpa",
];
const METADATA_NAMES: ReadonlySet<string> = new Set([
  "metadata.google.internal",
  "instance-data.ec2.internal",
  "metadata.goog",
]);
const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Judges an address by its form. What its name leads to is for `isPublicAddress`. */
export function judgeAddress(text: string, { ownHosts, loopback }: AddressSurroundings): JudgedAddress {
  const refused = (message: string): JudgedAddress => ({ kind: "refused", message });
  // The parser takes away tabs and line ends inside an address: what is called is to be what a person reads.
  if (/[\p{Cc}\s\\]/u.test(text)) return refused("must not hold blanks, line ends or backslashes");
  const url = HAS_SCHEME.test(text) ? URL.parse(text) : null;
  if (url === null) return refused("is not an address, as https://example.com/hook");
  if (url.username !== "" || url.password !== "") return refused("must not hold a user or a password");
  const host = url.hostname;
  if (loopback && LOOPBACK_HOSTS.has(host) && (url.protocol === "http:" || url.protocol === "https:")) {
    return { kind: "allowed", url, name: null };
  }
  if (url.protocol !== "https:") return refused("must begin with https://");
  if (url.port !== "") return refused("must not name a port");
  if (host.startsWith("[") || /^[\d.]+$/.test(host)) return refused("must have a name, not a number, as its host");
  if (host.endsWith(".")) return refused("must not end its host with a dot");
  if (!host.includes(".")) return refused("must have a whole name as its host");
  if (METADATA_NAMES.has(host) || LOCAL_ENDINGS.some((ending) => host.endsWith(ending))) {
    return refused("must not lead into a local network");
  }
  if (ownHosts.some((own) => host === own || host.endsWith(`.${own}`))) return refused("must not lead to this product");
  return { kind: "allowed", url, name: host };
}

/** Whether an IP address, as DNS answers it, is of the public internet. What is no address is not. */
export function isPublicAddress(address: string): boolean {
  const four = fourOf(address);
  if (four !== null) return isPublicFour(four);
  const words = sixOf(address);
  return words !== null && isPublicSix(words);
}

/** Networks that are not public, each by its first and its last address. */
const PRIVATE_FOUR: readonly (readonly [string, string])[] = [
  ["0.0.0.0", "0.255.255.255"],
  ["10.0.0.0", "10.255.255.255"],
  ["100.64.0.0", "100.127.255.255"],
  ["127.0.0.0", "127.255.255.255"],
  ["169.254.0.0", "169.254.255.255"],
  ["172.16.0.0", "172.31.255.255"],
  ["192.0.0.0", "192.0.0.255"],
  ["192.0.2.0", "192.0.2.255"],
  ["192.31.196.0", "192.31.196.255"],
  ["192.52.193.0", "192.52.193.255"],
  ["192.88.99.0", "192.88.99.255"],
  ["192.168.0.0", "192.168.255.255"],
  ["192.175.48.0", "192.175.48.255"],
  ["198.18.0.0", "198.19.255.255"],
  ["198.51.100.0", "198.51.100.255"],
  ["203.0.113.0", "203.0.113.255"],
  // Multicast, reserved, broadcast.
  ["224.0.0.0", "255.255.255.255"],
];

function isPublicFour(number: number): boolean {
  return !PRIVATE_FOUR.some(([first, last]) => number >= (fourOf(first) ?? 0) && number <= (fourOf(last) ?? 0));
}

function fourOf(address: string): number | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  if (match === null) return null;
  const parts = match.slice(1).map(Number);
  return parts.some((part) => part > 255) ? null : parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** The eight words of an IPv6 address; null for what is none, or has a zone. */
function sixOf(address: string): number[] | null {
  if (!/^[0-9a-f:.]+$/i.test(address)) return null;
  const host = URL.parse(`http://[${address}]/`)?.hostname;
  if (host === undefined) return null;
  // The parser writes it in groups of hexadecimal letters, with at most one gap.
  const [head = "", tail] = host.slice(1, -1).split("::");
  const groups = (text: string): number[] => (text === "" ? [] : text.split(":").map((group) => parseInt(group, 16)));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const gap = tail === undefined ? [] : Array<number>(8 - before.length - after.length).fill(0);
  return [...before, ...gap, ...after];
}

/** Global unicast alone, without what lies in it for documentation, tunnels and tests: those lead to other addresses. */
function isPublicSix([first = 0, second = 0]: readonly number[]): boolean {
  if (first < 0x2000 || first > 0x3fff) return false;
  // 2001::/23 (Teredo, benchmarking, ORCHID), 2001:db8::/32, 2002::/16 (6to4), 3fff::/20.
  if (first === 0x2001 && (second < 0x0200 || second === 0x0db8)) return false;
  if (first === 0x2002) return false;
  return !(first === 0x3fff && second < 0x1000);
}
