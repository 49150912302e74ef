import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "vitest";
import type { Visitor } from "./dashboard-world.ts";

const SCHEMES = ["light", "dark"] as const;
const WIDTHS = [1_280, 375] as const;
const HEIGHT = 800;

/** The page as it stands has no violation that axe knows, nor is wider than the window, in any of its four looks. */
export async function expectAccessible({ page, complaints }: Visitor): Promise<void> {
  const found: string[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const look = `${page.url()} ${colorScheme} ${width}`;
      // Legacy: without frames there is nothing to gather, for which it would open a page of its own each time.
      const { violations } = await new AxeBuilder({ page })
        .setLegacyMode(true)
        .options(rules(width, colorScheme))
        .analyze();
      for (const { id, help, nodes } of violations) {
        found.push(
          `${look}: ${id}: ${help}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message}`).join("\n   ")}`,
        );
      }
      const { scrollWidth } = await page.evaluate<{ scrollWidth: number }>(
        "({ scrollWidth: document.documentElement.scrollWidth })",
      );
      if (scrollWidth > width) found.push(`${look}: is ${scrollWidth} pixels wide`);
    }
  }
  await page.setViewportSize({ width: WIDTHS[0], height: HEIGHT });
  expect(found).toEqual([]);
  expect(complaints).toEqual([]);
}

/** Colours are the same at every width, and everything else in both schemes, so neither is looked at twice. */
function rules(width: number, colorScheme: (typeof SCHEMES)[number]) {
  const isWide = width === WIDTHS[0];
  if (colorScheme === "dark") return { runOnly: ["color-contrast"] };
  return isWide ? {} : { rules: { "color-contrast": { enabled: false } } };
}
