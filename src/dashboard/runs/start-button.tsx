import type { ComponentProps } from "react";
import type { Capability } from "../../contract/access.ts";
import type { Run } from "../../contract/runs.ts";
import { GuardedButton } from "../components/guarded-button.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { useStartOperation } from "./run-commands.ts";

interface StartButtonProps extends Pick<ComponentProps<typeof GuardedButton>, "icon" | "variant" | "children"> {
  type: string;
  input: Record<string, unknown>;
  capability: Capability;
  /** What the button says to a person without the capability. */
  refusal: string;
  onStarted?: ((run: Run) => void) | undefined;
}

/** Starts an operation of the tenant at a press. */
export function StartButton(props: StartButtonProps) {
  const { type, input, capability, refusal, onStarted, variant = "primary", ...rest } = props;
  const start = useStartOperation(useTenant());
  const press = () =>
    start.mutate({ type, input, key: crypto.randomUUID() }, { onSuccess: ({ run }) => onStarted?.(run) });
  return (
    <GuardedButton
      {...rest}
      variant={variant}
      refusal={useCan(capability) ? null : refusal}
      loading={start.isPending}
      onClick={press}
    />
  );
}
