/** What an isolate holds, told by its inspector (Chrome DevTools Protocol, `Runtime.getHeapUsage`). */
import { z } from "zod";
import { LOCAL_HOST } from "../../scripts/serve/ports.ts";

const targetsSchema = z.array(z.object({ webSocketDebuggerUrl: z.string() })).min(1);
const answerSchema = z.object({
  id: z.int(),
  result: z.object({ usedSize: z.number(), backingStorageSize: z.number() }).optional(),
});
const MIB = 2 ** 20;

export class IsolateHeap {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (mebibytes: number) => void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const answer = answerSchema.safeParse(JSON.parse(String(data)));
      if (!answer.success || answer.data.result === undefined) return;
      const { usedSize, backingStorageSize } = answer.data.result;
      this.#waiting.get(answer.data.id)?.((usedSize + backingStorageSize) / MIB);
      this.#waiting.delete(answer.data.id);
    });
  }

  static async open(inspectorPort: number): Promise<IsolateHeap> {
    const targets = await (await fetch(`http://${LOCAL_HOST}:${inspectorPort}/json`)).json();
    const [target] = targetsSchema.parse(targets);
    const socket = new WebSocket(target?.webSocketDebuggerUrl ?? "");
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve, { once: true });
      socket.addEventListener("error", reject, { once: true });
    });
    return new IsolateHeap(socket);
  }

  /** JavaScript objects and the buffers behind them, garbage that was not collected yet included. */
  usedMiB(): Promise<number> {
    const id = (this.#lastId += 1);
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method: "Runtime.getHeapUsage" }));
    });
  }

  close(): void {
    this.#socket.close();
  }
}
