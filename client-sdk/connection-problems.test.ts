import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createNexusClient, NexusClientError } from "./src/index.ts";

const opened: Server[] = [];
afterEach(() => {
  vi.unstubAllGlobals();
  for (const server of opened.splice(0)) server.close();
});

const serve = (listener: RequestListener): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer(listener).listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`);
    });
    opened.push(server);
  });

const errorOf = (act: () => unknown): NexusClientError => {
  try {
    act();
  } catch (error) {
    if (NexusClientError.is(error)) return error;
  }
  throw new Error("expected a NexusClientError");
};

const failureAt = async (baseUrl: string, fetch?: typeof globalThis.fetch): Promise<NexusClientError> => {
  const nexus = createNexusClient({
    baseUrl,
    credential: { apiKey: "k" },
    maxAttempts: 1,
    ...(fetch === undefined ? {} : { fetch }),
  });
  const error: unknown = await nexus.ai.generateText.mutate({ model: "openai/gpt-4o-mini", prompt: "Hello" }).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (NexusClientError.is(error)) return error;
  throw new Error("expected a NexusClientError", { cause: error });
};

describe("an address that cannot be one of Nexus's", () => {
  it.each([
    ["localhost:3000", `Did you mean "http://localhost:3000"?`],
    ["nexus.topolo.app", `Did you mean "http://nexus.topolo.app"?`],
    ["ws://localhost:3000", `Did you mean "http://localhost:3000"?`],
    ["", "baseUrl is missing"],
    [
      "http://localhost:3000/v1",
      `has "/v1" too much, which is where OpenAI's clients call. Write "http://localhost:3000".`,
    ],
    ["http://localhost:3000/v1/", `has "/v1" too much`],
    ["http://localhost:3000/api", `has "/api" too much`],
    ["http://localhost:3000/api/trpc", `Write "http://localhost:3000".`],
    ["http://user:pass@localhost:3000", "say who calls with `credential`"],
    ["http://localhost:3000?x=1", "leave it out"],
    ["http://", "is no address"],
  ])("is refused when the client is made: %j", (baseUrl, said) => {
    const error = errorOf(() => createNexusClient({ baseUrl, credential: { apiKey: "k" } }));
    expect(error).toMatchObject({
      code: "CONNECTION_FAILED",
      effect: "none",
      retryable: false,
      details: { reason: "address" },
    });
    expect(error.message).toContain(said);
    expect(error.message).not.toContain("pass@");
  });

  it("may have a path that a proxy has put before it", async () => {
    const asked: string[] = [];
    const base = await serve((request, response) => {
      asked.push(request.url ?? "");
      response.end();
    });
    await failureAt(`${base}/nexus/`);
    expect(asked).toEqual(["/nexus/api/trpc/ai.generateText"]);
  });
});

describe("a call that no Nexus answered", () => {
  it("says that another server stands there, and that nothing left", async () => {
    const base = await serve((_request, response) => {
      response.writeHead(404, { "content-type": "text/html; charset=utf-8" }).end("<h1>Not found</h1>");
    });
    const error = await failureAt(base);
    expect(error).toMatchObject({ code: "CONNECTION_FAILED", effect: "none", details: { reason: "not_nexus" } });
    expect(error.message).toContain(`Another server than Nexus answered at ${base}: status 404, text/html.`);
  });

  it("says so of one that answers JSON of its own, too", async () => {
    const base = await serve((_request, response) => {
      response.writeHead(401, { "content-type": "application/json" }).end('{"error":"unauthorized"}');
    });
    expect(await failureAt(base)).toMatchObject({ effect: "none", details: { reason: "not_nexus" } });
  });

  it("does not know what a proxy did with it", async () => {
    const base = await serve((_request, response) => {
      response.writeHead(504, { "content-type": "text/html" }).end("Gateway Time-out");
    });
    expect(await failureAt(base)).toMatchObject({ effect: "unknown", details: { reason: "not_nexus" } });
  });

  it("says that https meets a server of http", async () => {
    const base = await serve((_request, response) => response.end());
    expect(await failureAt(base.replace("http:", "https:"))).toMatchObject({
      effect: "none",
      details: { reason: "protocol" },
      message: `${base.replace("http:", "https:")} does not speak https: try http:// in baseUrl.`,
    });
  });

  it("says that the connection broke, which tells nothing of the call", async () => {
    const base = await serve((request) => request.socket.destroy());
    expect(await failureAt(base)).toMatchObject({ effect: "unknown", details: { reason: "lost" } });
  });

  it("says that the name of the host is not known", async () => {
    const fetch = (): never => {
      throw Object.assign(new TypeError("fetch failed"), {
        cause: Object.assign(new Error("dns"), { code: "ENOTFOUND" }),
      });
    };
    expect(await failureAt("http://nexus.invalid", async () => fetch())).toMatchObject({
      effect: "none",
      details: { reason: "unknown_host" },
    });
  });
});

describe("in a browser", () => {
  const failed = new TypeError("Failed to fetch");
  const page = { window: {}, location: { origin: "http://app.example:5173", protocol: "http:" } };
  const nexusAt = "http://nexus.example:3000";

  it("a call that is refused to the page's origin names the origin to register", async () => {
    for (const [name, value] of Object.entries(page)) vi.stubGlobal(name, value);
    const fetch = async (_input: unknown, init?: RequestInit): Promise<Response> => {
      if (init?.mode === "no-cors") return new Response();
      throw failed;
    };
    const error = await failureAt(nexusAt, fetch);
    expect(error).toMatchObject({ code: "CONNECTION_FAILED", effect: "none", details: { reason: "cors" } });
    expect(error.message).toContain("register http://app.example:5173 as an origin of your app");
  });

  it("a call where nobody answers is not taken for one", async () => {
    for (const [name, value] of Object.entries(page)) vi.stubGlobal(name, value);
    const fetch = async (): Promise<Response> => {
      throw failed;
    };
    expect(await failureAt(nexusAt, fetch)).toMatchObject({ effect: "unknown", details: { reason: "lost" } });
  });
});
