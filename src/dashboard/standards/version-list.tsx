/** The versions of a standard, newest first. They never change. */
import { Link } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import type { StandardVersion } from "../../contract/standards.ts";
import { counted } from "../components/digits.ts";
import { Section } from "../components/page.tsx";
import { Time } from "../components/time.tsx";
import { Rows } from "../keys/rows.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { partsText, placeText, TYPE_WORDS, valueText } from "./standard-words.ts";

export function VersionList({ versions }: { versions: readonly StandardVersion[] }) {
  return (
    <Section title="Versions" id="standard-versions" flush>
      <Rows className="divide-y divide-kumo-line">
        {versions.map((version) => (
          <VersionRow key={version.number} version={version} />
        ))}
      </Rows>
    </Section>
  );
}

function VersionRow({ version }: { version: StandardVersion }) {
  const { number, policyCount, parameters, note, contentRoot, createdAt, createdBy } = version;
  return (
    <li className="grid gap-x-6 gap-y-1.5 px-4 py-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1.6fr)]">
      <div className="min-w-0">
        <p className="font-medium">Version {number}</p>
        <p className="text-xs text-kumo-subtle">
          Made <Time at={createdAt} /> by {createdBy === null ? "a former member" : <bdi>{createdBy.name}</bdi>}
        </p>
      </div>
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p>
          {counted(policyCount, "policy", "policies")} from <Source version={version} />
        </p>
        {note === "" ? null : <p className="whitespace-pre-line">{note}</p>}
        <p className="text-xs text-kumo-subtle">{partsText(version)}</p>
        <details className="mt-1 text-xs">
          <summary className="w-fit cursor-pointer rounded-sm text-kumo-subtle">
            {counted(parameters.length, "value", "values")} of each tenant, and its root
          </summary>
          <ul className="mt-1">
            {parameters.map((parameter) => (
              <li key={parameter.key} className="py-0.5">
                <span className="font-medium">{parameter.label}</span> ({TYPE_WORDS[parameter.type].toLowerCase()},{" "}
                <code>{parameter.key}</code>) {placeText(parameter)};{" "}
                {parameter.default === null ? "each tenant gives one" : `${valueText(parameter.default)} by default`}
              </li>
            ))}
          </ul>
          <p className="mt-1 text-kumo-subtle">
            Root over all that it says (SHA-256): <code className="break-all">{contentRoot}</code>
          </p>
        </details>
      </div>
    </li>
  );
}

/** It may be gone by now: its page says so. */
function Source({ version: { source } }: { version: StandardVersion }) {
  const { slug } = useTenant();
  const looks = "text-kumo-link underline underline-offset-2";
  return source.kind === "baseline" ? (
    <>
      the baseline{" "}
      <Link to={PAGES.baseline} params={{ slug, baselineId: source.id }} className={looks} preload={false}>
        <bdi>{source.name}</bdi>
      </Link>
    </>
  ) : (
    <>
      the backup set{" "}
      <Link to={PAGES.backupSet} params={{ slug, setId: source.id }} className={looks} preload={false}>
        <bdi>{source.name}</bdi>
      </Link>
    </>
  );
}
