// Every view and its address. A page is loaded when it is first gone to.

import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { whenReachable } from "./api/connection.ts";
import { queryClient } from "./api/query-client.ts";
import { whoQuery } from "./api/who.ts";
import { PageLoading } from "./components/page-loading.tsx";

import { activitySearch } from "./pages/activity/search.ts";
import { auditSearch } from "./pages/audit/search.ts";
import { batchSearch } from "./pages/batch/search.ts";
import { planSearch } from "./pages/batches/search.ts";
import { numberSearch } from "./pages/number/search.ts";
import { numbersSearch } from "./pages/numbers/search.ts";
import { settingsSearch } from "./pages/settings/search.ts";
import { invitationSearch, signInSearch } from "./pages/sign-in/search.ts";
import { usageSearch } from "./pages/usage/search.ts";
import { NotFound, PageError } from "./shell/page-error.tsx";
import { Shell } from "./shell/shell.tsx";

/** A page's code. Until the server can be reached, one stays where one is and reads why. */
const page: typeof lazyRouteComponent = (load, name) => lazyRouteComponent(() => whenReachable(load), name);

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({ notFoundComponent: NotFound });

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const { actor, isWithoutOrganization } = await context.queryClient.ensureQueryData(whoQuery);
    if (isWithoutOrganization) throw redirect({ to: "/no-organization" });
    if (!actor) throw redirect({ to: "/sign-in", search: { from: location.href } });
  },
});

const overview = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  component: page(() => import("./pages/overview/overview-page.tsx"), "OverviewPage"),
});
const start = createRoute({
  getParentRoute: () => signedIn,
  path: "/start",
  component: page(() => import("./pages/start/start-page.tsx"), "StartPage"),
});
const numbers = createRoute({
  getParentRoute: () => signedIn,
  path: "/numbers",
  validateSearch: numbersSearch,
  component: page(() => import("./pages/numbers/numbers-page.tsx"), "NumbersPage"),
});
const number = createRoute({
  getParentRoute: () => signedIn,
  path: "/numbers/$id",
  validateSearch: numberSearch,
  component: page(() => import("./pages/number/number-page.tsx"), "NumberPage"),
});
const agents = createRoute({
  getParentRoute: () => signedIn,
  path: "/agents",
  component: page(() => import("./pages/agents/agents-page.tsx"), "AgentsPage"),
});
const newAgent = createRoute({
  getParentRoute: () => signedIn,
  path: "/agents/new",
  component: page(() => import("./pages/agent/agent-page.tsx"), "NewAgentPage"),
});
const agent = createRoute({
  getParentRoute: () => signedIn,
  path: "/agents/$id",
  component: page(() => import("./pages/agent/agent-page.tsx"), "AgentPage"),
});
const activity = createRoute({
  getParentRoute: () => signedIn,
  path: "/activity",
  validateSearch: activitySearch,
  component: page(() => import("./pages/activity/activity-page.tsx"), "ActivityPage"),
});
const batches = createRoute({
  getParentRoute: () => signedIn,
  path: "/batches",
  component: page(() => import("./pages/batches/batches-page.tsx"), "BatchesPage"),
});
const newBatch = createRoute({
  getParentRoute: () => signedIn,
  path: "/batches/new",
  validateSearch: planSearch,
  component: page(() => import("./pages/batches/plan-page.tsx"), "PlanPage"),
});
const batch = createRoute({
  getParentRoute: () => signedIn,
  path: "/batches/$id",
  validateSearch: batchSearch,
  component: page(() => import("./pages/batch/batch-page.tsx"), "BatchPage"),
});
const usage = createRoute({
  getParentRoute: () => signedIn,
  path: "/usage",
  validateSearch: usageSearch,
  component: page(() => import("./pages/usage/usage-page.tsx"), "UsagePage"),
});
const audit = createRoute({
  getParentRoute: () => signedIn,
  path: "/audit",
  validateSearch: auditSearch,
  component: page(() => import("./pages/audit/audit-page.tsx"), "AuditPage"),
});
const settings = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings",
  validateSearch: settingsSearch,
  component: page(() => import("./pages/settings/settings-page.tsx"), "SettingsPage"),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: signInSearch,
  beforeLoad: ({ context }) => context.queryClient.ensureQueryData(whoQuery),
  component: page(() => import("./pages/sign-in/sign-in-page.tsx"), "SignInPage"),
});
const signUp = createRoute({
  getParentRoute: () => root,
  path: "/sign-up",
  validateSearch: signInSearch,
  beforeLoad: async ({ context, search }) => {
    const { signIn: by } = await context.queryClient.ensureQueryData(whoQuery);
    if (by === "host") throw redirect({ to: "/sign-in", search });
  },
  component: page(() => import("./pages/sign-in/sign-up-page.tsx"), "SignUpPage"),
});
const noOrganization = createRoute({
  getParentRoute: () => root,
  path: "/no-organization",
  component: page(() => import("./pages/sign-in/no-organization-page.tsx"), "NoOrganizationPage"),
});
const acceptInvitation = createRoute({
  getParentRoute: () => root,
  path: "/accept-invitation",
  validateSearch: invitationSearch,
  component: page(() => import("./pages/sign-in/invitation-page.tsx"), "InvitationPage"),
});

const pages = [
  overview,
  start,
  numbers,
  number,
  agents,
  newAgent,
  agent,
  activity,
  batches,
  newBatch,
  batch,
  usage,
  audit,
  settings,
];

export const router = createRouter({
  routeTree: root.addChildren([
    signedIn.addChildren(pages),
    signIn,
    signUp,
    noOrganization,
    acceptInvitation,
  ]),
  context: { queryClient },
  // Words as they are, not as JSON: an address should be readable.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: searchText,
  defaultPreload: "intent",
  // TanStack Query decides what is fresh.
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 300,
  defaultPendingComponent: PageLoading,
  defaultErrorComponent: PageError,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

/** The session has ended: back to where one was once there is a new one. */
export function leaveForSignIn(): void {
  const { pathname, href } = router.state.location;
  if (pathname === "/sign-in") return;
  queryClient.setQueryData(whoQuery.queryKey, (who) => who && { ...who, actor: null });
  void router.navigate({ to: "/sign-in", search: { from: href, expired: true } });
}

function searchText(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}
