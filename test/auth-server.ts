import { once } from "node:events";
import { createServer } from "node:net";
import { hash } from "@node-rs/argon2";
import { Pool } from "pg";
import { createAuthServer, type AuthServer, type IdentitySettings, type Mail } from "../server/identity/index.ts";
import type { PasswordCost } from "../server/identity/crypto/password-hasher.ts";
import { systemClock, type Clock } from "../server/platform/clock.ts";
import { newPrefixedId } from "../server/platform/ids.ts";
import { silentLogger } from "../server/platform/logger.ts";
import { createTestDatabase, type Template, type TestDatabase } from "./database.ts";
import { requireDeclaredAnswer } from "./declared-answers.ts";

/** Time that a test can move forward. */
export interface TestClock extends Clock {
  readonly advance: (ms: number) => void;
}

const createTestClock = (): TestClock => {
  let offsetMs = 0;
  return {
    now: () => Date.now() + offsetMs,
    monotonic: () => performance.now() + offsetMs,
    advance: (ms) => {
      offsetMs += ms;
    },
  };
};

interface Call {
  readonly body?: unknown;
  readonly bearer?: string;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Called {
  readonly status: number;
  /** Parsed JSON, or an empty object. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The body as it came. */
  readonly text: string;
  readonly headers: Headers;
  /** `name=value` of the cookie that was set. */
  readonly cookie: string | undefined;
}

export interface TestUser {
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

/** The mail an Auth has sent. */
export interface TestMails {
  /** Everything so far, oldest first. */
  readonly all: readonly Mail[];
  /**
   * The newest one to an address, waited for where it is still on its way; skips the first `after`. With `about` the newest of
   * those that say so in subject or text: others may be on their way at the same time.
   */
  readonly to: (address: string, options?: { readonly after?: number; readonly about?: string }) => Promise<Mail>;
  /** Waits until nothing is on its way any more. */
  readonly settled: () => Promise<void>;
}

/** The secret in the fragment of a mail's link. */
export const secretIn = (mail: Mail, name = "token"): string => {
  const secret = new RegExp(`#${name}=([A-Za-z0-9_-]{43})`).exec(mail.text)?.[1];
  if (secret === undefined) throw new Error(`no #${name}= in the mail "${mail.subject}"`);
  return secret;
};

const waitFor = async <T>(find: () => Promise<T | undefined> | T | undefined, what: string): Promise<T> => {
  const until = performance.now() + 10_000;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (performance.now() > until) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
};

const createTestMails = (all: readonly Mail[], pool: Pool): TestMails => ({
  all,
  to: (address, { after = 0, about = "" } = {}) =>
    waitFor(
      () =>
        all
          .filter(({ to }) => to === address)
          .slice(after)
          .findLast(({ subject, text }) => subject.includes(about) || text.includes(about)),
      `mail to ${address} about "${about}"`,
    ),
  settled: async () => {
    await waitFor(async () => {
      const { rowCount } = await pool.query(
        "select from auth.mail_outbox where sent_at is null and failed_at is null union all select from auth.security_notices",
      );
      return rowCount === 0 ? true : undefined;
    }, "the outbox to be empty");
  },
});

const password = "a very plain test sentence";
const origin = "http://localhost:3000";

/** An Auth of the suite's own, on its own database and a free port. */
export interface TestAuth {
  readonly server: AuthServer;
  /** Where it listens; its issuer is `http://localhost:3001` all the same. */
  readonly url: string;
  readonly databaseUrl: string;
  /** Superuser access to its database. */
  readonly pool: Pool;
  readonly clock: TestClock;
  /** Filled by the carrier Auth has unless the settings name another. */
  readonly mails: TestMails;
  /** Refuses an answer that is not as Auth's OpenAPI document declares it. */
  readonly call: (method: string, path: string, call?: Call) => Promise<Called>;
  /** An account with a password, and a membership where a role is given. */
  readonly addUser: (member?: { readonly organizationId?: string; readonly role?: string }) => Promise<TestUser>;
  readonly addOrganization: (kind?: string, id?: string) => Promise<string>;
  /** Signs in on a page of the app. */
  readonly login: (
    user: TestUser,
    serviceId?: string,
  ) => Promise<{ readonly token: string; readonly cookie: string; readonly sessionId: string }>;
  readonly close: () => Promise<void>;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** A text field of an answer. */
export const textOf = (body: Readonly<Record<string, unknown>>, name: string): string => {
  const value = body[name];
  if (typeof value !== "string") throw new Error(`${name} is not a text in ${JSON.stringify(body)}`);
  return value;
};

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const createCaller =
  (url: string): TestAuth["call"] =>
  async (method, path, { body, bearer, cookie, headers = {} } = {}) => {
    const response = await fetch(url + path, {
      method,
      redirect: "manual",
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(cookie === undefined ? {} : { cookie }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const { status } = response;
    requireDeclaredAnswer(method, path, { status, type: response.headers.get("content-type") ?? "", text });
    const parsed = parsedJson(text);
    return {
      status,
      body: isRecord(parsed) ? parsed : {},
      text,
      headers: response.headers,
      cookie: response.headers.getSetCookie()[0]?.split(";")[0],
    };
  };

/** Thousands of sign-ins in a run; nobody guesses these passwords. What one costs by default is tested beside the hasher. */
const cheapPasswords: PasswordCost = { memoryKiB: 64, passes: 1 };

const hashes = new Map<PasswordCost, Promise<string>>();
const hashAt = (cost: PasswordCost): Promise<string> => {
  const made = hashes.get(cost) ?? hash(password, { memoryCost: cost.memoryKiB, timeCost: cost.passes });
  hashes.set(cost, made);
  return made;
};

const createUsers = (pool: Pool, cost: PasswordCost): Pick<TestAuth, "addUser" | "addOrganization"> => ({
  addUser: async ({ organizationId = "org_topolo", role } = {}) => {
    const id = newPrefixedId("usr");
    const email = `${id.slice(-12)}@example.com`;
    await pool.query(
      "insert into auth.users (id, email, name, email_verified_at) values ($1, $2, 'Test User', now())",
      [id, email],
    );
    await pool.query("insert into auth.password_credentials (user_id, hash, changed_at) values ($1, $2, now())", [
      id,
      await hashAt(cost),
    ]);
    if (role !== undefined) {
      await pool.query(
        "insert into auth.organization_memberships (organization_id, user_id, role) values ($1, $2, $3)",
        [organizationId, id, role],
      );
    }
    return { id, email, password };
  },
  addOrganization: async (kind = "standard", id = newPrefixedId("org")) => {
    await pool.query(
      "insert into auth.organizations (id, slug, name, kind, admitted_at, admitted_by) values ($1, $2, $2, $3, now(), 'test')",
      [id, id.replace("_", "-"), kind],
    );
    await pool.query(
      "insert into auth.organization_service_access (organization_id, service_id, granted_by) select $1, id, 'test' from auth.services",
      [id],
    );
    return id;
  },
});

const encryptionKey = Buffer.alloc(32, 7);

/** A database that Auth has opened once: with the manifests, the two organizations and signing keys. */
const opened: Template = {
  name: "template_auth",
  fill: async (databaseUrl) => {
    const server = await createAuthServer({
      databaseUrl,
      publicUrl: "http://localhost:3001",
      encryptionKey,
      clock: systemClock,
      log: silentLogger,
      passwordCost: cheapPasswords,
    });
    await server.close();
  },
  refresh:
    "update auth.signing_keys set created_at = now(), activated_at = case when activated_at is null then null else now() end",
};

/** Starts Auth with the dashboard's origin allowed and generous limits. */
export const startTestAuth = async (
  settings: Partial<IdentitySettings> = {},
  port = 0,
  /** In place of one of the test run. */
  given?: TestDatabase,
): Promise<TestAuth> => {
  const database = given ?? (await createTestDatabase(settings.encryptionKey === undefined ? opened : undefined));
  const clock = createTestClock();
  const sent: Mail[] = [];
  const { allowedOrigins = [{ origin, serviceId: "srv_nexus" }], passwordCost = cheapPasswords } = settings;
  const server = await createAuthServer({
    databaseUrl: database.url,
    publicUrl: "http://localhost:3001",
    encryptionKey,
    clock,
    log: silentLogger,
    allowedOrigins,
    passwordCost,
    maxConnections: 4,
    limits: { perAddressPerMinute: 10_000, registrationsPerNetwork: 10_000 },
    mailer: { send: async (mail) => void sent.push(mail), close: async () => undefined },
    ...settings,
  });
  const url = `http://localhost:${await server.listen(port, "localhost")}`;
  const pool = new Pool({ connectionString: database.url, max: 4 });
  pool.on("error", () => undefined);
  const call = createCaller(url);
  return {
    server,
    url,
    databaseUrl: database.url,
    pool,
    clock,
    mails: createTestMails(sent, pool),
    call,
    ...createUsers(pool, passwordCost),
    login: async ({ email, password: secret }, serviceId = "srv_nexus") => {
      const { rows } = await pool.query<{ origin: string }>(
        "select origin from auth.allowed_origins where service_id = $1 and origin is not null limit 1",
        [serviceId],
      );
      const page = allowedOrigins.find((allowed) => allowed.serviceId === serviceId)?.origin ?? rows[0]?.origin;
      const { status, body, cookie } = await call("POST", "/login", {
        body: { email, password: secret },
        headers: {
          "x-service-id": serviceId,
          ...(page === undefined ? {} : { origin: page }),
        },
      });
      if (status !== 200 || cookie === undefined) throw new Error(`login answered ${status} ${JSON.stringify(body)}`);
      return { token: textOf(body, "accessToken"), cookie, sessionId: textOf(body, "sessionId") };
    },
    close: async () => {
      await server.close(500);
      await pool.end();
      await database.drop();
    },
  };
};

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, "localhost");
  await once(probe, "listening");
  const address = probe.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  probe.close();
  await once(probe, "close");
  return address.port;
};

/** Starts Auth so that its issuer is where it listens, as foreign clients insist. */
export const startIssuingAuth = async (settings: Partial<IdentitySettings> = {}): Promise<TestAuth> => {
  const port = await freePort();
  return startTestAuth({ publicUrl: `http://localhost:${port}`, ...settings }, port);
};
