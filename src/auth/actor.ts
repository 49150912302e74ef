import { AppError } from "../base/errors.ts";

export type Role = "owner" | "admin" | "member";

/** Who is asking, and for which organization. Every service function takes one. */
export interface Actor {
  readonly orgId: string;
  /** A user's id, or `key:…` for an API key, or the name of a part of the system such as `system:recovery`. */
  readonly userId: string;
  readonly role: Role;
  /** The request that this is done for; audit entries and operations carry it. */
  readonly requestId?: string | undefined;
}

/** A part of the system that acts for an organization: `system:recovery`, `system:environment` … */
export function systemActor(orgId: string, part: "recovery" | "environment" | "drift" | "public_url"): Actor {
  return { orgId, userId: `system:${part}`, role: "owner" };
}

const RANK: Record<Role, number> = { member: 0, admin: 1, owner: 2 };

/** @throws AppError `forbidden` when the actor's role is below `role` */
export function requireRole(actor: Actor, role: Role): void {
  if (RANK[actor.role] >= RANK[role]) return;
  throw new AppError("forbidden", {
    detail: `This needs the role ${role}; you have the role ${actor.role}. Ask an owner of the organization.`,
  });
}
