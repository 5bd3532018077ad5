/** A way to the product that can be broken: the browser's connections pass through it, and the product knows nothing of it. */
import { connect, createServer, type Socket } from "node:net";

export interface BreakableWay {
  url: string;
  /** Nothing passes any more in either direction, and nothing is closed: as of a server that is frozen. */
  freeze: () => void;
  /** All connections end, and new ones are taken. */
  drop: () => void;
  /** All connections end, and new ones are refused: as of a server that has stopped. */
  stop: () => void;
  mend: () => Promise<void>;
  close: () => void;
}

export async function breakableWay(productUrl: string): Promise<BreakableWay> {
  const target = new URL(productUrl);
  const open = new Set<Socket>();
  let isFrozen = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      // An end that is cut off says so by an error; the other end is cut off too.
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on("data", (data) => isFrozen || far.write(data));
    far.on("data", (data) => isFrozen || near.write(data));
  });
  const listen = (port: number) =>
    new Promise<number>((resolve) =>
      server.listen(port, "localhost", () => {
        const address = server.address();
        if (address === null || typeof address === "string") throw new Error("the way has no port");
        resolve(address.port);
      }),
    );
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  const port = await listen(0);
  return {
    url: `http://localhost:${port}`,
    freeze() {
      isFrozen = true;
    },
    drop: cut,
    stop() {
      server.close();
      cut();
    },
    async mend() {
      isFrozen = false;
      // What was swallowed is lost: connections begin anew.
      cut();
      if (!server.listening) await listen(port);
    },
    close() {
      server.close();
      cut();
    },
  };
}
