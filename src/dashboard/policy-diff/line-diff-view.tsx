/** Two texts compared line by line. Removed and added lines are told by sign and word; color only helps. */
import { CaretDownIcon } from "@phosphor-icons/react/CaretDown";
import { CaretUpIcon } from "@phosphor-icons/react/CaretUp";
import { useMemo, useState } from "react";
import { TOGGLE } from "./expandable.tsx";
import { differsInReturns, diffTexts, foldLines, withoutReturn, type DiffLine, type LineBlock } from "./line-diff.ts";

const LOOKS: Record<DiffLine["kind"], { sign: string; word: string | null; color: string }> = {
  same: { sign: " ", word: null, color: "" },
  removed: { sign: "−", word: "Removed line: ", color: "diff-removed" },
  added: { sign: "+", word: "Added line: ", color: "diff-added" },
};

export function LineDiffView({ before, after, label }: { before: string; after: string; label: string }) {
  const { blocks, returns } = useMemo(() => {
    const lines = diffTexts(before, after);
    return { blocks: foldLines(lines), returns: differsInReturns(lines) };
  }, [before, after]);
  return (
    <div role="group" aria-label={label} className="overflow-hidden rounded-md ring ring-kumo-line">
      {blocks.map((block, at) =>
        block.folded ? (
          <FoldedLines key={at} block={block} />
        ) : (
          <Lines key={at} lines={block.lines} returns={returns} />
        ),
      )}
    </div>
  );
}

function FoldedLines({ block }: { block: LineBlock }) {
  const [open, setOpen] = useState(false);
  const Icon = open ? CaretUpIcon : CaretDownIcon;
  return (
    <>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className={`${TOGGLE} w-full rounded-none bg-kumo-recessed`}
      >
        <Icon size={12} aria-hidden />
        {open ? "Hide" : "Show"} {block.lines.length} unchanged lines
      </button>
      {open ? <Lines lines={block.lines} returns={false} /> : null}
    </>
  );
}

/** `returns`: carriage returns are all that some lines differ in, and are shown. */
function Lines({ lines, returns }: { lines: readonly DiffLine[]; returns: boolean }) {
  return lines.map((line, at) => {
    const { sign, word, color } = LOOKS[line.kind];
    const changed = word !== null;
    return (
      <div key={at} className={`grid grid-cols-[1.5rem_minmax(0,1fr)] font-mono text-xs leading-5 ${color}`}>
        <span aria-hidden className="text-center select-none">
          {sign}
        </span>
        <span className="pr-2 break-words whitespace-pre-wrap [overflow-wrap:anywhere]">
          {changed ? <span className="sr-only">{word}</span> : null}
          {withoutReturn(line.text)}
          {changed && returns && line.text.endsWith("\r") ? <span className="text-kumo-subtle">\r</span> : null}
          {changed && !line.broken ? (
            <span className="text-kumo-subtle italic"> (no line break at the end)</span>
          ) : null}
        </span>
      </div>
    );
  });
}
