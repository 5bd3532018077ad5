/** Opens the palette, by a press or by a key. The palette itself comes when somebody reaches for it; the keys, when the page stands. */
import { type ComponentType, useEffect, useState } from "react";
import type { PalettePart, PaletteProps } from "../palette/palette.tsx";
import { toastProblem } from "./toasts.tsx";

const load = () => import("../palette/palette.tsx");
const ignore = () => undefined;

export function PaletteButton() {
  const [part, setPart] = useState<PalettePart | null>(null);
  const [Palette, setPalette] = useState<ComponentType<PaletteProps>>();
  const open = (asked: PalettePart) =>
    void load().then((loaded) => {
      setPalette(() => loaded.Palette);
      setPart(asked);
    }, toastProblem);
  useEffect(() => {
    let stop: () => void = ignore;
    let left = false;
    // Without the keys all can still be done.
    void import("./keys.ts").then(({ listenForKeys }) => {
      if (!left) stop = listenForKeys(open);
    }, ignore);
    return () => {
      left = true;
      stop();
    };
  }, []);
  return (
    <>
      <button
        type="button"
        className="flex h-6.5 cursor-pointer items-center gap-1.5 rounded-md bg-kumo-base px-2 whitespace-nowrap ring ring-kumo-line hover:bg-kumo-tint"
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        onPointerEnter={() => void load().catch(ignore)}
        onClick={() => open("commands")}
      >
        Go to
        <kbd className="hidden text-xs text-kumo-subtle md:inline"> Ctrl K</kbd>
      </button>
      {Palette === undefined ? null : <Palette part={part} onPart={setPart} />}
    </>
  );
}
