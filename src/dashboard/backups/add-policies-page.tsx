/** Adding policies to a set, in two steps: choose them in the inventory, look at what was chosen. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { Page } from "../components/page.tsx";
import { EmptyState } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { useInventory } from "../inventory/use-inventory.ts";
import { useStartOperation } from "../runs/run-commands.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { keepSelection, keptSelection } from "./kept-selection.ts";
import { PolicyChooser } from "./policy-chooser.tsx";
import { addInput } from "./policy-selection.ts";
import { backupSetQuery } from "./queries.ts";
import { SelectionReview } from "./selection-review.tsx";
import { isEmpty, NOTHING, type Selection, withoutMissing } from "./selection.ts";

export function AddPoliciesPage() {
  const tenant = useTenant();
  const { setId } = useParams({ from: PAGES.addPolicies });
  const set = useQuery(backupSetQuery(tenant, setId));
  const allowed = useCan("backup.write");
  const name = set.data?.name;
  return (
    <Page
      title={name === undefined ? "Add policies" : `Add policies to ${name}`}
      documentTitle="Add policies"
      description={
        <p>
          <TextLink to={PAGES.backupSet} params={{ slug: tenant.slug, setId }}>
            {name === undefined ? "Backup set" : "Back to the set"}
          </TextLink>
        </p>
      }
    >
      {!allowed ? (
        <Refusal title="Your role may read backups, not add to them">
          An operator, a manager or an owner of this tenant can.
        </Refusal>
      ) : set.data?.state === "archived" ? (
        <Refusal title="This set is archived">Unarchive it first, on its page. Then policies can be added.</Refusal>
      ) : (
        <Steps setId={setId} />
      )}
    </Page>
  );
}

function Refusal({ title, children }: { title: string; children: string }) {
  return (
    <div className="rounded-lg bg-kumo-base ring ring-kumo-line">
      <EmptyState title={title}>{children}</EmptyState>
    </div>
  );
}

function Steps({ setId }: { setId: string }) {
  const tenant = useTenant();
  const navigate = useNavigate();
  const { step: asked, ...filter } = useSearch({ from: PAGES.addPolicies });
  const inventory = useInventory();
  const policies = useMemo(() => inventory.policies.map(({ policy }) => policy), [inventory.policies]);
  const [chosen, setSelection] = useState<Selection>(() => keptSelection(setId));
  const selection = useMemo(
    () => (inventory.complete ? withoutMissing(chosen, policies) : chosen),
    [chosen, policies, inventory.complete],
  );
  // An address of the second step without a selection is one that was sent to another person.
  const step = asked === "review" && !isEmpty(selection) ? "review" : "choose";
  const start = useStartOperation(tenant);
  const heading = useStepFocus(step);
  const goTo = (next: "review" | undefined) =>
    void navigate({
      to: PAGES.addPolicies,
      params: { slug: tenant.slug, setId },
      search: { ...filter, step: next },
      resetScroll: false,
    });
  const add = () =>
    start.mutate(
      { type: "backup-set.add-policies", input: addInput(setId, selection, filter), key: crypto.randomUUID() },
      {
        onSuccess: ({ run }) => {
          keepSelection(setId, NOTHING);
          void navigate({
            to: PAGES.backupSet,
            params: { slug: tenant.slug, setId },
            search: { run: run.id },
            replace: true,
          });
        },
      },
    );
  return (
    <>
      <h2 ref={heading} tabIndex={-1} className="-mb-2 font-semibold outline-none">
        {step === "choose" ? "Step 1: choose policies" : "Step 2: review the selection"}
      </h2>
      {step === "choose" ? (
        <PolicyChooser
          inventory={inventory}
          policies={policies}
          filter={filter}
          selection={selection}
          onSelect={(next) => {
            keepSelection(setId, next);
            setSelection(next);
          }}
          onReview={() => goTo("review")}
        />
      ) : (
        <SelectionReview
          policies={policies}
          complete={inventory.complete}
          filter={filter}
          selection={selection}
          pending={start.isPending}
          onBack={() => goTo(undefined)}
          onAdd={add}
        />
      )}
    </>
  );
}

/** The heading of a step takes focus when the step changes, so that it is read; not when the page opens. */
function useStepFocus(step: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(step);
  useEffect(() => {
    if (shown.current === step) return;
    shown.current = step;
    window.scrollTo({ top: 0 });
    heading.current?.focus({ preventScroll: true });
  }, [step]);
  return heading;
}
