/** The newcomer's checklist: what to do first, what each step gives, and the way to it. Nothing once all of it is done. */
import { ArrowsClockwiseIcon } from "@phosphor-icons/react/ArrowsClockwise";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { CircleIcon } from "@phosphor-icons/react/Circle";
import { FingerprintIcon } from "@phosphor-icons/react/Fingerprint";
import { QuestionIcon } from "@phosphor-icons/react/Question";
import type { ComponentType } from "react";
import type { Capability } from "../../contract/access.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { BUILT_IN_ROLES } from "../../contract/roles.ts";
import { AppLink } from "../components/app-link.tsx";
import { clockText } from "../components/clock.ts";
import { Section } from "../components/page.tsx";
import { TextLink } from "../components/text-link.tsx";
import { StartButton } from "../runs/start-button.tsx";
import { useRunsUnderWay } from "../runs/use-runs-under-way.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import type { Checklist, FirstStep, StepStanding } from "./first-steps.ts";

interface StepWords {
  title: string;
  /** What the step gives. */
  gives: string;
  /** What a person may who takes it. */
  capability: Capability;
  /** The operations by which it is taken. */
  types: readonly string[];
}

const WORDS: Readonly<Record<FirstStep, StepWords>> = {
  connect: {
    title: "Connect the tenant",
    gives: "TenantAtlas reads it with the permissions that you grant, and no others.",
    capability: "connection.manage",
    types: [],
  },
  sync: {
    title: "Sync the inventory",
    gives: "Each policy is read, and each change of it is kept as a version.",
    capability: "inventory.sync",
    types: ["inventory.sync"],
  },
  backUp: {
    title: "Back policies up",
    gives: "A backup set keeps policies completely, so that you can put them back.",
    capability: "backup.write",
    types: ["backup-set.add-policies"],
  },
  baseline: {
    title: "Capture a baseline",
    gives: "A comparison with it finds what was added, removed or changed since.",
    capability: "baseline.capture",
    types: ["baseline.capture"],
  },
  evidence: {
    title: "Take an evidence snapshot",
    gives: "It proves to others how the tenant was configured at that time.",
    capability: "evidence.create",
    types: ["evidence.snapshot"],
  },
};

export function FirstStepsSection({ checklist }: { checklist: Checklist }) {
  if (checklist.state !== "open") return null;
  const next = checklist.steps.find(({ state, waitsFor }) => state === "to_do" && waitsFor === null)?.step;
  return (
    <Section title="First steps" id="first-steps" flush>
      <ol className="divide-y divide-kumo-line">
        {checklist.steps.map((standing) => (
          <Step key={standing.step} standing={standing} isNext={standing.step === next} />
        ))}
      </ol>
    </Section>
  );
}

function Step({ standing, isNext }: { standing: StepStanding; isNext: boolean }) {
  const { title, gives } = WORDS[standing.step];
  const { icon: Icon, className, text } = STATES[standing.state];
  return (
    <li
      aria-current={isNext ? "step" : undefined}
      className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-3 gap-y-2 px-4 py-2.5 sm:min-h-15 sm:grid-cols-[auto_minmax(0,1fr)_auto]"
    >
      <Icon size={20} aria-hidden className={className} weight={standing.state === "done" ? "fill" : "regular"} />
      <div className="min-w-0">
        <p>
          <span className={`font-medium ${standing.state === "done" ? "text-kumo-subtle" : ""}`}>{title}</span>{" "}
          <span className="text-xs text-kumo-subtle">
            {text}
            {standing.heldAt === null ? null : ` at ${clockText(standing.heldAt)}`}
          </span>
        </p>
        <p className="text-xs text-kumo-subtle">{gives}</p>
      </div>
      {standing.state === "to_do" ? (
        <div className="col-start-2 text-xs sm:col-start-3 sm:max-w-56 sm:text-right">
          <Way standing={standing} isNext={isNext} />
        </div>
      ) : null}
    </li>
  );
}

interface StateLook {
  icon: ComponentType<{ size: number; "aria-hidden": true; className: string; weight: "fill" | "regular" }>;
  className: string;
  text: string;
}

const STATES: Readonly<Record<StepStanding["state"], StateLook>> = {
  done: { icon: CheckCircleIcon, className: "text-kumo-success", text: "Done" },
  to_do: { icon: CircleIcon, className: "text-kumo-subtle", text: "To do" },
  not_told: { icon: QuestionIcon, className: "text-kumo-subtle", text: "Not known yet" },
  not_in_role: { icon: QuestionIcon, className: "text-kumo-subtle", text: "Not in your role" },
};

/** How the step is taken: by whom, or after what. */
function Way({ standing: { step, waitsFor }, isNext }: { standing: StepStanding; isNext: boolean }) {
  const { capability, types } = WORDS[step];
  const allowed = useCan(capability);
  const [run] = useRunsUnderWay(...types);
  if (run !== undefined) return <AppLink href={run.href}>Under way</AppLink>;
  if (waitsFor !== null) return <span className="text-kumo-subtle">After “{WORDS[waitsFor].title}”</span>;
  if (!allowed) return <WhoMay capability={capability} />;
  return <Action step={step} isNext={isNext} />;
}

function Action({ step, isNext }: { step: FirstStep; isNext: boolean }) {
  const { slug } = useTenant();
  const { capability } = WORDS[step];
  const variant = isNext ? "primary" : "secondary";
  const start = { capability, variant, input: {}, refusal: "Your role may not do this" } as const;
  switch (step) {
    case "connect":
      return (
        <TextLink to={PAGES.connection} params={{ slug }}>
          Go to the connection
        </TextLink>
      );
    case "sync":
      return (
        <StartButton {...start} type="inventory.sync" icon={ArrowsClockwiseIcon}>
          Sync now
        </StartButton>
      );
    case "backUp":
      return (
        <TextLink to={PAGES.backupSets} params={{ slug }}>
          Make a backup set
        </TextLink>
      );
    case "baseline":
      return (
        <TextLink to={PAGES.baselines} params={{ slug }}>
          Go to the baselines
        </TextLink>
      );
    case "evidence":
      return (
        <StartButton {...start} type="evidence.snapshot" icon={FingerprintIcon}>
          Take it now
        </StartButton>
      );
  }
}

const OR = new Intl.ListFormat("en-US", { type: "disjunction" });

function WhoMay({ capability }: { capability: Capability }) {
  const { slug } = useTenant();
  const seesMembers = useCan("members.read");
  const roles = Object.values(BUILT_IN_ROLES).filter(({ capabilities }) => capabilities.includes(capability));
  return (
    <span className="text-kumo-subtle">
      An {OR.format(roles.map(({ name }) => name.toLowerCase()))} can do this.
      {seesMembers ? (
        <>
          {" "}
          <TextLink to={PAGES.members} params={{ slug }}>
            See who
          </TextLink>
        </>
      ) : null}
    </span>
  );
}
