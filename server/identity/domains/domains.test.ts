import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type Called, type TestAuth } from "../../../test/auth-server.ts";
import { startDnsServer, type DnsServer } from "../../../test/dns-server.ts";
import { normalizeDomain } from "./domain-name.ts";

let dns: DnsServer;
let auth: TestAuth;

beforeAll(async () => {
  dns = await startDnsServer();
  auth = await startTestAuth({ dnsServers: [dns.address] });
});
afterAll(async () => {
  await auth.close();
  await dns.close();
});

const owner = async () => {
  const organizationId = await auth.addOrganization();
  const { token } = await auth.login(await auth.addUser({ organizationId, role: "owner" }));
  const at = `/api/organizations/${organizationId}/domains`;
  return {
    organizationId,
    token,
    add: (domain: string) => auth.call("POST", at, { bearer: token, body: { domain } }),
    verify: ({ body }: Called) => auth.call("POST", `${at}/${textOf(body, "id")}/verify`, { bearer: token, body: {} }),
    remove: ({ body }: Called) => auth.call("DELETE", `${at}/${textOf(body, "id")}`, { bearer: token }),
    list: async () => (await auth.call("GET", at, { bearer: token })).body["domains"],
  };
};

const publish = ({ body }: Called, also: readonly string[] = []): void => {
  const { name, value } = body["record"] as { readonly name: string; readonly value: string };
  dns.records.set(name, [...also, value]);
};

const codeIs = (code: string, status: number) => ({ status, body: { error: { code } } });

test("a domain is an organization's once its DNS says so, and not before", async () => {
  const ann = await owner();
  const added = await ann.add(" Acme-One.Example ");
  expect(added).toMatchObject({
    status: 201,
    body: { domain: "acme-one.example", status: "pending", record: { type: "TXT", name: "_topolo.acme-one.example" } },
  });
  expect(await ann.add("acme-one.example")).toMatchObject(codeIs("domain_exists", 409));
  expect(await ann.verify(added)).toMatchObject(codeIs("domain_record_missing", 409));
  dns.records.set("_topolo.acme-one.example", ["topolo-domain-verification=somebody-elses"]);
  expect(await ann.verify(added)).toMatchObject(codeIs("domain_record_missing", 409));
  publish(added, ["v=spf1 -all"]);
  expect(await ann.verify(added)).toMatchObject({ status: 200, body: { status: "verified" } });
  expect(await ann.list()).toMatchObject([{ domain: "acme-one.example", status: "verified" }]);
  const { rows } = await auth.pool.query(
    "select action from auth.audit_events where organization_id = $1 and action like 'domain.%' order by id",
    [ann.organizationId],
  );
  expect(rows.map(({ action }) => action)).toEqual(["domain.add", "domain.verify"]);
  expect((await ann.remove(added)).status).toBe(200);
  expect(await ann.list()).toEqual([]);
});

test("a domain is one organization's alone; another gets it once it is given up", async () => {
  const [ann, eve] = [await owner(), await owner()];
  const [anns, eves] = [await ann.add("acme-two.example"), await eve.add("acme-two.example")];
  publish(anns);
  expect((await ann.verify(anns)).status).toBe(200);
  expect(await eve.verify(eves)).toMatchObject(codeIs("domain_record_missing", 409));
  const { value } = eves.body["record"] as { readonly value: string };
  publish(anns, [value]);
  expect(await eve.verify(eves)).toMatchObject(codeIs("domain_taken", 409));
  await ann.remove(anns);
  expect((await eve.verify(eves)).status).toBe(200);
});

test("of two organizations that verify one domain in parallel one gets it", async () => {
  const owners = [await owner(), await owner(), await owner()];
  const added: { readonly own: (typeof owners)[number]; readonly claim: Called }[] = [];
  for (const own of owners) added.push({ own, claim: await own.add("acme-race.example") });
  dns.records.set(
    "_topolo.acme-race.example",
    added.map(({ claim }) => (claim.body["record"] as { readonly value: string }).value),
  );
  const statuses = await Promise.all(added.map(async ({ own, claim }) => (await own.verify(claim)).status));
  expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 409, 409]);
});

test("a DNS that does not answer verifies nothing and takes nothing away", async () => {
  const ann = await owner();
  const added = await ann.add("acme-three.example");
  publish(added);
  dns.working = false;
  expect(await ann.verify(added)).toMatchObject(codeIs("dns_unavailable", 503));
  dns.working = true;
  expect((await ann.verify(added)).status).toBe(200);
  dns.working = false;
  for (let day = 0; day < 6; day += 1) {
    auth.clock.advance(25 * 3_600_000);
    await auth.server.runHousekeeping();
  }
  dns.working = true;
  const { rows } = await auth.pool.query(
    "select verified_at is not null as verified, missing_since from auth.organization_domains where domain = 'acme-three.example'",
  );
  expect(rows).toEqual([{ verified: true, missing_since: null }]);
}, 60_000);

test("a domain whose record stays away is lost after three days, and one whose record returns is kept", async () => {
  const ann = await owner();
  const [lost, kept] = [await ann.add("acme-lost.example"), await ann.add("acme-kept.example")];
  for (const added of [lost, kept]) {
    publish(added);
    expect((await ann.verify(added)).status).toBe(200);
  }
  const verified = async () => {
    const { rows } = await auth.pool.query<{ domain: string }>(
      "select domain from auth.organization_domains where organization_id = $1 and verified_at is not null order by domain",
      [ann.organizationId],
    );
    return rows.map(({ domain }) => domain);
  };
  dns.records.delete("_topolo.acme-lost.example");
  dns.records.delete("_topolo.acme-kept.example");
  auth.clock.advance(25 * 3_600_000);
  await auth.server.runHousekeeping();
  expect(await verified()).toEqual(["acme-kept.example", "acme-lost.example"]);
  publish(kept);
  for (let hour = 0; hour < 74; hour += 2) {
    auth.clock.advance(2 * 3_600_000);
    await auth.server.runHousekeeping();
  }
  expect(await verified()).toEqual(["acme-kept.example"]);
  const { rows } = await auth.pool.query(
    "select actor_type, details from auth.audit_events where organization_id = $1 and action = 'domain.lapse'",
    [ann.organizationId],
  );
  expect(rows).toEqual([{ actor_type: "system", details: { domain: "acme-lost.example" } }]);
}, 60_000);

test("another organization's domain is not found; claims need a recent sign-in", async () => {
  const [ann, eve] = [await owner(), await owner()];
  const added = await ann.add("acme-four.example");
  expect(await eve.verify(added)).toMatchObject(codeIs("domain_not_found", 404));
  expect(await eve.remove(added)).toMatchObject(codeIs("domain_not_found", 404));
  await auth.pool.query("update auth.sessions set auth_time = now() - interval '30 days'");
  expect(await ann.verify(added)).toMatchObject(codeIs("reauthentication_required", 403));
  expect(await ann.add("acme-five.example")).toMatchObject(codeIs("reauthentication_required", 403));
});

test.each([
  "localhost",
  "com",
  "",
  "127.0.0.1",
  "a b.example",
  "exa_mple.com",
  "x@example.com",
  "https://example.com",
  "example.com/x",
  "-a.example",
  "example..com",
  ".example.com",
])("%j is no domain", (text) => {
  expect(normalizeDomain(text)).toBeUndefined();
});

test("a domain has the form that addresses have", () => {
  expect(normalizeDomain("BÜCHER.example")).toBe("xn--bcher-kva.example");
});
