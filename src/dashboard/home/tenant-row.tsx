/** A tenant among all: what is wrong with it, how old its newest facts are, what runs. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Tenant } from "../../contract/access.ts";
import { type PagePattern, PAGES } from "../../contract/console-addresses.ts";
import type { StandingFacts } from "../../contract/standing.ts";
import { Tick } from "../backups/tick.tsx";
import { Badge } from "../components/badge.tsx";
import { dayText } from "../components/clock.ts";
import { digits } from "../components/digits.ts";
import { TextLink } from "../components/text-link.tsx";
import { Time } from "../components/time.tsx";
import { type ConnectionTrouble, connectionTrouble, type Standing } from "./standing-order.ts";

export const ROW_GRID =
  "grid grid-cols-[2.5rem_minmax(0,1fr)] items-center gap-x-2 pr-4 pl-1 lg:grid-cols-[2.5rem_minmax(0,14rem)_minmax(0,1fr)]";
export const FACTS_GRID = "grid-cols-2 gap-x-4 gap-y-2 sm:grid-cols-3 lg:grid-cols-6";

interface TenantRowProps {
  row: Tenant & { standing: Standing };
  /** The names of the six facts. */
  columns: readonly string[];
  nowMs: number;
  ticked: boolean;
  onTick: () => void;
}

export function TenantRow({ row: { slug, name, tags, standing }, columns, nowMs, ticked, onTick }: TenantRowProps) {
  return (
    // What is out of sight is not drawn: a person may have a thousand tenants.
    <li className={`${ROW_GRID} py-1.5 [contain-intrinsic-size:auto_3.25rem] [content-visibility:auto]`}>
      <Tick label={`Tick ${name}`} state={ticked ? "all" : "none"} onChange={onTick} />
      <div className="min-w-0 py-1 [overflow-wrap:anywhere]">
        <Link to={PAGES.overview} params={{ slug }} className="font-medium hover:underline">
          <bdi>{name}</bdi>
        </Link>
        {tags.length === 0 ? null : (
          <p className="text-xs text-kumo-subtle">
            <span className="sr-only">Tags: </span>
            <bdi>{tags.join(" · ")}</bdi>
          </p>
        )}
      </div>
      <div className="col-start-2 min-w-0 pb-2 lg:col-start-auto lg:pb-0">
        {standing === "waiting" ? (
          <span aria-hidden className="skeleton-block block h-5 w-full" />
        ) : standing === "unread" ? (
          <p data-unknown className="text-kumo-warning">
            Unknown: how this tenant stands could not be read.
          </p>
        ) : (
          <dl className={`grid ${FACTS_GRID}`}>
            {cells(standing, slug, nowMs).map((cell, at) => (
              <div key={columns[at]} className="min-w-0 [overflow-wrap:anywhere]">
                <dt className="text-xs text-kumo-subtle lg:sr-only">{columns[at]}</dt>
                <dd>{cell}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </li>
  );
}

/** In the order of the columns. */
function cells(facts: StandingFacts, slug: string, nowMs: number): ReactNode[] {
  const trouble = connectionTrouble(facts.connection, nowMs);
  return [
    facts.failures === null ? <NotInRole /> : <Failures slug={slug} failures={facts.failures} />,
    facts.criticalFindings === null ? (
      <NotInRole />
    ) : facts.criticalFindings === 0 ? (
      <None />
    ) : (
      <Alarm to={PAGES.findings} slug={slug}>
        {digits(facts.criticalFindings)} open
      </Alarm>
    ),
    <Last key="sync" last={facts.sync} />,
    <Last key="backup" last={facts.backup} />,
    <Connection key="connection" slug={slug} trouble={trouble} endsAt={facts.connection.credentialEndsAt} />,
    facts.running === null ? (
      <NotInRole />
    ) : facts.running === 0 ? (
      <None />
    ) : (
      <TextLink to={PAGES.operations} params={{ slug }}>
        {digits(facts.running)} running
      </TextLink>
    ),
  ];
}

function NotInRole() {
  return (
    <span data-unknown className="text-xs text-kumo-subtle">
      Not in your role
    </span>
  );
}

function None() {
  return <span className="text-kumo-subtle">None</span>;
}

function Alarm({ to, slug, children }: { to: PagePattern; slug: string; children: ReactNode }) {
  return (
    <Link to={to} params={{ slug }} className="inline-block">
      <Badge variant="error">{children}</Badge>
    </Link>
  );
}

/** Cured failures are not counted. Only the newest failures are looked at, which is said where there are older ones. */
function Failures({
  slug,
  failures: { uncured, more },
}: {
  slug: string;
  failures: { uncured: number; more: boolean };
}) {
  if (uncured === 0) return more ? <span className="text-kumo-subtle">None of the newest</span> : <None />;
  return (
    <Alarm to={PAGES.operations} slug={slug}>
      {digits(uncured)} {more ? "or more" : "failed"}
    </Alarm>
  );
}

function Last({ last }: { last: StandingFacts["sync"] }) {
  if (last === null) return <NotInRole />;
  return last.at === null ? <Badge variant="warning">Never</Badge> : <Time at={last.at} />;
}

const TROUBLE_WORDS: Readonly<Record<Exclude<ConnectionTrouble, "none" | "ends_soon">, string>> = {
  not_connected: "Not connected",
  ended: "Secret has ended",
  refused: "Refused",
};

interface ConnectionProps {
  slug: string;
  trouble: ConnectionTrouble;
  endsAt: string | null;
}

function Connection({ slug, trouble, endsAt }: ConnectionProps) {
  if (trouble === "none") return <span className="text-kumo-subtle">Connected</span>;
  if (trouble === "ends_soon") {
    return (
      <TextLink to={PAGES.connection} params={{ slug }}>
        Secret ends {endsAt === null ? "soon" : dayText(endsAt)}
      </TextLink>
    );
  }
  return (
    <Alarm to={PAGES.connection} slug={slug}>
      {TROUBLE_WORDS[trouble]}
    </Alarm>
  );
}
