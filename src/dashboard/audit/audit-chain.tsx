import { useQuery } from "@tanstack/react-query";
import { auditEventRoutes } from "../../contract/routes/audit-events.ts";
import { addressOf } from "../../client/place.ts";
import { CopyButton } from "../components/copy-button.tsx";
import { digits } from "../components/digits.ts";
import { FileLink } from "../components/file-link.tsx";
import { Section } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { auditHeadQuery, type AuditSearch, filterOf } from "./queries.ts";

/** The log as files, and the hash that proves later that it was not changed. */
export function AuditChain({ search }: { search: AuditSearch }) {
  const tenant = useTenant();
  const params = { tenantId: tenant.slug };
  const { data, error, refetch } = useQuery(auditHeadQuery(tenant));
  const csv = Object.values(search).some((value) => value !== undefined) ? "CSV of these events" : "CSV";
  return (
    <Section
      title="Export and proof"
      id="audit-chain"
      actions={
        <div className="flex flex-wrap gap-2">
          <FileLink
            href={addressOf(auditEventRoutes.exportCsv, { params, query: filterOf(search) })}
            label={`Download as ${csv}`}
          >
            {csv}
          </FileLink>
          <FileLink href={addressOf(auditEventRoutes.exportLines, { params })} label="Download as JSON lines">
            JSON lines
          </FileLink>
        </div>
      }
    >
      {data === undefined ? (
        <NotLoaded lines={2} error={error} onRetry={() => void refetch()} />
      ) : (
        <div className="flex min-h-14 flex-wrap items-center justify-between gap-x-6 gap-y-2">
          {data.seq === 0 ? (
            <p className="text-kumo-subtle">The first event gets its hash within a minute.</p>
          ) : (
            <>
              <div className="min-w-0">
                <p>
                  {data.seq === 1 ? "1 event is" : `${digits(data.seq)} events are`} chained
                  {data.waiting === 0 ? "." : `; ${digits(data.waiting)} will be within a minute.`}
                </p>
                <p className="font-mono text-xs break-all text-kumo-subtle">
                  {data.seq}:{data.hash}
                </p>
              </div>
              <CopyButton text={`${data.seq}:${data.hash}`}>Copy hash</CopyButton>
            </>
          )}
        </div>
      )}
    </Section>
  );
}
