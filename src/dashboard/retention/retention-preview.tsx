/** What new rules would remove, counted at one moment; and the button that saves exactly that. */
import { Button } from "../components/button.tsx";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import {
  isRetentionKey,
  RETENTION_KINDS,
  type RetentionPreview,
  type RetentionRules,
} from "../../contract/retention.ts";
import { describeProblem } from "../api/problem.ts";
import { AbsoluteTime } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { legalHoldsQuery } from "./queries.ts";
import { keptText, removesText } from "./rule-words.ts";

interface PreviewProps {
  /** As they are now. */
  rules: RetentionRules;
  preview: RetentionPreview;
  saving: boolean;
  /** Why saving was refused; null without a refusal. */
  error: unknown;
  onSave: () => void;
}

export function RetentionPreviewSection({ rules, preview, saving, error, onSave }: PreviewProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [preview.hash]);
  const isHeld = useQuery(legalHoldsQuery(useTenant())).data?.items.some(({ liftedAt }) => liftedAt === null) === true;
  const removesAny = preview.kinds.some(({ removes }) => removes > 0);
  return (
    <section aria-labelledby="retention-preview" className="rounded-lg bg-kumo-base ring ring-kumo-line">
      <div className="border-b border-kumo-line px-4 py-2">
        <h2 id="retention-preview" ref={heading} tabIndex={-1} className="font-semibold">
          What these rules remove
        </h2>
        <p className="text-xs text-kumo-subtle">
          Counted exactly, <AbsoluteTime at={preview.at} />
        </p>
      </div>
      <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label="Counts by kind">
        <table className="w-full text-left">
          <thead className="text-xs text-kumo-subtle">
            <tr>
              {["Kind", "Kept now", "Kept then", "Removed", "Older than"].map((column) => (
                <th key={column} scope="col" className="px-4 py-2 font-medium whitespace-nowrap">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-kumo-line border-t border-kumo-line">
            {preview.kinds.map((counted) =>
              isRetentionKey(counted.kind) ? (
                <tr key={counted.kind}>
                  <th scope="row" className="min-w-40 px-4 py-2 font-normal">
                    {RETENTION_KINDS[counted.kind].label}
                  </th>
                  <td className="px-4 py-2 whitespace-nowrap">{keptText(rules[counted.kind])}</td>
                  <td
                    className={`px-4 py-2 whitespace-nowrap ${rules[counted.kind] === preview.rules[counted.kind] ? "" : "font-semibold"}`}
                  >
                    {keptText(preview.rules[counted.kind])}
                  </td>
                  <td className={`min-w-32 px-4 py-2 ${counted.removes > 0 ? "font-semibold" : "text-kumo-subtle"}`}>
                    {removesText(counted)}
                  </td>
                  <td className="px-4 py-2 whitespace-nowrap">
                    {counted.before === null ? (
                      <span className="text-kumo-subtle">–</span>
                    ) : (
                      <AbsoluteTime at={counted.before} />
                    )}
                  </td>
                </tr>
              ) : null,
            )}
          </tbody>
        </table>
      </div>
      <div className="flex flex-col gap-3 border-t border-kumo-line p-4">
        <p>{consequence(removesAny, isHeld)}</p>
        {error === null ? null : (
          <p role="alert" className="rounded-md bg-kumo-danger-tint px-3 py-2 text-kumo-danger">
            {describeProblem(error).title}. {describeProblem(error).advice}
          </p>
        )}
        <div>
          <Button variant={removesAny ? "destructive" : "primary"} loading={saving} onClick={onSave}>
            Save these rules
          </Button>
        </div>
      </div>
    </section>
  );
}

function consequence(removesAny: boolean, isHeld: boolean): string {
  if (!removesAny) return "Nothing is removed by these rules now. From then on, what gets older than they say is.";
  return isHeld
    ? "A legal hold is open: nothing is removed until it is lifted. Then what is counted here is removed for good."
    : "What is counted here is removed for good, in steps that begin within minutes.";
}
