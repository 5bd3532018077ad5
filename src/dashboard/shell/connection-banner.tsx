/** Says on every page that the server is not heard, and as of when all that is shown holds. Lies over the page's end, so nothing moves. */
import { WifiSlashIcon } from "@phosphor-icons/react/WifiSlash";
import { useEffect, useRef } from "react";
import { useReachable } from "../api/use-reachable.ts";
import { clockText } from "../components/clock.ts";
import { useActivity } from "../runs/use-activity.ts";
import { announce } from "./announcer.tsx";

export function ConnectionBanner() {
  const reachable = useReachable();
  const lost = reachable.state === "lost";
  useAnnouncement(reachable.state === "lost" ? notConnectedText(reachable.since) : null);
  useEffect(() => {
    document.documentElement.toggleAttribute("data-connection-lost", lost);
  }, [lost]);
  if (reachable.state !== "lost") return null;
  return (
    <EndBanner title={`Not connected since ${clockText(reachable.since)}.`}>
      What is shown is as of then or before. Operations go on.
    </EndBanner>
  );
}

/** In a tenant: the server answers, and what tells of its operations does not. */
export function ActivityBanner() {
  const lost = useReachable().state === "lost";
  const activity = useActivity();
  if (lost || activity.state !== "unknown") return null;
  const since = activity.since === null ? "" : ` since ${clockText(activity.since)}`;
  return (
    <EndBanner title={`Operations have not been told${since}.`}>
      Those that are shown are as of then. Operations go on.
    </EndBanner>
  );
}

function EndBanner({ title, children }: { title: string; children: string }) {
  return (
    <aside aria-label="Connection" className="fixed inset-x-0 bottom-0 z-30 border-t border-kumo-danger bg-kumo-base">
      {/* The tint lets through what is behind it. */}
      <div className="flex min-h-12 items-center gap-2.5 bg-kumo-danger-tint px-4 py-2 md:px-8">
        <WifiSlashIcon size={18} aria-hidden className="shrink-0 text-kumo-danger" />
        <p>
          <strong className="font-semibold">{title}</strong> {children}
        </p>
      </div>
    </aside>
  );
}

function notConnectedText(since: number): string {
  return `Not connected since ${clockText(since)}. What is shown is as of then or before. Operations go on.`;
}

/** The loss is spoken once, and the return once. `text` null: connected. */
function useAnnouncement(text: string | null): void {
  const spoken = useRef<string | null>(null);
  useEffect(() => {
    if (text === spoken.current) return;
    announce(text ?? "Connected again. What is shown is read anew.");
    spoken.current = text;
  }, [text]);
}
