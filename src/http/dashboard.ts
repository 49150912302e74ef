// The dashboard: files that Vite has built, and its page for every address that is a view of it. Knows nothing of what
// they do.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono, type HonoRequest, type MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";

const BUILT = fileURLToPath(new URL("../../dashboard/dist", import.meta.url));
const NOT_VIEWS = /^\/(api|errors|healthz|readyz|metrics)(\/|$)/;
/** Vite's, and those beside the page. Deeper addresses are views, and may end in an id with a dot, as in /agents/desk.v2. */
const FILES = /^\/(assets\/.*|[^/]+\.[a-z0-9]+)$/i;
const YEAR = 31_536_000;

/** Nothing where the dashboard has not been built: its addresses are then answered as any that leads nowhere. */
export function dashboardRoutes(root = BUILT): Hono {
  const routes = new Hono();
  if (!existsSync(join(root, "index.html"))) return routes;
  const files = serveStatic({ root, precompressed: true });
  const page = serveStatic({ root, path: "index.html", precompressed: true });
  routes.get("*", only(isView, headers), only(isView, caching), only(isFile, files), only(isPage, page));
  return routes;
}

// Mantine sets style attributes; script comes from our own files only.
const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", "data:"],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: "same-origin",
  // Whoever terminates TLS knows whether it will always be there.
  strictTransportSecurity: false,
});

function only(isMeant: (req: HonoRequest) => boolean, handler: MiddlewareHandler): MiddlewareHandler {
  return (c, next) => (isMeant(c.req) ? handler(c, next) : next());
}

function isView({ path }: HonoRequest): boolean {
  return !NOT_VIEWS.test(path);
}

function isFile(req: HonoRequest): boolean {
  return isView(req) && FILES.test(req.path);
}

/** A file that is missing must not be answered with the page: a browser would take it for the script it asked for. */
function isPage(req: HonoRequest): boolean {
  const takesHtml = /text\/html|\*\/\*/.test(req.header("accept") ?? "");
  return isView(req) && !FILES.test(req.path) && takesHtml;
}

/** Vite names the files under assets/ by their content; everything else is asked for anew. */
const caching = createMiddleware(async (c, next) => {
  await next();
  if (!c.res.ok) return;
  const value = c.req.path.startsWith("/assets/") ? `public, max-age=${YEAR}, immutable` : "no-cache";
  c.header("Cache-Control", value);
});
