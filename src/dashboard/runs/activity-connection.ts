/**
 * Keeps the run store current for one tenant: a WebSocket for speed, polling for certainty. Both feed the same merge, so it
 * does not matter which of them is first, late or repeated. A socket can die without a word, so it is asked every few seconds; one that does not
 * answer is given up, and the next read says whether the server is there.
 */
import { ACCESS_CHANGED, activityRoutes, HEARTBEAT } from "../../contract/routes/activity.ts";
import { operationRoutes } from "../../contract/routes/operations.ts";
import { liveFrameSchema } from "../../contract/runs.ts";
import { addressOf } from "../../client/place.ts";
import { call, socketUrl } from "../api/client.ts";
import { ApiProblem } from "../../client/problem.ts";
import { askServer } from "../api/ask-server.ts";
import { reachability } from "../api/reachability.ts";
import { parseShown } from "../../client/visible-controls.ts";
import { BEAT_ANSWER_MS, BEAT_EVERY_MS, CONNECT_MS, nextPollMs, reconnectMs } from "./refresh-policy.ts";
import { activityOf } from "./run-merge.ts";
import type { RunStore } from "./run-store.ts";
import type { ConnectionNews, ConnectionState } from "./told-activity.ts";

export class ActivityConnection {
  readonly #tenant: { id: string; slug: string };
  readonly #store: RunStore;
  readonly #tell: (news: ConnectionNews) => void;
  readonly #onAccessChanged: () => void;
  readonly #abort = new AbortController();
  #socket: WebSocket | null = null;
  #socketOpen = false;
  #failures = 0;
  #pollTimer: ReturnType<typeof setTimeout> | undefined;
  #reconnectTimer: ReturnType<typeof setTimeout> | undefined;
  /** Until the socket is asked, or until its answer is overdue. */
  #beatTimer: ReturnType<typeof setTimeout> | undefined;
  #polling = false;
  #pollAgain = false;
  #state: ConnectionState = "connecting";
  #toldAt: number | null = null;
  #stopWatching = () => {};

  constructor(
    tenant: { id: string; slug: string },
    store: RunStore,
    on: { news: (news: ConnectionNews) => void; accessChanged: () => void },
  ) {
    this.#tenant = tenant;
    this.#store = store;
    this.#tell = on.news;
    this.#onAccessChanged = on.accessChanged;
  }

  /** Starts reading. Ends with `close`; never throws. */
  open(): void {
    this.#onState("connecting");
    document.addEventListener("visibilitychange", this.#onVisibility);
    window.addEventListener("online", this.#onOnline);
    this.#stopWatching = reachability.subscribe(() => {
      if (reachability.getState().state === "connected") this.#onOnline();
    });
    this.#connect();
    void this.refresh();
  }

  close(): void {
    this.#abort.abort();
    document.removeEventListener("visibilitychange", this.#onVisibility);
    window.removeEventListener("online", this.#onOnline);
    this.#stopWatching();
    clearTimeout(this.#pollTimer);
    clearTimeout(this.#reconnectTimer);
    clearTimeout(this.#beatTimer);
    this.#socket?.close();
  }

  /** Reads the activity now. A call during a read causes one more read after it. */
  async refresh(): Promise<void> {
    if (this.#polling) {
      this.#pollAgain = true;
      return;
    }
    this.#polling = true;
    clearTimeout(this.#pollTimer);
    try {
      do {
        this.#pollAgain = false;
        await this.#poll();
      } while (this.#pollAgain && !this.#closed);
    } finally {
      this.#polling = false;
      this.#schedulePoll();
    }
  }

  #onState(state: ConnectionState): void {
    this.#state = state;
    this.#tell({ state, toldAt: this.#toldAt });
  }

  /** Runs have been told. The first time is news by itself. */
  #onTold(): void {
    const isFirst = this.#toldAt === null;
    this.#toldAt = Date.now();
    if (isFirst) this.#onState(this.#state);
  }

  get #closed(): boolean {
    return this.#abort.signal.aborted;
  }

  get #params() {
    return { tenantId: this.#tenant.slug };
  }

  async #poll(): Promise<void> {
    try {
      const activity = await call(activityRoutes.list, { params: this.#params, signal: this.#abort.signal });
      const unconfirmed = this.#store.merge(this.#tenant.id, activity.items, "snapshot");
      this.#onTold();
      if (!this.#socketOpen) this.#onState("polling");
      await Promise.all(unconfirmed.map((runId) => this.#confirm(runId)));
    } catch (error) {
      if (this.#closed) return;
      // Signed out, removed from the tenant, or with a role that may not see this any more.
      if (error instanceof ApiProblem && [401, 403, 404].includes(error.status)) this.#onAccessChanged();
      if (!this.#socketOpen) this.#onState("offline");
    }
  }

  async #confirm(runId: string): Promise<void> {
    try {
      const run = await call(operationRoutes.show, { params: { ...this.#params, runId }, signal: this.#abort.signal });
      this.#store.merge(this.#tenant.id, [run], "change");
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 404) this.#store.forget(runId);
    }
  }

  #schedulePoll(): void {
    clearTimeout(this.#pollTimer);
    if (this.#closed) return;
    const delay = nextPollMs({
      socketOpen: this.#socketOpen,
      anyActive: activityOf(this.#store.getState(), this.#tenant.id).active.length > 0,
      visible: document.visibilityState === "visible",
    });
    if (delay !== null) this.#pollTimer = setTimeout(() => void this.refresh(), delay);
  }

  #connect(): void {
    if (this.#closed || this.#socket !== null) return;
    clearTimeout(this.#reconnectTimer);
    const socket = new WebSocket(socketUrl(addressOf(activityRoutes.live, { params: this.#params })));
    this.#socket = socket;
    // A socket that was given up may say its last words much later.
    const isCurrent = (): boolean => this.#socket === socket;
    this.#beatTimer = setTimeout(() => this.#giveUp(socket), CONNECT_MS);
    socket.addEventListener("open", () => {
      if (this.#closed || !isCurrent()) return socket.close();
      this.#socketOpen = true;
      reachability.heard();
      this.#onState("live");
      this.#scheduleBeat(socket);
    });
    socket.addEventListener("message", (event) => {
      if (!isCurrent()) return;
      reachability.heard();
      this.#scheduleBeat(socket);
      if (event.data !== HEARTBEAT.answer) this.#receive(event.data);
    });
    // A refused handshake, an error and a lost connection all end in "close".
    socket.addEventListener("close", ({ code }) => {
      if (!isCurrent()) return;
      if (code === ACCESS_CHANGED) this.#onAccessChanged();
      this.#onSocketClosed();
    });
  }

  /** Anything that is heard on the socket puts off the next question. */
  #scheduleBeat(socket: WebSocket): void {
    clearTimeout(this.#beatTimer);
    if (this.#closed || document.visibilityState !== "visible") return;
    this.#beatTimer = setTimeout(() => this.#beat(socket), BEAT_EVERY_MS);
  }

  #beat(socket: WebSocket): void {
    clearTimeout(this.#beatTimer);
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send(HEARTBEAT.ask);
    this.#beatTimer = setTimeout(() => this.#giveUp(socket), BEAT_ANSWER_MS);
  }

  /**
   * Does not wait for the socket's end: one whose other side is gone takes minutes to close. A socket can be cut off where the server is not, so
   * the server is asked, and its answer, or that there is none, decides what is said.
   */
  #giveUp(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    void askServer();
    socket.close();
    this.#onSocketClosed();
  }

  #receive(data: unknown): void {
    const frame = readFrame(data);
    if (frame === null) {
      // A frame that cannot be read may have held news: read them instead.
      void this.refresh();
      return;
    }
    this.#failures = 0;
    const unconfirmed = this.#store.merge(this.#tenant.id, frame.items, frame.kind);
    this.#onTold();
    for (const runId of unconfirmed) void this.#confirm(runId);
    if (!this.#polling) this.#schedulePoll();
  }

  #onSocketClosed(): void {
    const wasOpen = this.#socketOpen;
    this.#socket = null;
    this.#socketOpen = false;
    clearTimeout(this.#beatTimer);
    if (this.#closed) return;
    if (wasOpen) void this.refresh();
    this.#reconnectTimer = setTimeout(() => this.#connect(), reconnectMs(this.#failures, Math.random()));
    this.#failures += 1;
  }

  readonly #onVisibility = () => {
    if (document.visibilityState === "visible") {
      this.#connect();
      if (this.#socket !== null && this.#socketOpen) this.#beat(this.#socket);
      void this.refresh();
    } else {
      clearTimeout(this.#pollTimer);
      if (this.#socketOpen) clearTimeout(this.#beatTimer);
    }
  };

  readonly #onOnline = () => {
    this.#failures = 0;
    this.#connect();
    void this.refresh();
  };
}

function readFrame(data: unknown) {
  if (typeof data !== "string") return null;
  try {
    const parsed = liveFrameSchema.safeParse(parseShown(data));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
