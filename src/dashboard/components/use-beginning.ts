import { type RefObject, useEffect, useRef } from "react";

/** When the filter of a list in the page's own flow changes, what is scrolled past comes back: the first hits are seen, and not the last. */
export function useBeginning(list: RefObject<HTMLElement | null>, filterKey: string): void {
  const shown = useRef(filterKey);
  useEffect(() => {
    if (shown.current === filterKey) return;
    shown.current = filterKey;
    const top = list.current?.getBoundingClientRect().top;
    if (top !== undefined && top < 0) window.scrollBy({ top: top - ROOM_ABOVE_PIXELS });
  }, [list, filterKey]);
}

/** The page's own bar, and what stands above a list. */
const ROOM_ABOVE_PIXELS = 240;
