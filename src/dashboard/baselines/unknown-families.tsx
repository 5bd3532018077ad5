/** Families that a comparison could say nothing of: why, and what to do. Never "compliant", never "removed". */
import { WarningIcon } from "@phosphor-icons/react/Warning";
import { useQuery } from "@tanstack/react-query";
import type { BaselineComparisonDetail } from "../../contract/baselines.ts";
import { familiesQuery } from "../inventory/queries.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { counted } from "../components/digits.ts";
import { unknownAdvice } from "./unknown-advice.ts";

export function UnknownFamilies({ families }: { families: BaselineComparisonDetail["families"] }) {
  const states = useQuery(familiesQuery(useTenant())).data?.items;
  const unknown = families.flatMap(({ key, label, unknown }) => (unknown === null ? [] : [{ key, label, ...unknown }]));
  if (unknown.length === 0) return null;
  return (
    <section
      aria-labelledby="unknown-families"
      className="rounded-lg bg-kumo-warning-tint p-4 ring ring-kumo-warning/40"
    >
      <h2 id="unknown-families" className="flex items-center gap-2 font-semibold">
        <WarningIcon size={18} aria-hidden className="text-kumo-warning" />
        Not known: {counted(unknown.length, "family", "families")}
      </h2>
      <p className="mt-1 text-kumo-subtle">
        Nothing is said of their policies, neither that they are as in the baseline nor that they are gone.
      </p>
      <ul className="mt-3 flex flex-col gap-3">
        {unknown.map(({ key, label, code, message }) => (
          <li key={key} className="[overflow-wrap:anywhere]">
            <p>
              <span className="font-medium">{label}.</span> {message}
            </p>
            <p className="text-kumo-subtle">
              {unknownAdvice(code, states?.find((state) => state.key === key)?.readPermission ?? null)}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
