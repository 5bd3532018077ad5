/** What is known of a policy beside its content. */
import type { ReactNode } from "react";
import type { Policy } from "../../contract/inventory.ts";
import { PolicyBackups } from "../backups/policy-backups.tsx";
import { digits } from "../components/digits.ts";
import { Time } from "../components/time.tsx";

export function PolicyAbout({ policy }: { policy: Policy }) {
  return (
    <div
      role="region"
      aria-label="About this policy"
      tabIndex={0}
      className="min-h-0 flex-1 overflow-y-auto p-4 focus-visible:-outline-offset-2"
    >
      {policy.description ? (
        <p className="mb-4 whitespace-pre-wrap [overflow-wrap:anywhere]">{policy.description}</p>
      ) : null}
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
        <Fact term="Assignments">{policy.assignmentCount === null ? "Not read" : digits(policy.assignmentCount)}</Fact>
        <Fact term="Last changed">
          {policy.lastModifiedAt === null ? "Not reported" : <Time at={policy.lastModifiedAt} />}
        </Fact>
        <Fact term="First seen">
          <Time at={policy.firstSeenAt} />
        </Fact>
        <Fact term="Last seen">
          <Time at={policy.lastSeenAt} />
        </Fact>
      </dl>
      <dl className="mt-3 flex flex-col gap-3 break-all">
        <Fact term="Id in Microsoft Graph">
          <code className="font-mono text-xs">{policy.graphId}</code>
        </Fact>
        {policy.odataType === null ? null : (
          <Fact term="Type">
            <code className="font-mono text-xs">{policy.odataType}</code>
          </Fact>
        )}
        <Fact term="SHA-256 of the latest version">
          <code className="font-mono text-xs">{policy.contentHash}</code>
        </Fact>
      </dl>
      <PolicyBackups policyId={policy.id} />
    </div>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-kumo-subtle">{term}</dt>
      <dd className="tabular">{children}</dd>
    </div>
  );
}
