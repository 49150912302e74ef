// Next.js calls this when the server starts. Without it background work would begin with the first request.
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { getSwitchhook } = await import("./lib/switchhook.ts");
  await getSwitchhook();
}
