/**
 * Measuring, in an isolate's memory: values are added up until an invocation carries them on (`runs/edge/carry-metrics.ts`). It costs a look-up;
 * what an isolate still has when it ends is lost, and so a number is never more than what happened.
 */
import { type MetricName, METRICS, type Told } from "../contract/metrics.ts";

/** Combinations of labels that an isolate holds. A data point each, and an invocation may write 250 of those. */
const MOST_KEYS = 200;

type LabelsOf<Name extends MetricName> = Readonly<Record<(typeof METRICS)[Name]["labels"][number], string>>;

export class Meter {
  readonly #told = new Map<string, Told>();

  /** @param value in the metric's unit; 1 of what is only counted */
  add<Name extends MetricName>(
    metric: Name,
    value: number,
    labels: LabelsOf<Name>,
    tenantId: string | null = null,
  ): void {
    const names: readonly string[] = METRICS[metric].labels;
    const texts = names.map((name) => textOf(labels, name));
    this.#add({ metric, labels: texts, tenantId, count: 1, sum: value, max: value });
  }

  /** What was added since, which is then no longer here. */
  take(): Told[] {
    const told = [...this.#told.values()];
    this.#told.clear();
    return told;
  }

  get isEmpty(): boolean {
    return this.#told.size === 0;
  }

  #add(told: Told): void {
    const key = JSON.stringify([told.metric, told.labels, told.tenantId]);
    const known = this.#told.get(key);
    if (known === undefined) {
      if (this.#told.size >= MOST_KEYS && told.metric !== "not_kept") {
        this.#add({ metric: "not_kept", labels: [], tenantId: null, count: 1, sum: 1, max: 1 });
        return;
      }
      this.#told.set(key, told);
      return;
    }
    const isLatest = METRICS[told.metric].kind === "latest";
    known.count += told.count;
    known.sum = isLatest ? told.sum : known.sum + told.sum;
    known.max = isLatest ? told.max : Math.max(known.max, told.max);
  }
}

function textOf(labels: object, name: string): string {
  const text: unknown = Reflect.get(labels, name);
  return typeof text === "string" ? text : "";
}

/** The isolate's. */
export const meter = new Meter();
