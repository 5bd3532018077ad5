import { useEffect, useState } from "react";

const URL_DELAY_MS = 250;

/** The text as typed, at once; the address follows when typing pauses. A change of the address (going back) wins. */
export function useQueryText(inAddress: string | undefined, store: (text: string) => void) {
  const [text, setText] = useState(inAddress ?? "");
  const [known, setKnown] = useState(inAddress);
  if (known !== inAddress) {
    setKnown(inAddress);
    setText(inAddress ?? "");
  }
  useEffect(() => {
    if (text === (inAddress ?? "")) return undefined;
    const timer = setTimeout(() => store(text), URL_DELAY_MS);
    return () => clearTimeout(timer);
  }, [text, inAddress, store]);
  return [text, setText] as const;
}
