/** A document as plain text: to read, to search, to copy. Large ones stay quick because only visible blocks are laid out. */
import { Button } from "../components/button.tsx";
import { Input } from "../components/input.tsx";
import { CaretDownIcon } from "@phosphor-icons/react/CaretDown";
import { CaretUpIcon } from "@phosphor-icons/react/CaretUp";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { escapeControls } from "../../client/visible-controls.ts";
import { CopyButton } from "../components/copy-button.tsx";
import { prettyJson } from "../../client/pretty-json.ts";
import { lineBlocks } from "./line-blocks.ts";
import { useTextMatches } from "./use-text-matches.ts";
import { rootPixels } from "../components/root-pixels.ts";

const LINES_PER_BLOCK = 100;
const LINE_PIXELS = 18;

export function JsonView({ json, label }: { json: string; label: string }) {
  const pretty = useMemo(() => prettyJson(escapeControls(json)), [json]);
  const blocks = useMemo(() => lineBlocks(pretty, LINES_PER_BLOCK), [pretty]);
  const text = useRef<HTMLDivElement>(null);
  const [query, setQuery] = useState("");
  const matches = useTextMatches(text, query, pretty);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    matches.step(event.shiftKey ? -1 : 1);
  };

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div
        role="search"
        aria-label="In this document"
        className="flex flex-wrap items-center gap-2 border-b border-kumo-line px-3 py-2"
      >
        <div className="min-w-32 flex-1">
          <Input
            size="sm"
            type="search"
            aria-label="Find in document"
            placeholder="Find in document"
            className="w-full !text-sm"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={onKeyDown}
          />
        </div>
        <span role="status" className="text-right sm:min-w-20 text-xs text-kumo-subtle tabular">
          {query === "" ? "" : matches.text}
        </span>
        <Button
          size="sm"
          variant="ghost"
          shape="square"
          icon={CaretUpIcon}
          aria-label="Previous match"
          disabled={matches.count === 0}
          onClick={() => matches.step(-1)}
        />
        <Button
          size="sm"
          variant="ghost"
          shape="square"
          icon={CaretDownIcon}
          aria-label="Next match"
          disabled={matches.count === 0}
          onClick={() => matches.step(1)}
        />
        <CopyButton text={pretty}>Copy</CopyButton>
      </div>
      <div
        ref={text}
        role="region"
        aria-label={label}
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto p-3 font-mono text-xs leading-[1.125rem] focus-visible:-outline-offset-2"
      >
        {blocks.map((block, at) => (
          <pre
            key={at}
            className="json-block break-words whitespace-pre-wrap"
            style={{ containIntrinsicBlockSize: `auto ${rootPixels(LINES_PER_BLOCK * LINE_PIXELS)}px` }}
          >
            {block}
          </pre>
        ))}
      </div>
    </div>
  );
}
