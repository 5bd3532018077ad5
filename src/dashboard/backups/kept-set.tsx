/** Why the schedule that made a set keeps it, and until when. */
import type { BackupSetDetail } from "../../contract/backup-sets.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { TextLink } from "../components/text-link.tsx";
import { Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { keptText } from "./kept-text.ts";

export function KeptSet({ set: { kept, schedule } }: { set: BackupSetDetail }) {
  const tenant = useTenant();
  if (schedule === null) return null;
  return (
    <p className="border-t border-kumo-line px-4 py-2.5 text-kumo-subtle [overflow-wrap:anywhere]">
      Made by the schedule{" "}
      {schedule.removed ? (
        <bdi>{schedule.name}</bdi>
      ) : (
        <TextLink to={PAGES.schedule} params={{ slug: tenant.slug, scheduleId: schedule.id }}>
          {schedule.name}
        </TextLink>
      )}
      . {keptText(kept)}{" "}
      {kept?.deletedAfter ? (
        <>
          It is deleted for good <Time at={kept.deletedAfter} />, unless a person unarchives it.
        </>
      ) : null}
    </p>
  );
}
