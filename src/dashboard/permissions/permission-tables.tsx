/** All families, and what is read beside them, with the verdict for each direction. */
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { QuestionIcon } from "@phosphor-icons/react/Question";
import { XCircleIcon } from "@phosphor-icons/react/XCircle";
import type { FamilyPermissions, PermissionVerdict, RelatedPermissions } from "../../contract/permissions.ts";
import { Section } from "../components/page.tsx";
import { verdictWords } from "./permission-words.ts";

export function FamilyPermissionTable({ families }: { families: readonly FamilyPermissions[] }) {
  return (
    <Section title="Policy families" id="permissions-families" flush>
      <p className="px-4 pt-3 text-xs text-kumo-subtle">
        Reading was tried. Writing is taken from what the token names: nothing is written to try it.
      </p>
      <FamilyVerdicts families={families} />
    </Section>
  );
}

/** Each family with its verdicts. */
export function FamilyVerdicts({ families }: { families: readonly FamilyPermissions[] }) {
  return (
    <table className="w-full table-fixed text-left">
      <thead className="text-xs text-kumo-subtle">
        <tr>
          <th scope="col" className="w-2/5 py-2 pr-1 pl-4 font-medium sm:w-1/3 sm:pr-4">
            Family
          </th>
          <th scope="col" className="px-2 py-2 font-medium">
            Read
          </th>
          <th scope="col" className="px-2 py-2 font-medium sm:px-4">
            Restore
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-kumo-line">
        {families.map(({ family, familyLabel, reading, writing }) => (
          <tr key={family} className="align-top">
            <th scope="row" className="py-2 pr-1 pl-4 font-medium [overflow-wrap:anywhere] sm:pr-4">
              {familyLabel}
            </th>
            <td className="px-2 py-2">
              <Verdict verdict={reading} />
            </td>
            <td className="px-2 py-2 sm:px-4">
              <Verdict verdict={writing} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function RelatedPermissionTable({ related }: { related: readonly RelatedPermissions[] }) {
  return (
    <Section title="Read beside policies" id="permissions-related" flush>
      <table className="w-full table-fixed text-left">
        <thead className="text-xs text-kumo-subtle">
          <tr>
            <th scope="col" className="w-1/2 px-4 py-2 font-medium">
              What for
            </th>
            <th scope="col" className="px-2 py-2 font-medium sm:px-4">
              Read
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-kumo-line">
          {related.map(({ key, label, usedFor, reading }) => (
            <tr key={key} className="align-top">
              <th scope="row" className="px-4 py-2 font-medium">
                {label}
                <span className="block text-xs font-normal text-kumo-subtle">{usedFor}</span>
              </th>
              <td className="px-2 py-2 sm:px-4">
                <Verdict verdict={reading} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

const ICONS = { granted: CheckCircleIcon, missing: XCircleIcon, unknown: QuestionIcon };
const COLORS = { granted: "text-kumo-success", missing: "text-kumo-danger", unknown: "text-kumo-subtle" };

function Verdict({ verdict }: { verdict: PermissionVerdict }) {
  const { state, reason } = verdict;
  const { word, toGrant } = verdictWords(verdict);
  const Icon = ICONS[state];
  return (
    <>
      <p className="flex items-center gap-1.5">
        <Icon size={16} aria-hidden className={`shrink-0 ${COLORS[state]}`} />
        {word}
      </p>
      {toGrant.map((permission) => (
        <code key={permission} className="block font-mono text-xs break-all">
          {permission}
        </code>
      ))}
      {reason === null || state === "missing" ? null : (
        <p className="text-xs text-kumo-subtle [overflow-wrap:anywhere]">{reason.message}</p>
      )}
    </>
  );
}
