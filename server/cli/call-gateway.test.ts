import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDoors, type TestDoors } from "../../test/typed-doors.ts";
import { operatorNamed } from "../contracts/operator.ts";
import { setBudget } from "../domain/budgets/index.ts";
import { addEmailSender } from "../domain/email/index.ts";
import { runCli } from "./run-cli.ts";

let doors: TestDoors;
let dataDir: string;

beforeAll(async () => {
  doors = await openTestDoors({ mail: true, knowsSandbox: true });
  dataDir = await mkdtemp(join(tmpdir(), "nexus-cli-mail-"));
  await writeFile(join(dataDir, "mail.txt"), "It is on its way.");
  const { organizationId } = doors.callAs();
  await addEmailSender(doors.deps, { ...operatorNamed("operator"), organizationId }, "shop.example");
});
afterAll(async () => {
  await doors.close();
  await rm(dataDir, { recursive: true });
});

const nexus = async (args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli({
    args,
    environment: { NEXUS_DATA_DIR: dataDir, PORT: new URL(doors.trpcUrl).port, NEXUS_API_KEY: "tpk_test", ...more },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    signal: new AbortController().signal,
  });
  return { code, out: out.join(""), err: err.join("") };
};

const mail = (to: string): string[] => [
  "email",
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
  expect((await nexus(["email", "show", id])).out).toMatch(/later@example\.org\s+scheduled/);
  expect((await nexus(["email", "list", "--recipient", "later@example.org"])).out).toContain(id);
  expect((await nexus(["email", "cancel", id])).out).toBe("Canceled; what was set aside for it is given back.\n");
  expect((await nexus(["email", "show", id])).out).toMatch(/later@example\.org\s+canceled/);
});

test("what is wrong is told in words, with the field", async () => {
  expect(
    await nexus(["email", "send", "--from", "a@example.com", "--to", "b@example.org", "--subject", "x"]),
  ).toMatchObject({
    code: 1,
    err: "Say what it says: --text <file>, --html <file> or both.\n",
  });
  const wrong = await nexus([...mail("x@example.org"), "--send-at", "tomorrow"]);
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain("sendAt: a time with its zone");
  const away = await nexus([...mail("x@example.org")], { PORT: "1" });
  expect(away).toMatchObject({ code: 1, err: "Topolo Nexus does not answer at http://localhost:1.\n" });
});

test("addresses are suppressed and sent to again; caps and retention are changed; domains have their records", async () => {
  const of = (...args: string[]) => nexus(["email", ...args]);
  expect((await of("suppressions", "add", "gone@example.org", "--note", "asked")).out).toContain("Nothing is sent to");
  expect((await of("suppressions", "check", "gone@example.org")).out).toBe("Nothing is sent to gone@example.org.\n");
  expect((await of("suppressions", "list")).out).toMatch(/gone@example\.org\s+any\s+manual\s+\S+\s+asked/);
  expect((await of("suppressions", "remove", "gone@example.org")).code).toBe(0);
  expect((await of("suppressions", "check", "gone@example.org")).out).toBe("gone@example.org is sent to.\n");
  const set = await of("settings", "set", "--cap", "otp:3:600", "any:9:86400", "--content-days", "0");
  expect(set.out).toContain("one address: at most 3 of otp in 600 s");
  expect((await of("settings", "show")).out).toContain("what mails said is not kept");
  expect((await of("settings", "set", "--cap", "otp:3")).err).toContain("for example otp:5:3600");
  expect((await of("settings", "set", "--default-caps", "--json")).out).toContain('"defaults":{"caps":true');
  expect((await of("domains", "list")).out).toMatch(
    /^shop\.example\n[^]*dmarc\s+TXT\s+_dmarc\.shop\.example\s+unchecked\s+v=DMARC1; p=none/,
  );
});

test("a call is estimated before it is sent; what another operation lacks is told", async () => {
  const told = await nexus(["estimate", "openai/gpt-4o-mini", "Hello", "--max-output-tokens", "8"]);
  expect(told).toMatchObject({ code: 0, err: "" });
  expect(told.out).toMatch(/^At most 0\.\d+ USD: openai\/gpt-4o-mini, paid by \w+/);
  const json = await nexus(["estimate", "openai/text-embedding-3-small", "Hello", "--operation", "ai.embed", "--json"]);
  expect(JSON.parse(json.out)).toMatchObject({ vendor: "openai", routes: expect.any(Number) });
  expect((await nexus(["estimate", "openai/gpt-4o-mini", "x", "--max-output-tokens", "few"])).err).toContain(
    "a whole number",
  );
  expect(await nexus(["estimate", "openai/no-such-model", "x"])).toMatchObject({ code: 1 });
});

/** The payer confirms in the app's own form. */
const confirm = (objectId: string): Promise<Response> =>
  fetch(`${doors.sandbox.stripe.access.baseUrl}/v1/payment_intents/${objectId}/confirm`, {
    method: "POST",
    headers: { authorization: "Bearer sk_test_payer", "content-type": "application/x-www-form-urlencoded" },
    body: "payment_method=pm_card_visa",
  });

test("an order is tried out, made once for its key, taken, given back in part, shown and listed", async () => {
  const of = (...args: string[]) => nexus(["payments", ...args]);
  const args = ["order", "create", "--reference", "cli-1", "--amount", "10000:USD", "--manual", "--provider", "stripe"];
  const tried = await of(...args, "--dry-run");
  expect(tried.out).toMatch(/^Would be sent to stripe .*Nothing was sent\./);
  expect(tried.out).toContain("POST /v1/payment_intents");
  expect(doors.sandbox.stripe.effects()).toHaveLength(0);
  const made = JSON.parse((await of(...args, "--key", "cli-1", "--json")).out);
  expect((await of(...args, "--key", "cli-1")).out).toContain("The same key was answered before.");
  expect((await confirm(made.providerObjectId)).ok).toBe(true);
  expect((await of("order", "show", made.orderId)).out).toContain("acts next: capture");
  expect((await of("order", "capture", made.orderId)).out).toContain("taken 100.00 USD, given back 0.00 USD");
  const refund = await of("refund", "create", made.orderId, "--amount", "2500:USD", "--reason", "duplicate");
  expect(refund.out).toMatch(/^ref_\S+: 25\.00 USD succeeded; 75\.00 USD are left\.\n$/);
  expect((await of("show", made.orderId)).out).toContain("taken 100.00 USD, given back 25.00 USD");
  expect((await of("list", "--state", "refunded", "--reference", "cli-1")).out).toMatch(
    /order\.create\s+cli-1\s+100\.00 USD/,
  );
  expect((await of("list", "--kind", "checkout")).out).toBe("None.\n");
  expect(await of("order", "create", "--reference", "x", "--amount", "10.00:USD")).toMatchObject({
    code: 1,
    err: expect.stringContaining("--amount takes minor units and a currency"),
  });
  expect((await of("order", "show", "ord_nonsense")).err).toContain("orderId");
});

test("a customer has subscriptions, which end with their period and go on again", async () => {
  const of = (...args: string[]) => nexus(["payments", ...args]);
  const made = JSON.parse((await of("customer", "create", "--email", "payer@example.com", "--json")).out);
  expect((await of("customer", "show", made.customerId)).out).toContain("payer@example.com");
  expect((await of("subscription", "list", made.customerId)).out).toBe("None.\n");
  expect((await of("subscription", "show", "sub_nobody")).code).toBe(1);
});

test("preferences are changed one by one and told back; what cannot be meant changes nothing", async () => {
  const of = (...args: string[]) => nexus(["preferences", ...args]);
  const set = await of("set", "--vendor-order", "openai", "anthropic", "--chain", "openai/gpt-4o=openai/gpt-4.1");
  expect(set).toMatchObject({ code: 0, err: "" });
  expect(set.out).toMatch(/best first: +openai, anthropic\n[^]*openai\/gpt-4o, then openai\/gpt-4\.1\n/);
  expect((await of("set", "--vendor-order", "opnai")).err).toContain('did you mean "openai"?');
  expect((await of("set", "--chain", "openai/gpt-4o")).err).toContain("--chain takes model=model,model");
  const next = [
    "--no-vendor-order",
    "--allow",
    "openai/*",
    "--chain",
    "openai/gpt-4o=",
    "openai/gpt-4.1=openai/gpt-4o",
  ];
  expect((await of("set", ...next)).out).toContain("none is preferred");
  expect(JSON.parse((await of("show", "--json")).out)).toMatchObject({
    vendorOrder: [],
    fallbackModels: { "openai/gpt-4.1": ["openai/gpt-4o"] },
    modelAllowList: ["openai/*"],
    revision: 2,
  });
});

// Its budget refuses what would come after it.
test("what needs attention is listed with the way to deal with it, and fails a monitor where it is urgent", async () => {
  const calm = await nexus(["attention", "--json"]);
  expect(calm).toMatchObject({ code: 0, err: "" });
  expect(JSON.parse(calm.out)).toEqual(expect.any(Array));
  const { deps } = doors;
  const { organizationId } = doors.callAs();
  const budget = { scope: "organization", period: "total", limitNanos: "0" } as const;
  await setBudget(deps, { ...operatorNamed("operator"), organizationId }, budget);
  const used = await nexus(["attention"]);
  expect(used.out).toMatch(/^! 1 hard budget is used up.*\n {2}Calls that count .*\n {2}Look at budgets: \/budgets/m);
  expect(used.code).toBe(1);
});
