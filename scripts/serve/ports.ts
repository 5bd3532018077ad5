import { createServer } from "node:net";
import { StartError } from "../start-error.ts";

/** Everything local listens here and nowhere else. */
export const LOCAL_HOST = "127.0.0.1";

export function readPort(variable: string, fallback: number): number {
  const text = process.env[variable];
  if (text === undefined || text === "") return fallback;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new StartError(`${variable} must be a port number, not "${text}".`);
  return port;
}

/**
 * False also when another program has the port on `::1` alone: a browser that is sent to `localhost` asks there first, and
 * would show that program under our address.
 */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port, LOCAL_HOST)) && (await canListen(port, "::1"));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    // Without IPv6 nobody is there: EADDRNOTAVAIL, EAFNOSUPPORT.
    probe.once("error", (error) => resolve("code" in error && error.code !== "EADDRINUSE" && error.code !== "EACCES"));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
