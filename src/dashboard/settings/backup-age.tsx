/** After how many days people are told that the newest whole backup is old. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { settingsRoutes } from "../../contract/routes/settings.ts";
import { MAX_BACKUP_AGE_DAYS, type TenantSettings, tenantSettingsSchema } from "../../contract/settings.ts";
import { call } from "../api/client.ts";
import { backupStandingQuery } from "../backups/standing-query.ts";
import { Button } from "../components/button.tsx";
import { Input } from "../components/input.tsx";
import { NotLoaded } from "../components/states.tsx";
import { TickChoice } from "../components/tick-choice.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { toastDone, toastProblem } from "../shell/toasts.tsx";
import { settingsQuery } from "./queries.ts";

export function BackupAge() {
  const { data, error, refetch } = useQuery(settingsQuery(useTenant()));
  return data === undefined ? (
    <NotLoaded lines={2} error={error} onRetry={() => void refetch()} />
  ) : (
    // Anew where the settings are others than before.
    <AgeForm key={data.backupAgeLimitDays} settings={data} />
  );
}

/** What the field holds when it is first ticked: a week and a day. */
const FIRST_DAYS = "8";

function AgeForm({ settings: { backupAgeLimitDays } }: { settings: TenantSettings }) {
  const tenant = useTenant();
  const queryClient = useQueryClient();
  const allowed = useCan("settings.manage");
  const [days, setDays] = useState(backupAgeLimitDays === null ? null : String(backupAgeLimitDays));
  const parsed = tenantSettingsSchema.shape.backupAgeLimitDays.safeParse(days === null ? null : Number(days));
  const save = useMutation({
    mutationFn: (chosen: number | null) =>
      call(settingsRoutes.change, { params: { tenantId: tenant.slug }, body: { backupAgeLimitDays: chosen } }),
    onSuccess: async (saved) => {
      queryClient.setQueryData(settingsQuery(tenant).queryKey, saved);
      await queryClient.invalidateQueries(backupStandingQuery(tenant));
      toastDone("Age of backups saved");
    },
    onError: toastProblem,
  });
  const isSame = parsed.success && parsed.data === backupAgeLimitDays;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (parsed.success && !isSame) save.mutate(parsed.data);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3" noValidate>
      <TickChoice
        label="Tell people when the newest whole backup is old"
        checked={days !== null}
        disabled={!allowed}
        onChange={(checked) => setDays(checked ? FIRST_DAYS : null)}
        description="All who may make backups are told, once for each backup that grows old."
      />
      {days === null ? null : (
        <div className="max-w-sm">
          <Input
            label="Old after (days)"
            type="number"
            inputMode="numeric"
            min={1}
            max={MAX_BACKUP_AGE_DAYS}
            value={days}
            disabled={!allowed}
            onChange={(event) => setDays(event.target.value)}
            {...(parsed.success ? {} : { error: `Enter a whole number from 1 to ${MAX_BACKUP_AGE_DAYS}.` })}
          />
        </div>
      )}
      {allowed ? (
        <div>
          <Button type="submit" variant="primary" loading={save.isPending} disabled={!parsed.success || isSame}>
            Save the limit
          </Button>
        </div>
      ) : null}
    </form>
  );
}
