import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKey } from "../domain/keys/index.ts";
import { setPrice } from "../domain/pricing/index.ts";
import { sendRaw, type RawAnswer } from "../../test/send-raw.ts";
import { everyPermission, openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";

let test: ListeningGateway;
let connections = 0;
const sentinel = createServer((socket) => {
  connections += 1;
  socket.destroy();
});
let port = 0;

beforeAll(async () => {
  test = await openListeningGateway();
  await new Promise<void>((resolve) => void sentinel.listen(0, "::", resolve));
  ({ port } = sentinel.address() as AddressInfo);
});
afterAll(async () => {
  sentinel.close();
  await test.close();
});

const post = (credential: string, path: string, body: unknown): Promise<RawAnswer> =>
  sendRaw(test.port, {
    method: "POST",
    path,
    headers: { authorization: `Bearer ${credential}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });

/** Every way to write this machine or its neighbours, with the port of the sentinel and without. */
const hosts = [
  "127.0.0.1",
  "127.1",
  "2130706433",
  "0x7f000001",
  "0x7f.1",
  "0177.0.0.1",
  "017700000001",
  "0",
  "0.0.0.0",
  "１２７.０.０.１",
  "127。0。0。1",
  "%31%32%37.0.0.1",
  "127.0.0.1.",
  "localhost",
  "localhost.",
  "LOCALHOST",
  "[::1]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::127.0.0.1]",
  "[64:ff9b::7f00:1]",
  "[64:ff9b:1::7f00:1]",
  "[2002:7f00:1::]",
  "[2001:0:7f00:1::]",
  "[fe80::1]",
  "[fc00::1]",
  "[fd00:ec2::254]",
  "[ff02::1]",
  "10.0.0.1",
  "100.64.0.1",
  "169.254.169.254",
  "172.16.0.1",
  "192.168.0.1",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "metadata",
];

const addresses = (): string[] =>
  hosts.flatMap((host) => [
    `https://${host}/v1`,
    `http://${host}/v1`,
    `https://${host}:${port}/v1`,
    `http://${host}:${port}/v1`,
  ]);

const spellings = [
  "https://user:pass@models.example.com/v1",
  "https://models.example.com:8443/v1",
  "https://models.example.com/v1?x=1",
  "https://models.example.com/v1#x",
  "https:\\\\127.0.0.1\\v1",
  "https://models.example.com\\@127.0.0.1/",
  "https://127.0.0.1#@models.example.com/",
  "ftp://models.example.com/",
  "file:///etc/passwd",
  "gopher://127.0.0.1:6379/_x",
  "data:text/plain,x",
  "javascript:alert(1)",
  "//127.0.0.1/v1",
  "https://",
  "https:///v1",
  "models.example.com/v1",
];

describe("the address of a vendor of one's own", () => {
  it("is refused when it is stored", async () => {
    const { credential } = test.issue();
    for (const baseUrl of [...addresses(), ...spellings]) {
      for (const vendor of ["compatible", "openai"]) {
        const answer = await post(credential, "/api/keys", {
          vendor,
          label: "own",
          secret: { apiKey: "sk-canary" },
          baseUrl,
        });
        expect([baseUrl, answer.status]).toEqual([baseUrl, 400]);
        expect(answer.text).toContain("baseUrl");
        expect(answer.text).not.toContain("sk-canary");
      }
    }
    expect(connections).toBe(0);
  });

  // Stored while the operator still permitted it.
  it("is refused again when it is called", async () => {
    const before = connections;
    for (const baseUrl of [
      `http://127.0.0.1:${port}/v1`,
      `https://[::1]:${port}/v1`,
      `https://localhost:${port}/v1`,
      "https://169.254.169.254/v1",
    ]) {
      const { credential, organizationId } = test.issue();
      const permissive = { ...test.deps, checkBaseUrl: () => undefined };
      const ctx = test.context({ organizationId, permissions: everyPermission() });
      await createKey(permissive, ctx, {
        vendor: "compatible",
        label: "own",
        secret: { apiKey: "sk-canary" },
        baseUrl,
        primary: true,
      });
      const administrator = test.context({
        actor: { kind: "user", userId: "usr_1", sessionId: "ses_1", role: "owner", platformBypass: true },
      });
      const price = { vendor: "compatible", model: "own", organizationId, prices: { input: "1000", output: "1000" } };
      await setPrice(test.deps, administrator, price);
      await test.refresh();
      const answer = await post(credential, "/v1/chat/completions", {
        model: "compatible/own",
        messages: [{ role: "user", content: "x" }],
        max_tokens: 1,
      });
      expect([baseUrl, answer.status], answer.text).toEqual([baseUrl, 503]);
      expect(answer.text).toMatch(/"code":"PROVIDER_UNAVAILABLE".*"effect":"none"/);
      expect(answer.text).toContain("base URL may not be called");
      expect(answer.text).not.toContain("sk-canary");
      const [row] = await test.rows(organizationId);
      expect(row).toMatchObject({ state: "released", booked: 0n });
    }
    expect(connections).toBe(before);
  });

  it("would be reached if the operator permitted it: the sentinel listens", async () => {
    const before = connections;
    await sendRaw(port, { method: "GET", path: "/" }).catch(() => undefined);
    expect(connections).toBe(before + 1);
  });
});
