import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startFaultProxy } from "../../../sandbox/fault-proxy.ts";
import { freePorts } from "../../../test/free-ports.ts";
import { openMailBench, outgoingMail, type MailBench } from "../../../test/mail-bench.ts";
import { findProgram, startMailServer } from "./mail-server.ts";
import { readMail, richMail, whatArrives } from "./rich-mail.ts";

// Exim (Debian: exim4-daemon-light) is the mail server of many machines: what it takes, it delivers into a folder.
const binary = findProgram("exim4");

/** Exim will not run as root: `nobody` of Debian, there. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

const configuration = (folder: string, port: number): string => `
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/log/pid
primary_hostname = mail.example.net
exim_user = ${user?.uid ?? process.getuid?.() ?? 0}
exim_group = ${user?.gid ?? process.getgid?.() ?? 0}
deliver_drop_privilege = true
never_users =
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
tls_advertise_hosts =
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
acl_smtp_rcpt = recipient
acl_smtp_data = message
begin acl
recipient:
  deny local_parts = nobody-here
    message = 5.1.1 there is nobody of that name
  # Once in a connection, as a server does that takes only so many at once.
  defer local_parts = later
    condition = \${if def:acl_c_asked {no}{yes}}
    set acl_c_asked = yes
    message = 4.5.3 too many recipients
  defer local_parts = never
  accept
message:
  # It has all of the message, and ends before it says or keeps anything.
  accept senders = dies@example.com
    set acl_m_dead = \${run{/bin/kill -9 $pid}}
  deny senders = unwanted@example.com
    message = 5.7.1 this is not wanted here
  accept
begin routers
everybody:
  driver = accept
  transport = folder
begin transports
folder:
  driver = appendfile
  directory = ${folder}/mail
  maildir_format
  create_directory
  envelope_to_add
begin retry
`;

describe.skipIf(binary === undefined)("mail to Exim (needs Debian's exim4-daemon-light)", () => {
  let folder: string;
  let bench: MailBench;
  let baseUrl: string;
  /** A line to it that loses what it says of a message. */
  let lossyUrl: string;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "exim-"));
    closing.push(() => rm(folder, { recursive: true, force: true }));
    const [port = 0] = await freePorts(1);
    await chmod(folder, 0o755);
    for (const name of ["spool", "log", "mail"]) {
      await mkdir(join(folder, name));
      if (user) await chown(join(folder, name), user.uid, user.gid);
    }
    await writeFile(join(folder, "exim.conf"), configuration(folder, port));
    const options = ["-C", join(folder, "exim.conf"), "-bdf"];
    closing.push(await startMailServer({ program: binary ?? "", options, port, ...(user && { as: user }) }));
    const proxy = await startFaultProxy({ target: { host: "127.0.0.1", port } });
    await proxy.set({ loseReply: { after: "\r\n.\r\n", bytes: 0 } });
    closing.push(() => proxy.close());
    bench = await openMailBench([`127.0.0.1:${port}`, `127.0.0.1:${proxy.port}`]);
    closing.push(() => bench.close());
    baseUrl = `smtp://127.0.0.1:${port}`;
    lossyUrl = `smtp://127.0.0.1:${proxy.port}`;
  });
  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });
  const filesIn = (name: string): Promise<string[]> => readdir(join(folder, name)).catch(() => []);
  /** What was delivered with a subject, once the server has nothing left to deliver. */
  const delivered = async (subject: string): Promise<readonly { readonly to: string; readonly message: Buffer }[]> => {
    // Of a mail that it took it keeps two files until it is delivered; of one that it never took, one may stay.
    while ((await filesIn("spool/input")).some((name) => name.endsWith("-H"))) await sleep(20);
    const messages = await Promise.all(
      (await filesIn("mail/new")).map((name) => readFile(join(folder, "mail/new", name))),
    );
    const read = await Promise.all(messages.map(async (message) => ({ message, found: await readMail(message) })));
    return read
      .filter(({ found }) => found.subject === subject)
      .map(({ message }) => ({ message, to: /^Envelope-to: (.*)$/m.exec(message.toString("latin1"))?.[1] ?? "" }))
      .toSorted((a, b) => a.to.localeCompare(b.to));
  };
  const receivers = async (subject: string) => (await delivered(subject)).map(({ to }) => to);
  const statuses = (sent: Awaited<ReturnType<MailBench["send"]>>) =>
    sent.result.recipients.map(({ address, status }) => [address, status]);

  it("is delivered once to each of its recipients, and is what was asked for", async () => {
    const sent = await bench.send("smtp", richMail, { baseUrl });
    expect(statuses(sent)).toEqual([
      ["ann@example.org", "accepted"],
      ["secret@example.org", "accepted"],
    ]);
    const copies = await delivered(richMail.subject);
    expect(copies.map(({ to }) => to)).toEqual(["ann@example.org", "secret@example.org"]);
    for (const { message, to } of copies) {
      const own = message.toString("latin1").replace(`Envelope-to: ${to}\n`, "");
      expect(await readMail(Buffer.from(own, "latin1"))).toEqual(whatArrives);
    }
    expect(sent.result.objectId).toMatch(/^[\w-]{16,}$/);
  });

  it("asks again only for the recipients that were refused for now, and for none that is refused for good", async () => {
    const names = ["ann", "later", "nobody-here", "never", "bob"];
    const to = names.map((name) => ({ address: `${name}@example.org`, name: undefined }));
    const sent = await bench.send("smtp", outgoingMail({ subject: "In part", to }), { baseUrl });
    expect(statuses(sent)).toEqual([
      ["ann@example.org", "accepted"],
      ["later@example.org", "accepted"],
      ["nobody-here@example.org", "rejected"],
      ["never@example.org", "deferred"],
      ["bob@example.org", "accepted"],
    ]);
    expect(await receivers("In part")).toEqual(["ann@example.org", "bob@example.org", "later@example.org"]);
  });

  it("a drop after the final dot is unknown, whether the mail was lost or delivered", async () => {
    const from = { address: "dies@example.com", name: undefined };
    const lost = bench.send("smtp", outgoingMail({ subject: "Lost", from }), { baseUrl });
    expect(await bench.failure(lost)).toMatchObject({ kind: "unknown", doubt: "cut" });
    const taken = bench.send("smtp", outgoingMail({ subject: "Taken" }), { baseUrl: lossyUrl });
    expect(await bench.failure(taken)).toMatchObject({ kind: "unknown", doubt: "cut" });
    expect(await receivers("Lost")).toEqual([]);
    expect(await receivers("Taken")).toEqual(["ann@example.org"]);
  });

  it("a refusal is definite, of every recipient or of the message, and nothing is delivered", async () => {
    const nobody = outgoingMail({ subject: "Refused", to: [{ address: "nobody-here@example.org", name: undefined }] });
    const unwanted = outgoingMail({ subject: "Refused", from: { address: "unwanted@example.com", name: undefined } });
    for (const mail of [nobody, unwanted]) {
      const failure = await bench.failure(bench.send("smtp", mail, { baseUrl }));
      expect(failure).toMatchObject({ kind: "refused", code: "PROVIDER_REJECTED" });
    }
    expect(await receivers("Refused")).toEqual([]);
  });
});
