import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openMailBench, outgoingMail, type MailBench } from "../../test/mail-bench.ts";
import { smtpStages } from "./smtp-fault.ts";

let bench: MailBench;
beforeAll(async () => {
  bench = await openMailBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.sandbox.reset();
  await fetch(`${bench.sandbox.mailbox?.url}/messages`, { method: "DELETE" });
});

const control = async (rules: unknown, method = "POST"): Promise<{ status: number; error: unknown }> => {
  const answer = await fetch(`${bench.sandbox.url}/__sandbox/mail`, { method, body: JSON.stringify(rules) });
  const { error } = (await answer.json()) as { error?: unknown };
  return { status: answer.status, error };
};

const to = (address: string) => outgoingMail({ to: [{ address, name: undefined }] });
const arrived = () => bench.sandbox.mailbox?.messages().length;

/** What a fault at a stage proves: before the end of the message, that nothing was done. */
const proves = { greeting: "not_sent", mail: "not_sent", rcpt: "not_sent", data: "none", dot: "unknown" } as const;
/** Whether the server's word for it has come before the end of the connection is a matter of luck. */
const nothingDone = /^(not_sent|refused)$/;

describe("faults of mail that are set from outside", () => {
  it.each(smtpStages)("a connection that ends at %s", async (at) => {
    expect(await control({ vendor: "smtp", at, do: "drop" })).toMatchObject({ status: 200 });
    const large = outgoingMail({ text: "x".repeat(1_500_000) });
    const { kind } = await bench.failure(bench.send("smtp", large));
    if (at === "data") expect(kind).toMatch(nothingDone);
    else expect(kind).toBe(proves[at]);
    await control(undefined, "DELETE");
    await bench.send("smtp", outgoingMail());
  });

  it.each(smtpStages.flatMap((at) => [421, 452, 550].map((code) => [at, code] as const)))(
    "a refusal at %s with %i",
    async (at, code) => {
      await control({ vendor: "smtp", at, do: "reply", code });
      const failure = await bench.failure(bench.send("smtp", outgoingMail()));
      expect(failure.kind).toMatch(nothingDone);
      // 421 ends the connection.
      if (code !== 421) expect(failure.message).toContain(String(code));
      expect(arrived()).toBe(0);
    },
  );

  it.each(smtpStages.filter((at) => at !== "data"))(
    "a server that drips at %s, slower than there is time",
    async (at) => {
      await control({ vendor: "smtp", at, do: "drip", everyMs: 300 });
      const failure = await bench.failure(bench.send("smtp", outgoingMail(), { deadlineMs: 1_500 }));
      expect([failure.kind, failure.code]).toEqual([proves[at], "PROVIDER_TIMEOUT"]);
    },
  );

  it("a server that drips, and is waited for", async () => {
    await control({ vendor: "smtp", at: "rcpt", do: "drip", everyMs: 5 });
    await bench.send("smtp", outgoingMail());
    expect(arrived()).toBe(1);
  });

  it("are of the mails that meet their rule alone, from the n-th on, for so many", async () => {
    await control([
      { vendor: "postmark", fault: "rate-limited", to: "Ann@example.org", nth: 2, times: 1 },
      { vendor: "postmark", fault: "maintenance", subject: "Hello", to: "bob@example.org" },
    ]);
    const outcomes: string[] = [];
    for (const address of ["ann", "ann", "ann", "bob", "eve"]) {
      const sending = bench.send("postmark", to(`${address}@example.org`)).then(
        () => "taken",
        () => "refused",
      );
      outcomes.push(`${address} ${await sending}`);
    }
    expect(outcomes).toEqual(["ann taken", "ann refused", "ann taken", "bob refused", "eve taken"]);
  });

  it.each<[unknown, string]>([
    [{ vendor: "nobody", fault: "refuse" }, "vendor must be one of smtp"],
    [{ vendor: "postmark", fault: "explode" }, "fault must be one of"],
    [{ vendor: "smtp", at: "lunch", do: "drop" }, "at must be one of"],
    [{ vendor: "smtp", at: "dot", do: "reply", code: 250 }, "code must be of 4yz or 5yz"],
    [{ vendor: "smtp", at: "dot", do: "reply", code: 451, enhanced: "x" }, "enhanced must be"],
    [{ vendor: "postmark", fault: "refuse", nth: 0 }, "nth must be"],
    [{ vendor: "postmark", fault: "refuse", colour: "red" }, "there is no colour"],
    [["drop"], "a rule is an object"],
  ])("are refused where they are none: %j", async (rules, message) => {
    const { status, error } = await control(rules);
    expect(status).toBe(400);
    expect(error).toContain(message);
  });
});
