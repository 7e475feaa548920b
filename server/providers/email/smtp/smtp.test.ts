import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, expect, test } from "vitest";
import type { OutgoingEmail } from "../../../contracts/email-vendor.ts";
import { ProviderError, type ProviderFailure } from "../../../contracts/vendor-call.ts";
import { systemClock } from "../../../platform/clock.ts";
import { createEgress } from "../../../platform/egress/index.ts";
import { silentLogger } from "../../../platform/logger.ts";
import { smtp } from "./smtp.ts";
import { noDownload } from "../../../../test/no-download.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A mail server of this machine, and what it was given. */
const serve = async (options: SMTPServerOptions) => {
  const taken: string[] = [];
  const server = new SMTPServer({
    disableReverseLookup: true,
    onData: (stream, { envelope }, done) => {
      stream.resume().once("end", () => {
        taken.push(...envelope.rcptTo.map(({ address }) => address));
        done();
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  return { taken, host: `127.0.0.1:${port}` };
};

const mail: OutgoingEmail = {
  messageId: "<1@example.com>",
  from: { address: "app@example.com", name: undefined },
  to: [{ address: "ann@example.org", name: undefined }],
  cc: [],
  bcc: [],
  replyTo: undefined,
  subject: "Hello",
  text: "Hello",
  html: undefined,
  attachments: [],
  headers: {},
  tags: {},
  stream: "transactional",
};

interface Sending {
  readonly baseUrl: string;
  readonly allow?: readonly string[];
  readonly credential?: Readonly<Record<string, string>>;
  readonly resolve?: Parameters<typeof createEgress>[0]["resolve"];
}

const send = async ({ baseUrl, allow = [], credential = {}, resolve }: Sending) => {
  const { email } = smtp;
  if (email === undefined) throw new Error("no e-mail side");
  const egress = createEgress({
    allow,
    log: silentLogger,
    clock: systemClock,
    connectTimeoutMs: 2_000,
    ...(resolve === undefined ? {} : { resolve }),
  });
  closing.push(() => egress.close());
  const { signal } = new AbortController();
  const limits = { deadlineMs: 5_000, firstByteMs: 5_000, idleMs: 5_000, maxBytes: 1_000 };
  const attempt = egress.attempt({
    vendor: "smtp",
    credentialId: "c",
    credentialVersion: 1,
    baseUrl,
    signal,
    ...limits,
  });
  const bytes = await email.prepare(mail, { operationId: "op", providerKey: "key" });
  const io = {
    credential,
    baseUrl,
    send: attempt.send,
    connect: attempt.connect,
    download: noDownload,
    signal,
    operationId: "op",
  };
  return email.send(bytes, io);
};

const failureOf = async (sending: Promise<unknown>): Promise<ProviderFailure> => {
  const error: unknown = await sending.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error instanceof ProviderError) return error.failure;
  throw error;
};

test("a name and password open the server, and wrong ones are the credential's failure", async () => {
  const { host, taken } = await serve({
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      username === "app" && password === "pass word" ? done(null, { user: "app" }) : done(new Error("no")),
  });
  const to = { baseUrl: `smtp://${host}`, allow: [host] };
  const { result } = await send({ ...to, credential: { username: "app", password: "pass word" } });
  expect(result.recipients).toEqual([{ address: "ann@example.org", field: "to", status: "accepted" }]);
  const failure = await failureOf(send({ ...to, credential: { username: "app", password: "canary-wrong" } }));
  expect(failure).toMatchObject({ kind: "refused", code: "PROVIDER_AUTH_FAILED", about: "credential" });
  expect(JSON.stringify(failure)).not.toContain("canary");
  expect(taken).toEqual(["ann@example.org"]);
});

test.each(["smtp", "smtps"])(
  "a certificate that nobody vouches for ends it before the name is told (%s)",
  async (scheme) => {
    const names: string[] = [];
    const { host, taken } = await serve({
      secure: scheme === "smtps",
      onAuth: ({ username = "" }, _, done) => {
        names.push(username);
        done(null, { user: username });
      },
    });
    const credential = { username: "app", password: "secret" };
    const failure = await failureOf(send({ baseUrl: `${scheme}://${host}`, allow: [host], credential }));
    expect(failure.kind).toBe("not_sent");
    expect([names, taken]).toEqual([[], []]);
  },
);

test("a server that nobody listens on is the vendor's failure, and proves that nothing left", async () => {
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port } = free.address() as AddressInfo;
  free.close();
  const host = `127.0.0.1:${port}`;
  expect(await failureOf(send({ baseUrl: `smtp://${host}`, allow: [host] }))).toMatchObject({
    kind: "not_sent",
    about: "vendor",
  });
});

test("a public name that leads to a private address is not connected to", async () => {
  const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
  const failure = await failureOf(send({ baseUrl: "smtps://mail.example.com", resolve }));
  expect(failure).toMatchObject({ kind: "not_sent", code: "PROVIDER_UNAVAILABLE" });
});
