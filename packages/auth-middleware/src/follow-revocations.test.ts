import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import {
  createAuthMiddleware,
  followRevocations,
  httpTransport,
  inProcessTransport,
  type AuthTransport,
  type RevocationFeed,
} from "./index.ts";
import { eventually } from "../../../test/eventually.ts";

let auth: TestAuth;
let clientSecret: string;

beforeAll(async () => {
  auth = await startTestAuth();
  clientSecret = await auth.server.createServiceClientSecret("srv_nexus");
});
afterAll(() => auth.close());

const transports: [string, () => AuthTransport][] = [
  ["http", () => httpTransport()],
  ["in-process", () => inProcessTransport(auth.server)],
];

describe.each(transports)("Auth's revocation feed over %s", (_, transport) => {
  let feed: RevocationFeed;
  let heard: string[] = [];
  let asked = 0;

  const counted: AuthTransport = (request) => {
    if (!request.url.includes("/api/revocations")) asked += 1;
    return transport()(request);
  };
  beforeAll(async () => {
    feed = followRevocations({ authUrl: auth.url, serviceId: "srv_nexus", clientSecret, transport: counted });
    feed.on((changed) => heard.push(...(changed === "everything" ? ["everything"] : changed)));
    await eventually(() => expect(feed.isFresh()).toBe(true));
  });
  afterAll(() => feed.close());

  const toHear = (subject: string) => eventually(() => expect(heard).toContain(subject));

  const followed = () =>
    createAuthMiddleware({
      authUrl: auth.url,
      serviceId: "srv_nexus",
      clientSecret,
      transport: counted,
      cacheMs: 60_000,
      revocations: feed,
    });

  test("it is told again and again that nothing has happened, sooner than its silence would count", async () => {
    const heardBefore = heard.length;
    const knownUntil = (): number => performance.now() - feed.state().ageMs;
    let known = knownUntil();
    const steps: number[] = [];
    // A machine that does other things may be late many a time; Auth's own beat is the shortest step.
    await eventually(() => {
      const later = knownUntil();
      if (later - known > 1) steps.push(later - known);
      known = later;
      expect(steps.filter((ms) => ms < 900).length).toBeGreaterThan(5);
    });
    await eventually(() => expect(feed.isFresh()).toBe(true));
    expect(heard.slice(heardBefore)).toEqual([]);
  }, 40_000);

  test("an answer is reused until its session ends, and then at no further call", async () => {
    const middleware = followed();
    const { token, cookie, sessionId } = await auth.login(await auth.addUser({ role: "member" }));
    // That the person was added may be told only now, and drops what was just asked; so does a machine that is late.
    await eventually(async () => {
      asked = 0;
      for (let call = 0; call < 2; call += 1) await middleware.validate(token);
      expect(middleware.cached(token)).toBeDefined();
      expect(asked, "an answer was not reused").toBe(0);
    });
    await auth.call("POST", "/logout", { cookie, headers: { "x-topolo-auth": "1" } });
    await toHear(sessionId);
    expect(middleware.cached(token)).toBeUndefined();
    await expect(middleware.validate(token)).rejects.toMatchObject({ code: "session_revoked" });
  });

  test("changes are told in the order of their commits, however long a transaction that began first goes on", async () => {
    const [early, late] = [await auth.addUser(), await auth.addUser()];
    const rename = "update auth.users set name = name || '+' where id = $1";
    const slow = await auth.pool.connect();
    try {
      await slow.query("begin");
      await slow.query(rename, [early.id]);
      await auth.pool.query(rename, [late.id]);
      await toHear(late.id);
      // The reader is beyond the slow transaction's number by now.
      expect(heard).not.toContain(early.id);
      await slow.query("commit");
    } finally {
      slow.release();
    }
    await toHear(early.id);
  });

  test("what is rolled back is not told", async () => {
    const [kept, undone] = [await auth.addUser(), await auth.addUser()];
    const client = await auth.pool.connect();
    await client.query("begin");
    await client.query("update auth.users set status = 'suspended' where id = $1", [undone.id]);
    await client.query("rollback");
    client.release();
    await auth.pool.query("update auth.users set status = 'suspended' where id = $1", [kept.id]);
    await toHear(kept.id);
    expect(heard).not.toContain(undone.id);
  });
});
