/** A schedule: all that decides how a simulated world goes. fast-check makes schedules, and shrinks those that fail. */
import fc from "fast-check";
import { z } from "zod";
import { type Fault, POINT_GROUPS } from "./fault-points.ts";

const configSchema = z.object({
  units: z.int().min(0),
  plan: z.enum(["listed", "implied"]),
  pageSize: z.int().min(1),
  /**
   * What units of a listed plan come after: nothing; the stages before their own, in which some units wait for nothing; all units before
   * them.
   */
  order: z.enum(["none", "stages", "chain"]).default("none"),
  /** Some units come twice in the listed plan. */
  duplicateKeys: z.boolean(),
  planning: z.enum(["works", "throws-twice", "throws", "disordered", "unknown-type"]),
  unitsPerMessage: z.int().min(1),
  /** The run has the window of those that call Graph. */
  callsGraph: z.boolean(),
  concurrency: z.int().min(1),
  /** Queries that an invocation has. Each unit takes one, so it has enough for one execution. */
  invocationQueries: z.int().min(1),
  /** Units whose effects are done together; 1: each by itself. */
  unitsPerExecution: z.int().min(1),
  /** What the units come to; `slow` ones may outlast their lease. */
  behavior: z.enum(["succeed", "mixed", "fail", "defer", "throw", "slow"]),
  finalizer: z.enum(["none", "works", "steps", "throws-once", "throws", "fails"]),
  /** Other than `none`: a run without units that goes through phases, and how that goes. */
  phases: z.enum(["none", "works", "waits", "throws-once", "throws", "fails", "stuck"]),
  /** The operation cleans up after a run that ended without its result. */
  abandons: z.boolean(),
  /** `small`: a policy with so small numbers that few units take many steps. */
  pace: z.enum(["small", "product"]),
  maxHealingRounds: z.int().min(1),
  /** Deliveries of a message before it becomes a dead letter. */
  maxDeliveries: z.int().min(1),
  batchSize: z.int().min(1),
  /** Chance that time goes on although something could happen now: slow networks, expiring leases. */
  haste: z.number().min(0).max(1),
  /** Failed units after which a run stops by itself; 0 for never. */
  stopAfter: z.int().min(0),
  /** Runs that go on at the same time. */
  runs: z.int().min(1),
  /** Steps until no fault strikes any more. */
  faultSteps: z.int().min(0),
});
export type SimulationConfig = z.infer<typeof configSchema>;

const faultSchema = z.object({ point: z.string(), visit: z.int().min(0), times: z.int().min(1).default(1) });

/** A schedule as a failure prints it. */
export const scheduleSchema = z.object({ seed: z.int(), config: configSchema, faults: z.array(faultSchema) });
export type Schedule = z.infer<typeof scheduleSchema>;

const often = <T>(common: T, ...rare: T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { weight: 4 + rare.length, arbitrary: fc.constant(common) },
    { weight: rare.length, arbitrary: fc.constantFrom(...rare) },
  );

/** A configuration without surprises: what tests of single failures start from. */
export const PLAIN_CONFIG: SimulationConfig = {
  units: 5,
  plan: "listed",
  order: "none",
  pageSize: 100,
  duplicateKeys: false,
  planning: "works",
  unitsPerMessage: 1,
  callsGraph: false,
  stopAfter: 0,
  concurrency: 4,
  invocationQueries: 1_000,
  unitsPerExecution: 1,
  behavior: "succeed",
  finalizer: "none",
  phases: "none",
  abandons: false,
  pace: "product",
  maxHealingRounds: 6,
  maxDeliveries: 10,
  batchSize: 10,
  haste: 0,
  runs: 1,
  faultSteps: 400,
};

const bulkConfigs = fc.record({
  units: fc.oneof(
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 2 }) },
    { weight: 40, arbitrary: fc.integer({ min: 1, max: 12 }) },
    { weight: 16, arbitrary: fc.integer({ min: 10, max: 30 }) },
    { weight: 1, arbitrary: fc.constant(200) },
  ),
  plan: fc.constantFrom("listed" as const, "implied" as const),
  order: often<SimulationConfig["order"]>("none", "stages", "chain"),
  pageSize: fc.constantFrom(100, 3, 1),
  duplicateKeys: fc.boolean(),
  planning: fc.oneof(
    { weight: 30, arbitrary: fc.constant("works" as const) },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        "throws-twice" as const,
        "throws" as const,
        "disordered" as const,
        "unknown-type" as const,
      ),
    },
  ),
  unitsPerMessage: often(1, 7, 3),
  concurrency: fc.constantFrom(4, 1, 2),
  unitsPerExecution: often(1, 5),
  behavior: often<SimulationConfig["behavior"]>("mixed", "succeed", "fail", "defer", "throw", "slow"),
  finalizer: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom("none" as const, "works" as const, "steps" as const) },
    { weight: 1, arbitrary: fc.constantFrom("throws-once" as const, "throws" as const, "fails" as const) },
  ),
  phases: fc.constant("none" as const),
  abandons: fc.boolean(),
  pace: fc.constantFrom("small" as const, "product" as const),
  maxHealingRounds: fc.constantFrom(6, 2),
  maxDeliveries: fc.constantFrom(10, 2, 4),
  batchSize: fc.constantFrom(10, 1, 3),
  haste: often(0, 0.02, 0.1, 0.3),
  runs: often(1, 2),
  faultSteps: fc.constantFrom(150, 60, 400),
  callsGraph: fc.boolean(),
  stopAfter: often(0, 1, 3),
  invocationQueries: often(1_000, 5, 7),
});

const configs: fc.Arbitrary<SimulationConfig> = fc.oneof(
  { weight: 8, arbitrary: bulkConfigs },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        bulkConfigs,
        often<SimulationConfig["phases"]>("works", "waits", "throws-once", "throws", "fails", "stuck"),
      )
      .map(([config, phases]) => ({ ...config, phases, units: 0, finalizer: "none" as const })),
  },
);

/** Early visits are the likely ones to be reached; what is visited all the time is struck late as well. */
const visits = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.nat({ max: 4 }) },
  { weight: 2, arbitrary: fc.nat({ max: 25 }) },
);

const faults: fc.Arbitrary<Fault> = fc.oneof(
  ...POINT_GROUPS.map((group) =>
    fc.record({
      point: fc.constantFrom(...group),
      visit: group[0]?.startsWith("step:") === true ? fc.nat({ max: 150 }) : visits,
      times: often(1, 2, 5, 30),
    }),
  ),
);

const schedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.nat({ max: 0x7fffffff }),
  config: configs,
  faults: fc.oneof(
    { weight: 1, arbitrary: fc.array(faults, { maxLength: 0 }) },
    { weight: 6, arbitrary: fc.array(faults, { maxLength: 6, size: "max" }) },
    { weight: 4, arbitrary: fc.array(faults, { minLength: 4, maxLength: 30, size: "max" }) },
  ),
});

/**
 * Where schedules are to go: the configuration that they share, and points of which each strikes some. For what only a rare kind of schedule
 * meets, so that few of them are enough.
 */
export const guideSchema = z.object({
  /** Members of the configuration. */
  config: z.record(z.string(), z.unknown()),
  points: z.array(z.string()).min(1),
});
export type Guide = z.infer<typeof guideSchema>;

/** All kinds of schedules, or those of a guide. */
export function schedulesOf(guide: Guide | undefined): fc.Arbitrary<Schedule> {
  if (guide === undefined) return schedules;
  const struck = fc.array(
    fc.oneof(
      ...guide.points.map((point) =>
        fc.record({
          point: fc.constant(point),
          visit: point.startsWith("step:") ? fc.nat({ max: 150 }) : fc.oneof(fc.constant(0), fc.nat({ max: 8 })),
          times: often(1, 2, 5),
        }),
      ),
    ),
    { minLength: 1, maxLength: 8, size: "max" },
  );
  return fc.tuple(schedules, struck).map(([schedule, more]) => ({
    ...schedule,
    config: configSchema.parse({ ...schedule.config, ...guide.config }),
    faults: [...schedule.faults, ...more],
  }));
}
