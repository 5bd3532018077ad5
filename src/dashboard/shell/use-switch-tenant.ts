/** Goes to another tenant, and stays on the kind of page. */
import { useNavigate, useRouter } from "@tanstack/react-router";
import type { Tenant } from "../../contract/access.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { keptPage } from "./kept-page.ts";

export function useSwitchTenant(): (tenant: Tenant) => void {
  const { routesById, state } = useRouter();
  const navigate = useNavigate();
  return ({ slug, capabilities }) => {
    const routes = Object.values(routesById);
    const pages = new Set(routes.map(({ to }) => to.replace(/\/$/, "")));
    const kept = keptPage(state.matches.at(-1)?.fullPath ?? PAGES.overview, pages);
    const needs = routes.find(({ to }) => to === kept)?.options.staticData?.navigation?.capability;
    const to = needs === undefined || capabilities.includes(needs) ? kept : PAGES.overview;
    void navigate({ to, params: { slug } });
  };
}
