import { describe, expect, test } from "vitest";
import { AuthUnavailable, createServiceTokenSource, inProcessTransport } from "./index.ts";

interface Asked {
  readonly authorization: string | null;
  readonly form: URLSearchParams;
  readonly path: string;
}

const build = (reply: (count: number) => Response | Promise<Response>) => {
  const asked: Asked[] = [];
  let now = 1_000_000;
  const source = createServiceTokenSource({
    authUrl: "https://auth.example/",
    clientId: "srv_roadmapper",
    clientSecret: "s:cret%",
    clock: { now: () => now },
    transport: inProcessTransport({
      fetch: async (request) => {
        asked.push({
          authorization: request.headers.get("authorization"),
          form: new URLSearchParams(await request.text()),
          path: new URL(request.url).pathname,
        });
        return reply(asked.length);
      },
    }),
  });
  return {
    source,
    asked,
    advance: (ms: number) => {
      now += ms;
    },
  };
};
const granted = (count: number): Response =>
  Response.json({ access_token: `token-${count}`, token_type: "Bearer", expires_in: 600 });

describe("a service's own token [B5]", () => {
  test("is asked for once, however many want it, and again near its end", async () => {
    const { source, asked, advance } = build(granted);
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => source.token())))).toEqual(new Set(["token-1"]));
    advance(569_000);
    expect(await source.token()).toBe("token-1");
    advance(2_000);
    expect(await source.token()).toBe("token-2");
    expect(asked).toHaveLength(2);
    expect(asked[0]?.path).toBe("/sso/exchange");
    expect(Object.fromEntries(asked[0]?.form ?? [])).toEqual({ grant_type: "client_credentials" });
    const basic = Buffer.from((asked[0]?.authorization ?? "").slice("Basic ".length), "base64").toString();
    expect(basic).toBe("srv_roadmapper:s%3Acret%25");
  });

  test("is dropped on request, also while it is under way", async () => {
    const { source } = build(granted);
    const running = source.token();
    source.forget();
    expect(await running).toBe("token-1");
    expect(await source.token()).toBe("token-2");
    source.forget();
    expect(await source.token()).toBe("token-3");
  });

  test.each<[string, () => Response | Promise<Response>]>([
    ["a refused secret", () => Response.json({ error: "invalid_client" }, { status: 401 })],
    ["an outage", () => Response.json({}, { status: 503 })],
    ["HTML", () => new Response("<p>", { headers: { "content-type": "text/html" } })],
    ["no token", () => Response.json({ token_type: "Bearer", expires_in: 600 })],
    ["another kind of token", () => Response.json({ access_token: "t", token_type: "DPoP", expires_in: 600 })],
    ["no end", () => Response.json({ access_token: "t", token_type: "Bearer" })],
    ["no network", () => Promise.reject(new TypeError("fetch failed"))],
  ])("%s is an outage, and the next call asks again [B2]", async (_, broken) => {
    let works = false;
    const { source } = build((count) => (works ? granted(count) : broken()));
    await expect(source.token()).rejects.toSatisfy(AuthUnavailable.is);
    works = true;
    expect(await source.token()).toBe("token-2");
  });
});
