import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Visitor } from "./dashboard-world.ts";

const WIDE = 1_280;
const HEIGHT = 800;

interface Look {
  readonly width: number;
  readonly colorScheme: "light" | "dark";
  readonly rules: Parameters<AxeBuilder["options"]>[0];
}

/** Colours are the same at every width, and everything else in both schemes, so that neither is looked at twice. */
const LOOKS: readonly Look[] = [
  { width: WIDE, colorScheme: "light", rules: {} },
  { width: WIDE, colorScheme: "dark", rules: { runOnly: ["color-contrast"] } },
  { width: 375, colorScheme: "light", rules: { rules: { "color-contrast": { enabled: false } } } },
];

/** The page as it stands has no violation that axe knows, light or dark, and is at no width wider than the window. */
export async function expectAccessible({ page, complaints }: Visitor): Promise<void> {
  const found: string[] = [];
  for (const { width, colorScheme, rules } of LOOKS) {
    await page.setViewportSize({ width, height: HEIGHT });
    await turn(page, colorScheme);
    const look = `${page.url()} ${colorScheme} ${width}`;
    for (const { id, help, nodes } of await violationsIn(page, rules)) {
      const places = nodes.map(({ html, any }) => `${html} ${any[0]?.message}`).join("\n   ");
      found.push(`${look}: ${id}: ${help}: ${places}`);
    }
    const { scrollWidth } = await page.evaluate<{ scrollWidth: number }>(
      "({ scrollWidth: document.documentElement.scrollWidth })",
    );
    if (scrollWidth > width) found.push(`${look}: is ${scrollWidth} pixels wide`);
  }
  await page.setViewportSize({ width: WIDE, height: HEIGHT });
  expect(found).toEqual([]);
  expect(complaints).toEqual([]);
}

/** Until the page has turned to the scheme, and no colour is between two any more. */
async function turn(page: Page, colorScheme: Look["colorScheme"]): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
  await page.evaluate(`Promise.allSettled(
    document.getAnimations().filter((each) => each instanceof CSSTransition).map(({ finished }) => finished),
  )`);
}

async function violationsIn(page: Page, rules: Look["rules"]) {
  // It is large, and stays in a page until that is left.
  const isThere = await page.evaluate<boolean>("window.axe !== undefined");
  const axe = new AxeBuilder(isThere ? { page, axeSource: "undefined" } : { page });
  // Legacy: without frames there is nothing to gather, for which it would open a page of its own each time.
  const found = await axe
    .setLegacyMode(true)
    .options({ ...rules, resultTypes: ["violations"] })
    .analyze();
  return found.violations;
}
