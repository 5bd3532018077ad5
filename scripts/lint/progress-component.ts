/** The one component of the console that shows a run's progress: a path relative to `src/`. */
export const PROGRESS_COMPONENT = "dashboard/runs/run-progress.tsx";
