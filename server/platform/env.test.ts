import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { ConfigurationError, readAuthEnv, readEnv } from "./env.ts";

const key = () => randomBytes(32).toString("base64");

const production = (): Record<string, string> => ({
  NODE_ENV: "production",
  NEXUS_ENCRYPTION_KEYS: `k1:${key()}`,
  AUTH_ENCRYPTION_KEY: key(),
  AUTH_REGISTRATION: "invitation",
  NEXUS_TOKEN_PEPPER: key(),
  NEXTAUTH_SECRET: key(),
});

const problemsOf = (source: Record<string, string>): string => {
  try {
    readEnv(source);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return "";
};

test("nothing has to be set for development", () => {
  expect(readEnv({})).toMatchObject({
    NODE_ENV: "development",
    PORT: 3000,
    AUTH_PORT: 3001,
    HOST: "localhost",
    NEXUS_WORKERS: 1,
    NEXUS_DATA_DIR: ".nexus",
  });
});

test("an address of several database servers is refused with what to do instead, and a comma elsewhere is none", () => {
  for (const name of ["DATABASE_URL", "AUTH_DATABASE_URL"]) {
    for (const address of [
      "postgresql://u:p@db1:5432,db2:5432/nexus?target_session_attrs=read-write",
      "postgres://a,b/x",
    ])
      expect(problemsOf({ [name]: address })).toMatch(new RegExp(`- ${name}: names several servers.*HAProxy`));
    expect(problemsOf({ [name]: "postgresql://u:p,q@db1/nexus?options=a,b" })).toBe("");
  }
});

test("an empty setting is an unset one", () => {
  const env = readEnv({ PORT: "", DATABASE_URL: "", NEXUS_SANDBOX: "" });
  expect([env.PORT, env.DATABASE_URL, env.NEXUS_SANDBOX]).toEqual([3000, undefined, undefined]);
});

test("every wrong setting is named at once, its value never", () => {
  const problems = problemsOf({
    PORT: "many",
    NEXUS_WORKERS: "0",
    DATABASE_URL: "mysql://root:hunter2@db/x",
    NEXUS_AUTH_CACHE_MS: "60001",
    LOG_LEVEL: "loud",
  });
  for (const name of ["PORT", "NEXUS_WORKERS", "DATABASE_URL", "NEXUS_AUTH_CACHE_MS", "LOG_LEVEL"])
    expect(problems).toContain(`- ${name}: `);
  expect(problems).not.toContain("hunter2");
});

test("production starts with its secrets", () => {
  expect(readEnv(production()).NODE_ENV).toBe("production");
});

test.each(["NEXUS_ENCRYPTION_KEYS", "AUTH_ENCRYPTION_KEY", "NEXUS_TOKEN_PEPPER", "NEXTAUTH_SECRET"])(
  "production refuses to start without %s",
  (name) => {
    const { [name]: _, ...rest } = production();
    expect(problemsOf(rest)).toContain(`${name}: required in production`);
  },
);

test("production names all that is missing at once", () => {
  expect(problemsOf({ NODE_ENV: "production" }).match(/required in production/g)).toHaveLength(5);
});

test("with a remote Auth its client secret is required, and the key of the embedded one is not", () => {
  const { AUTH_ENCRYPTION_KEY: _, ...rest } = production();
  expect(problemsOf({ ...rest, TOPOLO_AUTH_URL: "https://auth.example.com" })).toContain(
    "TOPOLO_AUTH_CLIENT_SECRET: required with TOPOLO_AUTH_URL",
  );
  expect(problemsOf({ ...rest, TOPOLO_AUTH_URL: "https://auth.example.com", TOPOLO_AUTH_CLIENT_SECRET: key() })).toBe(
    "",
  );
});

test("there is no sandbox in production", () => {
  expect(problemsOf({ ...production(), NEXUS_SANDBOX: "on" })).toContain(
    "NEXUS_SANDBOX: the sandbox does not run in production",
  );
});

test.each(["changeme", "change-me", "secret", "<your key>", "your-secret", "xxxx", "Placeholder"])(
  "production refuses the placeholder %j",
  (value) => {
    expect(problemsOf({ ...production(), NEXTAUTH_SECRET: value })).toContain("NEXTAUTH_SECRET: ");
    expect(problemsOf({ ...production(), PLATFORM_OPENAI_API_KEY: value })).toContain(
      "PLATFORM_OPENAI_API_KEY: still a placeholder",
    );
  },
);

test.each([
  ["NEXUS_ENCRYPTION_KEYS", "k1:c2hvcnQ="],
  ["NEXUS_ENCRYPTION_KEYS", Buffer.alloc(32, 1).toString("base64")],
  ["AUTH_ENCRYPTION_KEY", "c2hvcnQ="],
  ["NEXUS_TOKEN_PEPPER", "not base64 of 32 bytes"],
  ["NEXTAUTH_SECRET", "too short"],
])("production refuses a %s that is no key", (name, value) => {
  const problems = problemsOf({ ...production(), [name]: value });
  expect(problems).toContain(`${name}: expected `);
  expect(problems).not.toContain(value);
});

test("platform secrets are read by vendor", () => {
  const { platformVendors } = readEnv({
    PLATFORM_OPENAI_API_KEY: "sk-1",
    PLATFORM_OPENAI_COMPATIBLE_BASE_URL: "http://localhost:11434/v1/",
    PLATFORM_X_OTHER: "no",
  });
  expect([...platformVendors]).toEqual([
    ["openai", { secret: { apiKey: "sk-1" }, baseUrl: undefined }],
    ["openai-compatible", { secret: {}, baseUrl: "http://localhost:11434/v1" }],
  ]);
});

test.each(["TURNSTILE_SECRET_KEY", "TURNSTILE_SITE_KEY"])(
  "the robot check is not left half configured: %s alone",
  (name) => {
    expect(problemsOf({ [name]: "1x00000000000000000000AA" })).toContain(
      "TURNSTILE_SECRET_KEY and TURNSTILE_SITE_KEY: both or neither",
    );
  },
);

test("Auth's mail needs a sender and a carrier in production, and alone a Nexus that is named", () => {
  const smtp = { AUTH_SMTP_URL: "smtps://mail.example.com" };
  const from = { AUTH_MAIL_FROM: "Topolo <no-reply@example.com>" };
  expect(problemsOf({ ...production(), ...smtp })).toContain("AUTH_MAIL_FROM");
  expect(problemsOf({ ...production(), ...smtp, AUTH_MAIL_FROM: "a@topolo.localhost" })).toContain("AUTH_MAIL_FROM");
  expect(problemsOf({ ...production(), AUTH_MAIL_BY: "nexus" })).toContain("AUTH_MAIL_FROM");
  expect(problemsOf({ ...production(), ...from, AUTH_MAIL_BY: "smtp" })).toContain("AUTH_SMTP_URL");
  expect(problemsOf({ ...production(), ...from, AUTH_NEXUS_URL: "http://nexus.example.com" })).toContain("https");
  for (const more of [{}, from, { ...from, ...smtp }, { ...from, AUTH_MAIL_BY: "nexus" }])
    expect(problemsOf({ ...production(), ...more })).toBe("");
  expect(() => readAuthEnv({ AUTH_MAIL_BY: "nexus" })).toThrow("AUTH_NEXUS_URL");
  expect(readAuthEnv({ AUTH_MAIL_BY: "nexus", AUTH_NEXUS_URL: "http://localhost:3000" }).AUTH_MAIL_BY).toBe("nexus");
});
