/**
 * The activity hub of one tenant: keeps the consoles' sockets (hibernating, so idle ones cost nothing) and passes on what
 * runs publish. It stores nothing; a console that missed a frame has the next one, or polls.
 */
import { DurableObject } from "cloudflare:workers";
import { z } from "zod";
import { MAX_SOCKETS } from "../../contract/limits.ts";
import { ACCESS_CHANGED, HEARTBEAT } from "../../contract/routes/activity.ts";
import type { LiveFrame, Run } from "../../contract/runs.ts";
import { enter, envOfTenant } from "../../database/databases.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { HUB_HEADERS } from "./activity-hub.ts";
import { sessionTag, tokenTag } from "./close-sockets.ts";
import { listActivity } from "./run-reader.ts";

export class TenantActivityHub extends DurableObject<Env> {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    // Answered by the platform without waking the object.
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(HEARTBEAT.ask, HEARTBEAT.answer));
  }

  /** Accepts a console's socket and sends it a snapshot from D1. The caller has checked membership. */
  override async fetch(request: Request): Promise<Response> {
    const tenantId = request.headers.get(HUB_HEADERS.tenantId);
    const slug = request.headers.get(HUB_HEADERS.tenantSlug);
    const userId = request.headers.get(HUB_HEADERS.userId);
    if (
      request.headers.get("upgrade")?.toLowerCase() !== "websocket" ||
      tenantId === null ||
      slug === null ||
      userId === null
    ) {
      return new Response(null, { status: 426, headers: { upgrade: "websocket" } });
    }
    if (this.ctx.getWebSockets(userId).length >= MAX_SOCKETS) return new Response(null, { status: 429 });
    const { 0: client, 1: server } = new WebSocketPair();
    // Accepted before the snapshot is read: a change in between reaches the socket too, and versions settle the order.
    const sessionId = request.headers.get(HUB_HEADERS.sessionId);
    const tokenId = request.headers.get(HUB_HEADERS.tokenId);
    const tags = [
      userId,
      ...(sessionId === null ? [] : [sessionTag(sessionId)]),
      ...(tokenId === null ? [] : [tokenTag(tokenId)]),
    ];
    this.ctx.acceptWebSocket(server, tags);
    const endsAt = request.headers.get(HUB_HEADERS.endsAt);
    server.serializeAttachment({ endsAt: endsAt === null ? null : Number(endsAt) });
    try {
      const { DATABASE } = await envOfTenant(enter(this.env), tenantId);
      const activity = await listActivity(DATABASE, { id: tenantId, slug });
      send(server, { kind: "snapshot", ...activity });
    } catch (error) {
      logEvent("error", "live_snapshot_failed", { tenantId, ...errorFields(error) });
      server.close(1011, "snapshot failed");
    }
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Broadcasts a run's new state. Returns the number of sockets it went to. */
  publish(run: Run): number {
    const text = JSON.stringify({ kind: "change", items: [run], nextCursor: null } satisfies LiveFrame);
    const sockets = this.ctx.getWebSockets();
    const now = Date.now();
    for (const socket of sockets) {
      if (endOf(socket) > now) sendText(socket, text);
      else socket.close(ACCESS_CHANGED, "access ended");
    }
    return sockets.length;
  }

  /** Ends the sockets of a person or of a session. Returns how many there were. */
  closeSockets(tag: string): number {
    const sockets = this.ctx.getWebSockets(tag);
    for (const socket of sockets) socket.close(ACCESS_CHANGED, "access changed");
    return sockets.length;
  }

  /** Ends all sockets: of a tenant that is being deleted. Returns how many there were. */
  closeAll(): number {
    const sockets = this.ctx.getWebSockets();
    for (const socket of sockets) socket.close(ACCESS_CHANGED, "access changed");
    return sockets.length;
  }

  override webSocketMessage(socket: WebSocket): void {
    // The socket is for listening; whoever talks is not our console.
    socket.close(1008, "this socket takes no messages");
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    // 1005 and 1006 are never sent on the wire: they say that no code came.
    if (code === 1005 || code === 1006) socket.close();
    else socket.close(code, reason);
  }
}

const attachmentSchema = z.object({ endsAt: z.number().nullable() });

/** When what let the socket's caller in ends by itself. */
function endOf(socket: WebSocket): number {
  return attachmentSchema.safeParse(socket.deserializeAttachment()).data?.endsAt ?? Infinity;
}

function send(socket: WebSocket, frame: LiveFrame): void {
  sendText(socket, JSON.stringify(frame));
}

/** A socket that is closing throws; its console will reconnect and get a snapshot. */
function sendText(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch (error) {
    logEvent("debug", "live_send_failed", errorFields(error));
  }
}
