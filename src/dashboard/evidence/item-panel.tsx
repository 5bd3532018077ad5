/** One item: its exception, its hash, and the canonical JSON that was hashed. */
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { WarningIcon } from "@phosphor-icons/react/Warning";
import { WarningCircleIcon } from "@phosphor-icons/react/WarningCircle";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { z } from "zod";
import { type Change, changeSchema } from "../../contract/changes.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import type { EvidenceItem } from "../../contract/evidence.ts";
import { ChangeLine } from "../components/change-line.tsx";
import { parseShown } from "../../client/visible-controls.ts";
import { DetailPanel, PanelClose } from "../components/detail-panel.tsx";
import { NotLoaded } from "../components/states.tsx";
import { JsonView } from "../inventory/json-view.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { exceptionLabel, kindLabel } from "./item-filter.ts";
import { snapshotItemQuery } from "./queries.ts";
import { useHashCheck } from "./use-hash-check.ts";
import { useItems } from "./use-items.ts";

export function ItemPanel() {
  const tenant = useTenant();
  const { snapshotId, itemId } = useParams({ from: PAGES.evidenceItem });
  const document = useQuery(snapshotItemQuery(tenant, snapshotId, itemId));
  const item = useItems(snapshotId).items.find((each) => each.item.id === itemId)?.item;
  return (
    <DetailPanel
      label="Evidence item"
      title={item?.title}
      summary={item === undefined ? null : <p className="text-xs text-kumo-subtle">{kindLabel(item.kind)}</p>}
      close={
        <PanelClose
          to={PAGES.snapshot}
          params={{ slug: tenant.slug, snapshotId }}
          search={(before) => before}
          resetScroll={false}
        />
      }
    >
      {item === undefined ? null : <ItemFacts item={item} document={document.data} />}
      {document.data !== undefined ? (
        <JsonView key={itemId} json={document.data} label={`JSON of ${item?.title ?? "the item"}`} />
      ) : (
        <NotLoaded lines={10} error={document.error} onRetry={() => void document.refetch()} />
      )}
    </DetailPanel>
  );
}

function ItemFacts({ item, document }: { item: EvidenceItem; document: string | undefined }) {
  const change = useMemo(() => (document === undefined ? null : recordedChange(document)), [document]);
  return (
    <div className="max-h-72 shrink-0 overflow-y-auto border-b border-kumo-line px-4 py-3 text-xs">
      {item.exception === null ? null : (
        <p className="mb-3 flex items-start gap-2 rounded-md bg-kumo-warning-tint px-3 py-2 text-sm">
          <WarningIcon size={16} aria-hidden className="mt-0.5 shrink-0 text-kumo-warning" />
          <span>
            <span className="font-medium">{exceptionLabel(item.exception.code)}.</span> {item.exception.message}
          </span>
        </p>
      )}
      {change === null ? null : <ChangeLine change={change} className="mb-3" />}
      <dl className="grid gap-y-2">
        <div>
          <dt className="text-kumo-subtle">Key</dt>
          <dd>
            <code className="font-mono break-all">{item.key}</code>
          </dd>
        </div>
        <div>
          <dt className="text-kumo-subtle">SHA-256 of the stored JSON</dt>
          <dd>
            <code className="font-mono break-all">{item.itemHash}</code>
            {document === undefined ? null : <HashCheck document={document} itemHash={item.itemHash} />}
          </dd>
        </div>
      </dl>
    </div>
  );
}

const recordedSchema = z.object({ facts: z.object({ change: changeSchema }) });

/** Who changed the policy, as the document has it; null for what is no policy, and for documents from before that was recorded. */
function recordedChange(document: string): Change | null {
  const recorded = recordedSchema.safeParse(parsedJson(document));
  return recorded.success ? recorded.data.facts.change : null;
}

function parsedJson(text: string): unknown {
  try {
    return parseShown(text);
  } catch {
    return null;
  }
}

/** The browser's own word on the bytes that it was given. Says nothing where the browser cannot compute hashes. */
function HashCheck({ document, itemHash }: { document: string; itemHash: string }) {
  const computed = useHashCheck(document);
  if (computed === null) return null;
  return computed === itemHash ? (
    <span className="mt-1 flex items-center gap-1.5">
      <CheckCircleIcon size={14} aria-hidden className="shrink-0 text-kumo-success" />
      This browser computes the same from what it was given.
    </span>
  ) : (
    <span className="mt-1 flex items-center gap-1.5 font-medium text-kumo-danger">
      <WarningCircleIcon size={14} aria-hidden className="shrink-0" />
      This browser computes another one. Do not rely on this item, and tell support.
    </span>
  );
}
