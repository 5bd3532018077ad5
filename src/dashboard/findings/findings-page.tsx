/** The tenant's findings, the worst first. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { z } from "zod";
import { findingKindSchema, findingStatusSchema, severitySchema } from "../../contract/baselines.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { choosableItems } from "../api/listed-items.ts";
import { baselinesQuery } from "../baselines/queries.ts";
import { Page } from "../components/page.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { TextLink } from "../components/text-link.tsx";
import type { AskAhead } from "../shell/ahead.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { FindingList } from "./finding-list.tsx";
import { findingsQuery } from "./queries.ts";
import { KIND_OPTIONS, SEVERITY_OPTIONS } from "./finding-words.ts";

const STATUS_OPTIONS = [
  { value: "open", label: "Open" },
  { value: "accepted", label: "Accepted" },
  { value: "resolved", label: "Resolved" },
  { value: "all", label: "All statuses" },
];
const statusChoiceSchema = z.enum([...findingStatusSchema.options, "all"]);

export const ASK_AHEAD: AskAhead = (ahead, tenant) => {
  ahead.list(findingsQuery(tenant, { status: "open" }));
  ahead.list(baselinesQuery(tenant));
};

export function FindingsPage() {
  const tenant = useTenant();
  const { status, severity, difference, baseline } = useSearch({ from: PAGES.findings });
  const navigate = useNavigate({ from: PAGES.findings });
  const setFilter = (change: Partial<ReturnType<typeof useFindingSearch>>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
  return (
    <Page
      title="Findings"
      documentTitle={`${tenant.name} findings`}
      description={
        <p className="max-w-2xl">
          What the latest comparison with each{" "}
          <TextLink to={PAGES.baselines} params={{ slug: tenant.slug }}>
            baseline
          </TextLink>{" "}
          found. One stays open until it is put right, or accepted for a time.
        </p>
      }
    >
      <div role="search" className="flex flex-wrap items-center gap-2">
        <SelectFilter
          label="Status"
          value={status ?? "open"}
          options={STATUS_OPTIONS}
          onChange={(value) =>
            setFilter({ status: value === "open" ? undefined : statusChoiceSchema.safeParse(value).data })
          }
        />
        <SelectFilter
          label="Severity"
          value={severity ?? ""}
          options={[{ value: "", label: "All severities" }, ...SEVERITY_OPTIONS]}
          onChange={(value) => setFilter({ severity: severitySchema.safeParse(value).data })}
        />
        <SelectFilter
          label="Difference"
          value={difference ?? ""}
          options={[{ value: "", label: "All differences" }, ...KIND_OPTIONS]}
          onChange={(value) => setFilter({ difference: findingKindSchema.safeParse(value).data })}
        />
        <BaselineFilter value={baseline} onChange={(value) => setFilter({ baseline: value })} />
      </div>
      <FindingList
        filter={{
          status: status === "all" ? undefined : (status ?? "open"),
          severity,
          kind: difference,
          baselineId: baseline,
        }}
        filtered={severity !== undefined || difference !== undefined || baseline !== undefined}
      />
    </Page>
  );
}

function useFindingSearch() {
  return useSearch({ from: PAGES.findings });
}

interface BaselineFilterProps {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** Of the newest baselines; an older one that the address names stays chosen. */
function BaselineFilter({ value, onChange }: BaselineFilterProps) {
  const baselines = useInfiniteQuery(baselinesQuery(useTenant()));
  const sealed = choosableItems(baselines).filter(({ status }) => status === "sealed");
  const options = sealed.map(({ id, name }) => ({ value: id, label: name }));
  if (value !== undefined && !sealed.some(({ id }) => id === value)) options.push({ value, label: "One baseline" });
  return (
    <SelectFilter
      label="Baseline"
      value={value ?? ""}
      options={[{ value: "", label: "All baselines" }, ...options]}
      onChange={(chosen) => onChange(chosen || undefined)}
    />
  );
}
