/** What stands in the tenant for the things that the standard's policies refer to. It is chosen in the plans of deployments, and kept from there on. */
import type { ReferenceMapping } from "../../contract/restore.ts";
import type { Following } from "../../contract/standards.ts";
import { Button } from "../components/button.tsx";
import { Section } from "../components/page.tsx";
import { Rows } from "../keys/rows.tsx";
import { REFERENCE_WORDS } from "../restore/plan-words.ts";
import { useCan } from "../shell/tenant-context.ts";
import { toastProblem } from "../shell/toasts.tsx";
import { useChangeFollowing } from "./queries.ts";

export function MappingSection({ following }: { following: Following }) {
  const mayChange = useCan("baseline.capture");
  return (
    <Section title="What stands for references" id="standard-references" flush>
      {following.mapping.length === 0 ? (
        <p className="p-4 text-kumo-subtle">
          Nothing was chosen yet. What is chosen in the plan of a deployment, for a group or a filter that this tenant
          does not have, is kept here.
        </p>
      ) : (
        <Rows aria-label="What stands for references" className="divide-y divide-kumo-line">
          {following.mapping.map((mapping, at) => (
            <MappingRow
              key={`${mapping.kind} ${mapping.sourceId}`}
              mapping={mapping}
              following={following}
              at={at}
              mayChange={mayChange}
            />
          ))}
        </Rows>
      )}
    </Section>
  );
}

interface MappingRowProps {
  mapping: ReferenceMapping;
  following: Following;
  at: number;
  mayChange: boolean;
}

function MappingRow({ mapping: { kind, sourceId, targetId }, following, at, mayChange }: MappingRowProps) {
  const change = useChangeFollowing(following.id);
  return (
    <li className="flex items-start justify-between gap-3 px-4 py-2.5">
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p className="font-medium">{REFERENCE_WORDS[kind]}</p>
        <p className="text-xs">
          <code>{sourceId}</code>{" "}
          {targetId === null ? (
            <span className="text-kumo-subtle">is left out</span>
          ) : (
            <>
              <span className="text-kumo-subtle">is</span> <code>{targetId}</code>{" "}
              <span className="text-kumo-subtle">here</span>
            </>
          )}
        </p>
      </div>
      {mayChange ? (
        <Button
          size="sm"
          aria-label={`Remove what stands for ${REFERENCE_WORDS[kind]} ${sourceId}`}
          loading={change.isPending}
          onClick={() => change.mutate({ mapping: following.mapping.toSpliced(at, 1) }, { onError: toastProblem })}
        >
          Remove
        </Button>
      ) : null}
    </li>
  );
}
