/** One setting as label and value, with the names that Microsoft Graph has for them. */
import { Breakable } from "../components/breakable.tsx";
import { Button } from "../components/button.tsx";
import { CopyIcon } from "@phosphor-icons/react/Copy";
import type { ReadableRow } from "../../contract/readable-policy.ts";
import { copyText } from "../components/copy-button.tsx";
import { counted } from "../components/digits.ts";
import { Expandable, isLong } from "../policy-diff/expandable.tsx";

/** Deeper parts are not indented further: on a small screen their values need the room. */
const MAX_INDENT = 8;

export function SettingRow({ row }: { row: ReadableRow }) {
  const { depth, label, labelIsName, name, state, value, stored, omitted } = row;
  return (
    <div
      className="group grid gap-x-4 gap-y-1 px-4 py-2 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]"
      style={{ paddingInlineStart: `${1 + Math.min(depth, MAX_INDENT) * 1.125}rem` }}
    >
      <dt className="min-w-0">
        <span className={`[overflow-wrap:anywhere] ${state === "group" ? "font-semibold" : "font-medium"}`}>
          {labelIsName ? <Breakable text={label} /> : label}
        </span>
        {name === "" ? null : (
          <span className="flex items-start gap-1 text-xs text-kumo-subtle">
            {labelIsName ? null : (
              <code className="min-w-0 font-mono [overflow-wrap:anywhere]">
                <Breakable text={name} />
              </code>
            )}
            <Button
              variant="ghost"
              size="sm"
              shape="square"
              icon={CopyIcon}
              aria-label={`Copy the name ${name}`}
              className="-my-1 shrink-0 opacity-0 group-hover:opacity-100 focus-visible:opacity-100 [@media(hover:none)]:opacity-100"
              onClick={() => void copyText(name)}
            />
          </span>
        )}
      </dt>
      <dd className="min-w-0">
        {value === null ? (
          <Nothing state={state} />
        ) : (
          <>
            <Expandable long={isLong(value)} what={label}>
              <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">{value}</p>
            </Expandable>
            {stored === null ? null : (
              <p className="text-xs text-kumo-subtle">
                {stored === "base64" ? (
                  "Decoded from Base64"
                ) : (
                  <code className="font-mono whitespace-pre-wrap [overflow-wrap:anywhere]">{stored}</code>
                )}
              </p>
            )}
            {omitted === 0 ? null : (
              <p className="text-xs text-kumo-subtle italic">
                {counted(omitted, "more character is", "more characters are")} in the JSON.
              </p>
            )}
          </>
        )}
      </dd>
    </div>
  );
}

function Nothing({ state }: { state: ReadableRow["state"] }) {
  switch (state) {
    case "unset":
      return <span className="text-kumo-subtle">Not set</span>;
    case "hidden":
      return <span className="text-kumo-subtle">A secret, which is not shown</span>;
    case "group":
    case "value":
      return null;
  }
}
