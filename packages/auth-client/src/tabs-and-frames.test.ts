import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { stubPage, type StubPage } from "../../../test/stub-page.ts";
import { createAuthClient, type AuthClient, type Fetch } from "./index.ts";
import { eventually } from "../../../test/eventually.ts";

const issuer = "https://auth.example";
const open: AuthClient[] = [];
let page: StubPage;

beforeEach(() => {
  page = stubPage("https://app.example");
});
afterEach(() => {
  for (const client of open.splice(0)) client.close();
  page.leave();
});

const sessionOf = (token: string, user = "usr_1") => ({
  accessToken: token,
  expiresAt: "2999-01-01T00:00:00Z",
  sessionId: "ses_1",
  serviceId: "srv_roadmapper",
  user: { id: user, email: "a@example.com", name: "A", pictureUrl: null },
  organization: null,
  role: null,
});

/** Auth as the tabs of one browser see it: one cookie for all of them. */
const createAuth = () => {
  const state = { live: true, count: 0, delayMs: 20 };
  const asked: string[] = [];
  const send: Fetch = async (url) => {
    const path = new URL(url).pathname;
    asked.push(path);
    await new Promise((resolve) => setTimeout(resolve, state.delayMs));
    if (path === "/logout") {
      state.live = false;
      return Response.json({ loggedOut: true });
    }
    if (!state.live) return Response.json({ error: { code: "session_missing" } }, { status: 401 });
    state.count += 1;
    return Response.json(sessionOf(`token-${state.count}`));
  };
  return { state, asked, send };
};

const openTab = (send: Fetch, authUrl = issuer): AuthClient => {
  const client = createAuthClient({ authUrl, serviceId: "srv_roadmapper", fetch: send });
  open.push(client);
  return client;
};

describe("tabs of one app [C1]", () => {
  test("that refresh at once send one request and agree on its answer", async () => {
    const { asked, send } = createAuth();
    const tabs = Array.from({ length: 4 }, () => openTab(send));
    const sessions = await Promise.all(tabs.map((tab) => tab.refresh()));
    expect(asked).toEqual(["/refresh"]);
    expect(new Set(sessions.map((session) => session?.accessToken))).toEqual(new Set(["token-1"]));
    expect(tabs.map((tab) => tab.state())).toEqual(Array.from({ length: 4 }, () => "authenticated"));
  });

  test("do not wait long for one that hangs", async () => {
    const { send } = createAuth();
    const hung = Promise.withResolvers<Response>();
    const hanging: Fetch = () => hung.promise;
    const [first, second] = [hanging, send].map((fetch) =>
      createAuthClient({ authUrl: issuer, serviceId: "srv_roadmapper", timeoutMs: 50, fetch }),
    );
    if (!first || !second) throw new Error("two tabs");
    open.push(first, second);
    const failing = expect(first.refresh()).rejects.toMatchObject({ code: "unavailable" });
    // While the other one still hangs.
    expect((await second.refresh())?.accessToken).toBe("token-1");
    hung.reject(new TypeError("late"));
    await failing;
  });

  test("notice a sign-out, ask Auth, and are signed out [D8]", async () => {
    const { asked, send } = createAuth();
    const [one, two] = [openTab(send), openTab(send)];
    await one.refresh();
    await eventually(() => expect(two.state()).toBe("authenticated"));
    await one.logout();
    await eventually(() => expect(two.state()).toBe("unauthenticated"));
    expect(one.state()).toBe("unauthenticated");
    expect(asked).toEqual(["/refresh", "/logout", "/refresh", "/validate"]);
  });

  test("notice a sign-in after they were signed out", async () => {
    const { state, send } = createAuth();
    state.live = false;
    const [one, two] = [openTab(send), openTab(send)];
    await Promise.all([one.refresh(), two.refresh()]);
    expect(two.state()).toBe("unauthenticated");
    state.live = true;
    await one.refresh();
    await eventually(() => expect(two.state()).toBe("authenticated"));
  });

  test("of another Auth stay separate", async () => {
    const { asked, send } = createAuth();
    const [one, two] = [openTab(send), openTab(send, "https://other.example")];
    await one.refresh();
    expect(two.state()).toBe("loading");
    await two.refresh();
    expect(asked).toEqual(["/refresh", "/refresh"]);
  });
});

describe("the session frames [D8]", () => {
  const message = (event: string, id = "id-1"): object => ({ type: "topolo.session", version: 1, event, id });
  const frame = () => page.frames[0];

  test("a message on the hidden channel makes the client ask Auth; Auth alone decides", async () => {
    const { state, asked, send } = createAuth();
    const client = openTab(send);
    await client.refresh();
    client.followOtherApps();
    client.followOtherApps();
    expect(page.frames.map(({ src }) => src)).toEqual([
      `${issuer}/session/channel?origin=${encodeURIComponent("https://app.example")}`,
    ]);
    page.receive({ origin: issuer, source: frame()?.contentWindow, data: message("logout") });
    await eventually(() => expect(asked).toEqual(["/refresh", "/refresh"]));
    expect(client.state()).toBe("authenticated");
    // The same broadcast again says nothing new; the next one finds the session ended.
    page.receive({ origin: issuer, source: frame()?.contentWindow, data: message("logout") });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(asked).toHaveLength(2);
    state.live = false;
    page.receive({ origin: issuer, source: frame()?.contentWindow, data: message("logout", "id-2") });
    await eventually(() => expect(client.state()).toBe("unauthenticated"));
  });

  test("messages from other origins or of other types are ignored", async () => {
    const { asked, send } = createAuth();
    const client = openTab(send);
    await client.refresh();
    client.followOtherApps();
    const source = frame()?.contentWindow;
    for (const forged of [
      { origin: "https://evil.example", source, data: message("logout") },
      { origin: issuer, source: {}, data: message("logout") },
      { origin: issuer, source, data: message("ready") },
      { origin: issuer, source, data: { ...message("logout"), version: 2 } },
      { origin: issuer, source, data: { ...message("logout"), type: "other" } },
      { origin: issuer, source, data: { type: "topolo.session", version: 1, event: "logout" } },
      { origin: issuer, source, data: "logout" },
      { origin: issuer, source, data: null },
    ])
      page.receive(forged);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(asked).toEqual(["/refresh"]);
  });

  test("signing out loads the broadcast frame and removes it when the broadcast is done", async () => {
    const { send } = createAuth();
    const client = openTab(send);
    await client.refresh();
    await client.logout();
    expect(frame()).toMatchObject({
      src: `${issuer}/session/broadcast-logout?origin=${encodeURIComponent("https://app.example")}`,
      shown: true,
    });
    page.receive({ origin: issuer, source: frame()?.contentWindow, data: message("broadcast") });
    expect(frame()?.shown).toBe(false);
  });

  test("an outage at sign-out does not report a sign-out", async () => {
    const { send } = createAuth();
    const client = openTab((url, init) =>
      url.endsWith("/logout") ? Promise.reject(new TypeError("fetch failed")) : send(url, init),
    );
    await client.refresh();
    await expect(client.logout()).rejects.toMatchObject({ code: "unavailable" });
    expect(page.frames).toEqual([]);
    expect(client.state()).toBe("unauthenticated");
  });
});
