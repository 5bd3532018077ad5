/**
 * Scalar's browser bundle, which draws the reference page (decisions/090-routes-as-data.md). Its own package comes with 284 others;
 * its plugin for Fastify holds the same file and comes with 15, so the plugin is asked for what it would serve.
 */
import plugin from "@scalar/fastify-api-reference";
import { z } from "zod";

const routeSchema = z.object({ url: z.string(), handler: z.custom<Handler>((value) => typeof value === "function") });

interface Reply {
  header: () => Reply;
  send: (body: unknown) => void;
}
type Handler = (request: null, reply: Reply) => void;
type Register = (server: object, options: object, done: () => void) => void;

const registerSchema = z.custom<Register>((value) => typeof value === "function");

/** The text of the bundle. Throws when the plugin no longer serves it where it did. */
export function readReferenceScript(): string {
  let script: unknown;
  const reply: Reply = { header: () => reply, send: (body) => void (script = body) };
  const server = {
    initialConfig: {},
    hasPlugin: () => false,
    route: (served: unknown) => {
      const { url, handler } = routeSchema.parse(served);
      if (url.endsWith("/js/scalar.js")) handler(null, reply);
    },
  };
  registerSchema.parse(plugin)(server, { configuration: { url: "/api/openapi.json" } }, () => {});
  return z.string().min(1).parse(script);
}
