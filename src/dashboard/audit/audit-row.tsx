import type { ReactNode } from "react";
import { auditActionWords } from "../../contract/audit-actions.ts";
import type { AuditEvent } from "../../contract/audit-events.ts";
import { AppLink } from "../components/app-link.tsx";
import { LinkButton } from "../components/link-button.tsx";
import { Time } from "../components/time.tsx";
import { useSetSearch } from "../shell/address-search.ts";
import { nameOf, originFacts } from "./event-words.ts";
import { useTenant } from "../shell/tenant-context.ts";
import type { AuditSearch } from "./queries.ts";
import { targetAddress } from "./target-address.ts";

/** One event: a sentence, its time, and everything that is recorded of it on demand. */
export function AuditRow({ event }: { event: AuditEvent }) {
  const setSearch: (change: AuditSearch) => void = useSetSearch();
  const name = nameOf(event);
  const address = targetAddress(useTenant().slug, event);
  return (
    <li className="px-4 py-2.5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <p className="min-w-0 break-words">
          <span className="font-medium">{event.actor?.name ?? "TenantAtlas"}</span> {auditActionWords(event.action)}
          {name === null && address === null ? null : (
            <>
              {": "}
              {address === null ? (
                <bdi className="text-kumo-subtle">{name}</bdi>
              ) : (
                <AppLink href={address}>{name ?? "see it"}</AppLink>
              )}
            </>
          )}
        </p>
        <p className="text-xs text-kumo-subtle">
          <Time at={event.at} />
        </p>
      </div>
      <details>
        <summary className="w-fit cursor-pointer rounded-sm text-xs text-kumo-subtle">
          Details<span className="sr-only"> of event {event.seq}</span>
        </summary>
        <dl className="mt-2 grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1 text-xs">
          <Fact term="Place in the log">{event.seq}</Fact>
          <Fact term="Event">{event.action}</Fact>
          <Fact term="Done to">
            {event.target.kind} {event.target.id}
            {event.target.id === "" ? null : (
              <>
                {" · "}
                <LinkButton onClick={() => setSearch({ thing: event.target.id })}>Only this</LinkButton>
              </>
            )}
          </Fact>
          {originFacts(event.origin).map(([term, value]) => (
            <Fact key={term} term={term}>
              {value}
            </Fact>
          ))}
        </dl>
        {Object.keys(event.detail).length === 0 ? null : (
          <pre
            tabIndex={0}
            aria-label={`Record of event ${event.seq}`}
            className="mt-2 overflow-x-auto font-mono text-xs"
          >
            {JSON.stringify(event.detail, null, 2)}
          </pre>
        )}
      </details>
    </li>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-kumo-subtle">{term}</dt>
      <dd className="min-w-0 break-all">{children}</dd>
    </>
  );
}
