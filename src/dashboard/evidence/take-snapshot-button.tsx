import { FingerprintIcon } from "@phosphor-icons/react/Fingerprint";
import { StartButton } from "../runs/start-button.tsx";

/** Takes an evidence snapshot of the tenant. */
export function TakeSnapshotButton() {
  return (
    <StartButton
      type="evidence.snapshot"
      input={{}}
      capability="evidence.create"
      refusal="Your role may read evidence, not record it"
      icon={FingerprintIcon}
    >
      Take a snapshot
    </StartButton>
  );
}
