import { createSocket, type Socket } from "node:dgram";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import { addEmailSender, listEmailDomains, verifyEmailDomain } from "../../domain/email/index.ts";
import { createTxtResolver } from "../../platform/txt-resolver.ts";

/** A DNS server on loopback that knows some texts; other names do not exist. */
const texts = new Map<string, readonly string[]>();
let server: Socket;
let address: string;
let deps: TestDeps;

const nameIn = (query: Buffer): string => {
  const labels: string[] = [];
  for (let at = 12; (query[at] ?? 0) > 0; at += 1 + (query[at] ?? 0))
    labels.push(query.subarray(at + 1, at + 1 + (query[at] ?? 0)).toString("ascii"));
  return labels.join(".");
};

const txtRecord = (text: string): Buffer => {
  const parts = text.match(/.{1,200}/gs) ?? [""];
  const data = Buffer.concat(parts.flatMap((part) => [Buffer.from([part.length]), Buffer.from(part)]));
  const head = Buffer.from([0xc0, 0x0c, 0, 16, 0, 1, 0, 0, 0, 60, data.length >> 8, data.length & 0xff]);
  return Buffer.concat([head, data]);
};

const answerTo = (query: Buffer): Buffer => {
  const name = nameIn(query);
  const found = texts.get(name);
  const question = query.subarray(12, 12 + name.length + 2 + 4);
  const head = Buffer.from(query.subarray(0, 12));
  head.writeUInt16BE(found === undefined ? 0x8183 : 0x8180, 2);
  head.writeUInt16BE(found?.length ?? 0, 6);
  head.writeUInt16BE(0, 8);
  head.writeUInt16BE(0, 10);
  return Buffer.concat([head, question, ...(found ?? []).map(txtRecord)]);
};

beforeAll(async () => {
  deps = await openTestDeps();
  server = createSocket("udp4", (query, from) => {
    server.send(answerTo(query), from.port, from.address);
  });
  await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve));
  address = `127.0.0.1:${server.address().port}`;
});
afterAll(async () => {
  server.close();
  await deps.close();
});

const own = async (domain: string) => {
  const ctx = testContext();
  const operator = { actor: { kind: "operator", name: "root" }, organizationId: ctx.organizationId } as const;
  await addEmailSender(deps, operator, domain);
  const verify = async (selector?: string) => {
    const withDns = { ...deps, resolveTxt: createTxtResolver({ servers: [address] }) };
    const { domain: shown, verified } = await verifyEmailDomain(withDns, ctx, { domain, selector });
    return { verified, states: Object.fromEntries(shown.records.map(({ purpose, state }) => [purpose, state])) };
  };
  return { ctx, verify };
};

it("a domain is listed with the records it needs, and verified by what the DNS has", async () => {
  const { ctx, verify } = await own("good.example");
  texts.set("good.example", ["google-site-verification=x", "v=spf1 include:vendor.example ~all"]);
  texts.set("s1._domainkey.good.example", [`v=DKIM1; k=rsa; p=${"A".repeat(392)}`]);
  texts.set("_dmarc.good.example", ["v=DMARC1; p=none; rua=mailto:d@good.example"]);
  const { domains } = await listEmailDomains(deps, ctx);
  expect(domains).toMatchObject([
    {
      domain: "good.example",
      records: [
        { purpose: "spf", name: "good.example", state: "unchecked" },
        { purpose: "dkim", name: "<selector>._domainkey.good.example" },
        { purpose: "dmarc", name: "_dmarc.good.example" },
      ],
    },
  ]);
  expect(await verify("s1")).toEqual({ verified: true, states: { spf: "found", dkim: "found", dmarc: "found" } });
  const away = { ...deps, resolveTxt: () => Promise.reject(new Error("no answer")) };
  const asked = await verifyEmailDomain(away, ctx, { domain: "good.example", selector: "s1" });
  expect(asked.domain.records.map(({ state }) => state)).toEqual(["unknown", "unknown", "unknown"]);
  expect(await verify()).toEqual({ verified: false, states: { spf: "found", dkim: "unknown", dmarc: "found" } });
});

it("what is missing, said twice, revoked or open to everybody is not verified", async () => {
  const missing = await own("missing.example");
  expect(await missing.verify("s1")).toEqual({
    verified: false,
    states: { spf: "missing", dkim: "missing", dmarc: "missing" },
  });
  const wrong = await own("wrong.example");
  texts.set("wrong.example", ["v=spf1 -all", "v=spf1 ~all"]);
  texts.set("s1._domainkey.wrong.example", ["v=DKIM1; p="]);
  texts.set("_dmarc.wrong.example", ["v=DMARC1; p=maybe"]);
  expect((await wrong.verify("s1")).states).toEqual({ spf: "wrong", dkim: "wrong", dmarc: "wrong" });
  texts.set("wrong.example", ["v=spf1 +all"]);
  expect((await wrong.verify("s1")).states).toMatchObject({ spf: "wrong" });
});

it("is nobody else's to ask about, and a name that is none is refused", async () => {
  const { ctx } = await own("mine.example");
  const resolveTxt = async () => [];
  await expect(
    verifyEmailDomain({ ...deps, resolveTxt }, testContext(), { domain: "mine.example" }),
  ).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  await expect(verifyEmailDomain({ ...deps, resolveTxt }, ctx, { domain: "other.example" })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  const injected = { domain: "mine.example", selector: "s1.evil example" };
  await expect(verifyEmailDomain({ ...deps, resolveTxt }, ctx, injected)).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
});
