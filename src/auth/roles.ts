import { createAccessControl } from "better-auth/plugins/access";
import { adminAc, defaultStatements, memberAc, ownerAc } from "better-auth/plugins/organization/access";
import type { Role } from "./actor.ts";

const manageKeys = ["create", "read", "update", "delete"] as const;

/** better-auth's own permissions of the three roles, and who may manage the organization's API keys. */
export const accessControl = createAccessControl({ ...defaultStatements, apiKey: manageKeys });

export const organizationRoles = {
  owner: accessControl.newRole({ ...ownerAc.statements, apiKey: manageKeys }),
  admin: accessControl.newRole({ ...adminAc.statements, apiKey: manageKeys }),
  member: accessControl.newRole({ ...memberAc.statements, apiKey: [] }),
} satisfies Record<Role, unknown>;

/** The highest of a member row's roles; better-auth keeps several as `owner,admin`. */
export function highestRole(stored: string): Role {
  const roles = stored.split(",").map((role) => role.trim());
  if (roles.includes("owner")) return "owner";
  if (roles.includes("admin")) return "admin";
  return "member";
}
