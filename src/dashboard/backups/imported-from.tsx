/** From which files a set was imported, and the way to what was not understood. */
import { useQuery } from "@tanstack/react-query";
import { PAGES } from "../../contract/console-addresses.ts";
import { policyFileRoutes } from "../../contract/routes/policy-files.ts";
import { call } from "../api/client.ts";
import { queryKeys } from "../api/query-keys.ts";
import { counted, digits } from "../components/digits.ts";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { useTenant } from "../shell/tenant-context.ts";

export function ImportedFrom({ uploadId }: { uploadId: string }) {
  const tenant = useTenant();
  const {
    data: upload,
    error,
    refetch,
  } = useQuery({
    queryKey: [...queryKeys.records(tenant), "policy-files", uploadId],
    queryFn: ({ signal }) => call(policyFileRoutes.show, { params: { tenantId: tenant.slug, uploadId }, signal }),
  });
  if (upload === undefined) return <NotLoaded lines={1} error={error} onRetry={() => void refetch()} />;
  const { counts, fileCount, name, runId } = upload;
  const open = counts.not_understood + counts.other_model;
  const failures = open === 0 ? "All were understood" : `${digits(open)} ${open === 1 ? "was" : "were"} not understood`;
  return (
    <p className="border-t border-kumo-line px-4 py-2.5 text-kumo-subtle [overflow-wrap:anywhere]">
      Imported from {counted(fileCount, "file", "files")} of “<bdi>{name}</bdi>”.{" "}
      {runId === null ? (
        `${failures}.`
      ) : (
        <>
          <TextLink to={PAGES.run} params={{ slug: tenant.slug, runId }}>
            {failures}
          </TextLink>
          .
        </>
      )}
    </p>
  );
}
