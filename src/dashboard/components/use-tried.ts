import { useState } from "react";
import type { z } from "zod";

/** What is wrong with a form, told once a person has tried to send it. */
export function useTried(parsed: z.ZodSafeParseResult<unknown>) {
  const [tried, setTried] = useState(false);
  return {
    tried,
    setTried: () => setTried(true),
    /** Whether a field keeps the form from being sent. False until the first try. */
    isWrong: (field: string): boolean => tried && (parsed.error?.issues.some(({ path }) => path[0] === field) ?? false),
  };
}
