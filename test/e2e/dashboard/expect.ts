// What a page comes to show, or where it leads to, within the browser's timeout.
import type { Locator, Page } from "playwright-core";

export async function expectVisible(locator: Locator): Promise<void> {
  await locator.waitFor();
}

export async function expectGone(locator: Locator): Promise<void> {
  await locator.waitFor({ state: "detached" });
}

export async function expectAddress(page: Page, address: string | RegExp): Promise<void> {
  await page.waitForURL(address);
}
