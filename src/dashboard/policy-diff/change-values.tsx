/** What a change changed: the value before, the value after, or both. */
import { ArrowRightIcon } from "@phosphor-icons/react/ArrowRight";
import type { ReactNode } from "react";
import type { ChangeValue, ServedChange } from "../../contract/policy-diff.ts";
import { Expandable, isLong } from "./expandable.tsx";
import { LineDiffView } from "./line-diff-view.tsx";
import { diffWords, type Word } from "./line-diff.ts";
import { hasLines, listedNames, valueText } from "./shown-value.ts";
import { digits } from "../components/digits.ts";

/** What the two states are called: "Backup" and "Tenant now". */
export interface SideLabels {
  before: string;
  after: string;
}

export function ChangeValues({ change, labels }: { change: ServedChange; labels: SideLabels }) {
  switch (change.kind) {
    case "added":
      return <OneValue value={change.after} label={labels.after} color="diff-added" />;
    case "removed":
      return <OneValue value={change.before} label={labels.before} color="diff-removed" />;
    case "moved":
      return (
        <Sides
          labels={labels}
          before={<Names value={change.before} color="diff-removed" />}
          after={<Names value={change.after} color="diff-added" />}
        />
      );
    case "changed":
      return hasLines(change.before) || hasLines(change.after) ? (
        <ComparedLines before={change.before} after={change.after} labels={labels} />
      ) : (
        <ComparedValues before={valueText(change.before)} after={valueText(change.after)} labels={labels} />
      );
  }
}

function OneValue({ value, label, color }: { value: ChangeValue; label: string; color: string }) {
  const text = valueText(value);
  return (
    <div className="min-w-0">
      <SideLabel>
        {label}
        <TextOrigin values={[value]} />
      </SideLabel>
      <Expandable long={isLong(text)} what="this value">
        <ValueBox color={color}>{text}</ValueBox>
      </Expandable>
      <Omitted value={value} />
    </div>
  );
}

function ComparedValues({ before, after, labels }: { before: string; after: string; labels: SideLabels }) {
  const words = diffWords(before, after);
  const long = isLong(before) || isLong(after);
  return (
    <Expandable long={long} what="both values">
      <Sides
        labels={labels}
        before={<ValueBox color="diff-removed">{words ? <Words words={words.before} /> : before}</ValueBox>}
        after={<ValueBox color="diff-added">{words ? <Words words={words.after} /> : after}</ValueBox>}
      />
    </Expandable>
  );
}

function ComparedLines({ before, after, labels }: { before: ChangeValue; after: ChangeValue; labels: SideLabels }) {
  const [one, other] = [valueText(before), valueText(after)];
  return (
    <div className="min-w-0">
      <SideLabel>
        {labels.before} <span aria-hidden>−</span>
        <span className="sr-only">(removed lines)</span>, {labels.after} <span aria-hidden>+</span>
        <span className="sr-only">(added lines)</span>
        <TextOrigin values={[before, after]} />
      </SideLabel>
      <Omitted value={after} where="before" />
      <LineDiffView before={one} after={other} label={`Lines of ${labels.before} and ${labels.after} compared`} />
      <Omitted value={after} where="after" />
    </div>
  );
}

function Sides({ labels, before, after }: { labels: SideLabels; before: ReactNode; after: ReactNode }) {
  return (
    <div className="grid gap-x-2 gap-y-2 sm:grid-cols-[minmax(0,1fr)_1rem_minmax(0,1fr)]">
      <div className="min-w-0">
        <SideLabel>{labels.before}</SideLabel>
        {before}
      </div>
      <ArrowRightIcon size={14} aria-hidden className="hidden self-end mb-2 text-kumo-subtle sm:block" />
      <div className="min-w-0">
        <SideLabel>{labels.after}</SideLabel>
        {after}
      </div>
    </div>
  );
}

function SideLabel({ children }: { children: ReactNode }) {
  return <p className="mb-1 text-xs text-kumo-subtle">{children}</p>;
}

function ValueBox({ color, children }: { color: string; children: ReactNode }) {
  return (
    <pre
      className={`rounded-md px-2.5 py-1.5 font-mono text-xs leading-5 break-words whitespace-pre-wrap [overflow-wrap:anywhere] ${color}`}
    >
      {children}
    </pre>
  );
}

function Words({ words }: { words: readonly Word[] }) {
  return words.map(({ text, marked }, at) =>
    marked ? (
      <mark key={at} className="diff-mark">
        {text}
      </mark>
    ) : (
      text
    ),
  );
}

function Names({ value, color }: { value: ChangeValue; color: string }) {
  const names = listedNames(value);
  if (names === null) return <ValueBox color={color}>{valueText(value)}</ValueBox>;
  return (
    <ol className={`list-decimal rounded-md py-1.5 pr-2.5 pl-8 font-mono text-xs leading-5 ${color}`}>
      {names.map((name, at) => (
        <li key={at} className="[overflow-wrap:anywhere]">
          {name}
        </li>
      ))}
    </ol>
  );
}

function TextOrigin({ values }: { values: readonly ChangeValue[] }) {
  const decoded = values.some((value) => value.form === "text" && value.decoded);
  return decoded ? " · decoded from Base64" : null;
}

/** What was left out of a text that is too long to be sent whole. */
function Omitted({ value, where }: { value: ChangeValue; where?: "before" | "after" }) {
  if (value.form !== "text") return null;
  const parts = [
    where !== "after" && value.omittedBefore > 0
      ? `${characters(value.omittedBefore)} before this are not shown`
      : null,
    where !== "before" && value.omittedAfter > 0 ? `${characters(value.omittedAfter)} after this are not shown` : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : <p className="my-1 text-xs text-kumo-subtle italic">{parts.join("; ")}.</p>;
}

function characters(count: number): string {
  return count === 1 ? "1 character" : `${digits(count)} characters`;
}
