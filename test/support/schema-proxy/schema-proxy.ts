/**
 * Stands between the product and the simulated Graph, and passes only what Microsoft's published types allow: requests with what exists
 * in the version that they ask, answers without what that version does not have. It knows nothing of the simulator's schema.
 * Whatever it refuses, it answers as Graph does and writes down.
 */
import { Agent, createServer, type IncomingMessage, request as send, type ServerResponse } from "node:http";
import { z } from "zod";
import { type Passage, passageOf } from "./passage.ts";
import { Refusal } from "./refusal.ts";
import { WITNESS_PATH, type Witnessed } from "./witnessed.ts";

export interface SchemaProxy {
  /** Origin without a trailing slash; it answers for `login.microsoftonline.com` and `graph.microsoft.com` both. */
  url: string;
  stop(): Promise<void>;
}

const batchSchema = z.object({
  requests: z.array(
    z.looseObject({ id: z.string(), method: z.string(), url: z.string(), body: z.unknown().optional() }),
  ),
});
const answersSchema = z.object({
  responses: z.array(z.looseObject({ id: z.string(), status: z.int(), body: z.unknown().optional() })),
});

export async function startSchemaProxy(graphUrl: string): Promise<SchemaProxy> {
  const passing = new PassingServer(graphUrl);
  const server = createServer((request, response) => void passing.serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Call {
  method: string;
  /** With its query. */
  address: string;
  headers: IncomingMessage["headers"];
  body: string;
}

interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: string;
}

const TOKEN_PATH = /^\/([^/]+)\/oauth2\/v2\.0\/token$/;
const BATCH_PATH = /^\/(beta|v1\.0)\/\$batch$/;

class PassingServer {
  readonly #graphUrl: string;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #records = new Map<string, Witnessed>();
  /** Whom each token was given to. */
  readonly #tenants = new Map<string, string>();

  constructor(graphUrl: string) {
    this.#graphUrl = graphUrl;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { method = "", url: address = "", headers } = request;
      const answer = await this.#answer({ method, address, headers, body: await textOf(request) });
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
    } catch {
      // What Graph broke off is broken off here as well.
      response.destroy();
    }
  }

  async #answer(call: Call): Promise<Answer> {
    if (call.address.startsWith(WITNESS_PATH))
      return json(200, this.#recordOf(call.address.slice(WITNESS_PATH.length)));
    const tenant = TOKEN_PATH.exec(call.address)?.[1];
    if (tenant !== undefined) {
      const answer = await this.#forward(call);
      const token = z.object({ access_token: z.string() }).safeParse(parsed(answer.body)).data?.access_token;
      if (token !== undefined) this.#tenants.set(token, tenant);
      return answer;
    }
    const record = this.#recordOf(this.#tenants.get(call.headers.authorization?.slice("Bearer ".length) ?? "") ?? "");
    const version = BATCH_PATH.exec(call.address)?.[1];
    return version === undefined ? this.#passed(call, record) : this.#batchPassed(call, version, record);
  }

  #recordOf(tenant: string): Witnessed {
    const record = this.#records.get(tenant) ?? { requests: 0, refusals: [], removed: [] };
    this.#records.set(tenant, record);
    return record;
  }

  async #passed(call: Call, record: Witnessed): Promise<Answer> {
    const passage = passageFor(record, call.method, call.address, call.body === "" ? undefined : parsed(call.body));
    if ("refused" in passage) return json(400, passage.refused);
    const answer = await this.#forward(call);
    const body = answer.status < 300 ? parsed(answer.body) : undefined;
    if (body === undefined) return answer;
    return { ...answer, body: JSON.stringify(passage.answered(body, record.removed)) };
  }

  /** Each part by itself; what is refused is answered here, the rest goes on as a smaller batch. */
  async #batchPassed(call: Call, version: string, record: Witnessed): Promise<Answer> {
    const { requests } = batchSchema.parse(parsed(call.body));
    const passages = new Map(
      requests.map(({ id, method, url, body }) => [id, passageFor(record, method, `/${version}${url}`, body)]),
    );
    const refused = [...passages].flatMap(([id, passage]) =>
      "refused" in passage ? [{ id, status: 400, body: passage.refused }] : [],
    );
    const left = requests.filter(({ id }) => !refused.some((one) => one.id === id));
    if (left.length === 0) return json(200, { responses: refused });
    const answer = await this.#forward({ ...call, body: JSON.stringify({ requests: left }) });
    const answers = answersSchema.safeParse(parsed(answer.body));
    if (!answers.success) return answer;
    const responses = answers.data.responses.map((part) => {
      const passage = passages.get(part.id);
      if (passage === undefined || "refused" in passage || part.status >= 300) return part;
      return { ...part, body: passage.answered(part.body, record.removed) };
    });
    return { ...answer, body: JSON.stringify({ responses: [...responses, ...refused] }) };
  }

  /** The Host header stays, so that links in the answers lead back here. */
  #forward({ method, address, headers, body }: Call): Promise<Answer> {
    const { "content-length": _length, "transfer-encoding": _encoding, connection: _connection, ...rest } = headers;
    return new Promise((resolve, reject) => {
      const options = { method, headers: { ...rest, "accept-encoding": "identity" }, agent: this.#agent };
      const request = send(this.#graphUrl + address, options, (response) => {
        const { "content-length": _, "transfer-encoding": __, connection: ___, ...kept } = response.headers;
        textOf(response).then(
          (text) => resolve({ status: response.statusCode ?? 502, headers: kept, body: text }),
          reject,
        );
      });
      request.on("error", reject);
      request.end(body === "" ? undefined : body);
    });
  }
}

function passageFor(record: Witnessed, method: string, address: string, body: unknown): Passage | { refused: unknown } {
  record.requests += 1;
  try {
    return passageOf(method, address, body);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    record.refusals.push(`${method} ${decodeURIComponent(address)}: ${error.message}`);
    const ids = { date: new Date().toISOString(), "request-id": crypto.randomUUID() };
    return { refused: { error: { code: "BadRequest", message: error.message, innerError: ids } } };
  }
}

function json(status: number, body: unknown): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** Undefined for what is no JSON: a truncated answer, or none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
