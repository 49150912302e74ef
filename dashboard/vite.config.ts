import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// A server that runs already, for `npm run dashboard:dev`.
const server = process.env.SWITCHHOOK_URL ?? "http://localhost:3000";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Which files a page loads first; the test of the budget reads it.
    manifest: true,
    // Small files as data: URLs would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2023",
    // test/e2e/dashboard/budget.test.ts holds what a page loads to a limit that matters.
    chunkSizeWarningLimit: 1_000,
  },
  server: {
    // The API takes a session's changes from its own pages only, so they come from its origin.
    proxy: { "/api": { target: server, headers: { origin: server } }, "/healthz": server, "/errors": server },
  },
});
