import { Time } from "../components/time.tsx";

interface InitiatedProps {
  /** Null where the system acted by itself. */
  by: { name: string } | null;
  at: string;
}

/** Who started something, and when: the second line of a row. */
export function Initiated({ by, at }: InitiatedProps) {
  return (
    <p className="truncate text-xs text-kumo-subtle">
      {by === null ? "Automatic" : by.name} · <Time at={at} />
    </p>
  );
}
