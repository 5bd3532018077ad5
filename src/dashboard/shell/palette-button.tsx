/** Opens the palette, by a press or by a key. The palette itself comes when somebody reaches for it. */
import { lazy, Suspense, useEffect, useState } from "react";
import type { PalettePart } from "../palette/palette.tsx";
import { listenForKeys } from "./keys.ts";

const load = () => import("../palette/palette.tsx");
const Palette = lazy(() => load().then((loaded) => ({ default: loaded.Palette })));

export function PaletteButton() {
  const [part, setPart] = useState<PalettePart | null>(null);
  const [used, setUsed] = useState(false);
  const open = (asked: PalettePart | null) => {
    setUsed(true);
    setPart(asked);
  };
  useEffect(() => listenForKeys(open), []);
  return (
    <>
      <button
        type="button"
        className="flex h-6.5 cursor-pointer items-center gap-1.5 rounded-md bg-kumo-base px-2 whitespace-nowrap ring ring-kumo-line hover:bg-kumo-tint"
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        onPointerEnter={() => void load()}
        onClick={() => open("commands")}
      >
        Go to
        <kbd className="hidden text-xs text-kumo-subtle md:inline"> Ctrl K</kbd>
      </button>
      {used ? (
        <Suspense>
          <Palette part={part} onPart={open} />
        </Suspense>
      ) : null}
    </>
  );
}
