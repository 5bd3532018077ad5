/** Where an item came from: what support asks for, folded away until it does. */
import type { ReactNode } from "react";
import type { BackupSetItem } from "../../contract/backup-sets.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { groupDigits } from "../../contract/progress.ts";
import { RequestId } from "../components/request-id.tsx";
import { TextLink } from "../components/text-link.tsx";
import { AbsoluteTime } from "../components/time.tsx";
import { RunLink } from "../runs/run-link.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { downloadPath } from "./queries.ts";

export function ItemOrigin({ item }: { item: BackupSetItem }) {
  const tenant = useTenant();
  return (
    <div className="border-b border-kumo-line px-4 pb-2.5 text-xs">
      {item.description ? <p className="mb-2 line-clamp-2 break-words">{item.description}</p> : null}
      {item.hasSecrets ? (
        <p className="mb-2 text-kumo-subtle">
          Holds encrypted values, sealed: a restore writes them, nothing shows or compares them.
        </p>
      ) : null}
      <details>
        <summary className="w-fit cursor-pointer rounded-sm text-kumo-subtle">Origin and identifiers</summary>
        <dl className="mt-2 grid max-h-64 gap-x-6 gap-y-1.5 overflow-y-auto break-words sm:grid-cols-[9rem_minmax(0,1fr)]">
          <Row term="Taken">
            <AbsoluteTime at={item.capturedAt} /> by <RunLink runId={item.runId}>this operation</RunLink>
          </Row>
          <Row term="Confirmed unchanged">
            {item.confirmedAt === null ? "No later operation has looked" : <AbsoluteTime at={item.confirmedAt} />}
          </Row>
          <Row term="In the inventory">
            <TextLink to={PAGES.policy} params={{ slug: tenant.slug, policyId: item.policyId }}>
              The policy as last synced
            </TextLink>
          </Row>
          <Row term="Document">
            {groupDigits(`${item.contentBytes} bytes`)} ·{" "}
            <a
              href={downloadPath(tenant, item.backupSetId, item.id)}
              download
              className="text-kumo-link underline underline-offset-2"
            >
              Download JSON
            </a>
          </Row>
          <Row term="Id in Microsoft Graph">
            <code className="font-mono break-all">{item.graphId}</code>
          </Row>
          {item.odataType === null ? null : (
            <Row term="Type">
              <code className="font-mono break-all">{item.odataType}</code>
            </Row>
          )}
          <Row term="SHA-256">
            <code className="font-mono break-all">{item.contentHash}</code>
          </Row>
          <Row term="Graph request id">
            {item.requestId === null ? "Not recorded" : <RequestId id={item.requestId} />}
          </Row>
        </dl>
      </details>
    </div>
  );
}

function Row({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-kumo-subtle max-sm:mt-1">{term}</dt>
      <dd className="min-w-0 tabular">{children}</dd>
    </div>
  );
}
