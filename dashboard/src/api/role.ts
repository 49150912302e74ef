import { useQuery } from "@tanstack/react-query";
import { organizationQuery } from "./members.ts";
import { sessionQuery } from "./session.ts";

const ADMINS: readonly string[] = ["owner", "admin"];

/** Whether whoever is signed in may do what needs the role admin; undefined until that is known. */
export function useIsAdmin(): boolean | undefined {
  const { data: session } = useQuery(sessionQuery);
  const { data: organization, isError } = useQuery(organizationQuery);
  // Where nobody says who they are, the API still knows what they may.
  if (isError || organization === null) return true;
  if (!session || !organization) return undefined;
  const self = organization.members.find(({ userId }) => userId === session.user.id);
  // better-auth keeps several roles as `owner,admin`.
  return self?.role.split(",").some((role) => ADMINS.includes(role.trim())) ?? false;
}
