/** A number that may not be known: the one component that shows it. Never a zero for what nobody has told. */
import { type Told, UNKNOWN_WORDS } from "../api/told.ts";
import { clockText } from "./clock.ts";
import { digits } from "./digits.ts";

interface ToldNumberProps {
  told: Told<number>;
  /** The width that is kept free while it loads. */
  width?: string;
}

/** The number; a skeleton while it is loading; a dash where it is not known, or what it was last, with the time. */
export function ToldNumber({ told, width = "w-8" }: ToldNumberProps) {
  switch (told.state) {
    case "loading":
      return (
        <>
          <span className="sr-only">Loading</span>
          <span aria-hidden className={`skeleton-block inline-block h-[1em] align-middle ${width}`} />
        </>
      );
    case "told":
      return <span data-told>{digits(told.value)}</span>;
    case "unknown":
      if (told.last !== null && told.since !== null) {
        return (
          <span data-unknown className="text-kumo-subtle">
            {digits(told.last)}{" "}
            <span className="ml-0.5 text-xs font-normal whitespace-nowrap">as of {clockText(told.since)}</span>
          </span>
        );
      }
      return (
        <span data-unknown title={UNKNOWN_WORDS[told.reason]}>
          <span aria-hidden>–</span>
          <span className="sr-only"> {UNKNOWN_WORDS[told.reason]}</span>
        </span>
      );
  }
}
