/** The tags of a tenant: by them people find it among their tenants, and start operations in all that have one. */
import { XIcon } from "@phosphor-icons/react/X";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { settingsRoutes } from "../../contract/routes/settings.ts";
import { hasTag, MAX_TAG_LENGTH, MAX_TAGS, normalTag, tagsSchema } from "../../contract/tags.ts";
import { call } from "../api/client.ts";
import { Button } from "../components/button.tsx";
import { compareNames } from "../components/compare-names.ts";
import { Input } from "../components/input.tsx";
import { NotLoaded } from "../components/states.tsx";
import { meQuery } from "../shell/queries.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { toastProblem } from "../shell/toasts.tsx";
import { settingsQuery } from "./queries.ts";

export function Tags() {
  const { data, error, refetch } = useQuery(settingsQuery(useTenant()));
  return data === undefined ? (
    <NotLoaded lines={2} error={error} onRetry={() => void refetch()} />
  ) : (
    <TagsForm tags={data.tags} />
  );
}

function TagsForm({ tags }: { tags: readonly string[] }) {
  const tenant = useTenant();
  const queryClient = useQueryClient();
  const allowed = useCan("settings.manage");
  const [text, setText] = useState("");
  const save = useMutation({
    mutationFn: (chosen: readonly string[]) =>
      call(settingsRoutes.change, { params: { tenantId: tenant.slug }, body: { tags: [...chosen] } }),
    onSuccess: async (saved) => {
      queryClient.setQueryData(settingsQuery(tenant).queryKey, saved);
      await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
    },
    onError: toastProblem,
  });
  const tag = normalTag(text);
  const isThere = tag !== "" && hasTag(tags, tag);
  const isFull = tags.length >= MAX_TAGS;
  const isFit = tagsSchema.safeParse([...tags, tag]).success;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isFit) save.mutate([...tags, tag].toSorted(compareNames), { onSuccess: () => setText("") });
  };
  return (
    <div className="flex flex-col gap-3">
      <p className="text-kumo-subtle">
        By a tag, members find this tenant among theirs, and start operations in all of their tenants that have it.
      </p>
      {tags.length === 0 ? (
        <p>No tags yet.</p>
      ) : (
        <ul aria-label="Tags" className="flex flex-wrap gap-2">
          {tags.map((each) => (
            <li
              key={each}
              className="inline-flex max-w-full items-center gap-1 rounded-full border border-kumo-line py-0.5 pr-1 pl-3"
            >
              <bdi className="min-w-0 [overflow-wrap:anywhere]">{each}</bdi>
              {allowed ? (
                <Button
                  variant="ghost"
                  size="sm"
                  aria-label={`Remove the tag ${each}`}
                  disabled={save.isPending}
                  onClick={() => save.mutate(tags.filter((other) => other !== each))}
                >
                  <XIcon aria-hidden />
                </Button>
              ) : (
                <span className="w-2" />
              )}
            </li>
          ))}
        </ul>
      )}
      {allowed ? (
        <form onSubmit={submit} noValidate className="flex flex-wrap items-end gap-2">
          <div className="min-w-48 flex-1 sm:max-w-xs">
            <Input
              label="New tag"
              value={text}
              maxLength={MAX_TAG_LENGTH}
              disabled={isFull}
              onChange={(event) => setText(event.target.value)}
              {...(isThere ? { error: "The tenant has this tag." } : {})}
              {...(isFull ? { description: `A tenant has at most ${MAX_TAGS} tags.` } : {})}
            />
          </div>
          <Button type="submit" loading={save.isPending} disabled={!isFit}>
            Add tag
          </Button>
        </form>
      ) : null}
    </div>
  );
}
