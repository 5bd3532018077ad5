/** A run's pause. */
export interface RunPause {
  /** Milliseconds since the epoch. */
  at: number;
  /** Null when the run stopped by itself. */
  by: { id: string; name: string } | null;
  reason: "person" | "failures";
  /** How many units had failed when the run stopped because of that; null when a person paused it. */
  failed: number | null;
}
