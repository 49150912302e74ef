import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { whenReachable } from "../api/connection.ts";
import { organizationsQuery } from "../api/session.ts";
import { useHasOwnSignIn } from "../api/who.ts";

const OrganizationChoice = lazy(() => whenReachable(() => import("./organization-choice.tsx")));

/** Only for those who have a choice. */
export function OrganizationSwitcher() {
  const { data: organizations = [] } = useQuery({ ...organizationsQuery, enabled: useHasOwnSignIn() });
  if (organizations.length < 2) return null;
  return (
    <Suspense>
      <OrganizationChoice organizations={organizations} />
    </Suspense>
  );
}
