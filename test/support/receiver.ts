/** A receiver of news over real HTTP, friendly or hostile, by the path that it is called at. Keeps what came in. */
import { createServer, type IncomingHttpHeaders } from "node:http";

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Receiver {
  url: string;
  received: Received[];
  stop(): Promise<void>;
}

const CORS = { "access-control-allow-origin": "*" };

/**
 * - `/status/<code>/…` answers with that status, `/after/<seconds>/…` with 429 and `Retry-After`;
 * - `/redirect/…` leads to the metadata service; `/huge/…` sends a body without end; `/headers/…` header lines without end;
 * - `/silent/…` never answers; `/drip/…` answers 200 and then a letter now and then, without end;
 * - `/received?of=<part of a path>` tells what came in, and `/answers?of=<part>&status=<code>` changes what is answered there from now on.
 */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const answers = new Map<string, number>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://receiver");
    const [, word = "", argument = ""] = url.pathname.split("/");
    const of = url.searchParams.get("of") ?? "";
    if (word === "received") {
      response.writeHead(200, { "content-type": "application/json", ...CORS });
      response.end(JSON.stringify(received.filter(({ path }) => path.includes(of))));
      return;
    }
    if (word === "answers") {
      answers.set(of, Number(url.searchParams.get("status")));
      response.writeHead(204, CORS).end();
      return;
    }
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      received.push({ path: url.pathname, headers: request.headers, body: Buffer.concat(parts).toString() });
      const changed = [...answers].find(([part]) => url.pathname.includes(part))?.[1];
      if (changed !== undefined) return response.writeHead(changed).end("changed");
      switch (word) {
        case "status":
          return response.writeHead(Number(argument)).end(`This is ${argument}`);
        case "after":
          return response.writeHead(429, { "retry-after": argument }).end();
        case "redirect":
          return response.writeHead(307, { location: "http://169.254.169.254/latest/meta-data/" }).end();
        case "huge": {
          response.writeHead(200, { "content-type": "text/plain" });
          const more = (): void => {
            while (!response.destroyed && response.write("x".repeat(16_384)));
            if (!response.destroyed) response.once("drain", more);
          };
          return more();
        }
        case "headers": {
          const socket = request.socket;
          socket.write("HTTP/1.1 200 OK\r\n");
          const more = (): void => {
            while (!socket.destroyed && socket.write(`x-more-${Math.random()}: ${"y".repeat(1_000)}\r\n`));
            if (!socket.destroyed) socket.once("drain", more);
          };
          return more();
        }
        case "silent":
          return;
        case "drip": {
          response.writeHead(200, { "content-type": "text/plain" });
          const timer = setInterval(() => response.write("."), 20);
          return response.once("close", () => clearInterval(timer));
        }
        default:
          return response.writeHead(204).end();
      }
    });
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the receiver has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
