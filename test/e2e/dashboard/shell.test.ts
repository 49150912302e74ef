// What every page of the dashboard relies on, in a real Chromium: signing up and in, finding one's way, and what
// becomes of a page when its server or its session goes away.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAccessible } from "./accessible.ts";
import { type DashboardWorld, openDashboard, STORY_MS } from "./dashboard-world.ts";
import { expectAddress, expectGone, expectVisible } from "./expect.ts";
import { type FrailServer, openFrailServer } from "./frail-server.ts";
import { addFrontDesk } from "./shop.ts";

let dashboard: DashboardWorld;
let frail: FrailServer;
beforeAll(async () => {
  dashboard = await openDashboard();
  frail = await openFrailServer(dashboard.world.switchhook);
});
afterAll(async () => {
  await frail.goAway();
  await dashboard.close();
});

describe("signing up and in", () => {
  test(
    "a new person signs up, and is led on from there",
    async () => {
      const visitor = await dashboard.visitor();
      const { page } = visitor;
      await visitor.goTo("/");
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await expectAccessible(visitor);
      await page.getByRole("link", { name: "Create an account" }).click();
      await page.getByRole("heading", { name: "Create an account" }).waitFor();
      await expectAccessible(visitor);
      await page.getByLabel("Name").fill("Newcomer");
      await page.getByLabel("E-mail address").fill("newcomer@example.com");
      await page.getByRole("textbox", { name: "Password" }).fill("correct horse battery staple");
      await page.getByRole("button", { name: "Create an account" }).click();
      await page.getByRole("navigation", { name: "Main" }).waitFor();
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(visitor.complaints).toEqual([]);
    },
    STORY_MS,
  );

  test("a wrong password is said, and loses nothing that was typed", async () => {
    const { page, goTo } = await dashboard.visitor();
    await goTo("/sign-in");
    await page.getByLabel("E-mail address").fill("nobody@example.com");
    await page.getByRole("textbox", { name: "Password" }).fill("not this one");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").getByText("Invalid email or password").waitFor();
    expect(await page.getByLabel("E-mail address").inputValue()).toBe("nobody@example.com");
    expect(await page.getByRole("link", { name: "What this means" }).count()).toBe(0);
  });

  test("an address is come back to after signing in, and never one of another site", async () => {
    const { email } = await dashboard.signUp("Returning");
    const { page, goTo } = await dashboard.visitor();
    await goTo("/numbers?search=555");
    await signIn(page, email);
    await expectAddress(page, /\/numbers\?search=555$/);
    await goTo("/sign-in?from=%2F%2Fevil.example.com");
    await signIn(page, email);
    await expectAddress(page, `${dashboard.world.url}/`);
  });
});

describe("when something goes away", () => {
  test("an expired session leads back to where one was", async () => {
    const { page, goTo, email, context } = await dashboard.signUp("Expired");
    await goTo("/agents");
    await page.getByRole("navigation", { name: "Main" }).waitFor();
    // What is still under way would find the session ended before anybody goes anywhere.
    await page.getByText("No agents yet").waitFor();
    await context.clearCookies();
    await page.getByRole("link", { name: "Numbers" }).click();
    await page.getByText("Your session has ended").waitFor();
    await signIn(page, email);
    await expectAddress(page, /\/numbers$/);
  });

  test("whoever is removed from an organization is told so, and goes on in another one", async () => {
    const owner = await dashboard.signUp("Remover");
    const { page, goTo, email, request } = await dashboard.signUp("Removed");
    const invitation = { email, role: "member" };
    const { id } = await owner.request("POST", "/api/auth/organization/invite-member", invitation);
    await request("POST", "/api/auth/organization/accept-invitation", { invitationId: id });
    await owner.request("POST", "/api/auth/organization/remove-member", { memberIdOrEmail: email });
    await goTo("/numbers");
    await page.getByRole("heading", { name: "No organization" }).waitFor();
    await page.getByRole("button", { name: "Go on in Removed" }).click();
    await expectVisible(page.getByRole("navigation", { name: "Main" }));
  });

  test("a lost connection is said, and heals by itself", async () => {
    const { page, goTo, context } = await dashboard.signUp("Offline");
    await goTo("/numbers");
    await page.getByRole("heading", { name: "Numbers", level: 1 }).waitFor();
    await context.setOffline(true);
    const banner = page.getByText("The connection to the server is lost");
    await expectVisible(banner);
    await context.setOffline(false);
    await expectGone(banner);
  });

  test("a server that is gone is said on a page that only listens", async () => {
    const { page, goTo } = await dashboard.signUp("Listener");
    await goTo(`${frail.url}/activity`);
    await expectVisible(page.getByRole("status").getByText("Live"));
    await frail.goAway();
    await expectVisible(page.getByText("The connection to the server is lost"));
    await expectVisible(page.getByRole("status").getByText("Connecting"));
    await frail.comeBack();
    await expectVisible(page.getByRole("status").getByText("Live"));
  });

  test("a server that is gone is said on an idle page, and the next page comes with it", async () => {
    const { page, goTo } = await dashboard.signUp("Idle");
    await page.clock.install();
    await goTo(`${frail.url}/agents`);
    await page.getByText("No agents yet").waitFor();
    await frail.goAway();
    await page.clock.fastForward("00:15");
    const banner = page.getByText("The connection to the server is lost");
    await expectVisible(banner);
    await page.getByRole("link", { name: "Audit" }).click();
    await frail.comeBack();
    await expectVisible(page.getByRole("heading", { name: "Audit", level: 1 }));
    await expectGone(banner);
  });

  test("a list that is only looked at comes to show what others have changed", async () => {
    const visitor = await dashboard.signUp("Watcher");
    const { page } = visitor;
    await page.clock.install();
    await visitor.goTo("/agents");
    await page.getByText("No agents yet").waitFor();
    await addFrontDesk(visitor);
    await page.clock.fastForward("01:05");
    await expectVisible(page.getByRole("link", { name: "Front desk" }));
  });

  test("what was typed stays where it is when it cannot be read again", async () => {
    const visitor = await dashboard.signUp("Editor");
    await addFrontDesk(visitor);
    const { page } = visitor;
    await page.clock.install();
    await visitor.goTo("/agents/front_desk");
    const name = page.getByRole("textbox", { name: "Name", exact: true });
    await name.fill("Night desk");
    await page.route("**/api/agents/front_desk", (route) => route.fulfill({ status: 404, json: {} }));
    await page.clock.fastForward("00:15");
    await page.evaluate("dispatchEvent(new Event('visibilitychange'))");
    await expectVisible(page.getByRole("alert").getByText("This could not be read again"));
    expect(await name.inputValue()).toBe("Night desk");
  });

  test("a stream whose session has ended leads to sign-in as a request does", async () => {
    const { page, goTo, context } = await dashboard.signUp("Streaming");
    await goTo(`${frail.url}/activity`);
    await expectVisible(page.getByRole("status").getByText("Live"));
    await context.clearCookies();
    frail.cut();
    await expectVisible(page.getByText("Your session has ended"));
  });
});

describe("finding one's way", () => {
  test("every page can be jumped to with the keyboard", async () => {
    const { page, goTo } = await dashboard.signUp("Keyboard");
    await goTo("/");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("textbox", { name: "Jump to" }).fill("audit");
    await page.keyboard.press("Enter");
    await expectAddress(page, /\/audit$/);
  });

  test("an agent is found by its name, and led to with Enter", { timeout: STORY_MS }, async () => {
    const visitor = await dashboard.signUp("Finder");
    await addFrontDesk(visitor);
    const { page } = visitor;
    await visitor.goTo("/numbers");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("textbox", { name: "Jump to" }).fill("front");
    await expectVisible(page.locator("[data-action][data-selected]", { hasText: "Front desk" }));
    await expectAccessible(visitor);
    await page.keyboard.press("Enter");
    await expectAddress(page, /\/agents\/front_desk$/);
  });

  test("the next page has the focus, and the account's menu can be read", { timeout: STORY_MS }, async () => {
    const visitor = await dashboard.signUp("Reader");
    const { page } = visitor;
    await visitor.goTo("/agents");
    await page.getByText("No agents yet").waitFor();
    await page.getByRole("link", { name: "New agent" }).press("Enter");
    await expectVisible(page.getByRole("heading", { name: "New agent", level: 1 }));
    await expectVisible(page.locator("#main:focus"));
    await page.getByRole("button", { name: "Your account" }).click();
    await expectVisible(page.getByRole("menuitem", { name: "Sign out" }));
    await expectAccessible(visitor);
  });

  test("a call is found by its SID", async () => {
    const { page, goTo } = await dashboard.signUp("Searcher");
    const sid = `CA${"0".repeat(32)}`;
    await goTo("/");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("textbox", { name: "Jump to" }).fill(sid);
    await page.getByText(`Call ${sid}`).click();
    await expectAddress(page, /\/activity\?tab=calls&sid=CA0{32}$/);
  });

  test("an address that leads nowhere says so, and leads on", async () => {
    const visitor = await dashboard.signUp("Lost");
    await visitor.goTo("/no/such/page");
    await expectVisible(visitor.page.getByText("There is nothing at this address"));
    await expectAccessible(visitor);
    await visitor.page.getByRole("link", { name: "To the overview" }).click();
    await expectAddress(visitor.page, `${dashboard.world.url}/`);
  });
});

async function signIn(
  page: Awaited<ReturnType<DashboardWorld["visitor"]>>["page"],
  email: string,
): Promise<void> {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill("correct horse battery staple");
  await page.getByRole("button", { name: "Sign in" }).click();
}
