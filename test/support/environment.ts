/** The bindings of the tests' Worker, as the product has them for a tenant of the first shard. */
import { env as bindings } from "cloudflare:workers";
import { enter, envOfShard, FIRST_SHARD } from "../../src/database/databases.ts";

export const env = { ...bindings, ...envOfShard(enter(bindings), FIRST_SHARD) };
