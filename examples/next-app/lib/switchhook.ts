// One Switchhook in the process, kept where a module that is loaded again finds it.
import { createSwitchhook, optionsFromEnvironment, type Switchhook } from "switchhook";
import { isSignedIn } from "./session.ts";

const kept = globalThis as typeof globalThis & { switchhook?: Promise<Switchhook> };

export function getSwitchhook(): Promise<Switchhook> {
  kept.switchhook ??= begin();
  return kept.switchhook;
}

async function begin(): Promise<Switchhook> {
  const switchhook: Switchhook = await createSwitchhook({
    ...optionsFromEnvironment(process.env),
    // The organization that the Twilio account of the environment belongs to.
    authenticate: async ({ headers }) =>
      isSignedIn(headers.get("cookie"))
        ? { orgId: switchhook.defaultOrganizationId, userId: "team", role: "owner" }
        : undefined,
  });
  await switchhook.start();
  return switchhook;
}

/** What a route exports as GET, POST and so on: Switchhook goes by the path. */
export async function answer(request: Request): Promise<Response> {
  const switchhook = await getSwitchhook();
  return switchhook.fetch(request);
}
