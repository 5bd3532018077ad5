/** A step of an occurrence of a schedule, for which a run is begun. It is begun once. */
export interface Occasion {
  scheduleId: string;
  /** Milliseconds since the epoch. */
  dueAt: number;
  step: number;
}
