import { createHash } from "node:crypto";
import { createContext, runInContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { framePage } from "./frame-page.ts";

let auth: TestAuth;
let withPreviews: TestAuth;

beforeAll(async () => {
  auth = await startTestAuth();
  withPreviews = await startTestAuth({ allowPreviews: true });
});
afterAll(async () => {
  await auth.close();
  await withPreviews.close();
});

const paths = ["/session/channel", "/session/broadcast-logout"] as const;

const frame = async (path: string, origin: string, target = auth, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${target.url}${path}?origin=${encodeURIComponent(origin)}`, { headers });
  return { status: answer.status, policy: answer.headers.get("content-security-policy") ?? "", answer };
};

const granted = [
  "http://localhost:3000",
  "http://localhost:3001",
  "https://nexus.topolo.app",
  "https://roadmapper.topolo.app",
  "https://topolo-nexus.pages.dev",
];

const denied = [
  "null",
  "*",
  "https:",
  "https://evil.example",
  "http://nexus.topolo.app",
  "https://nexus.topolo.app:8443",
  "https://nexus.topolo.app.evil.com",
  "https://evilnexus.topolo.app",
  "https://NEXUS.topolo.app",
  "https://nexus.topolo.app.",
  "https://nexus.topolo.app/",
  "https://nexus.topolo.app; frame-ancestors *",
  "https://nexus.topolo.app https://evil.example",
  'https://nexus.topolo.app"><script>alert(1)</script>',
  "https://*.topolo.app",
  "https://topolo-nexus-evil.pages.dev",
  "https://preview.topolo-nexus.pages.dev",
];

describe.each(paths)("%s [C4, C5]", (path) => {
  test.each(granted)("only %s may frame it, and its messages go only there", async (origin) => {
    const { status, policy, answer } = await frame(path, origin);
    expect(status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("vary")).toBe("Origin");
    const directives = new Map(policy.split("; ").map((line) => [line.split(" ")[0], line.split(" ").slice(1)]));
    expect(directives.get("frame-ancestors")).toEqual([origin]);
    expect(directives.get("default-src")).toEqual(["'none'"]);
    const html = await answer.text();
    expect(html).toContain(`data-origin="${origin}"`);
    const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1] ?? "";
    expect(directives.get("script-src")).toEqual([`'sha256-${createHash("sha256").update(script).digest("base64")}'`]);
    expect(script).not.toContain('"*"');
  });

  test.each(denied)("%s may not frame it", async (origin) => {
    const { status, policy, answer } = await frame(path, origin);
    expect([status, await answer.json()]).toMatchObject([403, { error: { code: "origin_not_allowed" } }]);
    expect(policy).toContain("frame-ancestors 'none'");
  });

  test("a missing or repeated origin is refused", async () => {
    for (const search of ["", "?origin=", "?origin=https://nexus.topolo.app&origin=https://evil.example", "?other=x"]) {
      const answer = await fetch(`${auth.url}${path}${search}`);
      expect([search, answer.status]).toEqual([search, 400]);
      expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    }
  });

  test("previews count only where switched on [X15]", async () => {
    const preview = "https://abc123.topolo-nexus.pages.dev";
    expect((await frame(path, preview)).status).toBe(403);
    expect((await frame(path, preview, withPreviews)).policy).toContain(`frame-ancestors ${preview};`);
    expect((await frame(path, "https://a.b.topolo-nexus.pages.dev", withPreviews)).status).toBe(403);
    expect((await frame(path, "https://abc123.evil-topolo-nexus.pages.dev", withPreviews)).status).toBe(403);
  });

  test("loading a frame changes nothing on the server [D8]", async () => {
    const { cookie, token } = await auth.login(await auth.addUser({ role: "owner" }));
    const everything = async () => {
      const { rows } = await auth.pool.query<{ all: string }>(
        `select (select md5(string_agg(t::text, '' order by id)) from auth.sessions t) || (select md5(string_agg(t::text, '' order by id)) from auth.refresh_tokens t)
           || (select count(*) from auth.audit_events) as all`,
      );
      return rows[0]?.all;
    };
    const before = await everything();
    const { answer } = await frame(path, "http://localhost:3000", auth, { cookie });
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await everything()).toBe(before);
    expect((await auth.call("GET", "/api/me", { bearer: token })).status).toBe(200);
    expect((await auth.call("POST", `${path}?origin=http://localhost:3000`, { cookie })).status).toBe(405);
  });
});

test("no other page of Auth may be framed [C5]", async () => {
  for (const path of ["/health", "/api/me", "/setup?token=x", "/settings", "/nothing"]) {
    const { headers } = await fetch(auth.url + path, { redirect: "manual" });
    expect([path, headers.get("content-security-policy")]).toEqual([
      path,
      expect.stringContaining("frame-ancestors 'none'"),
    ]);
  }
});

interface Said {
  readonly message: unknown;
  readonly targetOrigin: string;
}

interface Window {
  readonly said: Said[];
  readonly receive: (data: unknown) => void;
  readonly storage: (event: { readonly key: string; readonly newValue: string | null }) => void;
}

/** Frames of one browser, as far as their scripts look at it: messages to the parent, one channel, one storage. */
const openBrowser = ({ channels = true }: { readonly channels?: boolean } = {}) => {
  const windows: Window[] = [];
  const open = (kind: "channel" | "broadcast", origin: string, framed = true): Window => {
    const { html } = framePage(kind, origin);
    const said: Said[] = [];
    const listeners: Window["storage"][] = [];
    const channel = { onmessage: undefined as ((event: { readonly data: unknown }) => void) | undefined };
    const self: Window = {
      said,
      receive: (data) => channel.onmessage?.({ data }),
      storage: (event) => listeners.forEach((listener) => listener(event)),
    };
    const others = () => windows.filter((one) => one !== self);
    const scope: Record<string, unknown> = {
      document: { documentElement: { dataset: { origin: /data-origin="([^"]*)"/.exec(html)?.[1] } } },
      crypto: globalThis.crypto,
      localStorage: {
        setItem: (key: string, newValue: string) => others().forEach(({ storage }) => storage({ key, newValue })),
        removeItem: (key: string) => others().forEach(({ storage }) => storage({ key, newValue: null })),
      },
      ...(channels
        ? {
            BroadcastChannel: function () {
              return Object.assign(channel, {
                postMessage: (data: unknown) => others().forEach((o) => o.receive(data)),
              });
            },
          }
        : {}),
    };
    scope.window = scope;
    scope.addEventListener = (_type: string, listener: Window["storage"]) => listeners.push(listener);
    scope.parent = framed
      ? { postMessage: (message: unknown, targetOrigin: string) => said.push({ message, targetOrigin }) }
      : scope;
    windows.push(self);
    runInContext(/<script>([\s\S]*)<\/script>/.exec(html)?.[1] ?? "", createContext(scope));
    return self;
  };
  return { open };
};

describe("the messages of the frames [D8]", () => {
  test.each([{ channels: true }, { channels: false }])("a broadcast reaches every channel once: %o", (options) => {
    const browser = openBrowser(options);
    const one = browser.open("channel", "https://nexus.topolo.app");
    const other = browser.open("channel", "https://roadmapper.topolo.app");
    const ready = { message: { type: "topolo.session", version: 1, event: "ready" } };
    expect(one.said).toEqual([{ ...ready, targetOrigin: "https://nexus.topolo.app" }]);
    const broadcast = browser.open("broadcast", "https://nexus.topolo.app");
    const told = broadcast.said[0]?.message;
    expect(broadcast.said).toHaveLength(1);
    expect(told).toMatchObject({ type: "topolo.session", version: 1, event: "broadcast" });
    for (const [channel, targetOrigin] of [
      [one, "https://nexus.topolo.app"],
      [other, "https://roadmapper.topolo.app"],
    ] as const)
      expect(channel.said.slice(1)).toEqual([{ message: { ...(told as object), event: "logout" }, targetOrigin }]);
  });

  test("a frame opened as a window sends nothing", () => {
    const browser = openBrowser();
    const channel = browser.open("channel", "https://nexus.topolo.app");
    expect(browser.open("broadcast", "https://nexus.topolo.app", false).said).toEqual([]);
    expect(channel.said).toHaveLength(1);
    expect(browser.open("channel", "https://nexus.topolo.app", false).said).toEqual([]);
  });

  test("other messages are not passed on", () => {
    const channel = openBrowser().open("channel", "https://nexus.topolo.app");
    for (const data of [undefined, null, 1, "logout", {}, { event: "logout" }, { event: "logout", id: 7 }, { id: "x" }])
      channel.receive(data);
    channel.receive({ event: "logout", id: "x".repeat(101) });
    channel.storage({ key: "another", newValue: "x" });
    channel.storage({ key: "topolo.session.logout", newValue: null });
    expect(channel.said).toHaveLength(1);
  });
});
