import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { httpTransport, type AuthTransport } from "@topolo/auth-middleware";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startFaultProxy, type FaultProxy } from "../../sandbox/fault-proxy.ts";
import { startTestAuth, type TestAuth } from "../../test/auth-server.ts";
import { compiledCode } from "../../test/compiled-code.ts";
import { openConsumingGateway, type ConsumingGateway } from "../../test/consuming-gateway.ts";
import { freePorts } from "../../test/free-ports.ts";
import { eventually } from "../../test/eventually.ts";

let auth: TestAuth;
let line: FaultProxy;
let other: FaultProxy;
let nexus: ConsumingGateway;
let clientSecret: string;
let questions = 0;
/** Where the feed comes from: the line to this suite's Auth, or one to a process of its own. */
let feedPort = 0;

const portOf = (url: string): number => Number(new URL(url).port);

/** Questions go straight to Auth, the feed goes over a line that can be disturbed. */
const transport: AuthTransport = (request) => {
  const target = new URL(request.url);
  if (target.pathname !== "/api/revocations") {
    questions += 1;
    return httpTransport()(request);
  }
  target.hostname = "127.0.0.1";
  target.port = String(feedPort);
  return httpTransport()(new Request(target, request));
};

beforeAll(async () => {
  auth = await startTestAuth();
  clientSecret = await auth.server.createServiceClientSecret("srv_nexus");
  line = await startFaultProxy({ target: { host: "localhost", port: portOf(auth.url) } });
  feedPort = line.port;
  nexus = await openConsumingGateway({ authUrl: auth.url, clientSecret, transport, cacheMs: 60_000, followed: true });
  const [port = 0] = await freePorts(1);
  other = await startFaultProxy({ target: { host: "127.0.0.1", port } });
}, 60_000);
afterAll(async () => {
  await line.clear();
  await nexus.close();
  await line.close();
  await other.close();
  await auth.close();
});
beforeEach(async () => {
  await line.clear();
  await fresh();
});

const feed = () => {
  if (!nexus.revocations) throw new Error("no feed");
  return nexus.revocations;
};
const fresh = () => eventually(() => expect(feed().isFresh()).toBe(true));
const silent = () => eventually(() => expect(feed().isFresh()).toBe(false));

const signIn = async () => {
  const { token, cookie, sessionId } = await auth.login(await auth.addUser({ role: "member" }));
  return { sessionId, cookie, bearer: { authorization: `Bearer ${token}` } };
};
const logOut = ({ cookie }: { readonly cookie: string }) =>
  auth.call("POST", "/logout", { cookie, headers: { "x-topolo-auth": "1" } });
type Person = Awaited<ReturnType<typeof signIn>>;

/** How many questions so many calls of one person cost. */
const costOf = async (calls: number, { bearer }: Person): Promise<number> => {
  questions = 0;
  for (let call = 0; call < calls; call += 1) expect((await nexus.chat(bearer)).status).toBe(200);
  return questions;
};

/** Answers are reused while the feed is fresh, which on a busy machine it may fail to be for a moment. */
const reused = (calls: number, person: Person): Promise<void> =>
  eventually(async () => expect(await costOf(calls, person)).toBe(0));

describe("a feed that is cut", () => {
  test.each([
    ["reset", { reset: true }],
    ["refused", { reset: true, refuse: true }],
    ["held back, with the connection open", { toClient: { blackhole: true } }],
    ["held back on the way there", { toTarget: { blackhole: true }, reset: true }],
    ["half open", { halfOpen: true, refuse: true }],
    ["three seconds late", { toClient: { latencyMs: 3_000 } }],
  ] as const)(
    "%s: from a second on each call asks, and answers are reused again when it is back",
    async (_, faults) => {
      const person = await signIn();
      await nexus.chat(person.bearer);
      await reused(3, person);
      await line.set(faults);
      const cutAt = performance.now();
      let lastFreshAt = cutAt;
      await eventually(() => {
        const lookedAt = performance.now();
        if (feed().isFresh()) lastFreshAt = lookedAt;
        expect(feed().isFresh()).toBe(false);
      });
      expect(lastFreshAt - cutAt).toBeLessThan(1_600);
      expect(await costOf(4, person)).toBe(4);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect(feed().isFresh()).toBe(false);
      await line.clear();
      await fresh();
      await nexus.chat(person.bearer);
      await reused(3, person);
    },
    30_000,
  );

  test("what was revoked meanwhile is told when it is back, and nothing else is dropped", async () => {
    const [first, gone, stays] = [await signIn(), await signIn(), await signIn()];
    for (const person of [first, gone, stays]) await nexus.chat(person.bearer);
    const dropped = (): number => feed().state().dropped;
    const before = dropped();
    await logOut(first);
    await eventually(() => expect(dropped()).toBeGreaterThan(before));
    const ofOne = dropped() - before;
    const { resets } = feed().state();
    await line.set({ reset: true, refuse: true });
    await silent();
    await logOut(gone);
    await line.clear();
    await eventually(() => expect(dropped()).toBeGreaterThan(before + ofOne));
    await fresh();
    await reused(3, stays);
    expect((await nexus.chat(gone.bearer)).status).toBe(401);
    expect(dropped()).toBe(before + 2 * ofOne);
    expect(feed().state().resets).toBe(resets);
  });

  test("an answer on its way when its end arrives is used once, by the call that asked, and not kept", async () => {
    const person = await signIn();
    let release: (() => void) | undefined;
    let answered: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const ready = new Promise<void>((resolve) => (answered = resolve));
    const slow: AuthTransport = async (request) => {
      const response = await transport(request);
      if (request.url.endsWith("/validate")) {
        answered?.();
        await held;
      }
      return response;
    };
    const gateway = await openConsumingGateway({
      authUrl: auth.url,
      clientSecret,
      transport: slow,
      cacheMs: 60_000,
      followed: true,
    });
    await eventually(() => expect(gateway.revocations?.isFresh()).toBe(true));
    const heard: string[] = [];
    gateway.revocations?.on((changed) => heard.push(...changed));
    const early = gateway.chat(person.bearer);
    await ready;
    await logOut(person);
    await eventually(() => expect(heard).toContain(person.sessionId));
    // It finds the question of the first one under way, and may not have its answer.
    const late = gateway.chat(person.bearer);
    await new Promise((resolve) => setTimeout(resolve, 50));
    release?.();
    expect([(await early).status, (await late).status]).toEqual([200, 401]);
    expect((await gateway.chat(person.bearer)).status).toBe(401);
    await gateway.close();
  });
});

describe("another Auth process on the same database", () => {
  let child: ChildProcess | undefined;

  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };
  const start = async (): Promise<void> => {
    await stop("SIGKILL");
    const [port = 0] = await freePorts(1);
    child = spawn(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        join(import.meta.dirname, "..", "..", "test", "auth-process.ts"),
        String(port),
      ],
      {
        stdio: "ignore",
        env: {
          NODE_ENV: "test",
          PATH: process.env["PATH"],
          ...compiledCode,
          AUTH_DATABASE_URL: auth.databaseUrl,
          AUTH_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
        },
      },
    );
    feedPort = port;
    await eventually(async () => expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200), {
      timeout: 30_000,
      interval: 50,
    });
  };
  afterAll(async () => {
    await stop("SIGKILL");
    feedPort = line.port;
  });

  test.each(["SIGKILL", "SIGTERM"] as const)(
    "after %s and a restart everything is asked anew, and then reused",
    async (signal) => {
      await start();
      await line.set({ reset: true });
      await line.clear();
      await fresh();
      const person = await signIn();
      await nexus.chat(person.bearer);
      await reused(2, person);
      const { resets } = feed().state();
      await stop(signal);
      await silent();
      expect(await costOf(2, person)).toBe(2);
      await start();
      await fresh();
      expect(feed().state().resets).toBeGreaterThan(resets);
      questions = 0;
      expect((await nexus.chat(person.bearer)).status).toBe(200);
      expect(questions).toBe(1);
      await reused(3, person);
      await logOut(person);
      await new Promise((resolve) => setTimeout(resolve, 250));
      expect((await nexus.chat(person.bearer)).status).toBe(401);
    },
    60_000,
  );

  test("one that stands still for longer than a second is not trusted, and goes on where it was", async () => {
    const person = await signIn();
    await nexus.chat(person.bearer);
    await reused(2, person);
    child?.kill("SIGSTOP");
    await silent();
    await logOut(person);
    expect((await nexus.chat(person.bearer)).status).toBe(401);
    child?.kill("SIGCONT");
    await fresh();
    expect((await nexus.chat(person.bearer)).status).toBe(401);
  });
});
