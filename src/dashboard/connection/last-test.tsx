/** What the last test of a connection found, by family, and the button for another. */
import { Button } from "../components/button.tsx";
import { useQuery } from "@tanstack/react-query";
import type { ConnectionPurpose } from "../../contract/connections.ts";
import type { Permissions } from "../../contract/permissions.ts";
import { CopyButton } from "../components/copy-button.tsx";
import { NotLoaded } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { FamilyVerdicts } from "../permissions/permission-tables.tsx";
import { permissionsQuery } from "../permissions/queries.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { toastProblem } from "../shell/toasts.tsx";
import { missingNames, testSentences } from "./connection-words.ts";
import { useConnectionTest } from "./queries.ts";

export function LastTest({ purpose }: { purpose: ConnectionPurpose }) {
  const tenant = useTenant();
  const mayTest = useCan("inventory.sync");
  const { data, error, refetch } = useQuery(permissionsQuery(tenant, purpose));
  const test = useConnectionTest(purpose);
  if (data === undefined) return <NotLoaded lines={3} error={error} onRetry={() => void refetch()} />;
  return (
    <div className="flex flex-col gap-3 border-t border-kumo-line pt-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-medium">
          Last test
          {data.check === null ? null : (
            <span className="font-normal text-kumo-subtle">
              {" "}
              <Time at={data.check.checkedAt} />
            </span>
          )}
        </h3>
        {mayTest ? (
          <Button
            size="sm"
            loading={test.isPending || data.checkingSince !== null}
            onClick={() => test.mutate(undefined, { onError: toastProblem })}
          >
            Test the connection
          </Button>
        ) : null}
      </div>
      <TestResult permissions={data} purpose={purpose} />
      {data.check === null ? null : (
        <details>
          <summary className="cursor-pointer text-kumo-link">Result by policy family</summary>
          <div className="mt-2">
            <FamilyVerdicts families={data.check.families} />
          </div>
        </details>
      )}
    </div>
  );
}

/** What a test came to: sentences, and the permissions to grant. */
export function TestResult({ permissions, purpose }: { permissions: Permissions; purpose: ConnectionPurpose }) {
  const sentences = testSentences(permissions, purpose);
  const missing = missingNames(permissions, purpose);
  if (sentences.length === 0) {
    return (
      <p className="text-kumo-subtle">
        Not tested yet. A test asks Microsoft for a new token and makes one small reading for each policy family. It
        writes nothing.
      </p>
    );
  }
  return (
    <div role="status" className="flex flex-col gap-2">
      {sentences.map((sentence) => (
        <p key={sentence} className="[overflow-wrap:anywhere]">
          {sentence}
        </p>
      ))}
      {missing.length === 0 ? null : (
        <>
          <p>Missing permissions, to be granted in Microsoft Entra with admin consent:</p>
          <ul className="flex flex-col gap-1">
            {missing.map((name) => (
              <li key={name}>
                <code className="font-mono text-sm break-all">{name}</code>
              </li>
            ))}
          </ul>
          <div>
            <CopyButton text={missing.join("\n")}>Copy the names</CopyButton>
          </div>
        </>
      )}
    </div>
  );
}
