/** What was found in an upload, before and after its import. */
import { FILE_KINDS, type PolicyUpload } from "../../contract/policy-files.ts";
import { counted, digits } from "../components/digits.ts";

export function FoundFiles({ upload }: { upload: PolicyUpload }) {
  const { counts, families, problems, notices, fileCount, policyCount } = upload;
  const others = fileKinds.filter((kind) => kind !== "policy" && counts[kind] > 0);
  return (
    <div className="flex flex-col gap-3">
      <p>
        <strong className="font-medium">
          {counted(policyCount, "policy", "policies")} in {counted(fileCount, "file", "files")}.
        </strong>{" "}
        {policyCount === 0 ? "There is nothing to import." : null}
      </p>
      {families.length === 0 ? null : (
        <ul className="grid gap-x-6 sm:grid-cols-2">
          {families.map(({ key, label, policyCount: count }) => (
            <li key={key} className="flex min-w-0 justify-between gap-3 py-0.5">
              <span className="truncate">{label}</span>
              <span className="shrink-0 text-kumo-subtle tabular">{digits(count)}</span>
            </li>
          ))}
        </ul>
      )}
      {others.length === 0 ? null : (
        <p className="text-kumo-subtle">
          The other files: {others.map((kind) => `${digits(counts[kind])} ${FILE_KINDS[kind]}`).join(", ")}.
        </p>
      )}
      <Remarks
        title="Not understood, or only in part"
        lines={problems.map(({ path, reason }) => ({ path, text: reason }))}
      />
      <Remarks title="Good to know" lines={notices} />
    </div>
  );
}

const fileKinds = ["policy", "part", "reference", "copy", "skipped", "other_model", "not_understood"] as const;

function Remarks({ title, lines }: { title: string; lines: readonly { path: string; text: string }[] }) {
  if (lines.length === 0) return null;
  return (
    <details>
      <summary className="w-fit cursor-pointer rounded-sm">
        {title} ({digits(lines.length)})
      </summary>
      <ul className="mt-1 flex max-h-48 flex-col gap-1.5 overflow-y-auto">
        {lines.map(({ path, text }, index) => (
          <li key={`${path} ${index}`} className="[overflow-wrap:anywhere]">
            <span className="text-kumo-subtle">{path}</span> {text}
          </li>
        ))}
      </ul>
    </details>
  );
}
