import { useEffect, useState } from "react";

/** SHA-256 of a text's UTF-8 in hexadecimal, computed here; null until it is there, and where the page may not compute it. */
export function useHashCheck(text: string): string | null {
  const [computed, setComputed] = useState<{ text: string; hash: string } | null>(null);
  useEffect(() => {
    let current = true;
    // Browsers offer it to secure pages and to this very machine only.
    if (!window.isSecureContext) return undefined;
    void sha256(text).then((hash) => {
      if (current) setComputed({ text, hash });
    });
    return () => {
      current = false;
    };
  }, [text]);
  return computed?.text === text ? computed.hash : null;
}

async function sha256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
