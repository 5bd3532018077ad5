/** Begins to follow a standard: one that a tenant of the person keeps, in a version, with the values that it asks for. */
import { PlusIcon } from "@phosphor-icons/react/Plus";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Tenant } from "../../contract/access.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import type { StandardDetail } from "../../contract/standards.ts";
import { listedItems } from "../api/listed-items.ts";
import { describeProblem } from "../api/problem.ts";
import { Button } from "../components/button.tsx";
import { compareNames } from "../components/compare-names.ts";
import { counted } from "../components/digits.ts";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { GuardedButton } from "../components/guarded-button.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { useCan, useTenantScope } from "../shell/tenant-context.ts";
import { faultOf } from "./field-faults.ts";
import { ParameterInputs } from "./parameter-inputs.tsx";
import { standardQuery, standardsQuery, useFollow } from "./queries.ts";
import { type EnteredValues, partsText, valuesOf } from "./standard-words.ts";

/** Whether the person may give what the tenant keeps to another: its policies become readable there. */
function mayShare({ capabilities }: Tenant): boolean {
  return capabilities.includes("baseline.read") && capabilities.includes("backup.read");
}

export function FollowButton() {
  const [open, setOpen] = useState(false);
  const allowed = useCan("baseline.capture");
  return (
    <>
      <GuardedButton
        variant="primary"
        icon={PlusIcon}
        refusal={allowed ? null : "Your role may read standards, not follow them"}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        Follow a standard
      </GuardedButton>
      <FormDialog
        open={open}
        onOpenChange={setOpen}
        title="Follow a standard"
        description="This tenant is then compared with it, and it can be deployed here. Following writes nothing to the tenant."
      >
        <FollowForm onDone={() => setOpen(false)} />
      </FormDialog>
    </>
  );
}

const NOTHING_ENTERED: EnteredValues = {};

function FollowForm({ onDone }: { onDone: () => void }) {
  const { me, tenant } = useTenantScope();
  const navigate = useNavigate();
  const homes = me.tenants.filter(mayShare).toSorted((one, other) => compareNames(one.name, other.name));
  const [homeId, setHomeId] = useState("");
  const [standardId, setStandardId] = useState("");
  const [number, setNumber] = useState<number | null>(null);
  const [entered, setEntered] = useState(NOTHING_ENTERED);
  const [tried, setTried] = useState(false);
  const follow = useFollow();
  const home = homes.find(({ id }) => id === homeId);
  const chosen = home !== undefined && standardId !== "";
  const { data, error } = useQuery({ ...standardQuery(home ?? tenant, standardId), enabled: chosen });
  const standard = chosen ? data : undefined;
  const version = standard?.versions.find((each) => each.number === (number ?? standard.version?.number));
  const { values, missing } = valuesOf(version, entered);
  /** Another standard has other versions, and asks for other values. */
  const chooseStandard = (id: string) => {
    setStandardId(id);
    setNumber(null);
    setEntered(NOTHING_ENTERED);
    setTried(false);
    follow.reset();
  };
  const submit = () => {
    setTried(true);
    if (home === undefined || version === undefined || missing.length > 0) return;
    follow.mutate(
      { standard: { tenant: home.id, id: standardId }, version: version.number, parameters: values },
      {
        onSuccess: ({ id }) => {
          onDone();
          void navigate({ to: PAGES.followedStandard, params: { slug: tenant.slug, followingId: id } });
        },
      },
    );
  };
  return (
    <DialogForm
      action="Follow"
      disabled={version === undefined}
      pending={follow.isPending}
      error={follow.error}
      onSubmit={submit}
    >
      <div className="grid gap-1">
        <p className="font-medium" aria-hidden>
          Kept in
        </p>
        <SelectFilter
          label="Tenant that keeps it"
          wide
          value={homeId}
          options={[
            { value: "", label: "Choose a tenant" },
            ...homes.map(({ id, name }) => ({ value: id, label: id === tenant.id ? `${name} (this tenant)` : name })),
          ]}
          onChange={(id) => {
            setHomeId(id);
            chooseStandard("");
          }}
        />
      </div>
      {home === undefined ? null : <StandardChoice home={home} value={standardId} onChange={chooseStandard} />}
      {!chosen ? null : standard === undefined ? (
        <p role="status" className="text-xs text-kumo-subtle" data-unknown>
          {error === null ? "Reading the standard" : describeProblem(error).title}
        </p>
      ) : (
        <VersionChoice standard={standard} number={version?.number ?? null} onChange={setNumber} />
      )}
      {version === undefined ? null : (
        <>
          <p className="text-xs text-kumo-subtle">{partsText(version)}</p>
          <ParameterInputs
            parameters={version.parameters}
            entered={entered}
            onChange={setEntered}
            faultOf={(key) =>
              tried && missing.includes(key) ? "Enter a value." : faultOf(follow.error, `parameters.${key}`)
            }
          />
        </>
      )}
    </DialogForm>
  );
}

interface StandardChoiceProps {
  home: Tenant;
  value: string;
  onChange: (standardId: string) => void;
}

function StandardChoice({ home, value, onChange }: StandardChoiceProps) {
  const query = useInfiniteQuery(standardsQuery(home));
  const ready = listedItems(query)?.filter(({ retired, version }) => !retired && version !== null);
  if (ready === undefined) {
    return (
      <p role="status" className="text-xs text-kumo-subtle" data-unknown>
        {query.error === null ? "Reading its standards" : describeProblem(query.error).title}
      </p>
    );
  }
  if (ready.length === 0) {
    return (
      <p role="status" className="rounded-md bg-kumo-warning-tint px-3 py-2">
        <bdi>{home.name}</bdi> keeps no standard with a version. Make one there first: “New standard”, then “New
        version”.
      </p>
    );
  }
  return (
    <div className="grid gap-1">
      <p className="font-medium" aria-hidden>
        Standard
      </p>
      <SelectFilter
        label="Standard"
        wide
        value={value}
        options={[
          { value: "", label: "Choose a standard" },
          ...ready.map(({ id, name, version }) => ({
            value: id,
            label: version === null ? name : `${name} (${counted(version.policyCount, "policy", "policies")})`,
          })),
        ]}
        onChange={onChange}
      />
      {query.hasNextPage ? (
        <Button size="sm" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Load more standards
        </Button>
      ) : null}
    </div>
  );
}

interface VersionChoiceProps {
  standard: StandardDetail;
  number: number | null;
  onChange: (number: number) => void;
}

function VersionChoice({ standard, number, onChange }: VersionChoiceProps) {
  return (
    <div className="grid gap-1">
      <p className="font-medium" aria-hidden>
        Version
      </p>
      <SelectFilter
        label="Version"
        wide
        value={String(number)}
        options={standard.versions.map((version, at) => ({
          value: String(version.number),
          label: `Version ${version.number}${at === 0 ? ", the newest" : ""}: ${counted(version.policyCount, "policy", "policies")}`,
        }))}
        onChange={(value) => onChange(Number(value))}
      />
    </div>
  );
}
