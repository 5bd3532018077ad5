/**
 * The chain over an audit log: each hash is SHA-256 over the hash before it, a line feed, and the event's text. So a hash that a person has
 * kept vouches for every event up to its place, in their order.
 */
import { sha256Hex } from "./sha256.ts";

/** What the first event's hash is over, in place of a hash before it. */
export const CHAIN_BEGINNING = "0".repeat(64);

/**
 * The hash of an event's place, in hexadecimal.
 * @param previous the hash of the place before it
 * @param text the event in the spelling of RFC 8785
 */
export async function nextHash(previous: string, text: string): Promise<string> {
  return sha256Hex(`${previous}\n${text}`);
}
