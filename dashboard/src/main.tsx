import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { listenForExpiredSession } from "./api/client.ts";
import { queryClient } from "./api/query-client.ts";
import { leaveForSignIn, router } from "./router.tsx";
import { cssVariables, theme } from "./theme.ts";

// Nothing is notified of before something is done, so the first page does without.
const Notifications = lazy(async () => ({ default: (await import("@mantine/notifications")).Notifications }));

listenForExpiredSession(leaveForSignIn);

// The page's own code is asked for together with the session, not after it.
const [, , opened] = router.getMatchedRoutes(location.pathname);
if (opened) void router.loadRouteChunk(opened);

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element with the id root");
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Suspense>
        <Notifications position="bottom-right" />
      </Suspense>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
