const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether an address is one of this machine; not, when it is no address. */
export function isLoopback(address: string): boolean {
  return LOOPBACK_HOSTS.has(URL.parse(address)?.hostname ?? "");
}
