/** What the bench build has beside the product's bindings. */
interface BenchEnv {
  /** The yardstick: a queue with an empty consumer. */
  BENCH_QUEUE: Queue;
  /** Effects of `bench.effects`. */
  BENCH_DATABASE: D1Database;
  /** "1" makes this build count what a run costs; absent, the product's own classes run unchanged. */
  BENCH_METERED?: string;
}
interface Env extends BenchEnv {}
declare namespace Cloudflare {
  interface Env extends BenchEnv {}
}
