import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDoors, type TestDoors } from "../../test/typed-doors.ts";
import { runCli } from "./run-cli.ts";

let doors: TestDoors;
let dataDir: string;

beforeAll(async () => {
  doors = await openTestDoors({ mail: true, knowsSandbox: true });
  dataDir = await mkdtemp(join(tmpdir(), "nexus-cli-mail-"));
  await writeFile(join(dataDir, "mail.txt"), "It is on its way.");
  doors.callAs();
});
afterAll(async () => {
  await doors.close();
  await rm(dataDir, { recursive: true });
});

const nexus = async (args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli({
    args: ["email", ...args],
    environment: { NEXUS_DATA_DIR: dataDir, PORT: new URL(doors.trpcUrl).port, NEXUS_API_KEY: "tpk_test", ...more },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    signal: new AbortController().signal,
  });
  return { code, out: out.join(""), err: err.join("") };
};

const mail = (to: string): string[] => [
  "send",
  "--from",
  "shop@example.com",
  "--to",
  to,
  "--subject",
  "Your parcel",
  "--text",
  join(dataDir, "mail.txt"),
  "--provider",
  "resend",
];

const arrived = (to: string) => doors.sandbox.mailbox?.messages(to) ?? [];

test("a mail is sent, with its attachments, and once for its key", async () => {
  const args = [...mail("cli@example.org"), "--attach", join(dataDir, "mail.txt"), "--key", "parcel-1"];
  const sent = await nexus(args);
  expect(sent).toMatchObject({ code: 0, err: "" });
  expect(sent.out).toMatch(/^Sent by resend: [0-9a-f-]{36}\n {2}cli@example\.org {2}accepted\n$/);
  expect((await nexus(args)).out).toContain("as the same key was answered before");
  expect(arrived("cli@example.org")).toHaveLength(1);
  expect(arrived("cli@example.org")[0]?.source).toContain("mail.txt");
});

test("a dry run shows the request and its cost, and sends nothing", async () => {
  const { code, out } = await nexus([...mail("dry@example.org"), "--dry-run"]);
  expect(code).toBe(0);
  expect(out).toContain("costs at most 900000 nano-USD. Nothing was sent.");
  expect(out).toContain("It is on its way.");
  expect(arrived("dry@example.org")).toHaveLength(0);
});

test("mail that waits is shown, listed and canceled", async () => {
  const sendAt = new Date(Date.now() + 3_600_000).toISOString();
  const later = await nexus([...mail("later@example.org"), "--send-at", sendAt, "--json"]);
  const [, id = ""] = /"emailId":"([0-9a-f-]{36})"/.exec(later.out) ?? [];
  expect((await nexus(["show", id])).out).toMatch(/later@example\.org\s+scheduled/);
  expect((await nexus(["list", "--recipient", "later@example.org"])).out).toContain(id);
  expect((await nexus(["cancel", id])).out).toBe("Canceled; what was set aside for it is given back.\n");
  expect((await nexus(["show", id])).out).toMatch(/later@example\.org\s+canceled/);
});

test("what is wrong is told in words, with the field", async () => {
  expect(await nexus(["send", "--from", "a@example.com", "--to", "b@example.org", "--subject", "x"])).toMatchObject({
    code: 1,
    err: "Say what it says: --text <file>, --html <file> or both.\n",
  });
  const wrong = await nexus([...mail("x@example.org"), "--send-at", "tomorrow"]);
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain("sendAt: a time with its zone");
  const away = await nexus([...mail("x@example.org")], { PORT: "1" });
  expect(away).toMatchObject({ code: 1, err: "Topolo Nexus does not answer at http://localhost:1.\n" });
});
