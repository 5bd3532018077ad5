/** What to grant, by permission, with the names to copy; and what a grant would not help. */
import type { PermissionCheck } from "../../contract/permissions.ts";
import { CopyButton } from "../components/copy-button.tsx";
import { Section } from "../components/page.tsx";
import { AbsoluteTime, Time } from "../components/time.tsx";
import { checkSentences, isRefusedAnyway, missingFor } from "./permission-words.ts";

export function PermissionDecisions({ check }: { check: PermissionCheck }) {
  const { missing, toGrant } = check;
  return (
    <Section title="What is missing" id="permissions-missing">
      <div className="flex flex-col gap-4">
        <p className="text-kumo-subtle">
          Checked <Time at={check.checkedAt} /> (<AbsoluteTime at={check.checkedAt} />
          ). Later grants are not in it.
        </p>
        <ul className="flex flex-col gap-1">
          {checkSentences(check).map((sentence) => (
            <li key={sentence} className="font-medium">
              {sentence}
            </li>
          ))}
        </ul>
        <Refused check={check} />
        {missing.length === 0 ? null : (
          <>
            <ul aria-label="Permissions to grant" className="divide-y divide-kumo-line border-y border-kumo-line">
              {missing.map((each) => (
                <li key={each.permission} className="py-2">
                  <code className="font-mono text-sm font-medium break-all">{each.permission}</code>
                  {missingFor(each).map((purpose) => (
                    <p key={purpose} className="text-xs text-kumo-subtle">
                      {purpose}
                    </p>
                  ))}
                </li>
              ))}
            </ul>
            <div className="flex flex-wrap gap-2">
              {toGrant.toRead.length === 0 ? null : (
                <CopyButton text={toGrant.toRead.join("\n")}>Copy names to read everything</CopyButton>
              )}
              <CopyButton text={toGrant.toReadAndWrite.join("\n")}>
                Copy names to read and restore everything
              </CopyButton>
            </div>
            <p className="text-kumo-subtle">
              Grant them in Microsoft Entra as application permissions of Microsoft Graph to the application{" "}
              <code className="font-mono text-xs break-all">{check.application}</code>, give admin consent, wait a
              minute and check again. Permissions to restore are needed only where you restore.
            </p>
          </>
        )}
      </div>
    </Section>
  );
}

/** Readings that Graph refuses although the token names the permission: granting it again changes nothing. */
function Refused({ check }: { check: PermissionCheck }) {
  const refused = [
    ...check.families.map(({ family, familyLabel, reading }) => ({ key: family, label: familyLabel, reading })),
    ...check.related,
  ].filter(({ reading }) => isRefusedAnyway(reading));
  if (refused.length === 0) return null;
  return (
    <ul aria-label="Granted and still refused" className="flex flex-col gap-2 rounded-lg bg-kumo-warning-tint p-3">
      {refused.map(({ key, label, reading }) => (
        <li key={key} className="[overflow-wrap:anywhere]">
          <span className="font-medium">{label}:</span> {reading.reason?.message}
        </li>
      ))}
    </ul>
  );
}
